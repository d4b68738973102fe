"""A field that people cannot see: only a program fills it in."""

from collections.abc import Iterator

from moderation.domain.evidence import Evidence
from moderation.domain.signals import Signal, Symbol

VERSION = 1


def check(evidence: Evidence) -> Iterator[Signal]:
    """HONEYPOT if the invisible field came back with text in it."""
    if evidence.honeypot:
        yield Signal(Symbol.HONEYPOT, 10)
