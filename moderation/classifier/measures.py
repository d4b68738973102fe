"""How well scores tell two labels apart, and how true probabilities are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_BINS = 10

Scores = NDArray[np.float64]
Labels = NDArray[np.bool_]


def auc(scores: Scores, positive: Labels) -> float:
    """The area under the ROC curve: how often a positive has a higher score than a negative, ties
    for half (Mann and Whitney). Not a number where a label is missing.
    """
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if not positives or not negatives:
        return float("nan")
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    return float(
        (ranks[positive].sum() - positives * (positives + 1) / 2) / (positives * negatives)
    )


def recall_at(false_positives: float, scores: Scores, positive: Labels) -> float:
    """The share of positives above a threshold that at most this share of negatives exceeds. Not a
    number where a label is missing.
    """
    negatives = np.sort(scores[~positive])[::-1]
    if not len(negatives) or not positive.any():
        return float("nan")
    threshold = negatives[int(len(negatives) * false_positives)]
    return float((scores[positive] > threshold).mean())


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """What comes of saying “positive” from a probability on.

    Attributes:
        precision: of what was called positive, the share that is; nan where nothing was.
        recall: of the positives, the share that was called so; nan where there are none.
        f1: their harmonic mean; nan where there are no positives.
        false_positives: of the negatives, the share that was called positive; nan where there are
            none.
    """

    precision: float
    recall: float
    f1: float
    false_positives: float


def at_threshold(threshold: float, probabilities: Scores, positive: Labels) -> AtThreshold:
    """What comes of a threshold."""
    called = probabilities >= threshold
    right = int((called & positive).sum())
    precision = _share(right, int(called.sum()))
    recall = _share(right, int(positive.sum()))
    # Where nothing was right, recall is nought, or nan for want of positives; so is f1.
    f1 = 2 * precision * recall / (precision + recall) if right else recall
    return AtThreshold(
        precision, recall, f1, _share(int((called & ~positive).sum()), int((~positive).sum()))
    )


def brier(probabilities: Scores, positive: Labels) -> float:
    """The mean squared error of probabilities (Brier 1950); less is better."""
    return float(((probabilities - positive) ** 2).mean())


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of the reliability curve: how likely comments were said to be positive on average,
    how many of them were, and how many comments those are.
    """

    said: float
    was: float
    count: int


def reliability(probabilities: Scores, positive: Labels) -> list[Bin]:
    """The reliability curve: ten bins of equal width; those without comments are left out."""
    bins = np.minimum((probabilities * _BINS).astype(int), _BINS - 1)
    return [
        Bin(
            float(probabilities[bins == place].mean()),
            float(positive[bins == place].mean()),
            int((bins == place).sum()),
        )
        for place in range(_BINS)
        if (bins == place).any()
    ]


def calibration_error(probabilities: Scores, positive: Labels) -> float:
    """The expected calibration error: how far the reliability curve is from true, on average."""
    curve = reliability(probabilities, positive)
    return sum(abs(b.said - b.was) * b.count for b in curve) / len(probabilities)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
