"""A comment rendered: limited Markdown and guests' tags, and its links counted."""

import re
from html.parser import HTMLParser

import pytest
from linkify_it import LinkifyIt

from moderation.domain.markup import count_links, link_targets, render
from moderation.domain.site_settings import Markup
from tests.xss_corpus import VECTORS, Vector
from tests.xss_inventory import TAGS, faults_of_comment


class Inventory(HTMLParser):
    """The tags in a piece of HTML, and the attributes they have."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {f"{tag}.{name}" for name, _ in attrs}


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
def test_the_linkifier_finds_no_addresses_that_become_no_links(
    monkeypatch: pytest.MonkeyPatch, piece: str
) -> None:
    found: list[int] = []
    match = LinkifyIt.match

    def counted(linkifier: LinkifyIt, text: str) -> object:
        matches = match(linkifier, text)
        found.append(len(matches or ()))
        return matches

    monkeypatch.setattr(LinkifyIt, "match", counted)
    LinkifyIt().match("//a.example //b.example")
    render(piece * 2_000)

    # It looks back over all that it found, so time would grow with the square of their number.
    assert sum(found) == 2


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
            (
                '<p><a href="https://a.example/?x&amp;y" rel="nofollow ugc noopener">'
                "HTTPS://A.example/?x&amp;y</a>.</p>"
            ),
        ),
    ],
)
def test_plain_text_is_paragraphs_and_links(text: str, html: str) -> None:
    assert render(text, Markup.PLAIN) == html


@pytest.mark.parametrize(
    "vector", [v for v in VECTORS if not re.search("[\ud800-\udfff]", v.text)], ids=str
)
def test_plain_text_holds_nothing_else_whatever_is_typed(vector: Vector) -> None:
    html = render(vector.text, Markup.PLAIN)
    inside = Inventory(html)

    assert inside.tags <= {"p", "br", "a"}
    assert inside.attributes <= {"a.href", "a.rel"}
    assert faults_of_comment(html) == []


def test_plain_text_makes_no_links_of_very_many_addresses() -> None:
    many = "http://a.example " * 201

    assert "<a" not in render(many, Markup.PLAIN)
    assert count_links(render(many, Markup.PLAIN), many) == 201
