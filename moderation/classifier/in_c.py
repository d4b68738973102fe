"""The same steps as `in_numpy`, to the same bits, by what was compiled of `native/`: in a
fraction of the time. Where nothing was compiled this cannot be imported.
"""

import numpy as np

from moderation.classifier import _native
from moderation.classifier.arrays import Places, Values
from moderation.classifier.in_numpy import NONE, Groups, Steps
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
)
from moderation.classifier.places import FIRST_KEYWORD, FIRST_WORD, RUN_BITS, WORD_BITS
from moderation.classifier.telling import TWICE_ANYWHERE
from moderation.classifier.vocabulary import ALL_BEGINNINGS

# As bytes, which are handed over in a fraction of the time that arrays are.
_FACTORS = FACTORS.tobytes()
_TABLES = (ENDS.tobytes(), GROUPS.tobytes(), BY_COUNT.tobytes(), SQUARES.tobytes())
_NUMBERS = (
    SALT_OF_WORDS,
    LETTERS_OF_BEGINNING,
    AS_FIRST,
    AS_LAST,
    32 - WORD_BITS,
    FIRST_WORD,
)
_BEGINNINGS = _native.beginnings(list(ALL_BEGINNINGS))
_TWICE = TWICE_ANYWHERE.encode()
_OF_SHAPES = (SALT_OF_SHAPES, FIRST_WORD, FIRST_KEYWORD - FIRST_WORD)


def runs(text: str, name: str) -> Places:
    """As `in_numpy.runs`."""
    return np.frombuffer(_native.runs(text, name, _FACTORS, 32 - RUN_BITS), np.uint32)


def words_and_pairs(words: list[str], undisguised: list[str]) -> Places:
    """As `in_numpy.words_and_pairs`."""
    return np.frombuffer(_native.words(words, undisguised, *_NUMBERS), np.uint32)


def may_tell(words: list[str]) -> list[str]:
    """As `in_numpy.may_tell`, without most of the words that tell nothing."""
    return _native.telling(words, _BEGINNINGS, _TWICE)


def shapes(typed: str) -> Places:
    """As `in_numpy.shapes`."""
    return np.frombuffer(_native.shapes(typed, *_OF_SHAPES), np.uint32)


def facts(groups: Groups, last_place: int) -> tuple[Places, tuple[str, ...], Values]:
    """As `in_numpy.facts`."""
    told = tuple([(said, *kind) for said, kind in groups])
    places, found, values = _native.facts(told, last_place)
    return np.frombuffer(places, np.uint32), found, np.frombuffer(values, np.float32)


def counted(parts: tuple[Places, ...], facts: Places, of_facts: Values) -> tuple[Places, Values]:
    """As `in_numpy.counted`."""
    places, values = _native.counted(parts, *_TABLES, UNIT, facts, of_facts)
    return np.frombuffer(places, np.uint32), np.frombuffer(values, np.float32)


def weights_at(places: Places, of_all: Steps, share: float = 1.0, own: Steps = NONE) -> Values:
    """As `in_numpy.weights_at`."""
    return np.frombuffer(_native.weights(places, *of_all, share, *own), np.float32)
