"""Support vector machines on comments as rows of numbers: what a place counts in training, and what
a few machines that see the same come to.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.optional import scipy_sparse, sklearn
from moderation.classifier.places import FIRST_WORD, PLACES, TEXT_PLACES

_SEED = 20_261_126
# Of a support vector machine: less keeps it simpler. Chosen with sources left out.
_COMPLEXITY = 0.7
_BEFORE = 5.0  # comments of each label that each place was in before any was seen
_BEFORE_WORD = 0.1  # the same of a word; chosen with sources left out, as is the next
_OFTEN_ENOUGH = 2  # comments, for a word's likelihood to count


def folded(rows: Any, places: int) -> Any:
    """Comments as they are seen where there are so many weights, a power of two."""
    if places == rows.shape[1]:
        return rows
    fewer = scipy_sparse().csr_matrix(
        (rows.data.copy(), rows.indices & (places - 1), rows.indptr.copy()),
        shape=(rows.shape[0], places),
    )
    fewer.sum_duplicates()
    return fewer


def without(rows: Any, untold: NDArray[np.uint32]) -> Any:
    """Comments without some places, and without the few that were folded onto them: what nothing
    is seen of gets no weight.
    """
    if not len(untold):
        return rows
    kept = rows.copy()
    kept.data[np.isin(kept.indices, untold & np.uint32(rows.shape[1] - 1))] = 0
    return kept


def machines_of(
    rows: Any,
    positive: NDArray[np.bool_],
    machines: dict[int, float],
    by_labels: float,
    of_kinds: Any = None,
) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
    """Weights, bias and each comment's level: the sum of a few machines, which see the same values
    and so come to one. What is rare and what differs each leave comments as long as they were; both
    together do nearly.

    Args:
        rows: comments, in so many places as the largest machine is told.
        positive: their labels.
        machines: how many places each is told, from the first one on, and its share.
        by_labels: how much of a place's size is by how the labels differ there.
        of_kinds: columns beside the places, for training alone, of which levels come.
    """
    sizes = rarity(rows) * (1 - by_labels + by_labels * _difference(rows, positive))
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


def rarity(rows: Any, facts: int = PLACES - TEXT_PLACES) -> NDArray[np.float64]:
    """How much a place of text counts in training: its inverse document frequency, so that rare
    ones count more; on the whole as much as without. Facts count as they are.

    Args:
        rows: comments.
        facts: how many places are of facts, the last ones.
    """
    comments, places = rows.shape
    found = np.bincount(rows.indices, minlength=places)
    return _of_text(1 + np.log((1 + comments) / (1 + found)), rows, facts)


def _difference(rows: Any, positive: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How much the labels differ at a place of text by itself: the size of the logarithm of the
    ratio of its shares (Wang and Manning 2012); on the whole and of facts as `rarity`.
    """
    shares = []
    for label in (positive, ~positive):
        found = _BEFORE + np.bincount(rows[label].indices, minlength=rows.shape[1])
        shares.append(found / found.sum())
    return _of_text(np.abs(np.log(shares[0] / shares[1])), rows, PLACES - TEXT_PLACES)


def likelihoods(rows: Any, positive: NDArray[np.bool_], places: int) -> NDArray[np.float64]:
    """Weights for words, their pairs and shapes, and keywords: how much likelier each is in spam
    than in ham, by its logarithm (naive Bayes). Each counts by itself, where a machine hardly looks
    at a word in comments of which others tell enough; both together find more than either (Wang and
    Manning 2012).

    Args:
        rows: comments, in all places.
        positive: their labels, of both kinds.
        places: in how many the weights are folded, a power of two.
    """
    words = rows[:, FIRST_WORD:TEXT_PLACES]
    spam, ham = (
        np.bincount(words[label].indices, minlength=words.shape[1])
        for label in (positive, ~positive)
    )
    told = np.flatnonzero(spam + ham >= _OFTEN_ENOUGH)
    shares = [np.log((of_it[told] + _BEFORE_WORD) / (of_it.sum() + 1)) for of_it in (spam, ham)]
    weights = np.zeros(places)
    np.add.at(weights, (FIRST_WORD + told) & (places - 1), shares[0] - shares[1])
    return weights


def _of_text(sizes: NDArray[np.float64], rows: Any, facts: int) -> NDArray[np.float64]:
    """These sizes for places of text, so that comments are as long with them as without; one for
    facts.
    """
    text = slice(0, len(sizes) - facts)
    scaled = np.ones(len(sizes))
    squares = rows[:, text].power(2)
    length = np.sqrt((squares @ sizes[text] ** 2).sum() / (squares.sum() or 1.0))
    if length:  # else there is no text, or no place differs, and all count alike
        scaled[text] = sizes[text] / length
    return scaled
