"""Support vector machines, fitted to labelled comments: for every comment, and for each section."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.heads import Head, Section, Weights
from moderation.classifier.optional import scipy_sparse, sklearn
from moderation.classifier.places import FIRST_LANGUAGE, PLACES, TEXT_PLACES, of_any_language

_SEED = 20_261_126
# Of a support vector machine: less keeps it simpler. Chosen with sources left out.
_COMPLEXITY = 0.7
# How much of a place's size is by how the labels differ there. Chosen with sources left out.
_BY_LABELS = {"spam": 0.3, "abuse": 0.5}
_BEFORE = 5.0  # comments of each label that each place was in before any was seen
# The machines whose weights are added up: how many places each is told, from the first one on, and
# its share. Facts tell the known kinds of sites apart so well, and languages most of all, that
# whoever has them hardly looks at the text, which is what holds on others. Of insults there is no
# such danger: every language has both labels, and is its own kind.
_MACHINES: dict[str, dict[int, float]] = {
    "spam": {TEXT_PLACES: 0.4, FIRST_LANGUAGE: 0.4, PLACES: 0.2},
    "abuse": {1 << 20: 1.0},  # few places: what tells in a language is in its section
}
# Of a section, which sees fewer comments. In 1 << 18 places Spanish insults were told apart worse.
_SECTION_PLACES = {"spam": 1 << 18, "abuse": 1 << 19}
_KEPT = 400_000  # weights for every comment; the rest are near nothing and only fill the package
# What a section's own weights count beside those: of a language, and of any, which has less to
# itself. Chosen with sources left out, as is the next.
_OWN, _OWN_OF_ANY = 0.7, 0.55
# How much of what tells one kind of source from another its level takes on itself: the root of how
# cheap it is, beside a weight. Insults have a machine for each kind already.
_LEVELLED = {"spam": 0.2, "abuse": 0.0}
_KEPT_OF_SECTION = 0.5  # of its weights that are not nothing, the greatest


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Comments to learn of.

    Attributes:
        rows: what is seen of them.
        positive: their labels.
        sections, kinds: of each its section, -1 for none, and what kind of source it is from.
    """

    rows: Any
    positive: NDArray[np.bool_]
    sections: NDArray[np.int64]
    kinds: NDArray[np.str_]

    def only(self, wanted: NDArray[np.bool_]) -> "Examples":
        """Some of them."""
        return Examples(
            self.rows[wanted], self.positive[wanted], self.sections[wanted], self.kinds[wanted]
        )


