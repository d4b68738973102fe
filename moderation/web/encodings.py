"""Bodies in gzip, and which clients want them so.

Gzip alone: of a thread of 100 comments zstd makes 2 to 6 per cent less, which no reader notices.
"""

import gzip
from functools import lru_cache

_WORTH_IT = 512  # bytes: below, what is saved is less than a packet either way
_LEVEL = 9


def gzipped(body: bytes) -> bytes | None:
    """The body compressed, the same bytes each time; None where that would save nothing."""
    if len(body) < _WORTH_IT:
        return None
    coded = gzip.compress(body, _LEVEL, mtime=0)
    return coded if len(coded) < len(body) else None


@lru_cache(maxsize=256)
def accepts_gzip(header: str) -> bool:
    """Whether an Accept-Encoding header (RFC 9110, 12.5.3) allows gzip, and does not like the body
    as it is better.
    """
    weights = dict(map(_weight, header.lower().split(",")))
    anything = weights.get("*", 0.0)
    wanted = max(weights.get("gzip", anything), weights.get("x-gzip", 0.0))
    return wanted > 0 and wanted >= weights.get("identity", 0.0)


def _weight(part: str) -> tuple[str, float]:
    name, _, parameter = part.partition(";")
    key, _, value = parameter.partition("=")
    if key.strip() != "q":
        return name.strip(), 1.0
    try:
        return name.strip(), float(value)
    except ValueError:
        return name.strip(), 0.0
