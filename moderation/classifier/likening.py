"""Learning which kinds of sites there are, and what tells them apart, whatever of it is spam."""

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.fitting import Likeness
from moderation.classifier.heads import KIND_NAME, Weights
from moderation.classifier.machines import folded, rarity
from moderation.classifier.optional import sklearn
from moderation.classifier.places import TEXT_PLACES

_SEED = 20_261_128
_COMPLEXITY = 0.1  # of a support vector machine; chosen with sources left out
_PLACES = 1 << 14  # more tell no better
_FEWEST = 100  # comments of each label, for a kind to be learned
_LEAST = 0.0  # likeness in the mean, for a kind with fewer to teach of another


def homes_of(
    rows: Any, positive: NDArray[np.bool_], kinds: NDArray[np.str_]
) -> tuple[NDArray[np.str_], dict[str, Likeness]]:
    """Of each comment the kind of sites that it teaches of, and what tells these kinds apart.

    A kind that has too few comments of one label to say what spam is on such sites, as a list of
    spam has, teaches of the kind that its comments are like, if there is one, else of none. So does
    one whose name is no `KIND_NAME`.

    Args:
        rows: what is seen of comments.
        positive: their labels.
        kinds: what kind of source each is from.

    Returns:
        For each comment a kind's name, empty for none, and by these names what `kinds.likeness`
        needs. There is nothing to tell apart where fewer than two kinds have enough.
    """
    named = [kind for kind in sorted(set(kinds.tolist())) if KIND_NAME.fullmatch(kind)]
    enough = [kind for kind in named if _is_enough(positive[kinds == kind])]
    if len(enough) <= 1:  # there is nothing to tell apart
        return np.full(len(kinds), "", kinds.dtype), {}
    text = folded(rows[:, :TEXT_PLACES], _PLACES)
    known = np.isin(kinds, enough)
    homes = np.where(known, kinds, "")
    first = _likenesses(text[known], positive[known], homes[known])
    for kind in sorted(set(kinds.tolist()) - set(enough)):
        homes[kinds == kind] = _most_like(text[kinds == kind], first)
    return homes, _likenesses(text, positive, homes)


def _is_enough(positive: NDArray[np.bool_]) -> bool:
    return bool(min(positive.sum(), (~positive).sum()) >= _FEWEST)


def _most_like(text: Any, likenesses: dict[str, Likeness]) -> str:
    """The kind that comments are like; nothing if they are like none."""
    means = {
        kind: float(np.clip(_said(text, likeness), -1, 1).mean())
        for kind, likeness in likenesses.items()
    }
    kind = max(means, key=lambda kind: means[kind])
    return kind if means[kind] >= _LEAST else ""


def _said(text: Any, likeness: Likeness) -> NDArray[np.float64]:
    weights, bias = likeness
    said: NDArray[np.float64] = text @ weights.at(np.arange(_PLACES, dtype=np.uint32)) + bias
    return said


def _likenesses(
    text: Any, positive: NDArray[np.bool_], kinds: NDArray[np.str_]
) -> dict[str, Likeness]:
    """What tells each kind from all others, those of none among them. Of a kind both labels count
    alike, so that spam does not speak for kinds that have much of it: each as a thousand comments,
    for which it was chosen how far a machine may fit.
    """
    groups = list(zip(kinds.tolist(), positive.tolist(), strict=True))
    counts = Counter(groups)
    weights = np.array([1000 / max(counts[group], _FEWEST) for group in groups])
    sizes = rarity(text, facts=0)
    scaled = text.multiply(sizes).tocsr()
    found = {}
    for kind in sorted(set(kinds.tolist()) - {""}):
        machine = sklearn("svm").LinearSVC(C=_COMPLEXITY, random_state=_SEED)
        machine.fit(scaled, kinds == kind, sample_weight=weights)
        likeness = (machine.coef_.ravel() * sizes).astype(np.float32)
        found[kind] = (Weights.of(likeness), float(machine.intercept_[0]))
    return found
