"""Text as data: normal forms, fingerprints, and the plainest HTML."""

import html
import re
import unicodedata
import zlib
from collections.abc import Iterable

from moderation.domain.disguise import (
    LOOSE,
    all_latin,
    undisguised,
    unescaped,
    without_accents,
    without_leet,
)

# Zero-width and joining characters that hide a word from a word list without changing how it looks.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_MOST_MARKS = 30  # on one letter
_SPARE = 200  # characters, for a name or a few words in signs that unfold
# What is no mark to Unicode's combining classes but comes apart into so many (Unicode 15.1): those
# of a Tibetan or Greek letter, and the half-wide ones of kana. And what is taken off a letter, such
# as rings around it: what stands on both sides of it is one pile then.
_COUNT_AS = dict.fromkeys(LOOSE, 1) | {
    "\u0344": 2,
    "\u0f73": 2,
    "\u0f75": 2,
    "\u0f81": 2,
    "\uff9e": 1,
    "\uff9f": 1,
}
# No mark is a letter, a digit, white space or ASCII, but for the half-wide ones.
_MAY_BE_STACK = re.compile(rf"(?:[^\w\s\x00-\x7f]|[\uff9e\uff9f]){{{_MOST_MARKS // 2 + 1},}}+")
_WORD_BREAK = re.compile(r"[\W_]+")

_SHINGLE = 5  # characters: long enough to be rare, short enough to survive a changed word
_SKETCH = 32  # minima
_BAND = 4  # minima per band
BANDS = _SKETCH // _BAND
NEARLY_THE_SAME = 0.7  # Jaccard similarity of shingles
_LONGEST_SKETCHED = 20_000  # characters; more adds time, not certainty
_MOST_ESCAPED = 3  # characters that one may be written with, such as %41, for so long


def fold(text: str) -> str:
    """`text` for comparison: invisible characters dropped, compatibility forms unified (NFKC), case
    folded, drawn and look-alike letters made Latin (`disguise.undisguised`).
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", without_stacks(without_invisible(text))).casefold()
    return undisguised(unicodedata.normalize("NFKC", folded))


def normal(text: str) -> str:
    """`text` with references and escapes read, invisible characters dropped, compatibility forms
    and case folded, drawn and look-alike letters Latin (`fold`), and runs of white space made one
    space.
    """
    text = unescaped(text)
    if text.isascii():
        return " ".join(text.lower().split())
    # One sign may stand for eighteen letters; nobody writes a whole text in such.
    return " ".join(all_latin(fold(text)[: 2 * len(text) + _SPARE]).split())


def without_invisible(text: str) -> str:
    """`text` without characters that are not to be seen."""
    return _INVISIBLE.sub("", text)


def without_stacks(text: str) -> str:
    """`text` without the marks that pile up on a letter beyond the thirtieth: to put those in order
    takes time by their square. Unicode's stream-safe format (UAX #15) ends at the same number.
    """
    return _MAY_BE_STACK.sub(lambda found: _without_stacks(found[0]), text)


def _without_stacks(text: str) -> str:
    run, kept = 0, []
    for character in text:
        marks = _COUNT_AS.get(character) or bool(unicodedata.combining(character))
        run = run + marks if marks else 0
        if run <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def squash(text: str) -> str:
    """`fold`, with escapes read, accents dropped, digits within words as the letters they stand
    for, and every run of spaces, punctuation and underscores made one space.
    """
    words = _WORD_BREAK.sub(" ", without_accents(fold(unescaped(text)))).split()
    return " ".join(map(without_leet, words))


def shingles(text: str) -> frozenset[str]:
    """The character 5-grams of `squash(text)`."""
    # Cut before, too: reading half a megabyte of escapes takes longer than the sketch.
    squashed = squash(text[: _MOST_ESCAPED * _LONGEST_SKETCHED])[:_LONGEST_SKETCHED]
    starts = range(max(1, len(squashed) - _SHINGLE + 1))
    return frozenset([squashed[i : i + _SHINGLE] for i in starts])


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """The Jaccard similarity of two sets of shingles, 0 to 1."""
    shared = len(one & other)
    union = len(one) + len(other) - shared
    return shared / union if union else 1.0


def bands(grams: Iterable[str]) -> tuple[int, ...]:
    """`BANDS` numbers of which two similar texts very likely share one.

    One-permutation MinHash (Li, Owen, Zhang 2012) with rotation to fill empty bins (Shrivastava,
    Li 2014), 32 bins in bands of 4. Two texts of Jaccard similarity s share a band with
    probability 1 - (1 - s^4)^8: 99.98% at 0.9, 98% at 0.8, 89% at 0.7; two of the same language
    that say different things (0.1) with 0.08%. Numbers fit a signed 64-bit column.
    """
    minima: list[int | None] = [None] * _SKETCH
    for gram in grams:
        value = _mix(zlib.crc32(gram.encode("utf-8", "surrogatepass")))
        place, rest = value % _SKETCH, value // _SKETCH
        least = minima[place]
        if least is None or rest < least:
            minima[place] = rest
    filled = _fill(minima)
    return tuple(_fold_band(filled[i : i + _BAND], i) for i in range(0, _SKETCH, _BAND))


def _fold_band(minima: list[int], place: int) -> int:
    """One number of a band's minima and its place; 63 bits of it, for a signed column."""
    number = place
    for least in minima:
        number = _mix(number + least)
    return number >> 1


def _fill(minima: list[int | None]) -> list[int]:
    filled = []
    for i in range(_SKETCH):
        for distance in range(_SKETCH):
            value = minima[(i + distance) % _SKETCH]
            if value is not None:
                filled.append(value + distance * 0x1000193)
                break
        else:
            filled.append(0)
    return filled


def _mix(value: int) -> int:
    """The finaliser of splitmix64 (Steele, Lea, Flood 2014): spreads a weak hash over 64 bits."""
    value &= 0xFFFFFFFFFFFFFFFF
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    return value ^ (value >> 31)


def excerpt(text: str, most: int) -> str:
    """The beginning of a text on one line, of so many characters at most; one that goes on ends
    with an ellipsis.
    """
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def plain_html(text: str) -> str:
    """`text` as HTML without any markup of its own: paragraphs and line breaks."""
    paragraphs = (part.strip("\n") for part in re.split(r"\n{2,}", text.strip()))
    return "\n".join(
        f"<p>{html.escape(part, quote=False).replace(chr(10), '<br>' + chr(10))}</p>"
        for part in paragraphs
    )


def noted(text: str, longest: int) -> str:
    """What a moderator notes, as it is kept: without spaces around it, cut where it is too long,
    and without NUL, which PostgreSQL cannot store.
    """
    return text.replace("\0", "").strip()[:longest]
