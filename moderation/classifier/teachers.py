"""What each of a site's teachers has moved and counted, so that a lesson can be held against what
the others taught: what came of somebody's own turn does not vouch for them.
"""

from collections.abc import Iterator
from dataclasses import asdict
from io import BytesIO
from typing import Any

import numpy as np

from moderation.classifier.arrays import Places, Values
from moderation.classifier.by_place import ByPlace
from moderation.classifier.stored import finite
from moderation.classifier.word_counts import Counts, WordCounts, Words, word_log_odds
from moderation.domain.teaching import Account

# Who began later than so many are one together: each that is apart takes five megabytes while a
# lesson is learned, and whoever may import lessons can make any number of teachers.
_MOST_APART = 12
_THE_REST = "the rest"


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

    def moved_by_others(self, teacher: str, places: Places, values: Values, by_all: float) -> float:
        """What the weights that others moved say of a comment, in log-odds, as far as these have
        standing.

        Args:
            teacher: who has an account.
            places: of the comment's features.
            values: of the comment's features.
            by_all: what all that was moved says of it.
        """
        says = {name: moved.says(places, values) for name, moved in self._moved.items()}
        rest = by_all - sum(says.values())
        return sum(account.share * says.get(name, rest) for name, account in self._others(teacher))

    def counted_by_others(self, teacher: str, words: Words, by_all: Counts) -> Values:
        """What the others' counts of a comment's words say, of each, as far as these have standing.

        Args:
            teacher: who has an account.
            words: the comment's.
            by_all: how often all lessons had them.
        """
        counts = {name: moved.words.at(words) for name, moved in self._moved.items()}
        rest = np.maximum(0, by_all - sum(counts.values()))
        others = [account.share * counts.get(name, rest) for name, account in self._others(teacher)]
        return word_log_odds(sum(others, np.zeros_like(by_all)))

    def _others(self, teacher: str) -> Iterator[tuple[str, Account]]:
        own = self._counted_as(teacher)
        return ((name, one) for name, one in self._accounts.items() if name != own)

    def standing_of_others(self, teacher: str) -> float:
        """What all but this one have together, who has an account."""
        return sum(max(0.0, one.standing) for _, one in self._others(teacher))

    def move(self, teacher: str, places: Places, steps: Values, bias: float) -> None:
        """Note that a lesson of a teacher's has moved weights, and the bias, by so much."""
        teacher = self._counted_as(teacher)
        if teacher in self._moved:
            self._moved[teacher].move(places, steps, bias)

    def count(self, teacher: str, words: Words, weight: float, *, is_spam: bool) -> None:
        """Note that a lesson of a teacher's had these words."""
        teacher = self._counted_as(teacher)
        if teacher in self._moved:
            self._moved[teacher].words.learn(words, weight, is_spam=is_spam)

    def to_json(self) -> list[dict[str, Any]]:
        """Everything but what stands at places."""
        return [
            {"name": name, **asdict(account)}
            | (self._moved[name].to_json() if name in self._moved else {})
            for name, account in self._accounts.items()
        ]

    def arrays(self) -> Iterator[bytes]:
        """What stands at places, in the order of `to_json`."""
        for moved in self._moved.values():
            yield from moved.arrays()

    def read(self, told: list[dict[str, Any]], body: BytesIO) -> None:
        """Take up those that `to_json` and `arrays` gave.

        Raises:
            ValueError: it is less, or nothing that they give.
        """
        for one in told:
            account = self.account(str(one["name"]))
            account.standing, account.nats = finite(one["standing"]), finite(one["nats"])
            if one["name"] in self._moved:
                self._moved[one["name"]].read(one, body)


class _Moved:
    """What one teacher has moved and counted."""

    def __init__(self, size: int) -> None:
        self._weights = ByPlace(size, 0.0)
        self._bias = 0.0
        self.words = WordCounts()

    def says(self, places: Places, values: Values) -> float:
        return float(self._weights.at(places, 0)[0] @ values) + self._bias

    def move(self, places: Places, steps: Values, bias: float) -> None:
        self._weights.spread()[0][places] += steps
        self._bias += bias

    def to_json(self) -> dict[str, Any]:
        return {"bias": self._bias, "counted": self.words.to_json()}

    def arrays(self) -> Iterator[bytes]:
        yield from self._weights.arrays()
        yield from self.words.arrays()

    def read(self, told: dict[str, Any], body: BytesIO) -> None:
        self._bias = finite(told["bias"])
        self._weights.read(body)
        self.words.read(told["counted"], body)