@dataclass(frozen=True, slots=True)
class _Own:
    """What was learned of a section.

    Attributes:
        weights, bias: of its own machine.
        common_bias: of the machines for every comment, on the level of this section's kinds.
        share: what its own count beside those.
    """

    weights: NDArray[np.float64]
    bias: float
    common_bias: float
    share: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learned, not yet log-odds.

    Attributes:
        weights: for every comment.
        bias: for those of no section, on the mean level of the ones learned of.
        own: by section what was learned of it.
    """

    weights: NDArray[np.float64]
    bias: float
    own: dict[int, _Own]

    def margins(self, rows: Any, sections: NDArray[np.int64]) -> NDArray[np.float64]:
        """What is said of comments."""
        common = _folded(rows, len(self.weights)) @ self.weights
        said: NDArray[np.float64] = common + self.bias
        for section, own in self.own.items():
            of_it = np.flatnonzero(sections == section)
            by_own = _folded(rows[of_it], len(own.weights)) @ own.weights + own.bias
            by_common = common[of_it] + own.common_bias
            said[of_it] = own.share * by_own + (1 - own.share) * by_common
        return said

    def head(self, scale: tuple[float, float], standing_for: dict[int, list[int]]) -> Head:
        """The head whose log-odds are these margins, scaled.

        Args:
            scale: slope and offset, as Platt's scaling gives them.
            standing_for: by section which sections it is for, itself among them.
        """
        slope, offset = scale
        sections: dict[int, Section] = {}
        for number, own in self.own.items():
            kept = int(_KEPT_OF_SECTION * np.count_nonzero(own.weights))
            both = own.share * own.bias + (1 - own.share) * own.common_bias
            weights = Weights.of((own.share * slope * own.weights).astype(np.float32), kept)
            section = Section(weights, 1 - own.share, slope * both + offset)
            sections |= dict.fromkeys(standing_for[number], section)
        everywhere = Weights.of((slope * self.weights).astype(np.float32), _KEPT)
        return Head(everywhere, slope * self.bias + offset, sections)


def fit(question: str, examples: Examples, untold: NDArray[np.uint32]) -> Fitted:
    """Learn comments' labels: for every comment, and for each section with both labels.

    Args:
        question: spam or abuse.
        examples: the comments.
        untold: places that get no weight.
    """
    machines, of_section = _MACHINES[question], _SECTION_PLACES[question]
    by_labels, rows, positive = _BY_LABELS[question], examples.rows, examples.positive
    told = _without(_folded(rows, max(machines)), untold)
    of_kinds = _columns_of(examples, _LEVELLED[question])
    weights, bias, levels = _machines(told, positive, machines, by_labels, of_kinds)
    own = {}
    for section in sorted(set(examples.sections.tolist()) - {-1}):
        of_it = np.flatnonzero(examples.sections == section)
        if len(set(positive[of_it].tolist())) > 1:
            told = _without(_folded(rows[of_it], of_section), untold)
            own_weights, own_bias, _ = _machines(
                told, positive[of_it], {of_section: 1.0}, by_labels
            )
            own[section] = _Own(
                own_weights, own_bias, bias + float(levels[of_it].mean()), _own_share(section)
            )
    rest = examples.sections == -1
    return Fitted(weights, bias + float(levels[rest].mean() if rest.any() else levels.mean()), own)


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


def _folded(rows: Any, places: int) -> Any:
    """Comments as they are seen where there are so many weights, a power of two."""
    if places == rows.shape[1]:
        return rows
    folded = scipy_sparse().csr_matrix(
        (rows.data.copy(), rows.indices & (places - 1), rows.indptr.copy()),
        shape=(rows.shape[0], places),
    )
    folded.sum_duplicates()
    return folded


def _without(folded: Any, untold: NDArray[np.uint32]) -> Any:
    """Comments without some places, and without the few that were folded onto them: what nothing
    is seen of gets no weight.
    """
    if not len(untold):
        return folded
    kept = folded.copy()
    kept.data[np.isin(kept.indices, untold & np.uint32(folded.shape[1] - 1))] = 0
    return kept


def _machines(
    rows: Any,
    positive: NDArray[np.bool_],
    machines: dict[int, float],
    by_labels: float,
    of_kinds: Any = None,
) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
    """Weights, bias and each comment's level: the sum of a few machines, which see the same values
    and so come to one. What is rare and what differs each leave comments as long as they were; both
    together do nearly.
    """
    sizes = _rarity(rows) * (1 - by_labels + by_labels * _difference(rows, positive))
    scaled = rows.multiply(sizes).tocsr()
    weights, bias, levels = np.zeros(rows.shape[1]), 0.0, np.zeros(rows.shape[0])
    for told, share in machines.items():
        seen = scaled[:, :told]
        if of_kinds is not None:
            seen = scipy_sparse().hstack([seen, of_kinds], format="csr")
        machine = sklearn("svm").LinearSVC(C=_COMPLEXITY, random_state=_SEED)
        machine.fit(seen, positive)
        found = machine.coef_.ravel()
        weights[:told] += share * found[:told]
        bias += share * float(machine.intercept_[0])
        if of_kinds is not None:
            levels += share * (of_kinds @ found[told:])
    return weights * sizes, bias, levels


def _rarity(rows: Any) -> NDArray[np.float64]:
    """How much a place of text counts in training: its inverse document frequency, so that rare
    ones count more; on the whole as much as without. Facts count as they are.
    """
    comments, places = rows.shape
    found = np.bincount(rows.indices, minlength=places)
    return _of_text(1 + np.log((1 + comments) / (1 + found)), rows)


def _difference(rows: Any, positive: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How much the labels differ at a place of text by itself: the size of the logarithm of the
    ratio of its shares (Wang and Manning 2012); on the whole and of facts as `_rarity`.
    """
    shares = []
    for label in (positive, ~positive):
        found = _BEFORE + np.bincount(rows[label].indices, minlength=rows.shape[1])
        shares.append(found / found.sum())
    return _of_text(np.abs(np.log(shares[0] / shares[1])), rows)


def _of_text(sizes: NDArray[np.float64], rows: Any) -> NDArray[np.float64]:
    """These sizes for places of text, so that comments are as long with them as without; one for
    facts.
    """
    text = slice(0, len(sizes) - (PLACES - TEXT_PLACES))
    scaled = np.ones(len(sizes))
    squares = rows[:, text].power(2)
    length = np.sqrt((squares @ sizes[text] ** 2).sum() / squares.sum())
    if length:  # else no place differs, and all count alike
        scaled[text] = sizes[text] / length
    return scaled
