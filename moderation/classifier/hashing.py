"""Pieces of text as places, each by its hash. The same on every machine."""

from collections.abc import Iterable
from itertools import repeat
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.places import FIRST_KEYWORD, FIRST_WORD

Places = NDArray[np.uint32]

_U = np.uint32
_EACH, _AS_FIRST, _AS_LAST, _ALL_BITS = 0x85EBCA6B, 0x9E3779B1, 0xC2B2AE35, 0xFFFFFFFF
# Arrays without a dimension: NumPy counts with them in half of the time that it does with numbers.
_NEXT, _MIX, _HALF, _COUNT_OF_RUNS, _BEFORE_WORDS, _COUNT_OF_WORDS = (
    np.array(number, _U)
    for number in (_EACH, 0x7FEB352D, 15, FIRST_WORD, FIRST_WORD, FIRST_KEYWORD - FIRST_WORD)
)
_SIZES = range(2, 5)  # characters of a run; longer ones told unseen sources apart no better
_DIGITS = str.maketrans("123456789", "0" * 9)
_BEHIND = "\0" * (_SIZES[-1] - 1)


def _polynomials() -> Places:
    """By size of a run, what each of its characters counts: the last one once, each before it
    `_EACH` times as much, the first `_AS_FIRST` times more.
    """
    factors = np.zeros((len(_SIZES), _SIZES[-1]), np.uint64)
    for row, size in zip(factors, _SIZES, strict=True):
        for at in range(size):
            first = _AS_FIRST if at == 0 else 1
            row[at] = first * pow(_EACH, size - 1 - at) & _ALL_BITS
    return factors.astype(_U)


_POLYNOMIALS = _polynomials()


def runs(text: str, name: str) -> tuple[list[Places], list[Places]]:
    """All runs of 2, 3 and 4 characters of a text and of a name, by size and in its order, with a
    space before and behind; of what is blank none. In one space: what a name says is the same as in
    the text. Digits are one and the same: a price or a telephone number tells more than which.
    """
    text, name = (f" {one} " if one and not one.isspace() else "" for one in (text, name))
    end, count = len(text), len(text) + len(name)
    codes = f"{text}{name}{_BEHIND}".translate(_DIGITS).encode("utf-32-le", "surrogatepass")
    # A column for each character, of it and those that follow it.
    following: Places = np.ndarray((_SIZES[-1], count), "<u4", codes, 0, (4, 4))
    places = _POLYNOMIALS @ following
    places ^= places >> _HALF
    places *= _MIX
    places ^= places >> _HALF
    places %= _COUNT_OF_RUNS
    row_after_row = places.ravel()
    # Where each row begins, and in how many of its columns a run would go beyond the end.
    rows = [(more * count - count, more) for more in range(1, _SIZES[-1])]
    of_text = [row_after_row[at : max(at, at + end - more)] for at, more in rows]
    if not name:
        return of_text, []
    return of_text, [row_after_row[at + end : at + max(end, count - more)] for at, more in rows]


def words_and_pairs(words: list[str], undisguised: list[str]) -> Places:
    """Words, words behind disguises, the first word as such and the first pair of neighbours, the
    last ones, and all pairs. A text of one word has no pair.
    """
    # At once, since no word holds a space.
    encoded = " ".join((*words, *undisguised)).encode("utf-8", "surrogatepass").split()
    hashes = list(map(crc32, encoded, repeat(11)))
    edges = _edges(hashes[: len(words)]) if words else []
    singly = np.array(hashes + edges, _U)
    of_text = singly[: len(words)]
    places = np.concatenate((singly, of_text[:-1] * _NEXT + of_text[1:]))
    places %= _COUNT_OF_WORDS
    places += _BEFORE_WORDS
    return places


def _edges(hashes: list[int]) -> list[int]:
    """The first word and pair and the last ones, by the hashes of a text's words."""
    edges = []
    for factor, word, pair in (
        (_AS_FIRST, hashes[0], hashes[:2]),
        (_AS_LAST, hashes[-1], hashes[-2:]),
    ):
        edges.append(word * factor & _ALL_BITS)
        if len(hashes) > 1:
            edges.append((pair[0] * _EACH + pair[1]) * factor & _ALL_BITS)
    return edges


def place_of(fact: str, salt: int, region: range) -> int:
    """A fact's place within a region; facts of different salts are different ones."""
    return region[crc32(fact.encode("utf-8", "surrogatepass"), salt) % len(region)]


def places_of(facts: Iterable[str], salt: int, region: range) -> Places:
    """The same of several, in their order."""
    return np.fromiter([place_of(fact, salt, region) for fact in facts], _U)
