"""Numbers at a site's places: few as they are kept, one for every place while more are learned."""

from collections.abc import Iterator
from io import BytesIO

import numpy as np

from moderation.classifier.arrays import Places, Values

_COUNT = 4  # bytes that tell how many places follow


class ByPlace:
    """Columns of numbers by place.

    Args:
        size: how many places there are.
        first: by column what stands at every place before it is changed.
    """

    def __init__(self, size: int, *first: float) -> None:
        self._size, self._first = size, first
        # What was changed so far, by ascending place: all that judging needs.
        self._places = np.empty(0, np.uint32)
        self._few = [np.empty(0, np.float32) for _ in first]
        # The same for every place, once there is something to learn.
        self._all: list[Values] = []

    def at(self, places: Places, *columns: int) -> list[Values]:
        """What stands at some places, in these columns; new arrays."""
        if self._all:
            return [self._all[column][places] for column in columns]
        if not len(self._places):
            return [np.full(len(places), self._first[column], np.float32) for column in columns]
        where = np.minimum(np.searchsorted(self._places, places), len(self._places) - 1)
        unchanged = self._places[where] != places
        found = [self._few[column][where] for column in columns]
        for values, column in zip(found, columns, strict=True):
            values[unchanged] = self._first[column]
        return found

    def spread(self) -> list[Values]:
        """The columns, from now on with a number for every place, to be changed in place."""
        if not self._all:
            spread = [np.full(self._size, first, np.float32) for first in self._first]
            for column, few in zip(spread, self._few, strict=True):
                column[self._places] = few
            self._all = spread
        return self._all

    def arrays(self) -> Iterator[bytes]:
        """How many places were changed, which, and what stands there, column by column."""
        places, columns = self._gathered()
        yield len(places).to_bytes(_COUNT, "little")
        yield places.astype("<u4").tobytes()
        for column in columns:
            yield column.astype("<f4").tobytes()

    def read(self, body: BytesIO, *rising: int) -> None:
        """Take up what `arrays` gave.

        Args:
            body: where it is next.
            rising: the columns in which nothing is ever less than what stood there first.

        Raises:
            ValueError: it is less, or nothing that it gives.
        """
        count = int.from_bytes(body.read(_COUNT), "little")
        columns = [body.read(4 * count) for _ in range(1 + len(self._first))]
        self._places = np.frombuffer(columns[0], "<u4", count)
        self._few = [np.frombuffer(column, "<f4", count) for column in columns[1:]]
        ascending = bool((self._places[1:] > self._places[:-1]).all())
        if not ascending or self._places[-1:].max(initial=0) >= self._size:
            raise ValueError("places that are none, or not in order")
        if not all(np.isfinite(column).all() for column in self._few):
            raise ValueError("numbers that are none")
        if any((self._few[column] < np.float32(self._first[column])).any() for column in rising):
            raise ValueError("numbers that are none there")

    def _gathered(self) -> tuple[Places, list[Values]]:
        if not self._all:
            return self._places, self._few
        columns = zip(self._all, self._first, strict=True)
        changed = np.any([column != np.float32(first) for column, first in columns], axis=0)
        places = np.flatnonzero(changed).astype(np.uint32)
        return places, [column[places] for column in self._all]
