"""Making a shipped model of labelled comments. Needs scikit-learn, which judging does not.

Deterministic: the same comments in the same order give the same bytes.
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.features import (
    LANGUAGE_PLACES,
    PLACES,
    TEXT_PLACES,
    Features,
    extract,
)
from moderation.classifier.labelled import Labelled
from moderation.classifier.measures import auc, recall_at
from moderation.classifier.model import Head
from moderation.errors import InvalidInputError

_FOLDS = 8
_SEED = 20_261_126
# Of a support vector machine: less keeps it simpler. Chosen with sources left out.
_COMPLEXITY = 1.0
# The machines whose weights are added up: how many places each is told, from the first one on, and
# its share. Facts tell the known kinds of sites apart so well, and languages most of all, that
# whoever has them hardly looks at the text, which is what holds on others. Of insults there is no
# such danger: every language has both labels, and is its own kind.
_MACHINES: dict[str, dict[int, float]] = {
    "spam": {TEXT_PLACES: 0.4, PLACES - LANGUAGE_PLACES: 0.4, PLACES: 0.2},
    "abuse": {PLACES: 1.0},
}
_KEPT = 700_000  # weights of a head; the rest are near nothing and would only fill the package


def train_head(question: str, comments: Sequence[Labelled]) -> tuple[Head, dict[str, Any]]:
    """Learn one question's weights.

    A linear support vector machine (liblinear), whose margins are made log-odds by Platt's scaling
    on comments of sources that it had not seen.

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
    rows = _matrix([extract(comment.subject) for comment in comments])
    # Spam comes to sites never seen; insults differ by language, of which there is one source each.
    folds = _folds(comments, whole_sources=question == "spam")
    margins = np.zeros(len(comments))
    for fold in range(_FOLDS):
        held_out = folds == fold
        if held_out.any():
            weights, bias = _fit(question, rows[~held_out], positive[~held_out])
            margins[held_out] = rows[held_out] @ weights + bias
    kinds = np.array([_kind(comment) for comment in comments])
    slope, offset = _platt(margins, positive, _weights(kinds))
    weights, bias = _fit(question, rows, positive)
    head = Head.of((weights * slope).astype(np.float32), bias * slope + offset, _KEPT)
    return head, _figures(margins * slope + offset, positive, kinds)


def _fit(question: str, rows: Any, positive: NDArray[np.bool_]) -> tuple[NDArray[Any], float]:
    """Weights and bias: the sum of a few machines, which see the same values and so come to one."""
    rarity = _rarity(rows)
    scaled = rows.multiply(rarity).tocsr()
    weights, bias = np.zeros(PLACES), 0.0
    for told, share in _MACHINES[question].items():
        machine = _sklearn("svm").LinearSVC(C=_COMPLEXITY, random_state=_SEED)
        machine.fit(scaled[:, :told], positive)
        weights[:told] += share * machine.coef_.ravel()
        bias += share * float(machine.intercept_[0])
    return weights * rarity, bias


def _rarity(rows: Any) -> NDArray[np.float64]:
    """How much a place of text counts in training: its inverse document frequency, so that rare
    ones count more; on the whole as much as without. Facts count as they are.
    """
    comments, places = rows.shape
    rarity = np.ones(places)
    text = slice(0, TEXT_PLACES)
    found = np.bincount(rows.indices, minlength=places)[text]
    rarity[text] = 1 + np.log((1 + comments) / (1 + found))
    squares = rows[:, text].power(2)
    rarity[text] /= np.sqrt((squares @ rarity[text] ** 2).sum() / squares.sum())
    return rarity


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
