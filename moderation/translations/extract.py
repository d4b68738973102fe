"""Finds what there is to translate: in Python, in templates, and in the widget's script."""

import json
import re
from collections.abc import Iterator

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir

from moderation.translations import ROOT

WIDGET = ROOT / "moderation" / "static" / "widget" / "src"

_KEYWORDS = {
    "N_": None,
    "_": None,
    "counted": (1, 2),
    "say_count": (1, 2),
    "ngettext": (1, 2),
}
_SOURCES = {"moderation": [("**.py", "python")], "templates": [("**", "jinja2")]}

_TEXT = r'"(?:[^"\\\n]|\\.)*"'
_CALL = re.compile(
    rf"\b(?P<plural>tn)\(\s*(?P<one>{_TEXT})\s*,\s*(?P<many>{_TEXT})\s*,"
    rf"|\bt\(\s*(?P<text>{_TEXT})\s*[,)]"
)
_ANY_CALL = re.compile(r"(?<!function )\btn?\(")
_DEFINES = "words.js"  # where `t` and `tn` are


class UnreadableWordsError(Exception):
    """The script says something that cannot be found in its text, such as a variable."""


def templates() -> dict[str, Catalog]:
    """What there is, by domain: catalogues without translations. Where the widget's sources are
    not, there is nothing to say of its words.
    """
    return {"messages": _messages()} | ({"widget": _widget()} if WIDGET.is_dir() else {})


def _messages() -> Catalog:
    found = Catalog(charset="utf-8")
    for folder, methods in _SOURCES.items():
        for name, _line, message, _comments, _context in extract_from_dir(
            ROOT / folder,
            methods,
            {"**": {"trim_blocks": "true", "silent": "false"}},
            keywords=_KEYWORDS,
        ):
            found.add(message, locations=[(f"{folder}/{name}", 0)])
    return found


def _widget() -> Catalog:
    found = Catalog(charset="utf-8")
    for file in sorted(WIDGET.rglob("*.js")):
        if file.name == _DEFINES:
            continue
        name = str(file.relative_to(ROOT))
        for message in calls(file.read_text("utf-8"), name):
            found.add(message, locations=[(name, 0)])
    return found


def calls(script: str, name: str) -> Iterator[str | tuple[str, str]]:
    """What a script says by `t("…")` and `tn("…", "…", n)`.

    Raises:
        UnreadableWordsError: a call has no text in double quotes.
    """
    for start in _ANY_CALL.finditer(script):
        call = _CALL.match(script, start.start())
        if call is None:
            line = script.count("\n", 0, start.start()) + 1
            raise UnreadableWordsError(
                f'{name}:{line}: write the words as t("…") or tn("…", "…", n)'
            )
        if call["plural"]:
            yield json.loads(call["one"]), json.loads(call["many"])
        else:
            yield json.loads(call["text"])
