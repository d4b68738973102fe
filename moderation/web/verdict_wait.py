"""Waiting for a verdict of the workers, for a moment, with only some of a process's threads."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# A verdict on a comment that comes alone takes about 50 ms: it is looked for often at first.
_FIRST_PAUSE = 0.01  # seconds
_LONGEST_PAUSE = 0.1  # seconds
_LONGER = 1.4


class VerdictWait:
    """Looks again and again, for so long and for so many at once.

    Args:
        at_once: how many threads may wait; the others serve whoever waits for no verdict.
        seconds: for how long at most.
    """

    def __init__(self, at_once: int, seconds: float) -> None:
        self._slots = threading.BoundedSemaphore(at_once)
        self._seconds = seconds

    def until(self, look: Callable[[], T | None]) -> T | None:
        """What `look` finds; None where it finds nothing in time, or too many are waiting."""
        if not self._slots.acquire(blocking=False):
            return look()
        try:
            return self._look_until(look, time.monotonic() + self._seconds)
        finally:
            self._slots.release()

    @staticmethod
    def _look_until(look: Callable[[], T | None], end: float) -> T | None:
        pause = _FIRST_PAUSE
        while (found := look()) is None and (left := end - time.monotonic()) > 0:
            time.sleep(min(pause, left))
            pause = min(pause * _LONGER, _LONGEST_PAUSE)
        return found
