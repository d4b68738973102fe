"""The steps of judging that go over every character and place, by NumPy."""

from collections.abc import Iterable
from itertools import repeat
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.arrays import Places, Values
from moderation.classifier.hashing import encoded, place_of
from moderation.classifier.kept import Kept
from moderation.classifier.numbers import (
    AS_FIRST,
    AS_LAST,
    BY_COUNT,
    ENDS,
    FACTORS,
    GROUPS,
    LETTERS_OF_BEGINNING,
    SALT_OF_SHAPES,
    SALT_OF_WORDS,
    SQUARES,
    UNIT,
    FactGroup,
)
from moderation.classifier.places import FIRST_KEYWORD, FIRST_WORD, PLACES, RUN_BITS, WORD_BITS
from moderation.classifier.shapes import shape_of, signs_of

Steps = tuple[NDArray[np.int8], Values]
NONE: Steps = (np.empty(0, np.int8), np.empty(0, np.float32))
Groups = tuple[tuple[Iterable[str], FactGroup], ...]

_U = np.uint32
_ALL_BITS = 0xFFFFFFFF
# Arrays without a dimension: NumPy counts with them in half of the time that it does with numbers.
_BEYOND_RUNS, _BEYOND_WORDS, _BEFORE_WORDS = (
    np.array(number, _U) for number in (32 - RUN_BITS, 32 - WORD_BITS, FIRST_WORD)
)
_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)
_WORDS = range(FIRST_WORD, FIRST_KEYWORD)
_LONGEST = len(FACTORS[0])  # characters of a run
_BEHIND = "\0" * (_LONGEST - 1)
_BEFORE_ALL, _BEHIND_ALL = np.array([0], _U), np.array([PLACES], _U)


def runs(text: str, name: str) -> Places:
    """The places of all runs of 2 and of 3 characters of a text, by size and in its order, and
    behind them those of a name. Digits are one and the same.

    Args:
        text: with a space before and behind, or nothing.
        name: the same.
    """
    end, count = len(text), len(text) + len(name)
    # Digits as bytes, which are translated in a fraction of the time that characters are.
    alike = f"{text}{name}{_BEHIND}".encode("utf-8", "surrogatepass").translate(_DIGITS)
    codes = alike.decode("utf-8", "surrogatepass").encode("utf-32-le", "surrogatepass")
    # A column for each character, of it and those that follow it.
    following: Places = np.ndarray((_LONGEST, count), "<u4", codes, 0, (4, 4))
    places = FACTORS @ following
    places >>= _BEYOND_RUNS
    row_after_row = places.ravel()
    # Where each row begins, and in how many of its columns a run would go beyond the end.
    rows = [(more * count - count, more) for more in range(1, _LONGEST)]
    of_text = [row_after_row[at : max(at, at + end - more)] for at, more in rows]
    of_name = [row_after_row[at + end : max(at + end, at + count - more)] for at, more in rows]
    return np.concatenate((*of_text, *of_name))


def words_and_pairs(words: list[str], undisguised: list[str]) -> Places:
    """The places of words, words behind disguises, beginnings of words as words, the first word as
    such and the first pair of neighbours, the last ones, and all pairs. One word is no pair.

    Args:
        words: of a text; none is empty or has white space in it.
        undisguised: what is behind disguises, alike.
    """
    beginnings = [word[:LETTERS_OF_BEGINNING] for word in words if len(word) > LETTERS_OF_BEGINNING]
    bytes_of = encoded((*words, *undisguised, *beginnings))
    hashes = list(map(crc32, bytes_of, repeat(SALT_OF_WORDS)))
    # Each word's hash is where its neighbour's begins, all bits of it turned: else a pair would be
    # the same as both written together.
    pairs = list(map(crc32, bytes_of[1 : len(words)], map(_ALL_BITS.__xor__, hashes)))
    edges = [
        one * factor & _ALL_BITS
        for factor, edge in ((AS_FIRST, slice(1)), (AS_LAST, slice(-1, None)))
        for several in (hashes[: len(words)], pairs)
        for one in several[edge]
    ]
    places = np.array([*hashes, *edges, *pairs], _U)
    places >>= _BEYOND_WORDS
    places += _BEFORE_WORDS
    return places


