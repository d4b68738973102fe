"""A comment's text with what the checks found in it marked."""

import re
from collections.abc import Iterable

from markupsafe import Markup

from moderation.domain.signals import Signal
from moderation.services.queue import QueueItem
from moderation.web.filters import rendered

_NOT_TEXT = re.compile(r"(<[^>]*>|&[#\w]+;)")
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
    pattern = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
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
            if value and match.get("where") == "comment":
                yield value.removesuffix("*")
