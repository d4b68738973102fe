"""Support vector machines, fitted to labelled comments: for every comment, for each section, and
for each kind of sites.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.heads import Head, Kind, Section, Weights
from moderation.classifier.machines import folded, likelihoods, machines_of, without
from moderation.classifier.optional import scipy_sparse
from moderation.classifier.places import FIRST_LANGUAGE, PLACES, TEXT_PLACES, of_any_language

# How much of a place's size is by how the labels differ there. Chosen with sources left out.
_BY_LABELS = {"spam": 0.3, "abuse": 0.5}
# The machines whose weights are added up: how many places each is told, from the first one on, and
# its share. Facts tell the known kinds of sites apart so well, and languages most of all, that
# whoever has them hardly looks at the text, which is what holds on others. Of insults there is no
# such danger: every language has both labels, and is its own kind.
_MACHINES: dict[str, dict[int, float]] = {
    "spam": {TEXT_PLACES: 0.4, FIRST_LANGUAGE: 0.4, PLACES: 0.2},
    "abuse": {1 << 20: 1.0},  # few places: what tells in a language is in its section
}
# Of a section or a kind, which sees fewer comments. In 1 << 18 places Spanish insults were told
# apart worse, and the words of blogs had places in common with too much else.
_OWN_PLACES = 1 << 19
# What the likelihoods of its words count beside its own machine. Chosen with sources left out. With
# them English insults were told apart a little worse.
_LIKELIHOODS = {"spam": 0.05, "abuse": 0.0}
_KEPT = 400_000  # weights for every comment; the rest are near nothing and only fill the package
# What a section's own weights count beside those: of a language, and of any, which has less to
# itself. Chosen with sources left out, as are the next two.
_OWN, _OWN_OF_ANY = 0.7, 0.55
_OWN_OF_KIND = 0.6
# How much of what tells one kind of source from another its level takes on itself: the root of how
# cheap it is, beside a weight. Insults have a machine for each kind already.
_LEVELLED = {"spam": 0.2, "abuse": 0.0}
_KEPT_OF_OWN = 0.5  # of its weights that are not nothing, the greatest

# Slope and offset that make margins log-odds.
Scale = tuple[float, float]
# Weights and bias.
Likeness = tuple[Weights, float]


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Comments to learn of.

    Attributes:
        rows: what is seen of them.
        positive: their labels.
        sections, kinds: of each its section, -1 for none, and what kind of source it is from.
        homes: of each the kind of sites that it teaches of; nothing for none.
    """

    rows: Any
    positive: NDArray[np.bool_]
    sections: NDArray[np.int64]
    kinds: NDArray[np.str_]
    homes: NDArray[np.str_]

    def only(self, wanted: NDArray[np.bool_]) -> "Examples":
        """Some of them."""
        return Examples(
            self.rows[wanted],
            self.positive[wanted],
            self.sections[wanted],
            self.kinds[wanted],
            self.homes[wanted],
        )


