"""What the site knows of the commenter. The address is unverified, so good standing has no points
to set off against a sign of spam; it only excuses a first comment.
"""

from collections.abc import Iterator

from moderation.domain.evidence import Evidence
from moderation.domain.signals import Signal, Symbol

VERSION = 1


def check(evidence: Evidence) -> Iterator[Signal]:
    """KNOWN_COMMENTER (name and address both published before) or FIRST_COMMENT, and
    REFUSED_BEFORE if comments under the address from this network were refused and fewer were
    published. A verdict that differed for any other network would tell that an address is known.
    """
    standing = evidence.standing
    if standing.published_same_name:
        yield Signal(Symbol.KNOWN_COMMENTER, 0, {"published": standing.published})
    else:
        yield Signal(Symbol.FIRST_COMMENT, 0, {"published": standing.published})
    if standing.refused > standing.published:
        yield Signal(
            Symbol.REFUSED_BEFORE,
            min(1.0 * standing.refused, 3.0),
            {"refused": standing.refused, "published": standing.published},
        )
