"""Whether the text holds an email address. Its author may publish one, but it may be another's, so
whoever decides is told.
"""

from collections.abc import Iterator

from moderation.domain.addresses import holds_address
from moderation.domain.evidence import Evidence
from moderation.domain.signals import Signal, Symbol

VERSION = 1


def check(evidence: Evidence) -> Iterator[Signal]:
    """EMAIL_IN_TEXT, without points and without the address: it only informs."""
    if holds_address(evidence.text):
        yield Signal(Symbol.EMAIL_IN_TEXT, 0)
