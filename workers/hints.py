"""What the workers tell each other of services that fail: hints in Redis that expire.

Nothing depends on them. Without Redis each worker finds out by itself.
"""

import redis

_PREFIX = "moderation:pause:"
_TIMEOUT = 0.2  # seconds; a hint is worth no more
_SHORTEST = 1  # seconds that Redis can keep something


class SharedHints:
    """`services.remote.circuits.Hints` in Redis.

    Args:
        redis_url: where it is.
    """

    def __init__(self, redis_url: str) -> None:
        self._redis = redis.Redis.from_url(
            redis_url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT, retry=None
        )

    def pause(self, name: str, seconds: float) -> None:
        """Tell that a service is left alone for so long."""
        try:
            self._redis.set(_PREFIX + name, 1, ex=max(_SHORTEST, round(seconds)))
        except redis.RedisError:
            return

    def is_paused(self, name: str) -> bool:
        """Whether somebody told so."""
        try:
            return bool(self._redis.exists(_PREFIX + name))
        except redis.RedisError:
            return False
