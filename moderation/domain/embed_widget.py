"""The embed doctor's look at the widget: its script, its elements, frames and rivals."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from moderation.domain.embed_page import Element, EmbedPage, Link
from moderation.domain.embed_report import Code, Facts, Finding, Severity
from moderation.domain.embed_rivals import rivals_in
from moderation.domain.embed_thread import origin, page_address, thread_key, thread_url
from moderation.domain.snippet import SCRIPT_PATH
from moderation.domain.whole_number import whole_number
from moderation.words import N_, Message

_PATH = re.compile(r"/widget(?:/[\w.-]+/widget)?\.js", re.ASCII)
# What a script's type may be for a browser to run it (WHATWG HTML, section 4.12.1).
_RUNS = frozenset(
    {"", "module", "text/javascript", "application/javascript", "text/ecmascript"}
    | {"application/ecmascript", "application/x-javascript", "text/x-javascript"}
)
_INSTEAD = N_("Put this in its place:")
_HERE = N_("Put this where the comments are to be:")


def own_scripts(page: EmbedPage, facts: Facts) -> list[Link]:
    """The scripts that load the widget from the server."""
    return [s for s in page.scripts if origin(s.url) == facts.server and _is_widget(s)]


def look_at_script(page: EmbedPage, facts: Facts) -> Iterator[Finding]:
    """Whether the widget's script is there, once, at work, and from the server."""
    own = own_scripts(page, facts)
    working = [script for script in own if script.at_work and _runs(script)]
    if not own:
        yield from _elsewhere_or_missing(page, facts)
    elif not working:
        kind = own[0].attributes.get("type", "")
        why = (
            N_(
                "The widget’s script is in the page, but browsers do not run it: its type is "
                "“{kind}”.",
                kind=kind,
            )
            if own[0].at_work
            else N_(
                "The widget’s script is in the page, but browsers do not run it: it stands in a "
                "noscript or template."
            )
        )
        yield Finding(
            Code.SCRIPT_IDLE,
            Severity.FAULT,
            Message.both(
                why,
                N_(
                    "A consent manager may do so until the reader agrees; the widget sets no "
                    "cookie and needs none."
                ),
            ),
            _INSTEAD,
            facts.script,
        )
    elif len(working) > 1:
        yield Finding(
            Code.SCRIPT_TWICE,
            Severity.WARNING,
            Message.counted(
                "The widget’s script is in the page {n} time. Once is enough, however many "
                "elements there are.",
                "The widget’s script is in the page {n} times. Once is enough, however many "
                "elements there are.",
                len(working),
            ),
            N_("Leave only this one:"),
            facts.script,
        )
    for script in working[:1]:
        yield from _integrity(script, facts)


def _is_widget(script: Link) -> bool:
    return _PATH.fullmatch(urlsplit(script.url).path) is not None


def _runs(script: Link) -> bool:
    return script.attributes.get("type", "").strip().lower() in _RUNS


def _elsewhere_or_missing(page: EmbedPage, facts: Facts) -> Iterator[Finding]:
    others = [s for s in page.scripts if "data-site" in s.attributes and _ends_like_ours(s)]
    if page.elements:
        others = others or [s for s in page.scripts if _ends_like_ours(s)]
    if others:
        url = others[0].url
        over_http = url.startswith("http:") and origin(f"https{url[4:]}") == facts.server
        words = (
            N_("The widget’s script comes over http ({address}).", address=url[:300])
            if over_http
            else N_("The widget’s script comes from another server ({address}).", address=url[:300])
        )
        asks = N_(
            "It asks the server that its script came from, so that must be {server}.",
            server=facts.server,
        )
        yield Finding(
            Code.SCRIPT_ELSEWHERE,
            Severity.FAULT,
            Message.both(words, asks),
            _INSTEAD,
            facts.script,
        )
    elif page.elements or page.counts:
        yield Finding(
            Code.SCRIPT_MISSING,
            Severity.FAULT,
            N_("The page has the <leave-a-reply> element, but not the script that fills it.")
            if page.elements
            else N_(
                "The page has a place for counts of comments, but not the script that fills it."
            ),
            N_("Put this into the page’s head:"),
            facts.script,
        )


def _ends_like_ours(script: Link) -> bool:
    try:
        return urlsplit(script.url).path.endswith(SCRIPT_PATH)
    except ValueError:
        return False


def _integrity(script: Link, facts: Facts) -> Iterator[Finding]:
    attributes = script.attributes
    if not attributes.get("integrity", "").strip():
        return
    if "crossorigin" not in attributes:
        yield Finding(
            Code.SCRIPT_INTEGRITY,
            Severity.FAULT,
            N_("The script has an integrity attribute but no crossorigin, so browsers refuse it."),
            N_("Add this to the script element:"),
            'crossorigin="anonymous"',
        )
    address = urlsplit(script.url)
    if address.path == SCRIPT_PATH:
        named = "lang" in parse_qs(address.query)
        words = N_(
            "The integrity attribute is of today’s widget.js. With the next update the file "
            "changes and browsers will refuse it."
        )
        if not named:
            words = Message.both(
                words, N_("Already now it is another file in every reader’s language.")
            )
        yield Finding(
            Code.SCRIPT_INTEGRITY,
            Severity.WARNING if named else Severity.FAULT,
            words,
            N_(
                "Use the address that holds the version, as the site’s page shows it, or no "
                "integrity:"
            ),
            facts.script,
        )


