"""In how many of a site's lessons each word was, and how much likelier that makes it in spam.

Each word, pair, shape and keyword counts by itself (naive Bayes), where a machine that learns by
its errors leaves alone what is right already. Both together find more than either, on a site as
in the shipped model (`machines.likelihoods`).
"""

from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.arrays import Places, Values
from moderation.classifier.by_place import ByPlace
from moderation.classifier.features import Features
from moderation.classifier.places import FIRST_WORD, TEXT_PLACES
from moderation.classifier.stored import at_least

# Of some words how many lessons each was in, of ham and of spam: two rows. In the last column is
# how many words these lessons had in all.
Counts = NDArray[np.float64]

_PLACES = 1 << 17
# Found on the streams that the learner's rates were found on. How much words say beside what else
# was learned, and how often each is thought to have been seen before, by the labels' shares.
_SHARE = 0.25
_BEFORE = 0.3


class Words(NamedTuple):
    """The words of a comment.

    Attributes:
        among: where they stand among its features.
        places: where each is counted.
    """

    among: slice
    places: Places


def words_of(features: Features) -> Words:
    """The words of a comment, pairs, shapes and keywords among them."""
    first, end = np.searchsorted(features.places, (FIRST_WORD, TEXT_PLACES))
    own = features.places[first:end] & np.uint32(_PLACES - 1)
    return Words(slice(int(first), int(end)), own)


class WordCounts:
    """How many lessons each word was in, by label."""

    def __init__(self) -> None:
        self._counts = ByPlace(_PLACES, 0.0, 0.0)
        self._totals = [0.0, 0.0]

    def learn(self, words: Words, weight: float, *, is_spam: bool) -> None:
        """Count one more lesson's words, as far as it weighs."""
        # Two words at one place count as one, and as two in the total: there are few of them.
        self._counts.spread()[is_spam][words.places] += np.float32(weight)
        self._totals[is_spam] += weight * len(words.places)

    def at(self, words: Words) -> Counts:
        """How many lessons each of these words was in."""
        counts = np.empty((2, len(words.places) + 1))
        counts[:, :-1] = self._counts.at(words.places, 0, 1)
        counts[:, -1] = self._totals
        return counts

    def to_json(self) -> list[float]:
        """Everything but the counts by place."""
        return self._totals

    def arrays(self) -> Iterator[bytes]:
        """The counts by place."""
        return self._counts.arrays()

    def read(self, told: list[float], body: BytesIO) -> None:
        """Take up what `to_json` and `arrays` gave.

        Raises:
            ValueError: it is less, or nothing that they give.
        """
        self._counts.read(body, 0, 1)
        ham, spam = told
        self._totals = [at_least(0, ham), at_least(0, spam)]


def word_log_odds(counts: Counts) -> Values:
    """What words say for spam, in log-odds of a value of 1: of each how much likelier it is in spam
    than in ham, by its logarithm, as far as that counts.
    """
    totals = counts[:, -1] + 1
    # So smoothed a word says nothing that was in as many lessons of a label as could be expected.
    shares = counts[:, :-1] / totals[:, np.newaxis] + _BEFORE / totals.sum()
    ham, spam = np.log(shares)
    found: Values = (_SHARE * (spam - ham)).astype(np.float32)
    return found
