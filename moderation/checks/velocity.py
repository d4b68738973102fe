"""Many comments in a short time, from one network or under one address.

What is so fast that it is a flood was refused at the door; this sees what stayed below that.
"""

from collections.abc import Iterator

from moderation.domain.evidence import Evidence
from moderation.domain.network import NOWHERE
from moderation.domain.signals import Signal, Symbol

VERSION = 1

# In ten minutes. A truncated network is shared by up to 256 lines, so it may do more.
_NETWORK = 15
_COMMENTER = 6


def check(evidence: Evidence) -> Iterator[Signal]:
    """FAST_NETWORK and FAST_COMMENTER: two points at the limit, up to five above it. Comments of no
    address have no network in common.
    """
    by_network = 0 if evidence.network == NOWHERE else evidence.network_recent
    for symbol, count, limit in (
        (Symbol.FAST_NETWORK, by_network, _NETWORK),
        (Symbol.FAST_COMMENTER, evidence.commenter_recent, _COMMENTER),
    ):
        if count >= limit:
            yield Signal(
                symbol,
                min(2.0 + (count - limit) / limit, 5.0),
                {"comments": count, "minutes": 10, "limit": limit},
            )
