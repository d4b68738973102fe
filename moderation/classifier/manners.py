"""How somebody who gives no website writes: what tells there what a website's facts tell of others.

The same sign says opposite things in short and in long comments. A link in five words under a video
is spam, one within a hundred words on a blog is help. So each stands together with the length.
"""

from collections.abc import Iterator
from math import log2
from string import ascii_uppercase

MANNERS = ("linked", "manner")  # what the names of these facts begin with
_LENGTHS = (8, 20, 50, 120)  # words: a remark, a sentence or two, a paragraph, several
_LONGEST_STEP = 14  # of two steps for each doubling of the words
_SEEN = 1_000  # characters; how a text is written shows before
_ENDS = frozenset("?!.)")
_ASCII_CAPITALS = ascii_uppercase.encode()
_FEW_CAPITALS, _MANY_CAPITALS = 0.08, 0.3  # of all signs but spaces


def manners(typed: str, text: str, words: int, links: list[str]) -> Iterator[str]:
    """Facts of how a text is written.

    Args:
        typed: the text, with its capitals.
        text: normal.
        words: how many it has.
        links: in it.
    """
    length = sum(words >= least for least in _LENGTHS)
    linked = min(len(links), 2)
    step = min(int(2 * log2(words + 1)), _LONGEST_STEP)
    yield f"linked:{linked}|words:{length}"
    yield f"linked:{linked}|step:{step}"
    yield f"linked at:{_where(text, links)}|words:{length}"
    yield f"manner ends:{_sort(text[-1:])}|words:{length}"
    yield f"manner calls:{text[:1] == '@'}|linked:{linked}"
    yield f"manner capitals:{_capitals(typed[:_SEEN])}|words:{length}"


def _where(text: str, links: list[str]) -> str:
    if not links:
        return "none"
    return f"{text.startswith(links[0]):d}{text.endswith(links[-1]):d}"


def _sort(sign: str) -> str:
    return sign if sign in _ENDS else "letter" if sign.isalnum() else "other"


def _count_capitals(typed: str) -> int:
    if typed.isascii():
        # In a fraction of the time that it takes to ask each sign.
        return len(typed) - len(typed.encode().translate(None, _ASCII_CAPITALS))
    return sum(map(str.isupper, typed))


def _capitals(typed: str) -> int:
    capitals = _count_capitals(typed)
    if not capitals:
        return 0
    share = capitals / (len(typed) - typed.count(" "))
    return 1 if share < _FEW_CAPITALS else 2 if share < _MANY_CAPITALS else 3
