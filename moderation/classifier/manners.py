"""How somebody who gives no website writes: what tells there what a website's facts tell of others.

The same sign says opposite things in short and in long comments. A link in five words under a video
is spam, one within a hundred words on a blog is help. So each stands together with the length.
"""

from bisect import bisect
from functools import lru_cache
from math import log2
from string import ascii_uppercase

from moderation.classifier.links import Address

MANNERS = ("linked", "manner")  # what the names of these facts begin with
_LENGTHS = (8, 20, 50, 120)  # words: a remark, a sentence or two, a paragraph, several
_LONGEST_STEP = 14  # of two steps for each doubling of the words
_SEEN = 1_000  # characters; how a text is written shows before
_ENDS = frozenset("?!.)")
_ASCII_CAPITALS = ascii_uppercase.encode()
_FEW_CAPITALS, _MANY_CAPITALS = 0.08, 0.3  # of all signs but spaces


def manners(typed: str, text: str, words: int, links: list[Address]) -> tuple[str, ...]:
    """Facts of how a text is written.

    Args:
        typed: the text, with its capitals.
        text: normal.
        words: how many it has.
        links: in it.
    """
    return _told(
        length=bisect(_LENGTHS, words),
        step=min(int(2 * log2(words + 1)), _LONGEST_STEP),
        linked=min(len(links), 2),
        where=_where(text, links),
        ends=_sort(text[-1:]),
        calls=text[:1] == "@",
        capitals=_capitals(typed[:_SEEN]),
    )


@lru_cache(2_048)
def _told(
    *,
    length: int,
    step: int,
    linked: int,
    where: str,
    ends: str,
    calls: bool,
    capitals: int,
) -> tuple[str, ...]:
    return (
        f"linked:{linked}|words:{length}",
        f"linked:{linked}|step:{step}",
        f"linked at:{where}|words:{length}",
        f"manner ends:{ends}|words:{length}",
        f"manner calls:{calls}|linked:{linked}",
        f"manner capitals:{capitals}|words:{length}",
    )


def _where(text: str, links: list[Address]) -> str:
    if not links:
        return "none"
    return f"{text.startswith(links[0].text):d}{text.endswith(links[-1].text):d}"


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
