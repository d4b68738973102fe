"""Page addresses: which origin one belongs to, and which thread."""

import ipaddress
import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import idna

from moderation.errors import InvalidInputError, UnknownThreadError
from moderation.words import N_

MAX_URL_LENGTH = 2_000  # characters; what browsers and proxies carry safely

# Query parameters that name a visit or a reply form, never another page.
_VISIT_PARAMETERS = re.compile(
    r"utm_\w+|fbclid|gclid|msclkid|mc_cid|mc_eid|replytocom|unapproved|moderation-hash", re.ASCII
)
# Newsletters put the reader's address into links; it must not become part of a page's.
_ADDRESS = re.compile(r"[^@\s]@[^@\s]+\.[^@\s]")
# The page that a snippet's preview is of: one of the site's own that nobody has, so that what is
# tried there goes the way of every comment, and no origin needs to be let in for it.
PREVIEW_PATH = "/leave-a-reply-preview"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SAFE_IN_PATH = "!$&'()*+,;=:@-._~"
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*", re.ASCII)
_LINK = re.compile(
    r"(?P<scheme>https?)://(?P<authority>[^/\\?#]+)(?P<rest>(?:[/?#].*)?)",
    re.DOTALL | re.IGNORECASE,
)


def origin_of(url: str) -> str:
    """The origin (RFC 6454) of an http or https URL, such as `https://blog.example`.

    Raises:
        InvalidInputError: it is no such URL.
    """
    try:
        # Signs beyond ASCII are put in order, which may take time by the square of their number.
        parts = urlsplit(url if url.isascii() or len(url) <= MAX_URL_LENGTH else "")
        port = parts.port
        host = ascii_host(parts.hostname or "")
        if "[" in parts.netloc and ":" not in (parts.hostname or ""):
            host = None  # an address of a future version, which no browser knows
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in _DEFAULT_PORTS or host is None or port == 0 or "@" in parts.netloc:
        raise InvalidInputError(N_("A web address must start with http:// or https:// and a host."))
    suffix = "" if port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{port}"
    return f"{parts.scheme}://{host}{suffix}"


def ascii_host(host: str) -> str | None:
    """A host as browsers write it: a name in ASCII without a last dot, or an IP address, in
    brackets if it is IPv6. None if it is no host.
    """
    try:
        if ":" in host:
            address = ipaddress.IPv6Address(host)
            return None if address.scope_id else f"[{address}]"
        name = host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    except ValueError:  # also idna's errors
        return None
    name = name.lower().removesuffix(".")
    return name if _HOST.fullmatch(name) else None


def canonical_link(url: str) -> str | None:
    """An absolute http or https URL with its host as browsers read it; None for anything else.

    Browsers repair what is not quite an address, such as one with a slash too few or a backslash,
    so that what looks like one host to us can lead to another. Nobody links like that in good
    faith.
    """
    found = _LINK.fullmatch(url.strip())
    if found is None:
        return None
    try:
        return origin_of(f"{found['scheme'].lower()}://{found['authority']}") + found["rest"]
    except InvalidInputError:
        return None


def page_of(url: str, origins: frozenset[str]) -> str:
    """The page address as it is kept and linked to: without fragment and visit parameters.

    Raises:
        UnknownThreadError: it is no address of a page of one of `origins`.
    """
    url = url.strip()
    _refuse_long(url)
    if " " in url or not url.isprintable():  # of all spaces only this one counts as printable
        raise UnknownThreadError(N_("A page address may not contain spaces or control characters."))
    try:
        origin = origin_of(url)
    except InvalidInputError as error:
        raise UnknownThreadError(error.message) from None
    if origin not in origins:
        raise UnknownThreadError(
            N_(
                "Pages of {origin} do not belong to this site. "
                "If they should, its owner can add {origin} to the site’s origins.",
                origin=origin,
            )
        )
    parts = urlsplit(url)
    path = "/".join(map(_recode, parts.path.split("/")))
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
        if not _VISIT_PARAMETERS.fullmatch(name) and not _ADDRESS.search(f"{name} {value}")
    ]
    page = (
        origin + (path or "/") + (f"?{urlencode(query, errors='surrogateescape')}" if query else "")
    )
    _refuse_long(page)  # encoding may have made it longer
    return page


def _refuse_long(url: str) -> None:
    if len(url) > MAX_URL_LENGTH:
        raise UnknownThreadError(
            N_("A page address may have {most} characters at most.", most=MAX_URL_LENGTH)
        )


def key_of(page: str) -> str:
    """What identifies the thread of a page within its site. http and https, `/a`, `/a/` and
    `/a/index.html` are one page.
    """
    address = page.split("://", 1)[1]
    path, mark, query = address.partition("?")
    path = path.removesuffix("/index.html").rstrip("/")
    return path + mark + query


def key_elsewhere(page: str) -> str:
    """The same for a page whose comments another system publishes. No host begins so, and no page's
    own key does.
    """
    return f"~{key_of(page)}"


def _recode(segment: str) -> str:
    """One spelling of a path's segment: `%2F` in it stays what it is."""
    plain = unquote(segment, errors="surrogateescape")
    return quote(plain, safe=_SAFE_IN_PATH, errors="surrogateescape")
