"""Features: what the learned model sees of a comment, as numbered places with values."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.pieces import Pieces, cut
from moderation.classifier.places import (
    FIRST_KEYWORD,
    FIRST_SECTION,
    FIRST_WORD,
    PLACES,
    TEXT_PLACES,
)
from moderation.classifier.reading import read
from moderation.domain.evidence import Subject

_ENDS = np.array([FIRST_WORD, FIRST_KEYWORD, TEXT_PLACES], np.uint32)
# How much each group counts beside the others. Pieces of text share their group's length: a long
# text has no more say than a short one. Chosen with sources left out.
_GROUPS = (1.0, 1.0, 0.7)  # runs of characters, words and their shapes, keywords
_BY_COUNT = (1 + np.log(np.maximum(np.arange(4_096), 1))).astype(np.float32)
_BEFORE_ALL, _BEHIND_ALL = np.array([0], np.uint32), np.array([PLACES], np.uint32)


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """One comment's features.

    Attributes:
        places: ascending, without repetition, each below `PLACES`.
        values: one for each place.
    """

    places: NDArray[np.uint32]
    values: NDArray[np.float32]

    @property
    def section(self) -> int:
        """The comment's section, as `section_of` numbers it; 0 if no place tells."""
        return max(0, int(self.places[-1]) - FIRST_SECTION) if len(self.places) else 0

    def pack(self) -> bytes:
        """As bytes, six for each place; values lose what half-precision numbers do not hold."""
        return self.places.astype("<u4").tobytes() + self.values.astype("<f2").tobytes()

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """The features that `pack` has packed.

        Raises:
            ValueError: these bytes are none.
        """
        count, rest = divmod(len(packed), 6)
        if rest:
            raise ValueError("These bytes are no packed features.")
        places = np.frombuffer(packed, "<u4", count).astype(np.uint32)
        values = np.frombuffer(packed, "<f2", count, offset=4 * count).astype(np.float32)
        return cls(places, values)


def extract(subject: Subject) -> Features:
    """The features of a comment. Takes any text that Python can hold, and never fails."""
    return features_of(cut(subject, read(subject)))


def features_of(pieces: Pieces) -> Features:
    """The features that pieces come to: each place counts by the logarithm of how often it comes,
    every group of text by its weight, however long it is; facts each by their own. The last place
    tells the section.
    """
    places, counts = _counted(
        np.concatenate(
            (
                _BEFORE_ALL,
                *pieces.text,
                *pieces.name,
                pieces.words,
                pieces.shapes,
                pieces.keywords,
                _BEHIND_ALL,
            )
        )
    )
    values = _BY_COUNT.take(counts, mode="clip")
    values *= _scales(places, values)
    return Features(
        np.concatenate((places, pieces.facts)), np.concatenate((values, pieces.counted))
    )


def _scales(places: NDArray[np.uint32], values: NDArray[np.float32]) -> NDArray[np.float32]:
    """By what each value is multiplied, for its group to come to the group's weight."""
    runs_end, words_end, end = places.searchsorted(_ENDS).tolist()
    groups = zip((0, runs_end, words_end), (runs_end, words_end, end), _GROUPS, strict=True)
    filled = [(first, last - first, weight) for first, last, weight in groups if last > first]
    if not filled:
        return values
    firsts, counts, weights = zip(*filled, strict=True)
    # Not by a dot product, whose last bits are another processor's.
    scales = np.array(weights, np.float32)
    scales /= np.sqrt(np.add.reduceat(values * values, firsts))
    return scales.repeat(counts)


def _counted(places: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    """Each place once, ascending, and how often it comes: `np.unique`, in a third of its time.

    Args:
        places: `_BEFORE_ALL` and `_BEHIND_ALL` are among them and are left out, and with the one
            whatever has place 0 by chance; they are sorted where they are.
    """
    places.sort()
    last = np.not_equal(places[1:], places[:-1]).nonzero()[0]  # of each, where it comes last
    behind_first = last[1:]
    return places.take(behind_first), behind_first - last[:-1]
