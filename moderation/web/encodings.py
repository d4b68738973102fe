"""Bodies in gzip, and which clients want them so.

Gzip alone: of a thread of 100 comments zstd makes 2 to 6 per cent less, which no reader notices.
"""

import zlib
from functools import lru_cache

_WORTH_IT = 512  # bytes: below, what is saved is less than a packet either way
_LEVEL = 9
_GZIP = 16 + zlib.MAX_WBITS  # zlib's word for gzip's head and tail, without a time in it


def gzipped(*parts: bytes) -> bytes | None:
    """A body compressed, the same bytes each time; None where that would save nothing.

    Args:
        parts: of the body, in their order. A part whose letters are others than those of the part
            before is smaller for being told apart: it gets codes of its own.
    """
    size = sum(map(len, parts))
    if size < _WORTH_IT:
        return None
    packer = zlib.compressobj(_LEVEL, wbits=_GZIP)
    coded = [packer.compress(part) + packer.flush(zlib.Z_BLOCK) for part in parts[:-1]]
    coded += [packer.compress(parts[-1]), packer.flush()]
    return whole if len(whole := b"".join(coded)) < size else None


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