@dataclass(frozen=True, slots=True)
class _Own:
    """What was learned of a section or a kind.

    Attributes:
        weights, bias: of its own machine.
        common_bias: of the machines for every comment, of a section on the level of its comments.
        share: what its own count beside those.
    """

    weights: NDArray[np.float64]
    bias: float
    common_bias: float
    share: float

    def margins(self, rows: Any, common: NDArray[np.float64]) -> NDArray[np.float64]:
        """What is said of its comments, of which those for every comment say so much."""
        by_own = folded(rows, len(self.weights)) @ self.weights + self.bias
        said: NDArray[np.float64] = self.share * by_own + (1 - self.share) * (
            common + self.common_bias
        )
        return said

    def section(self, everywhere: float, scale: Scale) -> Section:
        """The section whose log-odds are these margins, scaled.

        Args:
            everywhere: the slope of the weights for every comment.
            scale: of these margins.
        """
        slope, offset = scale
        kept = int(_KEPT_OF_OWN * np.count_nonzero(self.weights))
        both = self.share * self.bias + (1 - self.share) * self.common_bias
        weights = Weights.of((self.share * slope * self.weights).astype(np.float32), kept)
        return Section(weights, (1 - self.share) * slope / everywhere, slope * both + offset)


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learned, not yet log-odds.

    Attributes:
        weights: for every comment.
        bias: for those of no section, on the mean level of the ones learned of.
        own: by section what was learned of it.
        of_kinds: by kind what was learned of its sites.
    """

    weights: NDArray[np.float64]
    bias: float
    own: dict[int, _Own]
    of_kinds: dict[str, _Own]

    def margins(self, rows: Any, sections: NDArray[np.int64]) -> NDArray[np.float64]:
        """What is said of comments on sites of which no kind is known."""
        return self._margins(rows, [(sections == number, one) for number, one in self.own.items()])

    def margins_of_kinds(self, rows: Any, homes: NDArray[np.str_]) -> NDArray[np.float64]:
        """What is said of comments on sites of known kinds; of others what is said everywhere."""
        return self._margins(rows, [(homes == kind, one) for kind, one in self.of_kinds.items()])

    def _margins(
        self, rows: Any, parts: Iterable[tuple[NDArray[np.bool_], _Own]]
    ) -> NDArray[np.float64]:
        """What is said of comments: of some by what was learned of these, of others of all."""
        common = folded(rows, len(self.weights)) @ self.weights
        said: NDArray[np.float64] = common + self.bias
        for of_it, own in parts:
            said[of_it] = own.margins(rows[of_it], common[of_it])
        return said

    def head(
        self,
        scale: Scale,
        standing_for: dict[int, list[int]],
        of_kinds: Mapping[str, tuple[Scale, Likeness]],
    ) -> Head:
        """The head whose log-odds are these margins, scaled.

        Args:
            scale: as Platt's scaling gives it.
            standing_for: by section which sections it is for, itself among them.
            of_kinds: by kind the scale of its margins, and what tells how like it a comment is.
        """
        slope, offset = scale
        sections: dict[int, Section] = {}
        for number, own in self.own.items():
            sections |= dict.fromkeys(standing_for[number], own.section(slope, scale))
        kinds = {
            name: Kind(own.section(slope, of_kinds[name][0]), *of_kinds[name][1])
            for name, own in self.of_kinds.items()
            if name in of_kinds
        }
        everywhere = Weights.of((slope * self.weights).astype(np.float32), _KEPT)
        return Head(everywhere, slope * self.bias + offset, sections, kinds)


def fit(question: str, examples: Examples, untold: NDArray[np.uint32]) -> Fitted:
    """Learn comments' labels: for every comment, and for each section and each kind with both
    labels.

    Args:
        question: spam or abuse.
        examples: the comments.
        untold: places that get no weight.
    """
    by_labels, rows, positive = _BY_LABELS[question], examples.rows, examples.positive
    machines, by_words = _MACHINES[question], _LIKELIHOODS[question]

    def own_of(of_it: NDArray[np.bool_], common_bias: float, share: float) -> _Own | None:
        if positive[of_it].all() or not positive[of_it].any():
            return None
        told = without(folded(rows[of_it], _OWN_PLACES), untold)
        weights, bias, _ = machines_of(told, positive[of_it], {_OWN_PLACES: 1.0}, by_labels)
        weights += by_words * likelihoods(rows[of_it], positive[of_it], _OWN_PLACES)
        return _Own(weights, bias, common_bias, share)

    told = without(folded(rows, max(machines)), untold)
    of_kinds = _columns_of(examples, _LEVELLED[question])
    weights, bias, levels = machines_of(told, positive, machines, by_labels, of_kinds)
    own, own_of_kinds = {}, {}
    for section in sorted(set(examples.sections.tolist()) - {-1}):
        of_it = examples.sections == section
        own[section] = own_of(of_it, bias + float(levels[of_it].mean()), _own_share(section))
    for kind in sorted(set(examples.homes.tolist()) - {""}):
        own_of_kinds[kind] = own_of(examples.homes == kind, bias, _OWN_OF_KIND)
    rest = examples.sections == -1
    return Fitted(
        weights,
        bias + float(levels[rest].mean() if rest.any() else levels.mean()),
        {section: one for section, one in own.items() if one},
        {kind: one for kind, one in own_of_kinds.items() if one},
    )


def _own_share(section: int) -> float:
    return _OWN_OF_ANY if section == of_any_language(section) else _OWN


def _columns_of(examples: Examples, size: float) -> Any:
    """A column for each kind of source, of this size where a comment is of that kind.

    A machine that is told them takes what a kind has more of for the kind's level, and looks in the
    rest for what tells spam from ham within it. They are for training alone. The column of a kind
    that has one label is empty: all that it can teach is how it differs from the others.
    """
    names, places = np.unique(examples.kinds, return_inverse=True)
    spam = np.bincount(places, examples.positive) / np.bincount(places)
    sizes = np.where((spam > 0) & (spam < 1), size, 0.0)
    count = len(places)
    return scipy_sparse().csr_matrix(
        (sizes[places], (np.arange(count), places)), shape=(count, len(names))
    )
