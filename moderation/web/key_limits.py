"""How often an API key may ask, and how often keys may be guessed.

Of a key nothing is counted by but its number.
"""

from flask import Response
from limits import parse

from moderation.errors import TooManyRequestsError
from moderation.web.counter import Counter, Quota

_BY_KEY = parse("600 per minute")
_GUESSES = parse("30 per minute")  # by network; nobody mistypes a key more often


def tell_quota(quota: Quota, response: Response) -> Response:
    """Put what is left into an answer's headers, under the names of
    draft-ietf-httpapi-ratelimit-headers, version 7.
    """
    response.headers["RateLimit-Limit"] = str(quota.limit)
    response.headers["RateLimit-Remaining"] = str(quota.remaining)
    response.headers["RateLimit-Reset"] = str(quota.reset)
    response.headers["RateLimit-Policy"] = f"{quota.limit};w={quota.window}"
    return response


class KeyLimits:
    """Counts what keys ask, and what was no key."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def count_request(self, key_id: int) -> tuple[bool, Quota]:
        """Count a request by a key: whether it may be, and what is left after it."""
        return self._count(f"key {key_id}")

    def count_look(self, key_id: int) -> tuple[bool, Quota]:
        """The same of a look at what concerns the key itself, which must be answered also when the
        key has asked too much, or it would be taken for a wrong one.
        """
        return self._count(f"looks {key_id}")

    def _count(self, who: str) -> tuple[bool, Quota]:
        allowed = self._counter.hit(_BY_KEY, who)
        return allowed, self._counter.quota(_BY_KEY, who)

    def left(self, key_id: int) -> Quota:
        """What is left to a key, uncounted."""
        return self._counter.quota(_BY_KEY, f"key {key_id}")

    def count_guess(self, network: str) -> None:
        """Count what was no key.

        Raises:
            TooManyRequestsError: the network has shown too much of that, and must wait.
        """
        if not self._counter.hit(_GUESSES, network):
            wait = self._counter.quota(_GUESSES, network).reset
            raise TooManyRequestsError(
                f"Too much was sent that is no API key. Please wait {wait} seconds.", wait
            )
