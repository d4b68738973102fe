"""A comment rendered: nothing in it can be executed, and its links are counted."""

import re
from html.parser import HTMLParser
from time import perf_counter
from urllib.parse import urlsplit

import pytest

from moderation.domain.markup import count_links, link_targets, render
from moderation.domain.site_settings import Markup

# Written out by hand: what may be in a rendered comment.
TAGS = frozenset({
    "a", "abbr", "acronym", "b", "blockquote", "br", "cite", "code", "del", "em", "i", "li", "ol",
    "p", "pre", "q", "s", "strike", "strong", "ul",
})  # fmt: skip
ATTRIBUTES = frozenset({
    "a.href", "a.title", "a.rel", "abbr.title", "acronym.title", "blockquote.cite", "del.datetime",
    "q.cite",
})  # fmt: skip


class Inventory(HTMLParser):
    """Collects all that is in a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.schemes: set[str] = set()
        self.others: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(f"{tag}.{name}")
            if name == "href":
                self.schemes.add(urlsplit(value or "").scheme)

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


VECTORS = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    '<img src="x` `<script>alert(1)</script>"` `>',
    "<svg onload=alert(1)>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext></p><style><img src=x onerror=alert(1)></style>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)><embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button formaction=javascript:alert(1)>x</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<base href=//evil.example/><link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<style>*{background:url(//evil.example)}</style>",
    "<p style='position:fixed;inset:0' class=x id=y onclick=alert(1)>x</p>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<a href='&#1;javascript:alert(1)'>x</a>",
    "<a href='&#106;&#97;vascript&colon;alert(1)'>x</a>",
    "<a href='vbscript:x'>x</a><a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='http://a.example' onmouseover=alert(1) target=_blank style=x>x</a>",
    '<a href="http://a.example/" "onclick="alert(1)">x</a>',
    "<q onclick='alert(1)'>x</q><blockquote style='x'>y</blockquote>",
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](<javascript:alert(1)>)",
    "[x](http://a.example 'x\" onmouseover=\"alert(1)')",
    '[x](http://a.example/"onmouseover=alert(1))',
    "<javascript:alert(1)>",
    'https://a.example/"onmouseover="alert(1)',
    "https://a.example/<script>alert(1)</script>",
    "`<script>alert(1)</script>`",
    "```html onload=alert(1)\n<script>alert(1)</script>\n```",
    '~~~"><script>alert(1)</script>\nx\n~~~',
    "<!--><script>alert(1)</script>-->",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><!DOCTYPE html [<!ENTITY x 'y'>]>",
    "<textarea><script>alert(1)</script>",
    "<title><script>alert(1)</script></title>",
    "<template><script>alert(1)</script></template>",
    "<b><b><b onclick=alert(1)><i></b>",
    "</p></div></body></html><script>alert(1)</script>",
)


@pytest.mark.parametrize("text", VECTORS)
def test_nothing_but_harmless_tags_and_addresses_passes(text: str) -> None:
    inside = Inventory(render(text))

    assert inside.tags <= TAGS
    assert inside.attributes <= ATTRIBUTES
    assert inside.schemes <= {"http", "https", ""}
    assert inside.others == []


@pytest.mark.parametrize("text", VECTORS)
def test_every_tag_that_is_opened_is_closed(text: str) -> None:
    html = render(text)

    for tag in TAGS - {"br"}:
        assert len(re.findall(f"<{tag}[ >]", html)) == html.count(f"</{tag}>")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Hello *there*, **you**", "<p>Hello <em>there</em>, <strong>you</strong></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("~~gone~~", "<p><s>gone</s></p>"),
        ("> quoted", "<blockquote>\n<p>quoted</p>\n</blockquote>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("1. a", "<ol>\n<li>a</li>\n</ol>"),
        ("`a<b`", "<p><code>a&lt;b</code></p>"),
        ("```\na\n```", "<pre><code>a\n</code></pre>"),
        ("<strong>a</strong>", "<p><strong>a</strong></p>"),
        ('<abbr title="x">a</abbr>', '<p><abbr title="x">a</abbr></p>'),
        ("AT&T < & >", "<p>AT&amp;T &lt; &amp; &gt;</p>"),
        ("", ""),
    ],
)
def test_limited_markdown_and_guests_tags_are_rendered(text: str, html: str) -> None:
    assert html == render(text)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# no heading", "<p># no heading</p>"),
        ("no heading\n===", "<p>no heading<br>\n===</p>"),
        ("a\n\n---\n\nb", "<p>a</p>\n<p>---</p>\n<p>b</p>"),
        ("    no code", "<p>no code</p>"),
        ("<h1>a</h1>", "a"),
        ("[a]: <x>\n\n[a]", "<p>[a]: </p>\n<p>[a]</p>"),
    ],
)
def test_headings_rules_indented_code_and_references_are_not_made(text: str, html: str) -> None:
    rendered = render(text)

    assert not {"h1", "h2", "hr", "pre", "code"} & Inventory(rendered).tags
    assert html == rendered


@pytest.mark.parametrize(
    "text", ["![a](http://x.example/a.png)", "<img src=http://x.example/a.png>"]
)
def test_pictures_are_not_shown(text: str) -> None:
    assert "img" not in Inventory(render(text)).tags


@pytest.mark.parametrize(
    "text",
    [
        "http://a.example",
        "see https://a.example/b?c=d.",
        "[a](http://a.example)",
        "<http://a.example>",
        "<a href='http://a.example'>x</a>",
        "<A\nHREF=http://a.example>x</A>",
        '<a title="&gt;" href="http://a.example">x</a>',
        "![a](http://a.example)",
    ],
)
def test_a_link_however_it_is_written_counts_once(text: str) -> None:
    assert count_links(render(text), text) == 1


@pytest.mark.parametrize(
    "text",
    [
        "example.com and www.example.com",
        "anna@example.com",
        "<anna@example.com>",
        "mailto:anna@example.com",
        "<a name=x>x</a>",
        "<a href='javascript:alert(1)'>x</a>",
        "`http://a.example`",
        "<q cite='http://a.example'>x</q>",
        "1://2",
        "//a.example",
        "ftp://a.example",
    ],
)
def test_what_is_no_link_does_not_count(text: str) -> None:
    assert count_links(render(text), text) == 0


@pytest.mark.parametrize(
    "text", ["anna@example.com", "<anna@example.com>", "mailto:anna@example.com"]
)
def test_an_email_address_is_never_made_a_link(text: str) -> None:
    assert "a.href" not in Inventory(render(text)).attributes


def test_an_address_or_a_bare_domain_in_the_text_stays_text() -> None:
    text = "anna@example.com reads www.example.com"

    assert render(text) == f"<p>{text}</p>"


def test_links_ask_not_to_be_followed() -> None:
    html = render(
        "http://a.example [b](http://b.example) <a href='http://c.example' rel='me'>c</a>"
    )

    assert re.findall(r'rel="([^"]*)"', html) == ["nofollow ugc noopener"] * 3


def test_targets_are_told_in_order_and_decoded() -> None:
    html = render("http://a.example/?x=1&y=2 [b](https://b.example/) <a href='http://C'>c</a>")

    assert link_targets(html) == ("http://a.example/?x=1&y=2", "https://b.example/", "http://c")


def test_a_title_does_not_hide_the_target() -> None:
    html = render('<a title="x href=" href="http://spam.example">x</a>')

    assert link_targets(html) == ("http://spam.example",)


@pytest.mark.parametrize(
    "target",
    [
        "/a",
        "//spam.example",
        "/\\spam.example",
        "http:spam.example",
        "http:///spam.example",
        "http:\\\\spam.example",
        "http://sp%61m.example",
        "http://good.example@spam.example/",
        "http://spam.example\\@good.example",
        "ftp://spam.example",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_plain_web_address_is_no_target(target: str) -> None:
    html = render(f"<a href='{target}'>x</a> <q cite='{target}'>y</q>")

    assert html == '<p><a rel="nofollow ugc noopener">x</a> <q>y</q></p>'


def test_a_target_and_a_source_lead_to_the_host_that_is_written() -> None:
    html = render("<a href='HTTP://BÜCHER.example.:80/A'>x</a> <q cite='HTTPS://A.example'>y</q>")

    assert 'href="http://xn--bcher-kva.example/A"' in html
    assert 'cite="https://a.example"' in html


def test_up_to_200_addresses_are_made_links_of_and_no_more() -> None:
    few = "http://a.example " * 200
    many = "http://a.example " * 201

    assert count_links(render(few), few) == 200 == len(link_targets(render(few)))
    assert count_links(render(many), many) == 201
    assert link_targets(render(many)) == ()


def test_links_written_out_count_beyond_200_too() -> None:
    text = "<a href='http://a.example'>x</a> " * 300

    assert count_links(render(text), text) == 300


@pytest.mark.parametrize(
    "piece",
    [
        "http://a.co ", "<http://a.b>", "[a](//b)", "[", "![", "*a **a ", "<", "<a ", "</a>", "&",
        "> ", "- ", "<b>", "<blockquote>", "<!--", "`", "_a__", "a@", "\\", '<a title="', "a\n",
    ],
)  # fmt: skip
def test_a_long_hostile_text_is_rendered_and_harmless(piece: str) -> None:
    text = piece * (10_000 // len(piece))

    assert Inventory(render(text)).tags <= TAGS


@pytest.mark.parametrize("piece", ["//a.co\n", "<b>//a.co ", "mailto:a@b.co\n"])
def test_addresses_without_a_web_scheme_take_time_in_proportion(piece: str) -> None:
    started = perf_counter()

    render((piece * 10_000)[:65_525])

    assert perf_counter() - started < 1


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*a* **b** `c` ~~d~~", "<p>*a* **b** `c` ~~d~~</p>"),
        ("<b>a</b> &amp; <!-- x -->", "<p>&lt;b&gt;a&lt;/b&gt; &amp;amp; &lt;!-- x --&gt;</p>"),
        ("a\nb\n\n    c", "<p>a<br>\nb</p>\n<p>c</p>"),
        ("- a\n> b\n# c\n1. d", "<p>- a<br>\n&gt; b<br>\n# c<br>\n1. d</p>"),
        ("javascript:alert(1) me@a.example", "<p>javascript:alert(1) me@a.example</p>"),
        (
            "HTTPS://A.example/?x&y.",
            '<p><a href="https://a.example/?x&amp;y" rel="nofollow ugc noopener">'  # noqa: ISC004
            "HTTPS://A.example/?x&amp;y</a>.</p>",
        ),
    ],
)
def test_plain_text_is_paragraphs_and_links(text: str, html: str) -> None:
    assert render(text, Markup.PLAIN) == html


@pytest.mark.parametrize("attack", VECTORS)
def test_plain_text_holds_nothing_else_whatever_is_typed(attack: str) -> None:
    inside = Inventory(render(attack, Markup.PLAIN))

    assert inside.tags <= {"p", "br", "a"}
    assert inside.attributes <= {"a.href", "a.rel"}
    assert inside.schemes <= {"http", "https"}


def test_plain_text_makes_no_links_of_very_many_addresses() -> None:
    many = "http://a.example " * 201

    assert "<a" not in render(many, Markup.PLAIN)
    assert count_links(render(many, Markup.PLAIN), many) == 201
