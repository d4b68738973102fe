"""Features: what the learned model sees of a comment, as numbered places with values.

Vocabulary-free: every piece of text is hashed to one of `PLACES`, so that any language works and
no word list has to be kept. Deterministic on every machine.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Self
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.facts import (
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

LAYOUT = 4  # changes whenever the same comment has other places or values than before
BITS = 22
PLACES = 1 << BITS
# From behind: which section a comment is of, which languages, other facts, all that is text.
FIRST_SECTION = PLACES - (1 << 11)
FIRST_LANGUAGE = FIRST_SECTION - (1 << 10)
TEXT_PLACES = PLACES - (1 << 15)

# How much each group counts beside the others. Pieces of text share their group's length (a long
# text has no more say than a short one), facts have theirs each. Chosen with sources left out.
_GROUPS = np.array([1.0, 1.0, 0.7])  # runs of characters, words, keywords
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
        text, name: of their runs of characters, as `grams` gives them.
        words: of the text's words and pairs of words.
        keywords: of the words of name, website and links.
        facts: of its facts, in the order of `said`.
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
    if len(language) == 2 and set(language) <= _LETTERS:  # noqa: PLR2004
        number = 1 + 26 * (ord(language[0]) - ord("a")) + ord(language[1]) - ord("a")
    return range(_SHAPES * number, _SHAPES * (number + 1))


def extract(subject: Subject) -> Features:
    """The features of a comment. Takes any text that Python can hold, and never fails."""
    return features_of(cut(subject, read(subject)))


def cut(subject: Subject, reading: Reading) -> Pieces:
    """Cut a comment that was read into pieces."""
    hashes: dict[int, str] = {}
    counted: list[float] = []
    spoken = list(languages(subject, reading))
    for facts, salt, weight in (
        (identities(reading), 71, _IDENTITY),
        (great_facts(subject, reading), 62, _GREAT),
        (ways_of_speaking(reading), 61, _SPEAKING),
        (small_facts(subject, reading), 31, _SMALL),
    ):
        hashes |= {crc32(fact.encode("utf-8", "surrogatepass"), salt): fact for fact in facts}
        counted += [weight] * (len(hashes) - len(counted))
    places = np.array(list(hashes), np.uint32) % _U(FIRST_LANGUAGE - TEXT_PLACES)
    return Pieces(
        # In one space: what a name says is the same as in the text.
        grams(f" {reading.text} "),
        grams(f" {reading.name} "),
        _word_places(reading.words, reading.undisguised),
        # In one space: a keyword is one wherever it stands.
        _places(keywords_of(reading), 41),
        np.concatenate((places + _U(TEXT_PLACES), _language_places(spoken))),
        (*hashes.values(), *spoken),
        np.array(counted + [_LANGUAGE] * len(spoken), np.float32),
        section_of(subject, reading),
    )


def features_of(pieces: Pieces) -> Features:
    """The features that pieces come to: each place counts by the logarithm of how often it comes,
    every group of text by its weight, however long it is; facts each by their own. The last place
    tells the section and counts nothing.
    """
    texts = (np.concatenate((pieces.text, pieces.name)), pieces.words, pieces.keywords)
    # A place and its group in one number, so that one sort counts all groups.
    keys = np.concatenate([of + _U(group << BITS) for group, of in enumerate(texts)])
    keys, counts = _counted(keys)
    values = 1 + np.log(counts, dtype=np.float32)
    groups = keys >> _U(BITS)
    sizes = np.bincount(groups, values * values, len(texts))
    scales = (_GROUPS / np.sqrt(np.maximum(sizes, 1))).astype(np.float32)
    return _merged(
        np.concatenate(
            (keys & _U(PLACES - 1), pieces.facts, np.array([FIRST_SECTION + pieces.section], _U))
        ),
        np.concatenate((values * scales[groups], pieces.counted, _NOTHING)),
    )


_NONE = np.empty(0, np.uint32)
_NOTHING = np.zeros(1, np.float32)
_U = np.uint32


def grams(text: str) -> NDArray[np.uint32]:
    """The places of all runs of 2 to 5 characters, by length, in the text's order; of a text of
    spaces alone none.
    """
    if text.isspace():
        return _NONE
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    last = codes * _LAST
    hashes = codes * _FIRST
    found = []
    for length in range(2, min(_LONGEST_RUN, len(codes)) + 1):
        hashes = ((hashes[:-1] * _NEXT) ^ (hashes[:-1] >> _HALF)) + last[length - 1 :]
        found.append(hashes)
    mixed = np.concatenate(found)
    mixed ^= mixed >> _HALF
    mixed *= _MIX
    mixed ^= mixed >> _HALF
    mixed %= _U(TEXT_PLACES)
    return mixed


_FIRST, _NEXT, _LAST, _MIX = map(_U, (0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35, 0x7FEB352D))
_HALF = _U(15)
_LONGEST_RUN = 5


def _word_places(words: list[str], undisguised: list[str]) -> NDArray[np.uint32]:
    singles, pairs, before = [], [], 12
    for word in words:
        data = word.encode("utf-8", "surrogatepass")
        singles.append(crc32(data, 11))
        pairs.append(crc32(data, before))
        before = crc32(data, 12)
    singles += (crc32(word.encode("utf-8", "surrogatepass"), 11) for word in undisguised)
    return np.array(singles + pairs[1:], np.uint32) % _U(TEXT_PLACES)


def _places(pieces: Iterable[str], salt: int) -> NDArray[np.uint32]:
    hashes = [crc32(piece.encode("utf-8", "surrogatepass"), salt) for piece in pieces]
    return np.array(hashes, np.uint32) % _U(TEXT_PLACES)


def _language_places(facts: list[str]) -> NDArray[np.uint32]:
    hashes = [crc32(fact.encode("utf-8", "surrogatepass"), 51) for fact in facts]
    return np.array(hashes, np.uint32) % _U(FIRST_SECTION - FIRST_LANGUAGE) + _U(FIRST_LANGUAGE)


def _counted(places: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """`np.unique` with counts, in a third of its time."""
    places = np.sort(places)
    first = _firsts(places)
    return places[first], np.append(first, len(places))[1:] - first


def _firsts(places: NDArray[np.uint32]) -> NDArray[np.intp]:
    """Where each of ascending places stands for the first time."""
    return np.flatnonzero(np.concatenate((places[:1] == places[:1], places[1:] != places[:-1])))


def _merged(places: NDArray[np.uint32], values: NDArray[np.float32]) -> Features:
    order = np.argsort(places, kind="stable")
    places, values = places[order], values[order]
    first = _firsts(places)
    return Features(places[first], np.add.reduceat(values, first))
