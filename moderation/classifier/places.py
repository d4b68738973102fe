"""Where each kind of feature has its place, and what the door knows of a comment as a number.

Vocabulary-free: every piece of text is hashed to one of `PLACES`, so that any language works and
no word list has to be kept.
"""

from functools import lru_cache
from string import ascii_lowercase

LAYOUT = 8  # changes whenever the same comment has other places or values than before
LEARNING = 8  # changes whenever the same lessons come to another model of a site, or to other bytes
BITS = 22
PLACES = 1 << BITS
# How many there are for runs of characters and for words: powers of two, for the first bits of a
# hash to be a place. Behind runs some are nobody's.
RUN_BITS, WORD_BITS = 21, 20
# Where each begins: words, keywords, facts, languages; at the end stands which section a comment is
# of.
FIRST_SECTION = PLACES - (1 << 11)
FIRST_LANGUAGE = FIRST_SECTION - (1 << 10)
TEXT_PLACES = PLACES - (1 << 15)
FIRST_KEYWORD = TEXT_PLACES - (1 << 17)
FIRST_WORD = FIRST_KEYWORD - (1 << WORD_BITS)

_SHAPES = 3
_LETTERS = frozenset(ascii_lowercase)


@lru_cache(256)
def sections_of(language: str) -> range:
    """The sections of a language (ISO 639-1): with a website, with only a name, with neither. Of
    what is no such language, those of any.
    """
    number = 0
    if len(language) == 2 and set(language) <= _LETTERS:  # noqa: PLR2004 -- letters
        number = 1 + 26 * (ord(language[0]) - ord("a")) + ord(language[1]) - ord("a")
    return range(_SHAPES * number, _SHAPES * (number + 1))


def of_any_language(section: int) -> int:
    """The same, of a language that nothing is known of."""
    return section % _SHAPES


def same_language(section: int) -> range:
    """All sections of the language that one is of."""
    first = section - section % _SHAPES
    return range(first, first + _SHAPES)
