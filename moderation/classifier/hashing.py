"""Pieces of text as places, each by its hash. The same on every machine."""

from collections.abc import Iterable
from itertools import repeat
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.places import FIRST_KEYWORD, FIRST_WORD

Places = NDArray[np.uint32]

_U = np.uint32
_FIRST, _LAST, _ALL_BITS = 0x9E3779B1, 0xC2B2AE35, 0xFFFFFFFF
# Arrays without a dimension: NumPy counts with them in half of the time that it does with numbers.
_NEXT, _MIX, _HALF, _RUNS, _FIRST_WORD, _WORDS = (
    np.array(number, _U)
    for number in (0x85EBCA6B, 0x7FEB352D, 15, FIRST_WORD, FIRST_WORD, FIRST_KEYWORD - FIRST_WORD)
)
_SIZES = range(2, 6)  # characters of a run
_BEHIND = "\0" * (_SIZES[-1] - 1)


def _polynomials() -> Places:
    """By size of a run, what each of its characters counts: the last one once, each before
    `_NEXT` times as much, the first `_FIRST` times more.
    """
    factors = np.zeros((len(_SIZES), _SIZES[-1]), np.uint64)
    for row, size in zip(factors, _SIZES, strict=True):
        for at in range(size):
            first = _FIRST if at == 0 else 1
            row[at] = first * pow(int(_NEXT), size - 1 - at) & _ALL_BITS
    return factors.astype(_U)


_POLYNOMIALS = _polynomials()


def runs(text: str, name: str) -> tuple[list[Places], list[Places]]:
    """All runs of 2, 3, 4 and 5 characters of a text and of a name, by size and in its order, with
    a space before and behind; of what is blank none. In one space: what a name says is the same as
    in the text.
    """
    text, name = (f" {one} " if one and not one.isspace() else "" for one in (text, name))
    end, count = len(text), len(text) + len(name)
    codes = f"{text}{name}{_BEHIND}".encode("utf-32-le", "surrogatepass")
    # A column for each character, of it and those that follow it.
    following: Places = np.ndarray((_SIZES[-1], count), _U, codes, 0, (4, 4))
    places = _POLYNOMIALS @ following
    places ^= places >> _HALF
    places *= _MIX
    places ^= places >> _HALF
    places %= _RUNS
    # Without those that would go beyond.
    of_text = [row[: max(0, end - more)] for more, row in enumerate(places, 1)]
    if not name:
        return of_text, []
    return of_text, [row[end : max(end, count - more)] for more, row in enumerate(places, 1)]


def words_and_pairs(words: list[str], undisguised: list[str]) -> Places:
    """Words, words behind disguises, pairs of neighbours; and the first word and pair as such and
    the last ones, of a text of one word as well.
    """
    # At once, since no word holds a space.
    encoded = " ".join((*words, *undisguised)).encode("utf-8", "surrogatepass").split()
    hashes = np.fromiter(map(crc32, encoded, repeat(11)), _U, len(encoded))
    of_text = hashes[: len(words)]
    pairs = of_text[:-1] * _NEXT + of_text[1:]
    edges = [
        one * factor & _ALL_BITS
        for end, factor in ((slice(1), _FIRST), (slice(-1, None), _LAST))
        for one in (*of_text[end].tolist(), *pairs[end].tolist())
    ]
    places = np.concatenate((hashes, pairs, np.array(edges, _U)))
    places %= _WORDS
    places += _FIRST_WORD
    return places


def place_of(fact: str, salt: int, region: range) -> int:
    """A fact's place within a region; facts of different salts are different ones."""
    return region[crc32(fact.encode("utf-8", "surrogatepass"), salt) % len(region)]


def places_of(facts: Iterable[str], salt: int, region: range) -> Places:
    """The same of several, in their order."""
    return np.fromiter([place_of(fact, salt, region) for fact in facts], _U)
