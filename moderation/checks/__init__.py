"""The checks, in the order their signals are shown. This list is the documentation.

Every check is a pure function of `Evidence` in a file of its own, with a version that changes when
its findings do. All of them run; only `domain.policy` concludes.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from moderation.checks import (
    addresses,
    honeypot,
    learned,
    links,
    lists,
    repetition,
    standing,
    time_trap,
    velocity,
    wave,
)
from moderation.domain.evidence import Evidence
from moderation.domain.signals import Signal, Symbol


@dataclass(frozen=True, slots=True)
class Check:
    """A named, versioned function from evidence to signals."""

    name: str
    version: int
    run: Callable[[Evidence], Iterable[Signal]]


CHECKS: tuple[Check, ...] = (
    # The site's own word comes first.
    Check("lists", lists.VERSION, lists.check),
    # How the form was filled in.
    Check("honeypot", honeypot.VERSION, honeypot.check),
    Check("time_trap", time_trap.VERSION, time_trap.check),
    # What it says.
    Check("links", links.VERSION, links.check),
    Check("addresses", addresses.VERSION, addresses.check),
    Check("repetition", repetition.VERSION, repetition.check),
    Check(wave.NAME, wave.VERSION, wave.check),
    # What it is like, of all that the shipped model and the site's moderators have taught.
    Check("learned", learned.VERSION, learned.check),
    # Who sends it, and how much.
    Check("velocity", velocity.VERSION, velocity.check),
    Check("standing", standing.VERSION, standing.check),
)


def run_all(
    evidence: Evidence, timer: Callable[[], float], checks: Sequence[Check] = CHECKS
) -> tuple[Signal, ...]:
    """Run every check.

    A check that raises yields CHECK_ERROR in place of its findings, with which the policy can
    hold a comment but not publish it; the other checks still run.

    Args:
        evidence: what is known of the comment.
        timer: a monotonic clock in seconds.
        checks: the checks to run.
    """
    signals: list[Signal] = []
    for check in checks:
        started = timer()
        try:
            found = tuple(check.run(evidence))
        except Exception as error:  # noqa: BLE001 -- a faulty check must not stop the others
            # The kind of error only: its text could quote the comment.
            details = {"check": check.name, "error": type(error).__name__}
            found = (Signal(Symbol.CHECK_ERROR, 0, details),)
        duration = round((timer() - started) * 1_000_000)
        signals += (
            replace(s, check=check.name, version=check.version, duration_us=duration) for s in found
        )
    return tuple(signals)
