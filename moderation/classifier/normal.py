"""Text as the classifier reads it: disguises off, a word is itself however it is dressed."""

import re

from moderation.domain.addresses import ADDRESS
from moderation.domain.disguise import undisguised, with_signs, without_leet

# No letter is also a gap: a row of underscores could be read in more ways than there is time for.
_SPACED_OUT = re.compile(r"(?<!\w)(?:[^\W_][ .*_-]{1,2}){3,30}[^\W_](?!\w)")
# Four words of one letter in a row, each word as the sign whose number is its length: without them
# no word is spaced out.
_SPACED_LETTERS = "\1" * 4
_NOT_WORD = re.compile(r"[\W_]+")
# Scripts that are written without spaces have a word in each sign.
_ALONE = r"\u3040-\u30ff\u3400-\u9fff"
WORD = re.compile(rf"[{_ALONE}]|[^\W_{_ALONE}]+")
_ASCII_GAPS = bytes([sign if chr(sign).isalnum() else ord(" ") for sign in range(256)])
_SOME_ADDRESS = "✉"


def without_addresses(text: str) -> str:
    """A text, normal or as typed, with each email address in it as one and the same sign: that one
    is given tells something, whose it is nobody may learn from what is kept.
    """
    return ADDRESS.sub(_SOME_ADDRESS, text) if "@" in text else text


def has_address(text: str) -> bool:
    """Whether an email address was left out of a text by `without_addresses`."""
    return _SOME_ADDRESS in text


def words_of_text(text: str) -> list[str]:
    """The words of a normal text, as `WORD` finds them."""
    if not text.isascii():
        return WORD.findall(text)
    # Bytes are translated in a fraction of the time that signs are.
    return text.encode().translate(_ASCII_GAPS).decode().split()


def disguised_words(text: str, words: list[str]) -> list[str]:
    """What is written behind digits (“v1agra”), signs (“ca$ino”) and spaces (“c a s i n o”) in a
    normal text.

    Args:
        text: normal.
        words: its words; none is longer than a million letters.
    """
    found: list[str] = []
    if not "".join(words).isalpha():
        found += [plain for w in words if not w.isalpha() and (plain := without_leet(w)) != w]
    if "$" in text or "@" in text:
        found += with_signs(text)
    lengths = list(map(len, words))
    if lengths.count(1) >= len(_SPACED_LETTERS) and _SPACED_LETTERS in "".join(map(chr, lengths)):
        runs = (_NOT_WORD.sub("", run[0]) for run in _SPACED_OUT.finditer(text))
        found += [without_leet(undisguised(run)) for run in runs]
    return found
