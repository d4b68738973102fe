"""What a shipped model knows of one question, such as whether a comment is spam: weights by place.

One set of weights is for every comment. Beside it stand sections: weights of their own for comments
of which the door knows the same, such as those of sites of a language. What tells spam apart among
gambling spam under Indonesian videos is not what does among keyword names on English blogs, and one
set that has to do for both does worse on each.

Kinds of sites are another way to the same: weights for what is like blogs, or like what is said
under videos. What kind a site is like its own comments tell (`kinds`); once that is known, its
weights stand in place of the sections'.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.arrays import Places
from moderation.classifier.features import Features
from moderation.classifier.in_numpy import Steps
from moderation.classifier.kernel import weights_at
from moderation.classifier.places import PLACES, of_any_language

STEPS = 31
# Its parts of the greatest weight by the bits of a step: the square with its sign, so that small
# weights, which most are, keep their proportions.
_PARTS = np.arange(256, dtype=np.uint8).view(np.int8).astype(np.float32)
_PARTS *= np.abs(_PARTS) / STEPS**2


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """A weight for each place, in a byte. Where there are fewer weights than places, several places
    have one in common.

    Attributes:
        steps: a power of two of them; by the last bits of the place the sign and root of the
            weight's share of the greatest one.
        greatest: the greatest weight.
        table: the steps, and the weight of each.
    """

    steps: NDArray[np.int8]
    greatest: float
    table: Steps = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Make ready what every comment needs: the weight of each step."""
        object.__setattr__(self, "table", (self.steps, _PARTS * np.float32(self.greatest)))

    @classmethod
    def of(cls, weights: NDArray[np.float32], kept: int = PLACES) -> Self:
        """Weights, of which only the greatest `kept` are."""
        sizes = np.abs(weights)
        greatest = float(sizes.max()) or 1.0
        if kept < len(weights):
            sizes = np.where(sizes >= np.partition(sizes, -kept)[-kept], sizes, 0)
        roots = np.sqrt(sizes / np.float32(greatest)) * np.sign(weights)
        return cls(np.rint(roots * STEPS).astype(np.int8), greatest)

    def at(self, places: Places) -> NDArray[np.float32]:
        """The weights at some places."""
        return weights_at(places, self.table)


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """What counts of comments of which the door knows the same.

    Attributes:
        weights: added to a share of those for every comment.
        share: that share.
        bias: what is added in all.
    """

    weights: Weights
    share: float
    bias: float


# Of a kind: a name, and never what somebody wrote, since it stands in receipts.
KIND_NAME = re.compile(r"[a-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A kind of sites.

    Attributes:
        section: what counts of their comments.
        likeness, likeness_bias: how like theirs the text of a comment is.
    """

    section: Section
    likeness: Weights
    likeness_bias: float


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """One question's weights: log-odds, calibrated.

    Attributes:
        weights, bias: for every comment, in itself all that is needed.
        sections: by what `Features.section` tells; several may be one and the same.
        kinds: by name the kinds of sites that are known.
        site: of the kind of the site that is judged, where that is found out.
    """

    weights: Weights
    bias: float
    sections: Mapping[int, Section] = field(default_factory=dict)
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    site: Section | None = None

    def of_kind(self, name: str) -> "Head":
        """The head for a site of a kind; itself where no kind is called so."""
        kind = self.kinds.get(name)
        return self if kind is None else replace(self, site=kind.section)

    def on(self, features: Features) -> tuple[NDArray[np.float32], float]:
        """The weights at a comment's places, and the bias."""
        places = features.places
        section = self.site or self._section(features.section)
        if section is None:
            return self.weights.at(places), self.bias
        own = section.weights.table
        return weights_at(places, self.weights.table, section.share, own), section.bias

    def _section(self, number: int) -> Section | None:
        return self.sections.get(number) or self.sections.get(of_any_language(number))

    def logit(self, features: Features) -> float:
        """The log-odds of a comment."""
        weights, bias = self.on(features)
        return float(weights @ features.values) + bias


def no_head() -> Head:
    """A head that knows nothing, for what was not trained."""
    return Head(Weights(np.zeros(PLACES, np.int8), 1.0), 0.0)
