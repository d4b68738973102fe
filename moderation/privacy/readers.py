"""Who likes and reports, for one day: a keyed hash that cannot be followed from day to day.

HMAC-SHA256 (RFC 2104) with a key of the UTC day, over the comment and the reader's line
(`domain.network.customer` and `widest_customer`): the same reader has another hash at each comment
and on each day, and after the day the hash is taken out of the tables (`services.readers`).
"""

import hashlib
import hmac
from datetime import UTC, datetime

from moderation.privacy.keys import Keys


class ReaderHasher:
    """Makes readers' hashes with one installation's secret key."""

    def __init__(self, keys: Keys) -> None:
        self._key = keys.derive("reader")

    def hash(self, comment_id: int, line: str, now: datetime) -> bytes:
        """What a reader is known by at a comment today: 32 bytes."""
        day = now.astimezone(UTC).date().isoformat()
        key = hmac.digest(self._key, day.encode(), hashlib.sha256)
        return hmac.digest(key, f"{comment_id}\0{line}".encode(), hashlib.sha256)
