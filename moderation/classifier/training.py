"""Making a shipped model of labelled comments. Needs scikit-learn, which judging does not.

Deterministic: the same comments in the same order give the same bytes.
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.facts import read
from moderation.classifier.features import (
    FIRST_LANGUAGE,
    PLACES,
    TEXT_PLACES,
    Features,
    Pieces,
    cut,
    features_of,
    of_any_language,
    same_language,
    sections_of,
)
from moderation.classifier.heads import Head, Section, Weights
from moderation.classifier.labelled import Labelled
from moderation.classifier.manners import MANNERS
from moderation.classifier.measures import auc, recall_at
from moderation.errors import InvalidInputError

_FOLDS = 8
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
# Facts that are not told, by how their names begin: how an insult is written differs from one
# source to the next.
_UNTOLD: dict[str, tuple[str, ...]] = {"spam": (), "abuse": MANNERS}
_KEPT = 400_000  # weights for every comment; the rest are near nothing and only fill the package
# What a section's own weights count beside those: of a language, and of any, which has less to
# itself. Chosen with sources left out, as is the next.
_OWN, _OWN_OF_ANY = 0.7, 0.55
# How much of what tells one kind of source from another its level takes on itself: the root of how
# cheap it is, beside a weight. Insults have a machine for each kind already.
_LEVELLED = {"spam": 0.2, "abuse": 0.0}
_FEWEST = 30  # comments of each label, for a section of their own
_KEPT_OF_SECTION = 0.5  # of its weights that are not nothing, the greatest


@dataclass(frozen=True, slots=True, eq=False)
class _Examples:
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

    def only(self, wanted: NDArray[np.bool_]) -> "_Examples":
        """Some of them."""
        return _Examples(
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
class _Fitted:
    """Weights and bias, not yet log-odds: for every comment, and for each section."""

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


def train_head(question: str, comments: Sequence[Labelled]) -> tuple[Head, dict[str, Any]]:
    """Learn one question's weights.

    Linear support vector machines (liblinear), one for every comment and one for each section that
    has enough of them, whose margins are made log-odds by Platt's scaling on comments of sources
    that they had not seen.

    Args:
        question: spam or abuse.
        comments: labelled for that question.

    Returns:
        The head, and figures of how it does on sources it was not trained on.

    Raises:
        InvalidInputError: there are not both labels, or scikit-learn is not installed.
    """
    positive = np.array([comment.positive for comment in comments])
    if not positive.any() or positive.all():
        raise InvalidInputError(f"To learn {question}, comments of both labels are needed.")
    pieces = [cut(comment.subject, read(comment.subject)) for comment in comments]
    features = [features_of(one) for one in pieces]
    untold = _places_of(_UNTOLD[question], pieces)
    rows = _matrix(features)
    found = [one.section for one in features]
    kinds = np.array([_kind(comment) for comment in comments])
    standing_for = _sections(question, found, positive, kinds)
    at = {number: section for section, others in standing_for.items() for number in others}
    sections = np.array([at.get(one, at.get(of_any_language(one), -1)) for one in found])
    examples = _Examples(rows, positive, sections, kinds)
    # Spam comes to sites never seen; insults differ by language, of which there is one source each.
    folds = _folds(comments, whole_sources=question == "spam")
    margins = np.zeros(len(comments))
    for fold in range(_FOLDS):
        held_out = folds == fold
        if held_out.any():
            fitted = _fit(question, examples.only(~held_out), untold)
            margins[held_out] = fitted.margins(rows[held_out], sections[held_out])
    scale = _platt(margins, positive, _weights(kinds))
    head = _fit(question, examples, untold).head(scale, standing_for)
    return head, _figures(margins * scale[0] + scale[1], positive, kinds)


def _sections(
    question: str,
    sections: Sequence[int],
    positive: NDArray[np.bool_],
    kinds: NDArray[np.str_],
) -> dict[int, list[int]]:
    """The sections that have enough comments of both labels, each with those it stands for.

    Of spam the language that most kinds of sources are of, and of those most comments, counts as
    any, having seen most; of insults each is its own, since what tells in one language says nothing
    in another.
    """
    counts: dict[int, NDArray[np.int64]] = defaultdict(lambda: np.zeros(2, np.int64))
    for section, label in zip(sections, positive.tolist(), strict=True):
        counts[section][int(label)] += 1
    kinds_of: dict[int, set[str]] = defaultdict(set)
    for section, kind in zip(sections, kinds.tolist(), strict=True):
        kinds_of[min(same_language(section))].add(kind)
    each = {first: {s: counts[s] for s in same_language(first)} for first in sorted(kinds_of)}
    no_language = min(sections_of(""))
    own = {
        first: of_it for first, of_it in each.items() if first != no_language and _are_enough(of_it)
    }
    if question == "abuse":
        return {first: list(of_it) for first, of_it in own.items()}
    seen_most = max(each, key=lambda first: (len(kinds_of[first]), _count(each[first])))
    own.pop(seen_most, None)
    rest: dict[int, NDArray[np.int64]] = {s: np.zeros(2, np.int64) for s in sections_of("")}
    for section, count in list(counts.items()):
        if min(same_language(section)) not in own:
            rest[of_any_language(section)] += count
    if _are_enough(rest):
        own[no_language] = rest
    return {s: stand for of_it in own.values() for s, stand in _by_shape(of_it).items()}


def _count(counts: Mapping[int, NDArray[np.int64]]) -> int:
    return int(np.sum([*counts.values()]))


def _are_enough(counts: Mapping[int, NDArray[np.int64]]) -> bool:
    return bool(np.sum([*counts.values()], axis=0).min() >= _FEWEST)


def _by_shape(counts: dict[int, NDArray[np.int64]]) -> dict[int, list[int]]:
    """A language's sections: those with enough of both labels, the largest of which stands for the
    others too; if none has, the first one for all.
    """
    enough = [section for section, count in counts.items() if count.min() >= _FEWEST]
    if not enough:
        return {min(counts): list(counts)}
    largest = max(enough, key=lambda section: int(counts[section].sum()))
    left = [section for section in counts if section not in enough]
    return {section: [section, *(left if section == largest else [])] for section in enough}


def _fit(question: str, examples: _Examples, untold: NDArray[np.uint32]) -> _Fitted:
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
    return _Fitted(weights, bias + float(levels[rest].mean() if rest.any() else levels.mean()), own)


def _own_share(section: int) -> float:
    return _OWN_OF_ANY if section == of_any_language(section) else _OWN


def _columns_of(examples: _Examples, size: float) -> Any:
    """A column for each kind of source, of this size where a comment is of that kind.

    A machine that is told them takes what a kind has more of for the kind's level, and looks in the
    rest for what tells spam from ham within it. They are for training alone. The column of a kind
    that has one label is empty: all that it can teach is how it differs from the others.
    """
    names, places = np.unique(examples.kinds, return_inverse=True)
    spam = np.bincount(places, examples.positive) / np.bincount(places)
    sizes = np.where((spam > 0) & (spam < 1), size, 0.0)
    count = len(places)
    return _scipy_sparse().csr_matrix(
        (sizes[places], (np.arange(count), places)), shape=(count, len(names))
    )


def _folded(rows: Any, places: int) -> Any:
    """Comments as they are seen where there are so many weights, a power of two."""
    if places == rows.shape[1]:
        return rows
    folded = _scipy_sparse().csr_matrix(
        (rows.data.copy(), rows.indices & (places - 1), rows.indptr.copy()),
        shape=(rows.shape[0], places),
    )
    folded.sum_duplicates()
    return folded


def _places_of(beginnings: tuple[str, ...], pieces: Sequence[Pieces]) -> NDArray[np.uint32]:
    """The places of the facts whose names begin so."""
    found = {
        int(place)
        for one in pieces
        for fact, place in zip(one.said, one.facts, strict=True)
        if fact.startswith(beginnings)
    }
    return np.array(sorted(found), np.uint32)


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
            seen = _scipy_sparse().hstack([seen, of_kinds], format="csr")
        machine = _sklearn("svm").LinearSVC(C=_COMPLEXITY, random_state=_SEED)
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


def _platt(
    margins: NDArray[np.float64], positive: NDArray[np.bool_], weights: NDArray[np.float64]
) -> tuple[float, float]:
    """Slope and offset that make margins log-odds (Platt 1999)."""
    fit = _sklearn("linear_model").LogisticRegression(C=1e6)
    fit.fit(margins[:, None], positive, sample_weight=weights)
    return float(fit.coef_[0, 0]), float(fit.intercept_[0])


def _weights(kinds: NDArray[np.str_]) -> NDArray[np.float64]:
    """Each kind of source counts as much as another, however many comments it has."""
    counts = Counter(kinds.tolist())
    return np.array([1000 / counts[kind] for kind in kinds.tolist()])


def _kind(comment: Labelled) -> str:
    """What sort of source: blog, of blog/somebody; of abuse its language."""
    if comment.of_abuse:
        return comment.subject.site_language
    return comment.source.partition("/")[0]


def _folds(comments: Sequence[Labelled], *, whole_sources: bool) -> NDArray[np.int64]:
    """A fold for each comment: sources whole where a kind has several, else by its text."""
    sizes = Counter(comment.source for comment in comments)
    of_kind: dict[str, list[str]] = defaultdict(list)
    for source, _ in sizes.most_common():
        of_kind[source.partition("/")[0]].append(source)
    places = {
        source: place % _FOLDS
        for sources in of_kind.values()
        if whole_sources and len(sources) > 1
        for place, source in enumerate(sources)
    }
    return np.array(
        [
            places.get(
                comment.source,
                zlib.crc32(comment.subject.text.encode("utf-8", "surrogatepass")) % _FOLDS,
            )
            for comment in comments
        ]
    )


def _figures(
    logits: NDArray[np.float64], positive: NDArray[np.bool_], kinds: NDArray[np.str_]
) -> dict[str, Any]:
    """By kind how many of both labels there are, and how well unseen sources were told apart."""
    figures = {}
    for kind in sorted(set(kinds.tolist())):
        of_kind = kinds == kind
        counts: dict[str, float] = {
            "positive": int(positive[of_kind].sum()),
            "negative": int((~positive[of_kind]).sum()),
        }
        if all(counts.values()):
            counts["auc"] = round(auc(logits[of_kind], positive[of_kind]), 4)
            counts["recall_at_1%"] = round(recall_at(0.01, logits[of_kind], positive[of_kind]), 4)
        figures[kind] = counts
    return figures


def _matrix(features: Sequence[Features]) -> Any:
    lengths = np.cumsum([0, *(len(one.places) for one in features)])
    return _scipy_sparse().csr_matrix(
        (
            np.concatenate([one.values for one in features]),
            np.concatenate([one.places for one in features]).astype(np.int32),
            lengths,
        ),
        shape=(len(features), PLACES),
    )


def _sklearn(part: str) -> Any:
    return _optional(f"sklearn.{part}")


def _scipy_sparse() -> Any:
    return _optional("scipy.sparse")


def _optional(module: str) -> Any:
    from importlib import import_module  # noqa: PLC0415 -- what only training needs

    try:
        return import_module(module)
    except ImportError as error:
        raise InvalidInputError(
            "Training needs scikit-learn: pip install scikit-learn. Judging does not."
        ) from error
