"""Shapes of words: how they are written, whatever they say."""

import re
from string import ascii_lowercase, ascii_uppercase, digits

_SIGNS = bytes.maketrans(
    (ascii_lowercase + ascii_uppercase + digits).encode() + bytes(range(128, 256)),
    b"a" * len(ascii_lowercase) + b"A" * len(ascii_uppercase) + b"0" * len(digits) + b"u" * 128,
)
_MORE_OF_A_KIND = re.compile(r"(?<=aa)a+|(?<=AA)A+|(?<=u)u+")


def signs_of(typed: str) -> list[str]:
    """The words of a text as typed, of which nothing is left but its signs and that a small letter
    is one (“a”), a capital (“A”), a digit (“0”), and what is not ASCII (“u”, several times for one
    character). Words of small letters of any script may be left out.
    """
    if not typed.isascii():
        typed = " ".join(
            [word for word in typed.split() if not (word.islower() and word.isalpha())]
        )
    return typed.encode("utf-8", "surrogatepass").translate(_SIGNS).decode().split()


def shape_of(signs: str) -> str:
    """The shape of a word that `signs_of` gave: of each case two letters in a row at most, and of
    what is not ASCII one; none of a word of small letters. “Call” has “Aaa”, “0800!” has “0000!”.
    """
    return _MORE_OF_A_KIND.sub("", signs) if signs.strip("a") else ""
