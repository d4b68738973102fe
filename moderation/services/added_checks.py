"""Checks that others have added to this installation, by an entry point of `moderation.checks`.

Loaded once in a process. One that cannot be loaded is told in the log and by `moderation doctor`,
and fails on every comment, so that none is published for want of its word; the others work on. What
they find is bounded: one signal each, THIRD_PARTY, ten points at most.
"""

import logging
import math
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol

from moderation.checks import Check
from moderation.domain.evidence import Evidence
from moderation.domain.signals import Signal, Symbol
from moderation.privacy.redaction import redact

GROUP = "moderation.checks"
PREFIX = "added:"
LONGEST = 2.0  # seconds, for one comment
_LOG = logging.getLogger(__name__)
_MOST_POINTS = 10.0
_LONGEST_TITLE = 100  # characters
_MOST_TITLES = 3
_LONGEST_NAME = 64 - len(PREFIX)  # characters, as in the column


class AddedCheck(Protocol):
    """What an entry point names: a `moderation.checks.Check`, or anything like it.

    Attributes:
        name: short, unique in the installation.
        version: a whole number that changes when its findings do.
        run: gives signals for evidence, whose `evidence` may hold a “title” for moderators.
    """

    name: str
    version: int
    run: Callable[[Evidence], Iterable[Signal]]


class CheckNotLoadedError(Exception):
    """There is a check of which nobody knows what it would have found."""


class CheckTooSlowError(Exception):
    """A check took so long that it was ended."""


@dataclass(frozen=True, slots=True)
class Added:
    """What was found: the checks, with those that only fail, and what is wrong with these, in
    words.
    """

    checks: tuple[Check, ...] = ()
    faults: tuple[str, ...] = ()


@cache
def added_checks() -> Added:
    """The added checks of this process."""
    found = load(entry_points(group=GROUP))
    for fault in found.faults:
        _LOG.error("An added check does not run: %s", fault)
    return found


def load(points: Iterable[EntryPoint]) -> Added:
    """Load entry points, in the order of their names."""
    checks: dict[str, Check] = {}
    absent, faults = [], []
    for point in sorted(points, key=lambda p: (p.name, p.value)):
        try:
            check = _wrapped(point.load())
        except Exception as error:  # noqa: BLE001 -- a stranger's module may do anything
            faults.append(f"{point.name} ({point.value}): {type(error).__name__}: {error}")
            absent.append(_absent(point.name))
            continue
        if check.name in checks:
            faults.append(f"{point.name} ({point.value}): there is one of this name already")
            continue
        checks[check.name] = check
    return Added((*checks.values(), *absent), tuple(faults))


def _absent(name: str) -> Check:
    """What stands for a check that cannot be loaded."""

    def fail(_: Evidence) -> Iterable[Signal]:
        raise CheckNotLoadedError

    return Check(PREFIX + name[:_LONGEST_NAME], 0, fail)


def _wrapped(found: Any) -> Check:
    """A check as it runs here.

    Raises:
        TypeError: it is none.
    """
    name, version, run = (getattr(found, part, None) for part in ("name", "version", "run"))
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise TypeError(f"its name must be text of 1 to {_LONGEST_NAME} characters")
    if not isinstance(version, int) or not callable(run):
        raise TypeError("it needs a version, a whole number, and something to run")

    def bounded(evidence: Evidence) -> Iterable[Signal]:
        with _ended_after(LONGEST):
            signals = tuple(run(evidence))
        return (_merged(name, signals),) if signals else ()

    return Check(PREFIX + name, version, bounded)


@contextmanager
def _ended_after(seconds: float) -> Iterator[None]:
    """End what takes longer, so that other comments do not wait for it. A process can interrupt its
    main thread alone, in which workers run checks; in another one it takes as long as it takes.

    Raises:
        CheckTooSlowError: it took longer.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(*_: object) -> None:
        raise CheckTooSlowError

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _merged(name: str, signals: tuple[Signal, ...]) -> Signal:
    """One signal of all: a receipt has one line for each check.

    Raises:
        ValueError: its points are no number.
    """
    points = sum(float(signal.score) for signal in signals)
    if not math.isfinite(points):
        raise ValueError("points must be a number")
    bounded = max(-_MOST_POINTS, min(_MOST_POINTS, points))
    titles = [_title(signal.evidence.get("title", "")) for signal in signals]
    told = "; ".join(list(dict.fromkeys(filter(None, titles)))[:_MOST_TITLES]) or name
    return Signal(Symbol.THIRD_PARTY, round(bounded, 2), {"title": told})


def _title(text: object) -> str:
    plain = "".join(c if c.isprintable() else " " for c in redact(str(text)))
    return plain.strip()[:_LONGEST_TITLE]
