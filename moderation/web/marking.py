"""A comment's text with what the checks found in it marked."""

import re
from collections.abc import Iterable

from markupsafe import Markup

from moderation.domain.judgement import Reason, reasons_of
from moderation.domain.signals import Signal
from moderation.services.queue import QueueItem
from moderation.web.explaining import MOST_EACH_WAY
from moderation.web.filters import rendered

_NOT_TEXT = re.compile(r"(<[^>]*>|&[#\w]+;)")
# A letter or digit that belongs to the same word as its neighbour. As in `checks.lists`, scripts
# that are written without spaces have none.
_JOINS = r"[^\W_\u0e00-\u109f\u1780-\u17ff\u2e80-\ua4cf]"
_MOST_WORDS = 20
_TELLING = 0.5  # log-odds: marks of what pushed less would hide those that matter
_TOWARDS = '<mark class="pushed">'
_AGAINST = '<mark class="pushed pushed--good">'


def mark(item: QueueItem) -> Markup:
    """The sanitised HTML of a comment with each word that a rule matched in a `<mark>`, and each
    that pushed what was learned in one of another kind.

    Only text between tags and character references is touched. A word that a reader has disguised
    is matched by the checks but stands differently in the text; the receipt alone names it.
    """
    html = str(rendered(item.comment))
    words = _marked(item.signals)
    if not words:
        return Markup(html)  # noqa: S704 -- sanitised
    longest_first = sorted(words, key=len, reverse=True)
    # Each in a group of its own, by which the mark of the word that was met is found.
    pattern = re.compile("|".join(f"({_whole(word)})" for word in longest_first), re.IGNORECASE)

    def marked(found: re.Match[str]) -> str:
        return f"{words[longest_first[(found.lastindex or 1) - 1]]}{found[0]}</mark>"

    parts = _NOT_TEXT.split(html)
    # Tags and character references stand at the odd places.
    parts[::2] = [pattern.sub(marked, text) for text in parts[::2]]
    return Markup("".join(parts))  # noqa: S704 -- sanitised, and only <mark> was added


def _marked(signals: Iterable[Signal]) -> dict[str, str]:
    """By word the tag that opens its mark; what a rule looks for comes before what was learned."""
    signals = list(signals)
    by_rules = sorted(set(_words(signals)), key=len, reverse=True)[:_MOST_WORDS]
    tags = {
        reason.words: _TOWARDS if reason.weight > 0 else _AGAINST for reason in _reasons(signals)
    }
    return tags | dict.fromkeys(by_rules, "<mark>")


def _reasons(signals: Iterable[Signal]) -> Iterable[Reason]:
    """The words of the text that the receipt names, but those that tell little."""
    for signal in signals:
        found = [
            r
            for r in reasons_of(signal.evidence.get("reasons", ()))
            if r.kind == "text" and r.words.strip("* ")
        ]
        for way in (1, -1):
            pushing = [r for r in found if r.weight * way >= _TELLING]
            yield from sorted(pushing, key=lambda r: -abs(r.weight))[:MOST_EACH_WAY]


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
    # Two words that were learned as one may have a line's end between them.
    return before + r"\s+".join(map(re.escape, stem.split(" "))) + after
