"""What was found out about words, kept in mind for when they come again, as most do."""

from collections.abc import Callable
from typing import TypeVar

LONGEST_KEPT = 40  # characters of a word or fact: endless ones would fill the memory

Found = TypeVar("Found")


class Kept(dict[str, Found]):
    """The values of a pure function by its argument: `kept[word]`. A dictionary, since a word that
    is known costs less than half of what it does in a `functools.lru_cache`, and whole texts of
    them go through `map(kept.__getitem__, words)` without a step of Python. When it is full, what
    was not asked since it was full the last time is forgotten. Several threads may ask at once: at
    worst the function is asked twice.

    Args:
        function: what is asked of a word that is not kept.
        most: how many words are kept; besides, as many former ones.
    """

    def __init__(self, function: Callable[[str], Found], most: int) -> None:
        super().__init__()
        self._function, self._most = function, most
        self._former: dict[str, Found] = {}

    def __missing__(self, word: str) -> Found:
        former = self._former
        found = former[word] if word in former else self._function(word)
        if len(word) <= LONGEST_KEPT:
            if len(self) >= self._most:
                self._former = dict(self)
                self.clear()
            self[word] = found
        return found
