"""Shapes of words: how they are written, whatever they say."""

import re
from string import ascii_lowercase, ascii_uppercase, digits

_SHAPE = str.maketrans(
    ascii_lowercase + ascii_uppercase + digits,
    "a" * len(ascii_lowercase) + "A" * len(ascii_uppercase) + "0" * len(digits),
)
_MORE_OF_A_CASE = re.compile(r"(?<=aa)a+|(?<=AA)A+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


def shape_of(word: str) -> str:
    """The shape of a word as typed, with the signs at it: small letters as “a”, capitals as “A”,
    two at most, each digit as “0”, and what is not ASCII as “u”. “Call” has “Aaa”, “0800!” has
    “0000!”; a word of small letters alone has none, "".
    """
    if word.islower() and word.isalpha():
        return ""
    return _MORE_OF_A_CASE.sub("", _NOT_ASCII.sub("u", word.translate(_SHAPE)))
