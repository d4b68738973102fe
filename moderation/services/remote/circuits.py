"""Circuit breakers: a service that failed several times in a row is left alone for a while.

Each worker process counts for itself. What it finds it also leaves as a hint where the others look
(Redis); without hints each process merely has to find out by itself.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from moderation.domain.remote import LONGEST_WAIT

FAILURES = 3  # in a row, until it is left alone
_FIRST_PAUSE, _LONGEST_PAUSE = 30.0, 600.0  # seconds; a pause doubles with each further failure
_DOUBLED = 10  # times; by then the longest pause is reached, and no float holds two to any power


class Hints(Protocol):
    """What the workers tell each other. Never raises: without an answer there is no hint."""

    def pause(self, name: str, seconds: float) -> None:
        """Tell that a service is left alone for so long."""
        ...

    def is_paused(self, name: str) -> bool:
        """Whether somebody told so."""
        ...


@dataclass(slots=True)
class _State:
    failures: int = 0
    until: float = 0.0
    is_tried: bool = False


class Circuits:
    """The breakers of one process, whose threads may ask at the same time.

    Args:
        timer: a monotonic clock in seconds.
        hints: what the others tell.
    """

    def __init__(self, timer: Callable[[], float], hints: Hints | None = None) -> None:
        self._timer = timer
        self._hints = hints
        self._states: dict[str, _State] = {}
        self._lock = threading.Lock()

    def is_open(self, name: str) -> bool:
        """Whether a service is left alone now. After each pause one tries it, while the others
        leave it alone for as long as it may take to answer.
        """
        with self._lock:
            state = self._states.get(name)
            if state is not None and state.failures >= FAILURES:
                if self._timer() < state.until:
                    return True
                # Whoever has just waited a pause out tries, whatever the others say.
                state.until = self._timer() + LONGEST_WAIT
                state.is_tried = True
                return False
        return self._hints is not None and self._hints.is_paused(name)

    def succeeded(self, name: str) -> None:
        """Note an answer."""
        with self._lock:
            self._states.pop(name, None)

    def failed(self, name: str) -> None:
        """Note that there was none. What was asked before a pause began says nothing new."""
        with self._lock:
            state = self._states.setdefault(name, _State())
            if state.failures >= FAILURES and not state.is_tried:
                return
            state.failures += 1
            state.is_tried = False
            if state.failures < FAILURES:
                return
            doubled = min(state.failures - FAILURES, _DOUBLED)
            pause = min(_FIRST_PAUSE * 2**doubled, _LONGEST_PAUSE)
            state.until = self._timer() + pause
        if self._hints is not None:
            self._hints.pause(name, pause)
