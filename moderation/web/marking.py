"""A comment's text with what the checks found in it marked."""

import re
from collections.abc import Iterable

from markupsafe import Markup

from moderation.domain.signals import Signal
from moderation.services.queue import QueueItem
from moderation.web.filters import rendered

_NOT_TEXT = re.compile(r"(<[^>]*>|&[#\w]+;)")
# A letter or digit that belongs to the same word as its neighbour. As in `checks.lists`, scripts
# that are written without spaces have none.
_JOINS = r"[^\W_\u0e00-\u109f\u1780-\u17ff\u2e80-\ua4cf]"
_MOST_WORDS = 20


def mark(item: QueueItem) -> Markup:
    """The sanitised HTML of a comment with each word that a rule matched in a `<mark>`.

    Only text between tags and character references is touched. A word that a reader has disguised
    is matched by the checks but stands differently in the text; the receipt alone names it.
    """
    html = str(rendered(item.comment))
    words = sorted(set(_words(item.signals)), key=len, reverse=True)[:_MOST_WORDS]
    if not words:
        return Markup(html)  # noqa: S704 -- sanitised
    pattern = re.compile("|".join(map(_whole, words)), re.IGNORECASE)
    parts = _NOT_TEXT.split(html)
    # Tags and character references stand at the odd places.
    parts[::2] = [
        pattern.sub(lambda found: f"<mark>{found[0]}</mark>", text) for text in parts[::2]
    ]
    return Markup("".join(parts))  # noqa: S704 -- sanitised, and only <mark> was added


def _words(signals: Iterable[Signal]) -> Iterable[str]:
    for signal in signals:
        for match in signal.evidence.get("matches", ()):
            value = match.get("found") or match.get("value")
            if value and value != "*" and match.get("where") == "comment":
                yield value


def _whole(word: str) -> str:
    """The pattern of a rule's word: whole, or with a star from its beginning on."""
    stem = word.removesuffix("*")
    before = f"(?<!{_JOINS})" if re.match(_JOINS, stem[0]) else ""
    after = f"(?!{_JOINS})" if stem == word and re.match(_JOINS, stem[-1]) else ""
    return before + re.escape(stem) + after
