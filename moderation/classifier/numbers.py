"""The numbers that hashes and counts go by. Another one needs another `LAYOUT`."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.places import (
    FIRST_KEYWORD,
    FIRST_LANGUAGE,
    FIRST_SECTION,
    FIRST_WORD,
    TEXT_PLACES,
)

# By size of a run, 2 and 3 characters, what each of its characters counts: odd numbers, whose sums'
# first bits are a hash. Runs of texts in Latin, Cyrillic, Arabic, kana, Thai, Han and Hangul share
# places as seldom as by chance, also by the last bits alone that smaller tables of weights go by.
# Longer runs told unseen sources apart no better.
FACTORS: NDArray[np.uint32] = np.array(
    [[0x9E3779B1, 0x85EBCA6B, 0], [0xC2B2AE35, 0x27D4EB2F, 0x165667B1]], np.uint32
)
SALT_OF_WORDS, AS_FIRST, AS_LAST = 11, 0x9E3779B1, 0xC2B2AE35
SALT_OF_SHAPES = 77
LETTERS_OF_BEGINNING = 5  # which forms of a word have in common; longer words count by them too


class FactGroup(NamedTuple):
    """A kind of facts: how much each counts beside a whole text, and by which hash it has one of so
    many places from a first one on.
    """

    counts: float
    salt: int
    first_place: int
    places: int


# What each kind counts was chosen with sources left out.
_FACTS = (TEXT_PLACES, FIRST_LANGUAGE - TEXT_PLACES)
IDENTITIES = FactGroup(0.5, 71, *_FACTS)
GREAT_FACTS = FactGroup(0.3, 62, *_FACTS)
WAYS_OF_SPEAKING = FactGroup(0.2, 61, *_FACTS)
SMALL_FACTS = FactGroup(0.15, 31, *_FACTS)
LANGUAGES = FactGroup(0.5, 51, FIRST_LANGUAGE, FIRST_SECTION - FIRST_LANGUAGE)

# Where the groups of text end, and how much each counts beside the others: runs of characters,
# words and their shapes, keywords. Pieces of text share their group's length: a long text has no
# more say than a short one. Chosen with sources left out.
ENDS = np.array([FIRST_WORD, FIRST_KEYWORD, TEXT_PLACES], np.uint32)
GROUPS: NDArray[np.float64] = np.array([1.0, 1.0, 0.7])
# What comes several times counts by the logarithm of how often.
BY_COUNT: NDArray[np.float32] = (1 + np.log(np.maximum(np.arange(4_096), 1))).astype(np.float32)
# The squares of these in units of which one is whole, so that their sum is the same in any order.
UNIT = 2.0**-20
SQUARES: NDArray[np.int64] = np.rint(BY_COUNT.astype(np.float64) ** 2 / UNIT).astype(np.int64)
