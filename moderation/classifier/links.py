"""Addresses on the web as the classifier reads them: their words, and facts of their shape."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from moderation.classifier.kept import Kept
from moderation.classifier.vocabulary import advertised

_DOMAINS = (
    r"\.(?:com|net|org|info|biz|ru|cn|co|io|me|xyz|top|shop|site|online|club|link|de|fr|id|in|us|uk"
    r"|tk|cc|ly|gl|be)\b"
)
_LONGEST_LABEL = 63  # characters, as in the DNS; of endless ones each part would be tried as a name
_LABEL = rf"[a-z0-9-]{{1,{_LONGEST_LABEL}}}+"
# Addresses with a scheme or “www.”, and bare names under domains that are common.
LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'\])]+"
    rf"|\b{_LABEL}(?=\.)(?:\.{_LABEL}){{0,3}}{_DOMAINS}"
    r"(?:/[^\s<>\"'\])]*)?"
)
# What a text without links is told by at once.
MAY_LINK = re.compile(rf"://|www\.|{_DOMAINS}")
_PLATFORM = re.compile(
    r"(?:blogspot|wordpress|tumblr|livejournal|github|gitlab|twitter|facebook|linkedin|medium"
    r"|about\.me|flickr|youtube|weibo|jimdo|weebly|wix|typepad|posterous|geocities|angelfire)\."
)
_SHORTENERS = frozenset(
    {
        "bit.ly",
        "goo.gl",
        "t.co",
        "tinyurl.com",
        "is.gd",
        "ow.ly",
        "tgi.link",
        "cutt.ly",
        "s.id",
        "adf.ly",
        "rebrand.ly",
        "t.me",
        "wa.me",
    }
)
_PROFILE = re.compile(r"/(?:users?|members?|profiles?|player|forum|index\.php|component)\b")
_FILE = re.compile(r"\.(\w{2,5})$")
_START = re.compile(r"^(?:\w+://)?(?:www\.)?")
_WORD = re.compile(r"[^\W\d_]{3,}")
_END_OF_HOST = re.compile(r"[/?#:]")
_NO_LETTER = re.compile(r"[^a-z]+")
# Whose language is mostly written under a country's domain.
_LANGUAGE_OF_DOMAIN = {
    "cz": "cs",
    "sk": "cs",
    "cn": "zh",
    "tw": "zh",
    "hk": "zh",
    "fr": "fr",
    "de": "de",
    "at": "de",
    "id": "id",
    "vn": "vi",
    "ru": "ru",
    "ua": "uk",
    "es": "es",
    "it": "it",
    "br": "pt",
    "pt": "pt",
    "pl": "pl",
    "nl": "nl",
    "jp": "ja",
    "kr": "ko",
    "tr": "tr",
    "in": "hi",
}


@dataclass(frozen=True)
class Address:
    """An address, read once.

    Attributes:
        role: `website` or `link`.
        text: in lower case.
        host: without “www.”, port, and what stands before “@”.
        words: of three letters and more.
        facts: of its domain, host and path, each as `role name:value`.
    """

    role: str
    text: str
    host: str
    words: tuple[str, ...]
    facts: tuple[str, ...]

    @cached_property
    def advertises(self) -> tuple[str, ...]:
        """The trades that it advertises, each as `role:trade`."""
        return tuple([f"{self.role}:{trade}" for trade in advertised(self.words, self.text)])

    @cached_property
    def letters(self) -> str:
        """Those of the host."""
        return _NO_LETTER.sub("", self.host)

    @cached_property
    def path_letters(self) -> str:
        """Those of what stands behind the host, where there is a scheme."""
        return _NO_LETTER.sub("", self.text.partition("://")[2].partition("/")[2])


def _addresses(role: str) -> Kept[Address]:
    """Addresses by their text."""
    return Kept(lambda text: _address(role, text), 256)


def _address(role: str, text: str) -> Address:
    bare = _START.sub("", text)
    host = _END_OF_HOST.split(bare, maxsplit=1)[0].rpartition("@")[2]
    facts = tuple(_facts_of(role, text, bare, host))
    return Address(role, text, host, tuple(_WORD.findall(bare)), facts)


# By their text.
WEBSITES = _addresses("website")
LINKS = _addresses("link")


def _facts_of(role: str, text: str, bare: str, host: str) -> Iterator[str]:
    """Facts of an address, without its scheme and “www.” `bare`."""
    path, _, query = bare.partition("/")[2].partition("?")
    labels = host.split(".")
    name = labels[-2] if len(labels) > 1 else host
    yield f"{role} tld:{labels[-1][:6]}"
    yield f"{role} platform:{bool(_PLATFORM.search(host))}"
    yield f"{role} hyphens:{min(host.count('-'), 3)}"
    yield f"{role} digits:{any(map(str.isdigit, name))}"
    yield f"{role} length:{min(len(name) // 6, 4)}"
    yield f"{role} depth:{min(sum(map(bool, path.split('/'))), 4)}"
    yield f"{role} query:{bool(query)}"
    yield f"{role} slug:{min(path.count('-') + path.count('_'), 4)}"
    file = _FILE.search(path)
    yield f"{role} file:{file[1] if file else ''}"
    if host in _SHORTENERS:
        yield f"{role} shortener"
    if "xn--" in host or not host.isascii():
        yield f"{role} punycode"
    if _PROFILE.search(text):
        yield f"{role} profile"


def is_of_language(host: str, language: str) -> bool:
    """Whether a host stands under a country's domain that fits a language; of English, which is
    written everywhere: whether it stands under a country's of another language at all.
    """
    domain = host.rpartition(".")[2]
    if language in ("", "en"):
        return domain in _LANGUAGE_OF_DOMAIN
    return _LANGUAGE_OF_DOMAIN.get(domain) == language
