"""Making a shipped model of labelled comments. Needs scikit-learn, which judging does not.

Deterministic: the same comments in the same order give the same bytes.
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.features import Features, features_of
from moderation.classifier.fitting import Examples, Likeness, Scale, fit
from moderation.classifier.heads import Head
from moderation.classifier.labelled import Labelled
from moderation.classifier.likening import homes_of
from moderation.classifier.manners import MANNERS
from moderation.classifier.measures import auc, recall_at
from moderation.classifier.optional import scipy_sparse, sklearn
from moderation.classifier.pieces import Pieces, cut
from moderation.classifier.places import PLACES, of_any_language, same_language, sections_of
from moderation.classifier.reading import read
from moderation.errors import InvalidInputError

_FOLDS = 8
# Facts that are not told, by how their names begin: how an insult is written differs from one
# source to the next.
_UNTOLD: dict[str, tuple[str, ...]] = {"spam": (), "abuse": MANNERS}
_FEWEST = 30  # comments of each label, for a section of their own


def train_head(question: str, comments: Sequence[Labelled]) -> tuple[Head, dict[str, Any]]:
    """Learn one question's weights.

    Linear support vector machines (liblinear), one for every comment and one for each section that
    has enough of them, whose margins are made log-odds by Platt's scaling on comments of sources
    that they had not seen. Of spam so for each kind of sites, too.

    Args:
        question: spam or abuse.
        comments: labelled for that question.

    Returns:
        The head, and figures of how it does on sources it was not trained on, of which the kind is
        known.

    Raises:
        InvalidInputError: there are not both labels, also without those that one fold leaves out,
            or scikit-learn is not installed.
    """
    positive = np.array([comment.positive for comment in comments])
    # Spam comes to sites never seen; insults differ by language, of which there is one source each.
    folds = _folds(comments, whole_sources=question == "spam")
    _see_to_both_labels(question, positive, folds)
    pieces = [cut(comment.subject, read(comment.subject)) for comment in comments]
    features = [features_of(one) for one in pieces]
    untold = _places_of(_UNTOLD[question], pieces)
    rows = _matrix(features)
    found = [one.section for one in features]
    kinds = np.array([comment.kind for comment in comments])
    standing_for = _sections(question, found, positive, kinds)
    at = {number: section for section, others in standing_for.items() for number in others}
    sections = np.array([at.get(one, at.get(of_any_language(one), -1)) for one in found])
    # Insults differ by language, which a section tells.
    homes, likenesses = (
        homes_of(rows, positive, kinds)
        if question == "spam"
        else (np.full(len(kinds), "", kinds.dtype), {})
    )
    examples = Examples(rows, positive, sections, kinds, homes)
    margins, of_kinds = np.zeros(len(comments)), np.zeros(len(comments))
    for fold in range(_FOLDS):
        held_out = folds == fold
        if held_out.any():
            fitted = fit(question, examples.only(~held_out), untold)
            margins[held_out] = fitted.margins(rows[held_out], sections[held_out])
            of_kinds[held_out] = fitted.margins_of_kinds(rows[held_out], homes[held_out])
    scale = _platt(margins, positive, _weights(kinds))
    scales: dict[str, tuple[Scale, Likeness]] = {}
    logits = margins * scale[0] + scale[1]
    for kind, likeness in likenesses.items():
        of_it = homes == kind
        slope, offset = _platt(of_kinds[of_it], positive[of_it], np.ones(of_it.sum()))
        if slope > 0:  # else what tells on some such sites is wrong on others
            logits[of_it] = of_kinds[of_it] * slope + offset
            scales[kind] = (slope, offset), likeness
    head = fit(question, examples, untold).head(scale, standing_for, scales)
    return head, _figures(logits, positive, kinds)


def _see_to_both_labels(
    question: str, positive: NDArray[np.bool_], folds: NDArray[np.int64]
) -> None:
    """Refuse comments of which a fold is all that has a label: what is left teaches nothing.

    Raises:
        InvalidInputError: they are such.
    """
    if not positive.any() or positive.all():
        raise InvalidInputError(f"To learn {question}, comments of both labels are needed.")
    for label in (positive, ~positive):
        if len(set(folds[label].tolist())) == 1:
            raise InvalidInputError(
                f"To learn {question}, each label must be in comments of several sources of a "
                f"kind, or in more comments of one: some are left out in turn, to judge the rest."
            )


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


def _places_of(beginnings: tuple[str, ...], pieces: Sequence[Pieces]) -> NDArray[np.uint32]:
    """The places of the facts whose names begin so."""
    found = {
        int(place)
        for one in pieces
        for fact, place in zip(one.said, one.facts[:-1], strict=True)
        if fact.startswith(beginnings)
    }
    return np.array(sorted(found), np.uint32)


def _platt(
    margins: NDArray[np.float64], positive: NDArray[np.bool_], weights: NDArray[np.float64]
) -> Scale:
    """Slope and offset that make margins log-odds (Platt 1999)."""
    fit = sklearn("linear_model").LogisticRegression(C=1e6)
    fit.fit(margins[:, None], positive, sample_weight=weights)
    return float(fit.coef_[0, 0]), float(fit.intercept_[0])


def _weights(kinds: NDArray[np.str_]) -> NDArray[np.float64]:
    """Each kind of source counts as much as another, however many comments it has: as a thousand,
    for which it was chosen how far the machines may fit.
    """
    counts = Counter(kinds.tolist())
    return np.array([1000 / counts[kind] for kind in kinds.tolist()])


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
    return scipy_sparse().csr_matrix(
        (
            np.concatenate([one.values for one in features]),
            np.concatenate([one.places for one in features]).astype(np.int32),
            lengths,
        ),
        shape=(len(features), PLACES),
    )
