"""The embed doctor's look at which thread a page shows: its address, canonical link, element."""

from collections.abc import Iterator
from html import escape
from urllib.parse import urlsplit

from moderation.domain.embed_page import Element, EmbedPage
from moderation.domain.embed_report import Code, Facts, Finding, Severity
from moderation.domain.page import key_of, origin_of, page_of
from moderation.errors import InvalidInputError, UnknownThreadError
from moderation.words import N_, Message

_IN_HEAD = N_("Put this into the page’s head:")


def page_address(page: EmbedPage) -> str:
    """The page's own address, without fragment: where it was read, or of a file, what its
    canonical link says; nothing if neither tells.
    """
    url = page.answer.url or next((url for url in page.canonicals if origin(url)), "")
    return url.partition("#")[0]


def thread_url(page: EmbedPage, element: Element | None) -> str:
    """The address that the widget asks the thread of."""
    if element is not None and (given := element.attributes.get("url", "").strip()):
        return page.resolve(given).partition("#")[0]
    if page.canonicals:
        return page.resolve(page.canonicals[0]).partition("#")[0]
    return page_address(page)


def thread_key(url: str, origins: tuple[str, ...]) -> str | None:
    """The key of the thread at an address; None if it is no address of the site."""
    try:
        return key_of(page_of(url, frozenset(origins)))
    except UnknownThreadError:
        return None


def origin(url: str) -> str | None:
    """The origin of an address, or None."""
    try:
        return origin_of(url)
    except InvalidInputError:
        return None


def look_at_origin(page: EmbedPage, facts: Facts) -> Iterator[Finding]:
    """Whether the page may ask the server at all."""
    own = origin(page_address(page))
    if own is not None and own not in facts.origins:
        yield Finding(
            Code.ORIGIN,
            Severity.FAULT,
            N_(
                "The page is on {origin}, which is not one of the origins of the site “{site}” "
                "({origins}), so browsers may neither load nor send its comments.",
                origin=own,
                site=facts.slug,
                origins=", ".join(facts.origins),
            ),
            N_("If the page is yours, add this to the site’s origins:"),
            own,
        )


def look_at_threads(page: EmbedPage, facts: Facts) -> Iterator[Finding]:
    """Whether each element shows the thread that its page should have."""
    if not page.elements and page.counts and all(url.strip() for url in page.counts):
        return  # a list of other pages, which shows no thread of its own
    elements: list[Element | None] = list(page.elements) or [None]
    if any(e is None or not e.attributes.get("url", "").strip() for e in elements):
        yield from _canonical(page, facts)
    given = {e.attributes["url"] for e in page.elements if e.attributes.get("url", "").strip()}
    for written in sorted(given):
        url = page.resolve(written)
        if thread_key(url, facts.origins) is None:
            yield Finding(
                Code.THREAD_ORIGIN,
                Severity.FAULT,
                N_(
                    "The element’s url ({address}) is no page of the site’s origins, so it has no "
                    "comments and takes none.",
                    address=written[:200],
                ),
                N_("Without the attribute the widget takes the page’s own address:"),
                "<leave-a-reply></leave-a-reply>",
            )
    yield from _twice(page, facts)


def _twice(page: EmbedPage, facts: Facts) -> Iterator[Finding]:
    threads = [
        (e.attributes.get("site", ""), thread_key(thread_url(page, e), facts.origins))
        for e in page.elements
    ]
    if len(set(threads)) < len(threads):
        yield Finding(
            Code.ELEMENT_TWICE,
            Severity.WARNING,
            Message.counted(
                "The page has {n} <leave-a-reply> elements, and several show the same comments.",
                "The page has {n} <leave-a-reply> elements, and several show the same comments.",
                len(threads),
            ),
            N_("Leave one of them, or give each the address of its own page:"),
            '<leave-a-reply url="https://…"></leave-a-reply>',
        )


