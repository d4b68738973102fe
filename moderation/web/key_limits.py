"""How often an API key may ask, and how often keys may be guessed.

Counted in Redis, and by each process for itself while Redis is away. Of a key nothing is counted by
but its number.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Response
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter, RateLimiter

from moderation.config import Settings
from moderation.errors import TooManyRequestsError

_BY_KEY = parse("600 per minute")
_GUESSES = parse("30 per minute")  # by network; nobody mistypes a key more often
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

    def tell(self, response: Response) -> Response:
        """Put it into an answer's headers, under the names of draft-ietf-httpapi-ratelimit-headers,
        version 7.
        """
        response.headers["RateLimit-Limit"] = str(self.limit)
        response.headers["RateLimit-Remaining"] = str(self.remaining)
        response.headers["RateLimit-Reset"] = str(self.reset)
        response.headers["RateLimit-Policy"] = f"{self.limit};w={self.window}"
        return response


class KeyLimits:
    """Counts what keys ask, and what was no key.

    Args:
        settings: where Redis is.
    """

    def __init__(self, settings: Settings) -> None:
        redis = storage_from_string(
            settings.redis_url.replace("unix://", "redis+unix://", 1),
            wrap_exceptions=True,
            socket_timeout=1,
            socket_connect_timeout=1,
        )
        self._redis = FixedWindowRateLimiter(redis)
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._ask_redis_at = 0.0

    def count_request(self, key_id: int) -> tuple[bool, Quota]:
        """Count a request by a key: whether it may be, and what is left after it."""
        who = f"key {key_id}"
        allowed = self._counted(lambda counter: counter.hit(_BY_KEY, _PREFIX, who))
        return allowed, self._quota(_BY_KEY, who)

    def refuse_guessing(self, network: str) -> None:
        """Refuse a network that has shown too much that is no key.

        Raises:
            TooManyRequestsError: it must wait.
        """
        if not self._counted(lambda counter: counter.test(_GUESSES, _PREFIX, network)):
            wait = self._quota(_GUESSES, network).reset
            raise TooManyRequestsError(
                f"Too much was sent that is no API key. Please wait {wait} seconds.", wait
            )

    def count_guess(self, network: str) -> None:
        """Count what was no key."""
        self._counted(lambda counter: counter.hit(_GUESSES, _PREFIX, network))

    def _quota(self, limit: RateLimitItem, who: str) -> Quota:
        reset, remaining = self._counted(
            lambda counter: counter.get_window_stats(limit, _PREFIX, who)
        )
        window = limit.get_expiry()
        seconds = min(max(1, math.ceil(reset - time.time())), window)
        return Quota(limit.amount, max(0, remaining), seconds, window)

    def _counted(self, ask: Callable[[RateLimiter], Answer]) -> Answer:
        if time.monotonic() >= self._ask_redis_at:
            try:
                return ask(self._redis)
            except StorageError:
                self._ask_redis_at = time.monotonic() + _REDIS_AWAY
        return ask(self._own)
