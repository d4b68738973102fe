"""Text as the classifier reads it: disguises off, a word is itself however it is dressed."""

import html
import re
from urllib.parse import unquote

from moderation.domain.text import fold as fold_case

# Cyrillic and Greek letters that look like Latin ones (Unicode's confusables, the lower-case part).
_LOOKALIKES = str.maketrans("авекмнорстухіјѕԁһԛԝοαερικντυχ", "abekmhopctyxijsdhqwoaepikvtux")
_LETTERS = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[a-z]")
_GREEK_OR_CYRILLIC = re.compile(r"[\u0370-\u052f]")
# Digits and signs that stand for letters in “v1agra” and “ca$h”.
_LEET = str.maketrans("013457@$8", "oieastasb")
# No letter is also a gap: a row of underscores could be read in more ways than there is time for.
_SPACED_OUT = re.compile(r"(?<!\w)(?:[^\W_][ .*_-]{1,2}){3,30}[^\W_](?!\w)")
_SPACED_LETTERS = 3  # with fewer single letters no word is spaced out
_SPARE = 200  # characters, for a name or a few words in signs that unfold
_NOT_WORD = re.compile(r"[\W_]+")
# Scripts that are written without spaces have a word in each sign.
_ALONE = r"\u3040-\u30ff\u3400-\u9fff"
WORD = re.compile(rf"[{_ALONE}]|[^\W_{_ALONE}]+")


def normal(text: str) -> str:
    """`text` with references and escapes read, invisible characters dropped, compatibility forms
    and case folded (`domain.text.fold`), look-alike letters within Latin words made Latin, and
    runs of white space made one space.
    """
    if "&" in text or "%" in text:
        text = html.unescape(unquote(text))
    if text.isascii():
        return " ".join(text.lower().split())
    # One sign may stand for eighteen letters; nobody writes a whole text in such.
    folded = fold_case(text)[: 2 * len(text) + _SPARE]
    return " ".join(_LETTERS.sub(_undisguised, folded).split())


def _undisguised(found: re.Match[str]) -> str:
    word = found[0]
    if word.isascii() or not (_LATIN.search(word) and _GREEK_OR_CYRILLIC.search(word)):
        return word
    return word.translate(_LOOKALIKES)


def disguised_words(text: str, words: list[str]) -> list[str]:
    """What is written behind digits (“v1agra”) and spaces (“c a s i n o”) in a normal text.

    Args:
        text: normal.
        words: its words.
    """
    found = [
        plain
        for word in words
        if not word.isalpha() and not word.isdigit() and (plain := word.translate(_LEET)) != word
    ]
    if sum(len(word) == 1 for word in words) > _SPACED_LETTERS:
        found += [_NOT_WORD.sub("", run[0]) for run in _SPACED_OUT.finditer(text)]
    return found