def _canonical(page: EmbedPage, facts: Facts) -> Iterator[Finding]:
    address = page_address(page)
    line = f'<link rel="canonical" href="{_plain(address, facts) or "https://…"}">'
    if not page.canonicals:
        yield _missing(page, line)
        return
    written = page.canonicals[0]
    wanted = page.resolve(written).partition("#")[0]
    if len({page.resolve(url) for url in page.canonicals}) > 1:
        yield Finding(
            Code.CANONICAL_SEVERAL,
            Severity.WARNING,
            Message.counted(
                "The page has {n} canonical links, and they differ. The widget goes by the first, "
                "{other}.",
                "The page has {n} canonical links, and they differ. The widget goes by the first, "
                "{other}.",
                len(page.canonicals),
                other=wanted,
            ),
            N_("Leave one of them."),
        )
    if origin(written) is None:
        yield Finding(
            Code.CANONICAL_RELATIVE,
            Severity.WARNING,
            N_(
                "The canonical link ({written}) is not a whole address. Browsers read it as "
                "{address}, search engines may not.",
                written=written[:200] or N_("empty"),
                address=wanted or N_("nothing"),
            ),
            _IN_HEAD,
            line,
        )
    if not page.answer.url and origin(written) is None:
        return  # whose page that is depends on where the file will be served
    if thread_key(wanted, facts.origins) is None:
        yield _foreign(wanted, facts, line)
    elif page.answer.url:
        yield from _compared(address, wanted, line, facts)


def _missing(page: EmbedPage, line: str) -> Finding:
    words = N_(
        "The page has no canonical link, so its comments go by the address in the reader’s "
        "browser: each way to write it, such as with another query, would get a thread of its own."
    )
    if not page.answer.url:
        words = Message.both(words, N_("(Where the file will be served is not known here.)"))
    return Finding(
        Code.CANONICAL_MISSING,
        Severity.WARNING,
        words,
        _IN_HEAD,
        line,
    )


def _foreign(wanted: str, facts: Facts, line: str) -> Finding:
    where, origins = origin(wanted), ", ".join(facts.origins)
    words = (
        N_(
            "The canonical link says that the page is {address}, on {origin}, which is not among "
            "the site’s origins ({origins}), so the page has no comments and takes none.",
            address=wanted[:300],
            origin=where,
            origins=origins,
        )
        if where
        else N_(
            "The canonical link says that the page is {address} which is not among the site’s "
            "origins ({origins}), so the page has no comments and takes none.",
            address=wanted[:300],
            origins=origins,
        )
    )
    return Finding(
        Code.THREAD_ORIGIN,
        Severity.FAULT,
        words,
        _IN_HEAD,
        line,
    )


def _compared(address: str, wanted: str, line: str, facts: Facts) -> Iterator[Finding]:
    """How the canonical address differs from the one that the page was read at."""
    own_key, key = thread_key(address, facts.origins), thread_key(wanted, facts.origins)
    here, there = urlsplit(address), urlsplit(wanted)
    if own_key is None:
        return  # the page's origin is told of already
    if own_key != key:
        same_path = own_key.partition("?")[0] == (key or "").partition("?")[0]
        if same_path and not there.query:
            yield Finding(
                Code.CANONICAL_QUERY,
                Severity.HINT,
                N_(
                    "The address has a query (?{query}), the canonical link has none: whatever the "
                    "query, the comments are the same.",
                    query=here.query[:100],
                ),
                N_("That is right if the query makes no other page."),
            )
        else:
            yield Finding(
                Code.CANONICAL_DIFFERENT,
                Severity.WARNING,
                N_(
                    "The page is {address}, but its canonical link says {other}: it shows the "
                    "comments of that other page. Themes do this where one link is on every page.",
                    address=address,
                    other=wanted,
                ),
                N_("If this page is to have comments of its own, put this into its head instead:"),
                line,
            )
    elif here.scheme != there.scheme:
        yield Finding(
            Code.CANONICAL_SCHEME,
            Severity.HINT,
            N_(
                "The page was read over {here}, its canonical link says {there}. The comments are "
                "the same.",
                here=here.scheme,
                there=there.scheme,
            ),
            N_("Let the canonical link name the address that readers use, at best https."),
        )
    elif (here.path or "/").endswith("/") != (there.path or "/").endswith("/"):
        yield Finding(
            Code.CANONICAL_SLASH,
            Severity.HINT,
            N_(
                "The page’s address and its canonical link differ in the slash at the end. The "
                "comments are the same."
            ),
            N_(
                "Nothing has to be done for the comments; one spelling is better for search "
                "engines."
            ),
        )


def _plain(address: str, facts: Facts) -> str:
    """The address as the canonical link should write it."""
    try:
        return page_of(address, frozenset(facts.origins))
    except UnknownThreadError:
        return escape(address)
