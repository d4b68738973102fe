"""Email addresses in what is typed: told however they are disguised, and taken out of names and
links.
"""

import re
import unicodedata
from urllib.parse import urlsplit

from moderation.domain.disguise import unescaped
from moderation.domain.text import normal, without_invisible, without_stacks

# An email address, as far as one can reach (RFC 5321: 64 and 255 octets); what stands before its
# “@” is the first group. What may stand in one but parts an address on the web too, such as “/” and
# “=”, is none of it here: else a link would be hidden by an address in it.
_BEFORE = r"[^\s@<>\"(),;:&?/\\=]"
_QUOTED = r"\"[^\r\n@\"]{1,64}\""
_FROM_AT = r"\\?@[^\s@<>\"'(),;:&?/\\=]{1,255}[.。][^\W\d_][^\W_]*(?:--?[^\W_]+)*"
ADDRESS = re.compile(rf"({_BEFORE}{{1,64}}|{_QUOTED}){_FROM_AT}")
# Where no more is asked than whether there is one, a single sign before the “@” is enough: else
# each sign of a long text without spaces would be the first of 64.
_END_OF_ADDRESS = re.compile(rf"(?:{_BEFORE}|{_QUOTED}){_FROM_AT}")
# The signs that are an “@”, and those that one can be written with.
_MAY_BE_AT = re.compile("[@\ufe6b\uff20&%]")
# Where an account is in a link's path, with its server if that is another one (Mastodon's
# “/@joe@social.example”).
_HANDLE = re.compile(r"/@[\w.+-]+(?:@[\w.-]+)?(?=/|\Z)")


def holds_address(text: str) -> bool:
    """Whether `text` is or holds an email address, also one in full-width signs, with invisible
    characters, references or escapes in it. One without a dot behind the “@” is none.
    """
    if not _MAY_BE_AT.search(text):
        return False
    return any(_END_OF_ADDRESS.search(read) for read in (text, normal(text)))


def name_without_addresses(name: str) -> str:
    """`name` with what stands before the “@” in place of each email address, for a name that cannot
    be refused. `holds_address` finds none in what is given, which may be nothing.

    A name without an address stays as it is; one that hides an address is read first, as far as it
    takes to find it.
    """
    for read in (str, _shown, normal, normal):
        if not holds_address(name):
            return name
        name = _before_at(read(name))
    return "" if holds_address(name) else name


def link_holds_address(link: str) -> bool:
    """Whether a link in its canonical form is one with an email address in its path, query or
    fragment. An account's handle in its path is none, also one that names its server.
    """
    parts = urlsplit(link)
    return holds_address(parts._replace(path=_HANDLE.sub("/", parts.path)).geturl())


def link_without_addresses(link: str) -> str:
    """`link` in its canonical form, cut back to its path or its server where more of it holds an
    email address.
    """
    parts = urlsplit(link)
    shorter = (link, parts._replace(query="", fragment="").geturl())
    server = parts._replace(path="/", query="", fragment="").geturl()
    return next((one for one in shorter if not link_holds_address(one)), server)


def _shown(text: str) -> str:
    """`text` as a reader sees it, in plain signs."""
    return unicodedata.normalize("NFKC", without_stacks(without_invisible(unescaped(text))))


def _before_at(text: str) -> str:
    shorter = ADDRESS.sub(r"\1", text)
    while shorter != text:  # what is left of “a@b.example@c.example” is an address too
        text, shorter = shorter, ADDRESS.sub(r"\1", shorter)
    return text.strip()
