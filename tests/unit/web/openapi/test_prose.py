"""Descriptions as HTML."""

from moderation.web.openapi.prose import anchor, prose


def test_paragraphs_lists_and_code() -> None:
    text = "One `word`.\n\n- `a`: first\n- second"

    assert prose(text) == (
        "<p>One <code>word</code>.</p><ul><li><code>a</code>: first</li><li>second</li></ul>"
    )


def test_what_looks_like_markup_is_text() -> None:
    assert prose("a <b> & `<i>`") == "<p>a &lt;b&gt; &amp; <code>&lt;i&gt;</code></p>"


def test_nothing_is_nothing() -> None:
    assert prose("") == ""


def test_a_heading_becomes_an_anchor() -> None:
    assert anchor("The author's own comment") == "the-author-s-own-comment"
