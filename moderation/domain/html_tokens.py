"""The tags of an HTML page, as a browser's tokenizer finds them (WHATWG HTML, section 13.2.5).

A tokenizer and no tree, since the pages come from strangers: what builds a tree as browsers do
needs a browser's limits as well. Two MiB of nested elements keep lexbor busy for minutes, and a few
thousand formatting elements multiply into gigabytes. `html.parser` is a tokenizer, but in the
Pythons before 3.11.14 its time grows with the square of what is left unclosed. Here every character
is looked at a fixed number of times.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from moderation.domain.references import unescape

_TAG_NAME = re.compile(r"[a-zA-Z][^\t\n\f\r />]*")
_GAP = re.compile(r"[\t\n\f\r /]*")
_SPACE = re.compile(r"[\t\n\f\r ]*")
_NAME = re.compile(r"=?[^\t\n\f\r />=]*")
_BARE = re.compile(r"[^\t\n\f\r >]*")
_COMMENT_END = re.compile(r"--!?>")
# Elements whose content is text to the end tag of the same name.
_RAW = ("script", "style", "xmp", "iframe", "noembed", "noframes", "title", "textarea")
_RAW_END = {name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE) for name in _RAW}
_TEXT_WITH_REFERENCES = frozenset({"title", "textarea"})


@dataclass(frozen=True, slots=True)
class StartTag:
    """A start tag: its name in lower case, its attributes (of one given twice, the first), and
    for an element that holds only text, that text.
    """

    name: str
    attributes: dict[str, str]
    text: str = ""


@dataclass(frozen=True, slots=True)
class EndTag:
    """An end tag."""

    name: str


@dataclass(frozen=True, slots=True)
class Text:
    """Text that is not blank, as it stands in the source."""

    source: str


Token = StartTag | EndTag | Text


def tokens(html: str) -> Iterator[Token]:
    """The tags and texts of a page in order, without comments. What is cut off at the end is no
    tag, as for a browser.
    """
    at = 0
    while at < len(html):
        mark = html.find("<", at)
        if mark < 0:
            mark = len(html)
        if not html[at:mark].isspace() and mark > at:
            yield Text(html[at:mark])
        follows = html[mark + 1 : mark + 2]
        if follows == "":
            return
        if follows in "!?" or (follows == "/" and not _TAG_NAME.match(html, mark + 2)):
            at = _after_comment(html, mark)
        elif follows == "/":
            name, _, at = _tag(html, mark + 2)
            if at <= len(html):
                yield EndTag(name)
        elif _TAG_NAME.match(html, mark + 1):
            token, at = _start(html, mark + 1)
            if token is not None:
                yield token
        else:
            yield Text("<")
            at = mark + 1


def _after_comment(html: str, at: int) -> int:
    if not html.startswith("<!--", at):
        end = html.find(">", at + 2)
        return end + 1 if end >= 0 else len(html)
    for short in ("<!-->", "<!--->"):
        if html.startswith(short, at):
            return at + len(short)
    found = _COMMENT_END.search(html, at + 4)
    return found.end() if found else len(html)


def _start(html: str, at: int) -> tuple[StartTag | None, int]:
    name, attributes, at = _tag(html, at)
    if at > len(html):
        return None, at
    if name not in _RAW_END:
        return StartTag(name, attributes), at
    found = _RAW_END[name].search(html, at)
    end = found.start() if found else len(html)
    text = html[at:end]
    if name in _TEXT_WITH_REFERENCES:
        text = unescape(text)
    return StartTag(name, attributes, text), end


def _tag(html: str, at: int) -> tuple[str, dict[str, str], int]:
    """A tag's name and attributes, and where it ends; beyond the page if it is cut off."""
    attributes: dict[str, str] = {}
    found = _TAG_NAME.match(html, at)
    name = found[0].lower() if found else ""
    at = found.end() if found else at
    while at < len(html):
        at = _end(_GAP, html, at)
        if html.startswith(">", at):
            return name, attributes, at + 1
        after = _end(_NAME, html, at)
        attribute = html[at:after].lower()
        at = _end(_SPACE, html, after)
        value = ""
        if html.startswith("=", at):
            value, at = _value(html, _end(_SPACE, html, at + 1))
        else:
            at = after
        if attribute:
            attributes.setdefault(attribute, unescape(value))
    return name, attributes, len(html) + 1


def _value(html: str, at: int) -> tuple[str, int]:
    quote = html[at : at + 1]
    if quote and quote in "\"'":
        end = html.find(quote, at + 1)
        return ("", len(html)) if end < 0 else (html[at + 1 : end], end + 1)
    end = _end(_BARE, html, at)
    return html[at:end], end


def _end(pattern: re.Pattern[str], html: str, at: int) -> int:
    found = pattern.match(html, at)
    return found.end() if found else at
