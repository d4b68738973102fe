"""The embed doctor's look at how a page was answered: status, redirects, type, encoding, walls."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import urlsplit

from moderation.domain.embed_page import EmbedPage
from moderation.domain.embed_report import Code, Finding, Severity
from moderation.words import N_, Message

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_LOGIN = re.compile(r"/(?:wp-login(?:\.php)?|log-?in|sign-?in|sign_in|sso|auth)(?:/|$)", re.ASCII)
# Titles that gatekeepers give the page that they answer robots with.
_CHALLENGES = ("just a moment", "attention required", "access denied", "checking your browser")
_ASKS_FOR_PASSWORD = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED})
_TURNED_AWAY = frozenset(
    {HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
)
_SAVE = N_(
    "Open the page in your browser, save it as a file (“page source”, not “complete”), and let "
    "`moderation doctor embed` read the file."
)


def obstacles(page: EmbedPage) -> Iterator[Finding]:
    """What makes it pointless to look at the page itself: it is not the one that readers see."""
    status = page.answer.status
    if wall := _wall(page):
        yield Finding(Code.WALL, Severity.FAULT, wall, _SAVE)
    elif status is not None and status != HTTPStatus.OK:
        yield Finding(
            Code.STATUS,
            Severity.FAULT,
            N_(
                "The server answered {status} instead of 200 OK, so this is not the page that "
                "readers see.",
                status=_named(status),
            ),
            N_("Check the address. If it is right, the page must be published first."),
        )
    kind = page.answer.header("Content-Type").partition(";")[0].strip().lower()
    if status is not None and kind not in _HTML:
        words = (
            N_(
                "The page is sent as {kind}, so browsers do not show it as a web page.",
                kind=kind[:100],
            )
            if kind
            else N_(
                "The page is sent without a Content-Type, so browsers do not show it as a web page."
            )
        )
        yield Finding(
            Code.CONTENT_TYPE,
            Severity.FAULT,
            words,
            N_("Let your server send this header with it:"),
            "Content-Type: text/html; charset=utf-8",
        )
    elif not page.decoded.text.strip():
        yield Finding(
            Code.NOT_A_PAGE, Severity.FAULT, N_("The page is empty."), N_("Check the address.")
        )


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _wall(page: EmbedPage) -> str:
    """What stands before the page, in words, or nothing."""
    answer = page.answer
    status, title = answer.status, page.title.lower()
    challenged = bool(answer.header("cf-mitigated")) or title.startswith(_CHALLENGES)
    if status in _ASKS_FOR_PASSWORD:
        return N_("The server asks for a password before it shows the page.")
    if challenged or status in _TURNED_AWAY:
        return N_(
            "The server turned the doctor away (status {status}), as it does with programs that "
            "are no browsers. Readers may well see the page.",
            status=str(status),
        )
    led = urlsplit(answer.url).path.lower()
    if answer.hops and _LOGIN.search(led):
        return N_(
            "The address leads to a page to sign in ({address}), not to the page itself.",
            address=answer.url,
        )
    if any(form.has_password for form in page.forms) and not page.elements:
        return N_("The page asks to sign in, so the doctor cannot see what readers see.")
    return ""


def remarks(page: EmbedPage) -> Iterator[Finding]:
    """What is odd about the answer, though the page is there."""
    answer = page.answer
    if answer.hops:
        yield Finding(
            Code.REDIRECT,
            Severity.HINT,
            N_(
                "The address leads on to {address}, and that page was looked at.",
                address=answer.url,
            ),
            N_("Link to that address, so that every reader is spared the detour."),
        )
    if page.refresh:
        yield Finding(
            Code.REFRESH,
            Severity.WARNING,
            N_(
                "The page sends its readers elsewhere by itself (meta refresh: {refresh}), and "
                "what they were typing would be lost.",
                refresh=page.refresh[:200],
            ),
            N_("Take that meta element away, or embed the comments in the page it leads to."),
        )
    yield from _charset(page)


def _charset(page: EmbedPage) -> Iterator[Finding]:
    found = page.decoded
    if found.ascii_only:
        return
    declared = N_("It must be the first thing in the page’s head:")
    line = '<meta charset="utf-8">'
    if found.broken:
        yield Finding(
            Code.CHARSET,
            Severity.WARNING,
            Message.counted(
                "The page is read as {encoding}, and one character in it cannot be: readers see "
                "“{sign}” instead.",
                "The page is read as {encoding}, and {n} characters in it cannot be: readers see "
                "“{sign}” instead.",
                found.broken,
                encoding=found.encoding,
                sign="\ufffd",
            ),
            N_("Save the page as UTF-8, and say so in its head:"),
            line,
        )
    elif not found.declared_by:
        words = (
            N_(
                "The page says in which character encoding it is, but too far down to be heard, so "
                "browsers take it for {encoding}: letters such as “é” may come wrong.",
                encoding=found.encoding,
            )
            if found.meta_late
            else N_(
                "The page does not say in which character encoding it is, so browsers take it for "
                "{encoding}: letters such as “é” may come wrong.",
                encoding=found.encoding,
            )
        )
        yield Finding(Code.CHARSET, Severity.WARNING, words, declared, line)
    elif found.header and found.meta and not _same(found.header, found.meta):
        yield Finding(
            Code.CHARSET,
            Severity.HINT,
            N_(
                "The server says that the page is in {header}, the page itself says {meta}. "
                "Browsers believe the server.",
                header=found.header,
                meta=found.meta,
            ),
            N_("Let both say the same."),
        )


def _same(one: str, other: str) -> bool:
    return one.replace("-", "") == other.replace("-", "")
