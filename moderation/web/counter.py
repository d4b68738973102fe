"""Counts how often something is done: in Redis, and in each process while Redis is away."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from limits import RateLimitItem
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter, RateLimiter

_PREFIX = "moderation"
_REDIS_AWAY = 10.0  # seconds until it is asked again

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Quota:
    """How much is left: of how many requests, how many, and for how many seconds until all are."""

    limit: int
    remaining: int
    reset: int
    window: int


class Counter:
    """Counts in fixed windows, each kind of thing by who does it.

    Args:
        redis_url: where Redis is.
    """

    def __init__(self, redis_url: str) -> None:
        redis = storage_from_string(
            redis_url.replace("unix://", "redis+unix://", 1),
            wrap_exceptions=True,
            socket_timeout=1,
            socket_connect_timeout=1,
        )
        self._redis = FixedWindowRateLimiter(redis)
        self._ask_redis_at = 0.0

    @cached_property
    def _own(self) -> RateLimiter:
        """Made when it is needed: it has a thread to clear away what is over."""
        return FixedWindowRateLimiter(MemoryStorage())

    def hit(self, limit: RateLimitItem, *who: str, cost: int = 1) -> bool:
        """Count one more, or as many as it costs; False if that is too many."""
        return self._counted(lambda counter: counter.hit(limit, _PREFIX, *who, cost=cost))

    def quota(self, limit: RateLimitItem, *who: str) -> Quota:
        """What is left."""
        reset, remaining = self._counted(
            lambda counter: counter.get_window_stats(limit, _PREFIX, *who)
        )
        window = limit.get_expiry()
        # The library rounds up what is left, so that it can be a second more than the whole.
        seconds = min(max(1, math.ceil(reset - time.time())), window)
        return Quota(limit.amount, max(0, remaining), seconds, window)

    def _counted(self, ask: Callable[[RateLimiter], Answer]) -> Answer:
        if time.monotonic() >= self._ask_redis_at:
            try:
                return ask(self._redis)
            except StorageError:
                self._ask_redis_at = time.monotonic() + _REDIS_AWAY
        return ask(self._own)
