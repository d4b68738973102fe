"""Finds comments that shout: nearly all of their letters are capitals."""

from collections.abc import Iterator

from moderation.checks import Check
from moderation.domain.evidence import Evidence
from moderation.domain.signals import Signal, Symbol

_ENOUGH = 20  # letters; fewer may be an abbreviation
_SHARE = 0.8


def find(evidence: Evidence) -> Iterator[Signal]:
    """Two points for a comment that shouts."""
    letters = [c for c in evidence.text if c.isupper() or c.islower()]
    capitals = sum(c.isupper() for c in letters)
    if len(letters) >= _ENOUGH and capitals / len(letters) >= _SHARE:
        share = round(100 * capitals / len(letters))
        yield Signal(Symbol.THIRD_PARTY, 2.0, {"title": f"It shouts: {share}% capitals"})


CHECK = Check("shouting", 1, find)
