"""Shapes of words: how they are written, whatever they say."""

import re
from string import ascii_lowercase, ascii_uppercase, digits

_SHAPE = str.maketrans(
    ascii_lowercase + ascii_uppercase + digits,
    "a" * len(ascii_lowercase) + "A" * len(ascii_uppercase) + "0" * len(digits),
)
_MORE_OF_A_CASE = re.compile(r"(?<=aa)a+|(?<=AA)A+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


def shapes_of(typed: str) -> list[str]:
    """The shape of each word of a text as typed that is more than small letters, in its order, with
    the signs at it: small letters as “a”, capitals as “A”, two at most, each digit as “0”, and what
    is not ASCII as “u”. “Call 0800!” has “Aaa” and “0000!”.
    """
    odd = [word for word in typed.split() if not (word.islower() and word.isalpha())]
    shapes = _MORE_OF_A_CASE.sub("", _NOT_ASCII.sub("u", " ".join(odd).translate(_SHAPE)))
    return shapes.split()
