"""Waiting for a verdict of the workers, for a moment, with only some of a process's threads."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# A verdict on a comment that comes alone takes about 50 ms: it is looked for often at first.
_FIRST_PAUSE = 0.01  # seconds
_LONGEST_PAUSE = 0.1  # seconds
_LONGER = 1.4
# One in so many places, where there are several one at least, is no one site's, whose services may
# answer slowly.
_FOR_OTHERS = 4


class VerdictWait:
    """Looks again and again, for so long and for so many at once.

    Args:
        at_once: how many threads may wait; the others serve whoever waits for no verdict.
        seconds: for how long at most.
    """

    def __init__(self, at_once: int, seconds: float) -> None:
        self._at_once = at_once
        self._of_a_site = max(1, at_once - max(1, at_once // _FOR_OTHERS))
        self._seconds = seconds
        self._lock = threading.Lock()
        self._waiting: Counter[int] = Counter()

    def until(self, look: Callable[[], T | None], site_id: int) -> T | None:
        """What `look` finds for a site; None where it finds nothing in time, or too many are
        waiting.
        """
        if not self._begin(site_id):
            return look()
        try:
            return self._look_until(look, time.monotonic() + self._seconds)
        finally:
            self._end(site_id)

    def _begin(self, site_id: int) -> bool:
        with self._lock:
            full = self._waiting.total() >= self._at_once
            if full or self._waiting[site_id] >= self._of_a_site:
                return False
            self._waiting[site_id] += 1
            return True

    def _end(self, site_id: int) -> None:
        with self._lock:
            self._waiting[site_id] -= 1
            if not self._waiting[site_id]:
                del self._waiting[site_id]

    @staticmethod
    def _look_until(look: Callable[[], T | None], end: float) -> T | None:
        pause = _FIRST_PAUSE
        while (found := look()) is None and (left := end - time.monotonic()) > 0:
            time.sleep(min(pause, left))
            pause = min(pause * _LONGER, _LONGEST_PAUSE)
        return found
