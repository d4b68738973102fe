"""Cutting a comment that was read into pieces, each at its place and with what it counts."""

from collections.abc import Callable
from functools import partial
from itertools import repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.facts import (
    great_facts,
    identities,
    keywords_of,
    languages,
    small_facts,
    ways_of_speaking,
)
from moderation.classifier.hashing import Places, place_of, places_of, runs, words_and_pairs
from moderation.classifier.kept import Kept
from moderation.classifier.normal import without_addresses
from moderation.classifier.places import (
    FIRST_KEYWORD,
    FIRST_LANGUAGE,
    FIRST_SECTION,
    FIRST_WORD,
    TEXT_PLACES,
    sections_of,
)
from moderation.classifier.reading import LONGEST_READ, Reading
from moderation.classifier.shapes import shape_of, signs_of
from moderation.domain.evidence import Subject

_WORDS = range(FIRST_WORD, FIRST_KEYWORD)
_KEYWORDS = range(FIRST_KEYWORD, TEXT_PLACES)
_FACTS = range(TEXT_PLACES, FIRST_LANGUAGE)
_LANGUAGES = range(FIRST_LANGUAGE, FIRST_SECTION)


class _Kind(NamedTuple):
    """A kind of facts: how much each counts beside a whole text, and where it has its place."""

    counts: float
    place: Callable[[str], int]


def _again(salt: int, region: range) -> Callable[[str], int]:
    """The places of facts that come again and again, some hundred different ones."""
    return Kept(lambda fact: place_of(fact, salt, region), 512).__getitem__


# What each counts was chosen with sources left out.
_IDENTITY = _Kind(0.5, partial(place_of, salt=71, region=_FACTS))
_GREAT = _Kind(0.3, _again(62, _FACTS))
_SPEAKING = _Kind(0.2, _again(61, _FACTS))
_SMALL = _Kind(0.15, _again(31, _FACTS))
_LANGUAGE = _Kind(0.5, _again(51, _LANGUAGES))


class Pieces(NamedTuple):
    """What a comment was cut into: places that may repeat, in the comment's order.

    Attributes:
        text, name: of their runs of characters, as `runs` gives them.
        words: of the text, as `words_and_pairs` gives them.
        shapes: of its words, as they were typed.
        keywords: of the words of name, website and links.
        facts: of its facts, ascending, in the order of `said`; the last tells its section.
        said: the facts.
        counted: how much each of them counts; the section nothing.
    """

    text: list[Places]
    name: list[Places]
    words: Places
    shapes: Places
    keywords: Places
    facts: Places
    said: tuple[str, ...]
    counted: NDArray[np.float32]


def section_of(subject: Subject, reading: Reading) -> int:
    """What the door knows of a comment before it reads the text, as a number: the site's language,
    and whether a website, only a name or neither is given.
    """
    shape = 0 if reading.website else 1 if reading.name else 2
    return sections_of(subject.site_language)[shape]


def cut(subject: Subject, reading: Reading) -> Pieces:
    """Cut a comment that was read into pieces."""
    told = _told(subject, reading)
    places = sorted(told)
    said, counted = zip(*map(told.__getitem__, places), strict=True)
    text, name = runs(reading.text, reading.name.text if reading.name else "")
    return Pieces(
        text,
        name,
        words_and_pairs(reading.words, reading.undisguised),
        _shapes(subject.text[:LONGEST_READ]),
        # In one space: a keyword is one wherever it stands.
        places_of(keywords_of(reading), 41, _KEYWORDS),
        np.array([*places, FIRST_SECTION + section_of(subject, reading)], np.uint32),
        said,
        np.array([*counted, 0], np.float32),
    )


def _shapes(typed: str) -> Places:
    found = map(_SHAPES.__getitem__, signs_of(without_addresses(typed)))
    return np.array(list(filter(None, found)), np.uint32)


def _place_of_shape(signs: str) -> int:
    """0, which is no word's place, of what has no shape."""
    shape = shape_of(signs)
    return place_of(shape, 77, _WORDS) if shape else 0


# By signs, from which a word as it was typed cannot be had again.
_SHAPES = Kept(_place_of_shape, 4_096)


def _told(subject: Subject, reading: Reading) -> dict[int, tuple[str, float]]:
    """By place a fact and how much it counts; where several have one place, all of them together.
    Of every comment there are some.
    """
    places: list[int] = []
    said: list[tuple[str, float]] = []
    for facts, kind in (
        (identities(reading), _IDENTITY),
        (great_facts(subject, reading), _GREAT),
        (ways_of_speaking(reading), _SPEAKING),
        (small_facts(subject, reading), _SMALL),
        (languages(subject, reading), _LANGUAGE),
    ):
        once = dict.fromkeys(facts)
        places += map(kind.place, once)
        said += zip(once, repeat(kind.counts))
    told = dict(zip(places, said, strict=True))
    return told if len(told) == len(places) else _together(places, said)


def _together(places: list[int], said: list[tuple[str, float]]) -> dict[int, tuple[str, float]]:
    told: dict[int, tuple[str, float]] = {}
    for at, (fact, counts) in zip(places, said, strict=True):
        told[at] = (fact, counts + told[at][1] if at in told else counts)
    return told
