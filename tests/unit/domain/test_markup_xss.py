"""A comment rendered: no known attack leaves anything in it that runs, loads or breaks out."""

import re
from html import unescape

import pytest

from moderation.domain.markup import count_links, link_targets, render
from moderation.domain.site_settings import Markup
from moderation.domain.submission import clean_comment
from moderation.domain.text import plain_html
from moderation.errors import InvalidSubmissionError
from tests.work import calls_of
from tests.xss_corpus import VECTORS, Vector
from tests.xss_inventory import TAGS, faults_of_comment


def is_taken(vector: Vector) -> bool:
    try:
        clean_comment(vector.text)
    except InvalidSubmissionError:
        return False
    return True


TAKEN = [vector for vector in VECTORS if is_taken(vector)]


def test_the_corpus_is_as_large_as_it_says_and_bites_where_nothing_is_sanitised() -> None:
    assert len({vector.text for vector in VECTORS}) == len(VECTORS) > 400
    assert len([v for v in TAKEN if faults_of_comment(v.text)]) > 300


def test_only_what_cannot_be_shown_is_refused_at_the_door() -> None:
    refused = [vector.text for vector in VECTORS if vector not in TAKEN]

    assert [text for text in refused if not re.search("[\x00-\x1f\x7f-\x9f\ud83d]", text)] == []


# One test for all vectors: a test for each would cost more than what it tries.


def test_nothing_but_harmless_tags_and_addresses_passes() -> None:
    def faults_of(vector: Vector) -> list[str]:
        text = clean_comment(vector.text)
        shown = (render(text), render(text, Markup.PLAIN), plain_html(text))
        return [fault for html in shown for fault in faults_of_comment(html)]

    assert {str(v): faults for v in TAKEN if (faults := faults_of(v))} == {}


def test_every_tag_that_is_opened_is_closed() -> None:
    def is_closed(html: str) -> bool:
        return all(
            len(re.findall(f"<{tag}[ >]", html)) == html.count(f"</{tag}>") for tag in TAGS - {"br"}
        )

    assert [v for v in TAKEN if not is_closed(render(clean_comment(v.text)))] == []


def test_all_vectors_in_one_comment_pass_nothing_either() -> None:
    texts = [clean_comment(vector.text) for vector in TAKEN]

    for text in ("\n\n".join(texts), "\n".join(texts), "".join(texts), "".join(reversed(texts))):
        assert faults_of_comment(render(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "<a href=http://a.example>x<object><a href=http://b.example>y</object>",
        "<p><marquee><p>x</marquee>",
        "<b><template><b><p>x",
        "<ul><button><li>x<li>y</button></ul>",
    ],
)
def test_what_a_browser_makes_of_it_is_what_was_sanitised(text: str) -> None:
    html = render(text)

    assert faults_of_comment(html) == []
    assert render_of_html(html) == html


def render_of_html(html: str) -> str:
    # A line break of its own would end an HTML block; as a reference it is the same text.
    return render(html.replace("\n", "&#10;")).replace("&#10;", "\n")


FEW_BYTES_MANY_ELEMENTS = {
    "formatting that is opened again in each paragraph": "<p>"
    + "".join(f"<b x{n}>" for n in range(4_000))
    + "<p>x" * 3_000,
    "all formatting, three times each": "<p>"
    + "<b><i><s><em><code><strong><strike><u><tt><big><small><font><nobr>" * 3
    + "<p>x" * 15_000,
    "depth": "<blockquote>" * 5_000,
    "formatting never closed": "x" + "<b><i>" * 10_000,
    "crossed": "<b><i></b>" * 6_000,
    "anchors within what parts them": "<object><a href=http://a.example>" * 2_000,
    "tables": "<table><b>" * 6_000,
    "lists": "<ul><li>" * 8_000,
}


@pytest.mark.parametrize("text", FEW_BYTES_MANY_ELEMENTS.values(), ids=FEW_BYTES_MANY_ELEMENTS)
def test_few_bytes_become_neither_many_elements_nor_long_work(text: str) -> None:
    html = render(text)

    assert calls_of(lambda: render(text)) < 12 * len(text)
    assert len(html) < 8 * len(text)
    assert faults_of_comment(html) == []


def test_where_tags_are_shown_as_text_links_are_links_and_count() -> None:
    text = "<blockquote>" * 200 + "<a href='http://a.example'>x</a> http://b.example"
    html = render(text)

    assert unescape(html).startswith("<p>" + "<blockquote>" * 200)
    assert link_targets(html) == ("http://a.example", "http://b.example")
    assert count_links(html, text) == 2


def test_attributes_of_formatting_are_dropped_and_its_text_stays() -> None:
    assert render("a <b style='x' >b</b>") == "<p>a <b>b</b></p>"
    assert render("<p><STRONG/class=x>b</STRONG></p>") == "<p><strong>b</strong></p>"
