"""What is judged more strictly while a wave of near-identical comments comes in, and the signal of
those comments themselves.
"""

from collections.abc import Iterator

from moderation.domain.evidence import Evidence
from moderation.domain.signals import Signal, Symbol
from moderation.domain.waves import Membership

NAME = "wave"
VERSION = 1

# Enough to hold a comment by default. With all the points for repeating a text on the site itself,
# and a form without a stamp, it stays below those that make spam: what a wave is, a person decides,
# once for all of it.
_POINTS = 3.0


def check(evidence: Evidence) -> Iterator[Signal]:
    """TENSION, which tightens the policy's thresholds, for whoever is new to a site on which a wave
    is under way. Those known there are judged as ever.
    """
    tension = evidence.tension
    if tension is not None and not evidence.standing.published_same_name:
        yield Signal(
            Symbol.TENSION,
            0,
            {
                "factor": tension.factor,
                "hold_at": tension.hold_at,
                "tightened": tension.tightened,
                "since_wave": tension.minutes,
            },
        )


def member(wave: Membership) -> Signal:
    """WAVE, for a comment of a wave. No finding of `check`: of comments that are screened at once
    only the last can see that they are many, and then it is one of each.
    """
    found = {"similar": wave.similar, "minutes": wave.minutes, "elsewhere": wave.elsewhere}
    return Signal(Symbol.WAVE, _POINTS, found, NAME, VERSION)