def may_tell(words: list[str]) -> list[str]:
    """The words of which `telling.TOLD_BY` may say something, in their order."""
    return words


def shapes(typed: str) -> Places:
    """The places of the shapes of a text's words, as they were typed."""
    found = map(_SHAPES.__getitem__, signs_of(typed))
    return np.array(list(filter(None, found)), np.uint32)


def _place_of_shape(signs: str) -> int:
    """0, which is no word's place, of what has no shape."""
    shape = shape_of(signs)
    return place_of(shape, SALT_OF_SHAPES, _WORDS) if shape else 0


# By signs, from which a word as it was typed cannot be had again.
_SHAPES = Kept(_place_of_shape, 4_096)


def facts(groups: Groups, last_place: int) -> tuple[Places, tuple[str, ...], Values]:
    """The places of facts, ascending, and behind them a last one; the facts; and what each of the
    places counts, the last one nothing. Where several facts have one place, they count together
    there, and one of them is named.

    Args:
        groups: facts with their kind; what comes again within a group is left out.
        last_place: behind those of facts.
    """
    told: dict[int, tuple[str, float]] = {}
    for said, kind in groups:
        region = range(kind.first_place, kind.first_place + kind.places)
        for fact in dict.fromkeys(said):
            place = place_of(fact, kind.salt, region)
            told[place] = (fact, kind.counts + told[place][1] if place in told else kind.counts)
    places = sorted(told)
    facts = tuple(told[place][0] for place in places)
    values = [*(told[place][1] for place in places), 0]
    return np.array([*places, last_place], np.uint32), facts, np.array(values, np.float32)


def counted(parts: tuple[Places, ...], facts: Places, of_facts: Values) -> tuple[Places, Values]:
    """Places and values of a comment: each place of text once, ascending, which counts by how often
    it comes and by its group, however long that is; and behind these its facts.

    Args:
        parts: places of text; 0 is nobody's and left out.
        facts: places behind those of text, ascending.
        of_facts: their values.
    """
    places, counts = _once(np.concatenate((_BEFORE_ALL, *parts, _BEHIND_ALL)))
    values = BY_COUNT.take(counts, mode="clip")
    values *= _scales(places, counts)
    return np.concatenate((places, facts)), np.concatenate((values, of_facts))


def _once(places: Places) -> tuple[Places, NDArray[np.intp]]:
    """Each place once, ascending, and how often it comes: `np.unique`, in a third of its time.

    Args:
        places: `_BEFORE_ALL` and `_BEHIND_ALL` are among them and are left out, and with the one
            whatever has place 0 by chance; they are sorted where they are.
    """
    places.sort()
    last = np.not_equal(places[1:], places[:-1]).nonzero()[0]  # of each, where it comes last
    behind_first = last[1:]
    return places.take(behind_first), behind_first - last[:-1]


def _scales(places: Places, counts: NDArray[np.intp]) -> Values:
    """By what each value is multiplied, for its group to come to the group's weight."""
    ends = places.searchsorted(ENDS).tolist()
    groups = zip((0, *ends), ends, GROUPS.tolist(), strict=False)
    filled = [(first, last - first, weight) for first, last, weight in groups if last > first]
    if not filled:
        return np.empty(0, np.float32)
    firsts, lengths, weights = zip(*filled, strict=True)
    sums = np.add.reduceat(SQUARES.take(counts, mode="clip"), firsts)
    scales = np.array(weights) / np.sqrt(sums * UNIT)
    return scales.astype(np.float32).repeat(lengths)


def weights_at(places: Places, of_all: Steps, share: float = 1.0, own: Steps = NONE) -> Values:
    """The weights at some places: a share of those of all, and own ones on top.

    Args:
        places: any.
        of_all: steps of which each place has one by its last bits, a power of two of them; and the
            weight of each step, 256, by its bits.
        share: rounded to 32 bits.
        own: the same, or `NONE`.
    """
    weights = _parts_of(places, of_all) * np.float32(share)
    if own is not NONE:
        weights += _parts_of(places, own)
    return weights


def _parts_of(places: Places, of: Steps) -> Values:
    steps, parts = of
    # Python's way to count from the end has a negative step find its part.
    return parts.take(steps.take(places & (len(steps) - 1)))
