"""A language that is none, to find what is said past the catalogues.

It says each message between ⟦ and ⟧ and each value in it between ⟪ and ⟫, and numbers and times as
Greeks do. What people type in these tests is Greek, too, so that every Latin letter outside of
⟦…⟧ is English that no translator has been shown.
"""

import re
from functools import cache
from gettext import NullTranslations
from html.parser import HTMLParser

from moderation.domain.signals import Symbol
from moderation.domain.site_settings import INTERFACE_LANGUAGES
from moderation.translations.extract import templates
from moderation.web.languages import Voice

_VALUE = re.compile(r"\{(\w+)\}")
_OPENS, _CLOSES = "⟦⟪", {"⟧": "⟦", "⟫": "⟪"}
_SIGNS = re.compile(r"([⟦⟧⟪⟫])")
# What nobody translates: addresses, names of symbols, services, keys, scopes, encodings and sites,
# places for a script's values, the time zone, languages' own names, the model of tests.
_SAME_EVERYWHERE = re.compile(
    r"[\w.+-]*@[\w.-]+|(?:https?://|www\.)\S+|\b[\w-]+\.(?:example|com|org|net)\b\S*|\b[A-Z]+_[A-Z_]+\b"
    r"|\butf-8\b|\bblog\b|read, moderate, submit, akismet"
    r"|\{\w+\}|\bUTC\b|\bCSV\b|\bAkismet\b|\bWordPress\b|without opinions|"
    + "|".join([*INTERFACE_LANGUAGES.values(), *(rf"\b{symbol}\b" for symbol in Symbol)])
)
_LATIN = re.compile(r"[A-Za-z][^⟦⟧⟪⟫]*")
_SAID_IN = ("title", "aria-label", "placeholder", "alt")
_NO_WORDS = frozenset({"script", "style", "kbd", "code", "pre", "textarea"})
_VOID = frozenset({"input", "meta", "link", "br", "hr", "img", "source"})


@cache
def _messages() -> frozenset[str]:
    """What `make words` finds to translate."""
    found: set[str] = set()
    for message in templates()["messages"]:
        found.update([message.id] if isinstance(message.id, str) else message.id)
    return frozenset(found)


class _Words(NullTranslations):
    def gettext(self, message: str) -> str:
        if message not in _messages():
            return message
        return "⟦" + _VALUE.sub(r"⟪{\1}⟫", message) + "⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


PSEUDO = Voice("el", _Words())


class _Page(HTMLParser):
    """Reads a page's text in its order, whatever the elements between a message's brackets."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[str] = []  # brackets
        self._silent: list[str] = []  # elements within one that holds no words

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in _SAID_IN or name.startswith("data-say"):
                self.found += [f"{tag} {name}: {words}" for words in _unsaid(value or "", [])]
        named = dict(attrs)
        no_words = tag in _NO_WORDS or named.get("translate") == "no"
        if tag not in _VOID and (self._silent or no_words):
            self._silent.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        found = _unsaid(data, self._open)
        if not self._silent:
            self.found += found


def _unsaid(text: str, opened: list[str]) -> list[str]:
    """What of a text is Latin, and no message; `opened` are the brackets around it."""
    found = []
    for part in _SIGNS.split(text):
        if part in _CLOSES:
            if not opened or opened.pop() != _CLOSES[part]:
                found.append(f"{part} without its beginning")
        elif part in _OPENS and part:
            opened.append(part)
        elif not opened or opened[-1] == "⟪":
            found += _LATIN.findall(_SAME_EVERYWHERE.sub(" ", part))
    return [" ".join(words.split()) for words in found]


def unsaid(page: str) -> list[str]:
    """What a page says in English past the catalogues."""
    reader = _Page()
    reader.feed(page)
    reader.close()
    return list(dict.fromkeys(reader.found))
