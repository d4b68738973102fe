"""What a page is made of, by a parser that is not the sanitiser's (lexbor; that is html5ever)."""

from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

# Written out by hand: what may be in a rendered comment.
TAGS = frozenset({
    "a", "abbr", "acronym", "b", "blockquote", "br", "cite", "code", "del", "em", "i", "li", "ol",
    "p", "pre", "q", "s", "strike", "strong", "ul",
})  # fmt: skip
ATTRIBUTES = frozenset({
    "a.href", "a.title", "a.rel", "abbr.title", "acronym.title", "blockquote.cite", "del.datetime",
    "q.cite",
})  # fmt: skip
_ADDRESSES = frozenset({"href", "cite"})


def faults_of_comment(html: str, more_tags: frozenset[str] = frozenset()) -> list[str]:
    """What may not be in a rendered comment, and whether it breaks out of its place on a page."""
    page = LexborHTMLParser(
        "<!doctype html><ol><li><article><div id=place>"
        f"{html}</div><p id=after>after</p></article></li></ol>"
    )
    place, after = page.css_first("#place"), page.css_first("#after")
    assert place is not None
    stays = (
        after is not None
        and _path(after) == ["article", "li", "ol", "body", "html"]
        and place.next == after
        and after.html == '<p id="after">after</p>'
        and page.body is not None
        and not page.body.attributes
    )
    faults = [] if stays else ["breaks out"]
    for node in _below(place):
        tag = node.tag or ""
        if node.is_text_node:
            continue
        if tag not in TAGS | more_tags:
            faults.append(f"<{tag}>")
        for name, value in node.attributes.items():
            if f"{tag}.{name}" not in ATTRIBUTES:
                faults.append(f"{tag}.{name}")
            if name in _ADDRESSES and not is_web_address(value):
                faults.append(f"{tag}.{name}={value}")
    return faults


def is_web_address(value: str | None) -> bool:
    """Whether an address leads to a host of the web and nowhere else."""
    parts = urlsplit(value or "")
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def elements(html: str) -> list[tuple[str, tuple[str, ...]]]:
    """The elements of a page in order, each with the names of its attributes."""
    root = LexborHTMLParser(html).root
    assert root is not None
    return [
        (node.tag or "", tuple(node.attributes)) for node in _below(root) if not node.is_text_node
    ]


def _below(node: LexborNode) -> list[LexborNode]:
    return [one for one in node.traverse(include_text=True) if one.mem_id != node.mem_id]


def _path(node: LexborNode) -> list[str]:
    found = []
    while node.parent is not None:
        node = node.parent
        found.append(node.tag or "")
    return [tag for tag in found if not tag.startswith("-")]
