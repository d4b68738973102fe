"""How somebody who gives no website writes: what tells there what a website's facts tell of others.

The same sign says opposite things in short and in long comments. A link in five words under a video
is spam, one within a hundred words on a blog is help. So each stands together with the length.
"""

import re
from bisect import bisect
from functools import lru_cache
from math import log2
from string import ascii_uppercase

from moderation.classifier.links import Address

MANNERS = ("linked", "manner")  # what the names of these facts begin with
_LENGTHS = (8, 20, 50, 120)  # words: a remark, a sentence or two, a paragraph, several
_LONGEST_STEP = 14  # of two steps for each doubling of the words
_SEEN = 1_000  # characters; how a text is written shows before
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{5,}")  # as a hand on the keyboard makes
_MOST_OF_A_SOUND = 2  # letters of “grrrr” and “hmmmm”, which are said in earnest
_MOST_MASHED = 3
_LONG_WORDS = (8, 12, 16, 24, 40)  # letters
# Of the words, those that differ: less where phrases are said over and over.
_SHARES = (0.5, 0.7, 0.85, 0.999)
_FEWEST_WORDS = 5
_ENDS = frozenset("?!.)")
_ASCII_CAPITALS = ascii_uppercase.encode()
_FEW_CAPITALS, _MANY_CAPITALS = 0.08, 0.3  # of all signs but spaces


def manners(typed: str, text: str, words: list[str], links: list[Address]) -> tuple[str, ...]:
    """Facts of how a text is written.

    Args:
        typed: the text, with its capitals.
        text: normal.
        words: its words.
        links: in it.
    """
    count = len(words)
    return _told(
        length=bisect(_LENGTHS, count),
        step=min(int(2 * log2(count + 1)), _LONGEST_STEP),
        linked=min(len(links), 2),
        where=_where(text, links),
        ends=_sort(text[-1:]),
        calls=text[:1] == "@",
        capitals=_capitals(typed[:_SEEN]),
        mashed=min(_mashed(text[:_SEEN]), _MOST_MASHED),
        longest=bisect(_LONG_WORDS, max(map(len, words), default=0)),
        own=bisect(_SHARES, len(set(words)) / count) if count >= _FEWEST_WORDS else None,
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
    mashed: int,
    longest: int,
    own: int | None,
) -> tuple[str, ...]:
    return (
        f"linked:{linked}|words:{length}",
        f"linked:{linked}|step:{step}",
        f"linked at:{where}|words:{length}",
        f"manner ends:{ends}|words:{length}",
        f"manner calls:{calls}|linked:{linked}",
        f"manner capitals:{capitals}|words:{length}",
        f"manner mashed:{mashed}",
        f"manner longest:{longest}|words:{length}",
        f"manner own:{own}|words:{length}",
    )


def _where(text: str, links: list[Address]) -> str:
    if not links:
        return "none"
    return f"{text.startswith(links[0].text):d}{text.endswith(links[-1].text):d}"


def _sort(sign: str) -> str:
    return sign if sign in _ENDS else "letter" if sign.isalnum() else "other"


def _mashed(text: str) -> int:
    """How many runs of letters a text has that nobody can say."""
    return sum([len(set(run)) > _MOST_OF_A_SOUND for run in _CONSONANTS.findall(text)])


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
