"""Cutting a comment that was read into pieces, each at its place and with what it counts."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.arrays import Places
from moderation.classifier.facts import (
    great_facts,
    identities,
    keywords_of,
    languages,
    small_facts,
    ways_of_speaking,
)
from moderation.classifier.hashing import places_of
from moderation.classifier.kernel import facts, runs, shapes, words_and_pairs
from moderation.classifier.normal import without_addresses
from moderation.classifier.numbers import (
    GREAT_FACTS,
    IDENTITIES,
    LANGUAGES,
    SMALL_FACTS,
    WAYS_OF_SPEAKING,
)
from moderation.classifier.places import FIRST_KEYWORD, FIRST_SECTION, TEXT_PLACES, sections_of
from moderation.classifier.reading import LONGEST_READ, Reading
from moderation.domain.evidence import Subject

_KEYWORDS = range(FIRST_KEYWORD, TEXT_PLACES)


class Pieces(NamedTuple):
    """What a comment was cut into: places that may repeat, in the comment's order.

    Attributes:
        runs: of characters of text and name, as `kernel.runs` gives them.
        of_text: how many of these are of the text.
        words: of the text, as `kernel.words_and_pairs` gives them.
        shapes: of its words, as they were typed.
        keywords: of the words of name, website and links.
        facts: of its facts, ascending, in the order of `said`; the last tells its section.
        said: the facts.
        counted: how much each of them counts; the section nothing.
    """

    runs: Places
    of_text: int
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
    # In one space: what a name says is the same as in the text.
    text, name = _apart(reading.text), _apart(reading.name.text if reading.name else "")
    groups = (
        (identities(reading), IDENTITIES),
        (great_facts(subject, reading), GREAT_FACTS),
        (ways_of_speaking(reading), WAYS_OF_SPEAKING),
        (small_facts(subject, reading), SMALL_FACTS),
        (languages(subject, reading), LANGUAGES),
    )
    return Pieces(
        runs(text, name),
        max(0, 2 * len(text) - 3),
        words_and_pairs(reading.words, reading.undisguised),
        shapes(without_addresses(subject.text[:LONGEST_READ])),
        # In one space: a keyword is one wherever it stands.
        places_of(keywords_of(reading), 41, _KEYWORDS),
        *facts(groups, FIRST_SECTION + section_of(subject, reading)),
    )


def _apart(text: str) -> str:
    """A text with a space before and behind; nothing of what is blank."""
    return f" {text} " if text and not text.isspace() else ""
