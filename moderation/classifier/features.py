"""Features: what the learned model sees of a comment, as numbered places with values."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.kernel import counted
from moderation.classifier.pieces import Pieces, cut
from moderation.classifier.places import FIRST_SECTION
from moderation.classifier.reading import read
from moderation.domain.evidence import Subject


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
    text = (pieces.runs, pieces.words, pieces.shapes, pieces.keywords)
    return Features(*counted(text, pieces.facts, pieces.counted))
