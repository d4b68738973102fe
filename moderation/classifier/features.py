"""Features: what the learned model sees of a comment, as numbered places with values.

Vocabulary-free: every piece of text is hashed to one of `PLACES`, so that any language works and
no word list has to be kept. Deterministic on every machine.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from string import ascii_lowercase
from typing import Self
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.facts import (
    LONGEST_KEPT,
    Reading,
    great_facts,
    identities,
    keywords_of,
    languages,
    read,
    small_facts,
    ways_of_speaking,
)
from moderation.domain.evidence import Subject

LAYOUT = 5  # changes whenever the same comment has other places or values than before
BITS = 22
PLACES = 1 << BITS
# Where each begins, and how many there are: runs of characters, words, keywords, facts, languages;
# behind them stands which section a comment is of.
FIRST_SECTION = PLACES - (1 << 11)
FIRST_LANGUAGE = FIRST_SECTION - (1 << 10)
TEXT_PLACES = PLACES - (1 << 15)
_FIRST_KEYWORD = TEXT_PLACES - (1 << 17)
_FIRST_WORD = _FIRST_KEYWORD - (1 << 20)
_ENDS = np.array([_FIRST_WORD, _FIRST_KEYWORD, TEXT_PLACES], np.uint32)
_RUNS = (0, _FIRST_WORD)
_WORDS = (_FIRST_WORD, _FIRST_KEYWORD - _FIRST_WORD)
_KEYWORDS = (_FIRST_KEYWORD, TEXT_PLACES - _FIRST_KEYWORD)
_FACTS = (TEXT_PLACES, FIRST_LANGUAGE - TEXT_PLACES)
_LANGUAGES = (FIRST_LANGUAGE, FIRST_SECTION - FIRST_LANGUAGE)

# How much each group counts beside the others. Pieces of text share their group's length (a long
# text has no more say than a short one), facts have theirs each. Chosen with sources left out.
_GROUPS = (1.0, 0.8, 0.7)  # runs of characters, words, keywords
_IDENTITY, _GREAT, _LANGUAGE, _SPEAKING, _SMALL = 0.5, 0.3, 0.5, 0.2, 0.15


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """One comment's features.

    Attributes:
        places: ascending, without repetition, each below `PLACES`.
        values: one for each place.
    """

    places: NDArray[np.uint32]
    values: NDArray[np.float32]

    @property
    def section(self) -> int:
        """The comment's section, as `section_of` numbers it; 0 if no place tells."""
        return max(0, int(self.places[-1]) - FIRST_SECTION) if len(self.places) else 0

    def pack(self) -> bytes:
        """As bytes, six for each place; values lose what half-precision numbers do not hold."""
        return self.places.astype("<u4").tobytes() + self.values.astype("<f2").tobytes()

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """The features that `pack` has packed.

        Raises:
            ValueError: these bytes are none.
        """
        count, rest = divmod(len(packed), 6)
        if rest:
            raise ValueError("These bytes are no packed features.")
        places = np.frombuffer(packed, "<u4", count).astype(np.uint32)
        values = np.frombuffer(packed, "<f2", count, offset=4 * count).astype(np.float32)
        return cls(places, values)


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """What a comment was cut into: places that may repeat, in the comment's order.

    Attributes:
        text, name: of their runs of characters, as `runs` gives them.
        words: of the text's words, of words behind disguises, of pairs of words, of the text's
            first word and pair, and of its last word and pair.
        keywords: of the words of name, website and links.
        facts: of its facts, ascending, in the order of `said`.
        said: the facts.
        counted: how much each of them counts.
        section: which the comment is of.
    """

    text: NDArray[np.uint32]
    name: NDArray[np.uint32]
    words: NDArray[np.uint32]
    keywords: NDArray[np.uint32]
    facts: NDArray[np.uint32]
    said: tuple[str, ...]
    counted: NDArray[np.float32]
    section: int


_SHAPES = 3
_LETTERS = frozenset(ascii_lowercase)


def section_of(subject: Subject, reading: Reading) -> int:
    """What the door knows of a comment before it reads the text, as a number: the site's language,
    and whether a website, only a name or neither is given.
    """
    shape = 0 if reading.website else 1 if reading.name else 2
    return sections_of(subject.site_language)[shape]


def of_any_language(section: int) -> int:
    """The same, of a language that nothing is known of."""
    return section % _SHAPES


def same_language(section: int) -> range:
    """All sections of the language that one is of."""
    first = section - section % _SHAPES
    return range(first, first + _SHAPES)


def sections_of(language: str) -> range:
    """The sections of a language (ISO 639-1): with a website, with only a name, with neither. Of
    what is no such language, those of any.
    """
    number = 0
    if len(language) == 2 and set(language) <= _LETTERS:  # noqa: PLR2004 -- letters
        number = 1 + 26 * (ord(language[0]) - ord("a")) + ord(language[1]) - ord("a")
    return range(_SHAPES * number, _SHAPES * (number + 1))


def extract(subject: Subject) -> Features:
    """The features of a comment. Takes any text that Python can hold, and never fails."""
    return features_of(cut(subject, read(subject)))


