"""How often one network may like, report, preview and the like.

Counted in Redis under the truncated network, and by each process for itself while Redis is away.
"""

import math
import time
from enum import Enum

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError

from moderation.domain.network import Address, truncate
from moderation.errors import TooManyActionsError

_AWAY = 30.0  # seconds until Redis is tried again


class Pace(Enum):
    """What is counted, how often it may be done, and what it is called. A network may be a school
    or an office.
    """

    LIKE = ("60 per minute", "liking comments")
    REPORT = ("20 per 10 minutes", "reporting comments")
    PREVIEW = ("120 per minute", "asking for previews")
    OWN = ("60 per minute", "changing comments")

    @property
    def limit(self) -> RateLimitItem:
        """How often."""
        return parse(self.value[0])


class Paces:
    """Counts what networks do.

    Args:
        redis_url: where.
    """

    def __init__(self, redis_url: str) -> None:
        storage = storage_from_string(
            redis_url.replace("unix://", "redis+unix://", 1),
            socket_timeout=1,
            socket_connect_timeout=1,
        )
        self._shared = FixedWindowRateLimiter(storage)
        self._alone = FixedWindowRateLimiter(MemoryStorage())
        self._away_until = 0.0

    def count(self, pace: Pace, address: Address) -> None:
        """Count that a reader does something once more.

        Raises:
            TooManyActionsError: their network does it too often.
        """
        network = truncate(address)
        if time.monotonic() >= self._away_until:
            try:
                _count(self._shared, pace, network)
            except RedisError:
                self._away_until = time.monotonic() + _AWAY
            else:
                return
        _count(self._alone, pace, network)


def _count(limiter: FixedWindowRateLimiter, pace: Pace, network: str) -> None:
    limit = pace.limit
    if limiter.hit(limit, "moderation", pace.name, network):
        return
    reset_at = limiter.get_window_stats(limit, "moderation", pace.name, network).reset_time
    # The library rounds up what is left, so that it can be a second more than the whole.
    seconds = min(max(1, math.ceil(reset_at - time.time())), limit.get_expiry())
    raise TooManyActionsError(
        f"Your network is {pace.value[1]} too quickly. Please wait {seconds} s, then try again.",
        seconds,
    )
