"""The little CommonMark that descriptions are written in, as HTML: paragraphs, lists, code."""

import re

from markupsafe import Markup, escape

_CODE = re.compile(r"`([^`]+)`")
_LIST = Markup("<ul>{}</ul>")
_ITEM = Markup("<li>{}</li>")
_PARAGRAPH = Markup("<p>{}</p>")


def prose(text: str) -> Markup:
    """Text as HTML."""
    blocks = (block.strip() for block in text.split("\n\n"))
    return Markup("").join(map(_block, filter(None, blocks)))


def anchor(heading: str) -> str:
    """What a heading is linked to by."""
    return re.sub("[^a-z0-9]+", "-", heading.lower()).strip("-")


def _block(text: str) -> Markup:
    if text.startswith("- "):
        items = text.removeprefix("- ").split("\n- ")
        return _LIST.format(Markup("").join(_ITEM.format(_line(item)) for item in items))
    return _PARAGRAPH.format(_line(text))


def _line(text: str) -> Markup:
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 -- escaped
