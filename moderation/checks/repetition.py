"""The same or nearly the same text, posted elsewhere."""

from collections.abc import Iterator

from moderation.domain.evidence import Evidence
from moderation.domain.signals import Signal, Symbol
from moderation.domain.text import NEARLY_THE_SAME, squash

VERSION = 3

_SHORT = 25  # characters: people say “Thank you for this!” in the same words by chance


def check(evidence: Evidence) -> Iterator[Signal]:
    """REPEATED_TEXT if comments in other threads, or from elsewhere in this one, say the same.
    Not the address tells who is the same, but the line: a verdict that differed by the address
    would tell whether it was guessed right.

    One copy of a longer text is enough to hold it by default, and more than one have half a
    point more. However many there are, they do not make spam by themselves: they may be a wave, on
    which a person decides once. A short text counts only when it is exactly the same, and for less.
    """
    if not evidence.repeats:  # as for nearly every comment, whose text need not be read for this
        return
    short = len(squash(evidence.text)) < _SHORT
    least = 1.0 if short else NEARLY_THE_SAME
    copies = [
        repeat
        for repeat in evidence.repeats
        if repeat.similarity >= least and not (repeat.same_thread and repeat.same_line)
    ]
    if not copies:
        return
    score = min(0.5 * len(copies), 3.0) if short else min(2.5 + 0.5 * len(copies), 3.5)
    yield Signal(
        Symbol.REPEATED_TEXT,
        score,
        {
            "copies": len(copies),
            "similarity": round(copies[0].similarity, 2),
            "comments": [repeat.comment_id for repeat in copies[:5]],
        },
    )
