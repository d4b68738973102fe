"""A comment's text rendered: limited Markdown and WordPress's tags for guests, then sanitised."""

import html
import re

import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt

from moderation.domain.page import canonical_link
from moderation.domain.site_settings import Markup

# WordPress 6.8's $allowedtags for commenters, and what paragraphs, lists and code need.
_TAGS = {
    "a", "abbr", "acronym", "b", "blockquote", "br", "cite", "code", "del", "em", "i", "li", "ol",
    "p", "pre", "q", "s", "strike", "strong", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "acronym": {"title"},
    "blockquote": {"cite"},
    "del": {"datetime"},
    "q": {"cite"},
}
_REL = "nofollow ugc noopener"
# The linkifier looks back over every address it found, so time grows with the square of their
# number: 5,000 take over 4 s. No comment that is read has more than this many.
_MOST_LINKIFIED = 200
_ANCHOR = re.compile(r"<a [^>]*href", re.IGNORECASE)
# The sanitiser writes every attribute in double quotes, and a quote within one as &quot;.
_HREF = re.compile(r'<a(?: (?!href=)[\w-]+="[^"]*")* href="([^"]*)"')
_TAG = re.compile(r"<[^>]*>")


def _rich() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "breaks": True})
    parser.enable(["strikethrough"])
    # A comment has no headings, pictures or rules, and indentation is not code.
    return parser.disable(["heading", "lheading", "hr", "image", "code", "reference"])


def _plain() -> MarkdownIt:
    return MarkdownIt("zero", {"breaks": True}).enable(["newline"])


def _linkifying(parser: MarkdownIt, *, linkifies: bool) -> MarkdownIt:
    parser.options["linkify"] = linkifies
    if linkifies:
        parser.enable(["linkify"])
        # An address in the text is the reader's to write, not ours to make a link of.
        linkify = LinkifyIt(options={"fuzzy_email": False, "fuzzy_link": False})
        for schema in ("//", "mailto:", "ftp:"):
            linkify.add(schema, None)
        parser.linkify = linkify
    return parser


# By what a text may hold, and whether addresses in it are made links.
_PARSERS = {
    (markup, linkifies): _linkifying(make(), linkifies=linkifies)
    for markup, make in ((Markup.RICH, _rich), (Markup.PLAIN, _plain))
    for linkifies in (True, False)
}


def render(text: str, markup: Markup = Markup.RICH) -> str:
    """The HTML readers see: safe to insert into a page as it is."""
    few = text.count("://") <= _MOST_LINKIFIED
    return nh3.clean(
        _PARSERS[markup, few].render(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_filter,
        url_schemes={"http", "https"},
        link_rel=_REL,
        strip_comments=True,
    ).strip()


def _filter(_tag: str, attribute: str, value: str) -> str | None:
    return canonical_link(value) if attribute in {"href", "cite"} else value


def plain_text(rendered: str) -> str:
    """What readers read of `rendered`: no tags, no character references."""
    return html.unescape(_TAG.sub("", rendered))


def count_links(rendered: str, text: str) -> int:
    """How many links a comment holds, by WordPress's rule in `check_comment`: anchors in what is
    rendered. Where there are too many addresses to make links of, each counts.
    """
    addresses = text.count("://")
    return max(len(_ANCHOR.findall(rendered)), addresses if addresses > _MOST_LINKIFIED else 0)


def link_targets(rendered: str) -> tuple[str, ...]:
    """The addresses that `rendered` links to, in order."""
    return tuple(map(html.unescape, _HREF.findall(rendered)))
