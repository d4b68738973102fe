"""Addresses on the web as the classifier reads them: their words, and facts of their shape."""

import re
from collections.abc import Iterator

_DOMAINS = (
    r"\.(?:com|net|org|info|biz|ru|cn|co|io|me|xyz|top|shop|site|online|club|link|de|fr|id|in|us|uk"
    r"|tk|cc|ly|gl|be)\b"
)
_LONGEST_LABEL = 63  # characters, as in the DNS; of endless ones each part would be tried as a name
# Addresses with a scheme or “www.”, and bare names under domains that are common.
LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'\])]+"
    rf"|\b[a-z0-9-]{{1,{_LONGEST_LABEL}}}(?:\.[a-z0-9-]{{1,{_LONGEST_LABEL}}}){{0,3}}{_DOMAINS}"
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


def host_of(link: str) -> str:
    """The host of a lower-case address, without “www.” and port."""
    return _END_OF_HOST.split(_START.sub("", link), maxsplit=1)[0].rpartition("@")[2]


def words_of(link: str) -> list[str]:
    """The words of three letters and more in a lower-case address."""
    return _WORD.findall(_START.sub("", link))


def facts_of(link: str) -> Iterator[str]:
    """Facts of a lower-case address: its domain, host and path, each as `name:value`."""
    host = host_of(link)
    path, _, query = _START.sub("", link).partition("/")[2].partition("?")
    labels = host.split(".")
    name = labels[-2] if len(labels) > 1 else host
    yield f"tld:{labels[-1][:6]}"
    yield f"platform:{bool(_PLATFORM.search(host))}"
    yield f"hyphens:{min(host.count('-'), 3)}"
    yield f"digits:{any(sign.isdigit() for sign in name)}"
    yield f"length:{min(len(name) // 6, 4)}"
    yield f"depth:{min(sum(map(bool, path.split('/'))), 4)}"
    yield f"query:{bool(query)}"
    yield f"slug:{min(path.count('-') + path.count('_'), 4)}"
    file = _FILE.search(path)
    yield f"file:{file[1] if file else ''}"
    if host in _SHORTENERS:
        yield "shortener"
    if "xn--" in host or not host.isascii():
        yield "punycode"
    if _PROFILE.search(link):
        yield "profile"


def is_of_language(host: str, language: str) -> bool:
    """Whether a host stands under a country's domain that fits a language; of English, which is
    written everywhere: whether it stands under a country's of another language at all.
    """
    domain = host.rpartition(".")[2]
    if language in ("", "en"):
        return domain in _LANGUAGE_OF_DOMAIN
    return _LANGUAGE_OF_DOMAIN.get(domain) == language
