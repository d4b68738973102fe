"""Words and facts as places, each by its hash. The same on every machine."""

from collections.abc import Sequence
from itertools import repeat
from zlib import crc32

import numpy as np

from moderation.classifier.arrays import Places

_NONE: Places = np.array([], np.uint32)


def place_of(fact: str, salt: int, region: range) -> int:
    """A fact's place within a region; facts of different salts are different ones."""
    return region[crc32(fact.encode("utf-8", "surrogatepass"), salt) % len(region)]


def places_of(words: Sequence[str], salt: int, region: range) -> Places:
    """The same of several words, none of them empty or with white space in it, in their order."""
    if not words:
        return _NONE
    places = np.array(list(map(crc32, encoded(words), repeat(salt))), np.uint32)
    places %= len(region)
    places += region.start
    return places


def encoded(words: Sequence[str]) -> list[bytes]:
    """Words as UTF-8, lone surrogates among it; none of them is empty or has white space in it."""
    # All at once, since no word holds a space.
    return " ".join(words).encode("utf-8", "surrogatepass").split()
