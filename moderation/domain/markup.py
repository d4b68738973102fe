"""A comment's text rendered: limited Markdown and WordPress's tags for guests, then sanitised."""

import re
from collections.abc import Sequence
from functools import cache

import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.token import Token

from moderation.domain.page import canonical_link
from moderation.domain.references import unescape
from moderation.domain.site_settings import Markup

# WordPress 6.8's $allowedtags for commenters, and what paragraphs, lists and code need.
_TAGS = {
    "a", "abbr", "acronym", "b", "blockquote", "br", "cite", "code", "del", "em", "i", "li", "ol",
    "p", "pre", "q", "s", "strike", "strong", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "*": set[str](),  # else the sanitiser's own default, which lets title and lang pass everywhere
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
# HTML's formatting elements but `a`. A parser opens those that were not closed again in each
# paragraph, all whose attributes differ, so that 5 kB of tags could become 1 MB of elements.
# Without attributes it opens each three times at most (the “Noah's Ark clause” of HTML's standard).
_FORMATTING = re.compile(
    r"<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s/][^>]*>", re.IGNORECASE
)
# What is honestly written grows less: an empty `<a></a>` becomes five times as long.
_MOST_GROWTH = 8
_MOST_TAGS = 2_000  # deep nesting takes time that grows with the square of its depth
_OPENING = re.compile(r"<[a-z]", re.IGNORECASE)
# Chromium's parser nests 512 elements; in what is deeper readers would not see what was sanitised.
_DEEPEST = 100
_MOST_ROUNDS = 4
# What Markdown's marks cost grows faster than their number, and a line costs as often as quotes and
# lists are open above it: 64 kB of either took seconds. No comment that is read has more than this.
_MARK = re.compile(r"[*_~`\[\]<>&!\\]")
_MOST_MARKS = 4_000
_NESTED = re.compile(r"^(?:[ \t]*(?:>|[-+*][ \t]|\d{1,9}[.)][ \t]))+", re.MULTILINE)
_STEP = re.compile(r">|[-+*][ \t]|[.)][ \t]")
_DEEPEST_LINE = 6
_MOST_STEPS = 4_000  # lines times how deep the deepest of them stands
# The parser leaves out what stands deeper than its own `maxNesting`.
_LEVELS = 20


@cache
def _parser(markup: Markup, *, linkifies: bool, tags: bool) -> MarkdownIt:
    parser = _rich(tags=tags) if markup is Markup.RICH else _plain()
    parser.options["linkify"] = linkifies
    if linkifies:
        parser.enable(["linkify"])
        # An address in the text is the reader's to write, not ours to make a link of.
        linkify = LinkifyIt(options={"fuzzy_email": False, "fuzzy_link": False})
        for schema in ("//", "mailto:", "ftp:"):
            linkify.add(schema, None)
        parser.linkify = linkify
    return parser


def _rich(*, tags: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": tags, "breaks": True, "maxNesting": _LEVELS})
    parser.enable(["strikethrough"])
    # A comment has no headings, pictures or rules, and indentation is not code.
    parser.disable(["heading", "lheading", "hr", "image", "code", "reference"])
    parser.add_render_rule("html_block", _tag)
    parser.add_render_rule("html_inline", _tag)
    return parser


def _plain() -> MarkdownIt:
    return MarkdownIt("zero", {"breaks": True}).enable(["newline"])


def _tag(_renderer: object, tokens: Sequence[Token], index: int, *_: object) -> str:
    return _FORMATTING.sub(r"<\1>", tokens[index].content)


def render(text: str, markup: Markup = Markup.RICH) -> str:
    """The HTML readers see: safe to insert into a page as it is, and what a browser makes of it is
    what was sanitised. Where tags are written that would not stay so, they are shown as text; and
    so is all markup where there is more of it than anybody reads, or where it nests deeper.
    """
    linkifies = text.count("://") <= _MOST_LINKIFIED
    if markup is Markup.RICH and not _is_laboured(text):
        rich = _render_rich(text, linkifies=linkifies)
        if rich is not None:
            return rich
    return _clean(_parser(Markup.PLAIN, linkifies=linkifies, tags=False).render(text))


def _is_laboured(text: str) -> bool:
    if sum(1 for _ in _MARK.finditer(text)) > _MOST_MARKS:
        return True
    deepest = max((len(_STEP.findall(line[0])) for line in _NESTED.finditer(text)), default=0)
    return deepest > _DEEPEST_LINE or deepest * (text.count("\n") + 1) > _MOST_STEPS


def _render_rich(text: str, *, linkifies: bool) -> str | None:
    """With Markdown and tags, or Markdown alone; None where parts of it would not be shown."""
    if len(_OPENING.findall(text)) <= _MOST_TAGS:
        html = _parsed(_parser(Markup.RICH, linkifies=linkifies, tags=True), text)
        html = None if html is None else _stable(html)
        longest = _MOST_GROWTH * len(text) + 1_000
        if html is not None and len(html) <= longest and _depth(html) <= _DEEPEST:
            return html
    html = _parsed(_parser(Markup.RICH, linkifies=linkifies, tags=False), text)
    return None if html is None else _clean(html)


def _parsed(parser: MarkdownIt, text: str) -> str | None:
    tokens = parser.parse(text)
    if any(token.level >= _LEVELS - 1 for token in tokens):
        return None
    return str(parser.renderer.render(tokens, parser.options, {}))


def _stable(html: str) -> str | None:
    """`html` sanitised until it stays as it is: taking an element out can leave others nested as
    no parser nests them, which a browser would set right in its own way. None if it never does.
    """
    for _ in range(_MOST_ROUNDS):
        before, html = html, _clean(html)
        if html == before:
            return html
    return None


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_filter,
        url_schemes={"http", "https"},
        link_rel=_REL,
        strip_comments=True,
    ).strip()


def _depth(html: str) -> int:
    """How deep the elements of sanitised HTML nest."""
    deepest = depth = 0
    for tag in _TAG.findall(html):
        depth += -1 if tag.startswith("</") else tag != "<br>"
        deepest = max(deepest, depth)
    return deepest


def _filter(_tag: str, attribute: str, value: str) -> str | None:
    return canonical_link(value) if attribute in {"href", "cite"} else value


def plain_text(rendered: str) -> str:
    """What readers read of `rendered`: no tags, no character references."""
    return unescape(_TAG.sub("", rendered))


def count_links(rendered: str, text: str) -> int:
    """How many links a comment holds, by WordPress's rule in `check_comment`: anchors in what is
    rendered. Where there are too many addresses to make links of, each counts.
    """
    addresses = text.count("://")
    return max(len(_ANCHOR.findall(rendered)), addresses if addresses > _MOST_LINKIFIED else 0)


def link_targets(rendered: str) -> tuple[str, ...]:
    """The addresses that `rendered` links to, in order."""
    return tuple(map(unescape, _HREF.findall(rendered)))
