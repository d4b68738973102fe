"""What each of a site's teachers has moved, so that a lesson can be held against what the others
taught: what was moved in somebody's own turn does not vouch for them.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.domain.teaching import Account

_NOTHING = np.empty(0, np.float32)
# Who began later than so many are one together: each that is apart takes four megabytes while a
# lesson is learned, and whoever may import lessons can make any number of teachers.
_MOST_APART = 12
_THE_REST = "the rest"

Places = NDArray[np.uint32]
Values = NDArray[np.float32]


class Teachers:
    """All who taught a site, by name, in the order in which they began.

    What the first has moved is what is left when the others' is taken away, so it is not kept: a
    site with one teacher pays nothing for this.

    Args:
        size: how many weights a site's model has.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._accounts: dict[str, Account] = {}
        self._moved: dict[str, _Moved] = {}  # by all but the first

    def copy(self) -> "Teachers":
        """The same, to go on with."""
        other = Teachers(self._size)
        other._accounts = {name: copy(one) for name, one in self._accounts.items()}
        other._moved = {name: one.copy() for name, one in self._moved.items()}
        return other

    def account(self, teacher: str) -> Account:
        """A teacher's; a new one's if they are new."""
        teacher = self._counted_as(teacher)
        if teacher not in self._accounts:
            if self._accounts:
                self._moved[teacher] = _Moved(self._size)
            self._accounts[teacher] = Account()
        return self._accounts[teacher]

    def _counted_as(self, teacher: str) -> str:
        if teacher in self._accounts or len(self._accounts) < _MOST_APART:
            return teacher
        return _THE_REST

    def by_others(self, teacher: str, places: Places, values: Values, by_all: float) -> float:
        """What the others taught says of a comment, in log-odds, as far as they have standing.

        Args:
            teacher: who has an account.
            places: of the comment's features.
            values: of the comment's features.
            by_all: what all taught says of it.
        """
        teacher = self._counted_as(teacher)
        says = {name: moved.says(places, values) for name, moved in self._moved.items()}
        rest = by_all - sum(says.values())
        return sum(
            account.share * says.get(name, rest)
            for name, account in self._accounts.items()
            if name != teacher
        )

    def standing_of_others(self, teacher: str) -> float:
        """What all but this one have together, who has an account."""
        own = self._accounts[self._counted_as(teacher)]
        return sum(max(0.0, one.standing) for one in self._accounts.values() if one is not own)

    def move(self, teacher: str, places: Places, steps: Values, bias: float) -> None:
        """Note that a lesson of a teacher's has moved weights, and the bias, by so much."""
        teacher = self._counted_as(teacher)
        if teacher in self._moved:
            self._moved[teacher].move(places, steps, bias)

    def to_json(self) -> list[dict[str, Any]]:
        """Everything but the weights."""
        told = []
        for name, account in self._accounts.items():
            moved = self._moved.get(name)
            told.append(
                {"name": name, **asdict(account)}
                | ({"bias": moved.bias, "places": moved.count()} if moved else {})
            )
        return told

    def arrays(self) -> Iterator[bytes]:
        """The weights, in the order of `to_json`."""
        for moved in self._moved.values():
            yield from moved.arrays()

    @classmethod
    def read(cls, size: int, told: list[dict[str, Any]], body: bytes, offset: int) -> "Teachers":
        """Those that `to_json` and `arrays` gave.

        Args:
            size: how many weights a site's model has.
            told: what `to_json` gave.
            body: holds the arrays.
            offset: where they begin in it.
        """
        teachers = cls(size)
        for one in told:
            account = teachers.account(str(one["name"]))
            account.standing, account.nats = float(one["standing"]), float(one["nats"])
            if one["name"] in teachers._moved:
                count = int(one["places"])
                teachers._moved[one["name"]] = _Moved(
                    size,
                    np.frombuffer(body, "<u4", count, offset),
                    np.frombuffer(body, "<f4", count, offset + 4 * count),
                    float(one["bias"]),
                )
                offset += 8 * count
        return teachers


class _Moved:
    """What one teacher has moved: few weights as they were read, all once they are needed."""

    def __init__(
        self,
        size: int,
        places: Places | None = None,
        weights: Values = _NOTHING,
        bias: float = 0.0,
    ) -> None:
        self._size = size
        self._places = np.empty(0, np.uint32) if places is None else places
        self._few, self._all = weights, _NOTHING
        self.bias = bias

    def copy(self) -> "_Moved":
        other = copy(self)
        other._all = self._all.copy()  # noqa: SLF001
        return other

    def says(self, places: Places, values: Values) -> float:
        self._spread()
        return float(self._all[places] @ values) + self.bias

    def move(self, places: Places, steps: Values, bias: float) -> None:
        self._spread()
        self._all[places] += steps
        self.bias += bias

    def count(self) -> int:
        return len(self._gathered()[0])

    def arrays(self) -> Iterator[bytes]:
        places, weights = self._gathered()
        yield places.astype("<u4").tobytes()
        yield weights.astype("<f4").tobytes()

    def _spread(self) -> None:
        if not len(self._all):
            self._all = np.zeros(self._size, np.float32)
            self._all[self._places] = self._few

    def _gathered(self) -> tuple[Places, Values]:
        if not len(self._all):
            return self._places, self._few
        places = np.flatnonzero(self._all).astype(np.uint32)
        return places, self._all[places]