def look_at_elements(page: EmbedPage, facts: Facts) -> Iterator[Finding]:
    """Whether there is an element, of this site, with a fragment that is up to date."""
    if not page.elements and own_scripts(page, facts):
        counts = bool(page.counts)
        words = (
            N_(
                "The page loads the widget’s script and has no <leave-a-reply> element, only "
                "counts of comments, as a list of articles may."
            )
            if counts
            else N_("The page loads the widget’s script and has no <leave-a-reply> element.")
        )
        later = N_("What a script of your own adds later cannot be seen from here.")
        yield Finding(
            Code.ELEMENT_MISSING,
            Severity.HINT if counts else Severity.FAULT,
            Message.both(words, later),
            N_("If readers are to comment here: put this where the comments are to be:")
            if counts
            else _HERE,
            "<leave-a-reply></leave-a-reply>",
        )
    yield from _sites(page, facts)
    for element in page.elements:
        yield from _fragment(page, element, facts)
    if page.loose_versions:
        yield Finding(
            Code.FRAGMENT_LOOSE,
            Severity.WARNING,
            N_(
                "The comments that your server puts into the page stand outside the "
                "<leave-a-reply> element, so readers see them twice."
            ),
            N_("Put them inside it:"),
            "<leave-a-reply>…the fragment…</leave-a-reply>",
        )


def _sites(page: EmbedPage, facts: Facts) -> Iterator[Finding]:
    scripts = own_scripts(page, facts)
    by_script = next(filter(None, (s.attributes.get("data-site", "") for s in scripts)), "").strip()
    named = [e.attributes.get("site", "").strip() or by_script for e in page.elements]
    for slug in dict.fromkeys(named or [by_script]):
        if slug and slug != facts.slug:
            yield Finding(
                Code.SITE_OTHER,
                Severity.FAULT,
                N_(
                    "The page names the site “{other}”, and this is “{site}”: its comments would "
                    "go there, or nowhere if there is none of that name.",
                    other=slug[:100],
                    site=facts.slug,
                ),
                _INSTEAD,
                facts.snippet,
            )
        elif scripts and not slug:
            yield Finding(
                Code.SITE_MISSING,
                Severity.FAULT,
                N_("Neither the script nor the element says whose comments these are."),
                N_("Put this in the script’s place:"),
                facts.script,
            )


def _fragment(page: EmbedPage, element: Element, facts: Facts) -> Iterator[Finding]:
    key = thread_key(thread_url(page, element), facts.origins)
    current = facts.versions.get(key or "")
    shown = [n for version in element.versions if (n := whole_number(version)) is not None]
    if current is not None and shown and min(shown) < current:
        yield Finding(
            Code.FRAGMENT_STALE,
            Severity.WARNING,
            N_(
                "The comments that your server put into the page are of version {shown}, the "
                "thread is at {current}. Readers without JavaScript and search engines see old "
                "ones.",
                shown=min(shown),
                current=current,
            ),
            N_(
                "Fetch the fragment anew when the page is built, or when a comment is published, "
                "from:"
            ),
            f"{facts.server}/s/{facts.slug}/fragment?url={thread_url(page, element)}",
        )


def look_at_mixed(page: EmbedPage, facts: Facts) -> Iterator[Finding]:
    """Whether a page of https needs something of http, which browsers refuse."""
    if urlsplit(page_address(page)).scheme != "https":
        return
    upgraded = any("upgrade-insecure-requests" in p.directives for p in page.policies)
    host = urlsplit(facts.server).hostname or ""
    local = host in {"localhost", "127.0.0.1", "::1"}  # which browsers trust over http too
    if facts.server.startswith("http:") and not upgraded and not local:
        yield Finding(
            Code.MIXED_CONTENT,
            Severity.FAULT,
            N_(
                "The page is on https and the comments are on {server}. Browsers refuse to mix.",
                server=facts.server,
            ),
            N_("Put the server behind https, and tell it so:"),
            f"MODERATION_PUBLIC_URL={facts.server.replace('http:', 'https:', 1)}",
        )


def look_at_others(page: EmbedPage, facts: Facts) -> Iterator[Finding]:
    """What else in the page stands in the way: frames of ours, embeds of others."""
    if any(origin(frame.url) == facts.server for frame in page.frames):
        yield Finding(
            Code.FRAME,
            Severity.FAULT,
            N_(
                "The page shows the comments in an iframe, which the server forbids, so that "
                "nobody can lay something over its buttons: browsers show an empty frame."
            ),
            _INSTEAD,
            facts.snippet,
        )
    for name in rivals_in(page):
        yield Finding(
            Code.RIVAL,
            Severity.HINT,
            N_(
                "There is also an embed of {name} in the page. Readers would not know where to "
                "write.",
                name=name,
            ),
            N_("Take it away when you have moved."),
        )
