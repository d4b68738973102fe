"""Pieces of text as places, each by its hash. The same on every machine."""

from collections.abc import Sequence
from itertools import repeat
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.places import FIRST_WORD, RUN_BITS, WORD_BITS

Places = NDArray[np.uint32]

_U = np.uint32
_AS_FIRST, _AS_LAST, _ALL_BITS = 0x9E3779B1, 0xC2B2AE35, 0xFFFFFFFF
# Arrays without a dimension: NumPy counts with them in half of the time that it does with numbers.
_BEYOND_RUNS, _BEYOND_WORDS, _BEFORE_WORDS = (
    np.array(number, _U) for number in (32 - RUN_BITS, 32 - WORD_BITS, FIRST_WORD)
)
_SIZES = range(2, 4)  # characters of a run; longer ones told unseen sources apart no better
_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)
_BEHIND = "\0" * (_SIZES[-1] - 1)
LETTERS_OF_BEGINNING = 5  # which forms of a word have in common; longer words count by them too
_NONE: Places = np.array([], _U)
# By size of a run, what each of its characters counts: odd numbers, whose sums' first bits are a
# hash. Runs of texts in Latin, Cyrillic, Arabic, kana, Thai, Han and Hangul share places as seldom
# as by chance, also by the last bits alone that smaller tables of weights go by.
_FACTORS: Places = np.array([[0x9E3779B1, 0x85EBCA6B, 0], [0xC2B2AE35, 0x27D4EB2F, 0x165667B1]], _U)


def runs(text: str, name: str) -> tuple[list[Places], list[Places]]:
    """All runs of 2 and of 3 characters of a text and of a name, by size and in its order, with a
    space before and behind; of what is blank none. In one space: what a name says is the same as in
    the text. Digits are one and the same: a price or a telephone number tells more than which.
    """
    text, name = (f" {one} " if one and not one.isspace() else "" for one in (text, name))
    end, count = len(text), len(text) + len(name)
    # Digits as bytes, which are translated in a fraction of the time that characters are.
    alike = f"{text}{name}{_BEHIND}".encode("utf-8", "surrogatepass").translate(_DIGITS)
    codes = alike.decode("utf-8", "surrogatepass").encode("utf-32-le", "surrogatepass")
    # A column for each character, of it and those that follow it.
    following: Places = np.ndarray((_SIZES[-1], count), "<u4", codes, 0, (4, 4))
    places = _FACTORS @ following
    places >>= _BEYOND_RUNS
    row_after_row = places.ravel()
    # Where each row begins, and in how many of its columns a run would go beyond the end.
    rows = [(more * count - count, more) for more in range(1, _SIZES[-1])]
    of_text = [row_after_row[at : max(at, at + end - more)] for at, more in rows]
    if not name:
        return of_text, []
    return of_text, [row_after_row[at + end : at + max(end, count - more)] for at, more in rows]


def words_and_pairs(words: list[str], undisguised: list[str]) -> Places:
    """Words, words behind disguises, beginnings of words as words, the first word as such and the
    first pair of neighbours, the last ones, and all pairs. A text of one word has no pair.
    """
    beginnings = [word[:LETTERS_OF_BEGINNING] for word in words if len(word) > LETTERS_OF_BEGINNING]
    encoded = _encoded((*words, *undisguised, *beginnings))
    hashes = list(map(crc32, encoded, repeat(11)))
    # Each word's hash is where its neighbour's begins, all bits of it turned: else a pair would be
    # the same as both written together.
    pairs = list(map(crc32, encoded[1 : len(words)], map(_ALL_BITS.__xor__, hashes)))
    edges = [
        one * factor & _ALL_BITS
        for factor, edge in ((_AS_FIRST, slice(1)), (_AS_LAST, slice(-1, None)))
        for several in (hashes[: len(words)], pairs)
        for one in several[edge]
    ]
    places = np.array([*hashes, *edges, *pairs], _U)
    places >>= _BEYOND_WORDS
    places += _BEFORE_WORDS
    return places


def place_of(fact: str, salt: int, region: range) -> int:
    """A fact's place within a region; facts of different salts are different ones."""
    return region[crc32(fact.encode("utf-8", "surrogatepass"), salt) % len(region)]


def places_of(words: Sequence[str], salt: int, region: range) -> Places:
    """The same of several words, none of them empty or with white space in it, in their order."""
    if not words:
        return _NONE
    places = np.array(list(map(crc32, _encoded(words), repeat(salt))), _U)
    places %= len(region)
    places += region.start
    return places


def _encoded(words: Sequence[str]) -> list[bytes]:
    # All at once, since no word holds a space.
    return " ".join(words).encode("utf-8", "surrogatepass").split()