def cut(subject: Subject, reading: Reading) -> Pieces:
    """Cut a comment that was read into pieces."""
    told: dict[int, tuple[str, float]] = {}
    for facts, salt, counts, (first, size) in (
        (identities(reading), 71, _IDENTITY, _FACTS),
        (great_facts(subject, reading), 62, _GREAT, _FACTS),
        (ways_of_speaking(reading), 61, _SPEAKING, _FACTS),
        (small_facts(subject, reading), 31, _SMALL, _FACTS),
        (languages(subject, reading), 51, _LANGUAGE, _LANGUAGES),
    ):
        for fact in dict.fromkeys(facts):
            place = first + _hash_of(fact, salt) % size
            told[place] = (fact, counts + (told[place][1] if place in told else 0.0))
    places = sorted(told)
    text, name = runs(reading.text, reading.name)
    return Pieces(
        text,
        name,
        _word_places(reading.words, reading.undisguised),
        # In one space: a keyword is one wherever it stands.
        _within(_KEYWORDS, np.array([_hash_of(word, 41) for word in keywords_of(reading)], _U)),
        np.array(places, _U),
        tuple([told[place][0] for place in places]),
        np.array([told[place][1] for place in places], np.float32),
        section_of(subject, reading),
    )


def features_of(pieces: Pieces) -> Features:
    """The features that pieces come to: each place counts by the logarithm of how often it comes,
    every group of text by its weight, however long it is; facts each by their own. The last place
    tells the section and counts nothing.
    """
    places, counts = _counted(
        np.concatenate((pieces.text, pieces.name, pieces.words, pieces.keywords))
    )
    values = _BY_COUNT.take(counts, mode="clip")
    squares = values * values
    begin = 0
    for weight, end in zip(_GROUPS, places.searchsorted(_ENDS).tolist(), strict=True):
        if end > begin:
            values[begin:end] *= np.float32(weight / sqrt(squares[begin:end].sum()))
        begin = end
    section = np.array([FIRST_SECTION + pieces.section], _U)
    return Features(
        np.concatenate((places, pieces.facts, section)),
        np.concatenate((values, pieces.counted, _NOTHING)),
    )


_U = np.uint32
_NOTHING = np.zeros(1, np.float32)
_BY_COUNT = (1 + np.log(np.maximum(np.arange(4_096), 1))).astype(np.float32)
_FIRST, _NEXT, _LAST, _MIX = map(_U, (0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35, 0x7FEB352D))
_HALF = _U(15)
_LONGEST_RUN = 5


def runs(text: str, name: str) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The places of all runs of 2 to 5 characters of a text and of a name, each by length and in
    its order, with a space before and behind; of what is blank none. In one space: what a name says
    is the same as in the text.
    """
    text, name = (f" {one} " if one and not one.isspace() else "" for one in (text, name))
    codes = np.frombuffer((text + name).encode("utf-32-le", "surrogatepass"), _U)
    # A polynomial of the characters, each run's of that which is shorter by one.
    hashes, of_text, of_name = codes * _FIRST, [], []
    for length in range(2, _LONGEST_RUN + 1):
        hashes = hashes[:-1] * _NEXT + codes[length - 1 :]
        of_text.append(hashes[: max(0, len(text) - length + 1)])
        of_name.append(hashes[len(text) :])
    mixed = np.concatenate(of_text + of_name)
    mixed ^= mixed >> _HALF
    mixed *= _MIX
    mixed ^= mixed >> _HALF
    mixed %= _U(_RUNS[1])
    ends = sum(map(len, of_text))
    return mixed[:ends], mixed[ends:]


def _word_places(words: list[str], undisguised: list[str]) -> NDArray[np.uint32]:
    """Of words, of words behind disguises, of pairs of neighbours; and of the first word and pair
    as such and the last ones, of a text of one word as well.
    """
    encoded = [word.encode("utf-8", "surrogatepass") for word in (*words, *undisguised)]
    hashes = np.array([crc32(word, 11) for word in encoded], _U)
    of_text = hashes[: len(words)]
    pairs = of_text[:-1] * _NEXT + of_text[1:]
    first = np.concatenate((of_text[:1], pairs[:1])) * _FIRST
    last = np.concatenate((of_text[-1:], pairs[-1:])) * _LAST
    return _within(_WORDS, np.concatenate((hashes, pairs, first, last)))


def _hash_of(fact: str, salt: int) -> int:
    return (_hash if len(fact) <= LONGEST_KEPT else _hash.__wrapped__)(fact, salt)


@lru_cache(4_096)
def _hash(fact: str, salt: int) -> int:
    return crc32(fact.encode("utf-8", "surrogatepass"), salt)


def _within(region: tuple[int, int], hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    first, count = region
    return hashes % _U(count) + _U(first)


def _counted(places: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    """`np.unique` with counts, in a third of its time."""
    places = np.sort(places)
    first = np.flatnonzero(np.concatenate((places[:1] == places[:1], places[1:] != places[:-1])))
    counts = np.empty_like(first)
    counts[:-1], counts[-1:] = first[1:], len(places)
    counts -= first
    return places[first], counts
