"""What a rule matched is marked in a comment's HTML, and nothing else of it is touched."""

from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any, cast

import pytest

from moderation.domain.markup import render
from moderation.domain.signals import Signal, Symbol
from moderation.services.queue import QueueItem
from moderation.web.marking import mark


def item(text: str, *values: str | None, where: str = "comment", html: str = "") -> QueueItem:
    """A comment with rules that matched it; `mark` looks at nothing else of an item."""
    matches = [{"rule": 1, "kind": "word", "value": value, "where": where} for value in values]
    signals = (Signal(Symbol.BLOCKLIST_HOLD, 3.0, {"matches": matches}),) if values else ()
    comment = SimpleNamespace(text=text, rendered=html or render(text))
    return cast("QueueItem", SimpleNamespace(comment=comment, signals=signals))


def marked(text: str, *values: str | None, **more: Any) -> str:
    return str(mark(item(text, *values, **more)))


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("Buy now", "buy", "<p><mark>Buy</mark> now</p>"),
        ("BUY and buy", "Buy", "<p><mark>BUY</mark> and <mark>buy</mark></p>"),
        ("two casinos", "casino*", "<p>two <mark>casino</mark>s</p>"),
        ("a [casino](https://a.example)", "a.example", None),
        ("big **casino** here", "casino", "<p>big <strong><mark>casino</mark></strong> here</p>"),
        ("1 < 2 & amp", "amp", "<p>1 &lt; 2 &amp; <mark>amp</mark></p>"),
        ("a &lt;b", "lt", "<p>a &lt;b</p>"),
        ("c++ (really)", "c++ (", "<p><mark>c++ (</mark>really)</p>"),
        ("Ünder", "ünder", "<p><mark>Ünder</mark></p>"),
        ("我喜欢赌场", "赌场", "<p>我喜欢<mark>赌场</mark></p>"),
        ("nothing of it", "casino", "<p>nothing of it</p>"),
        ("the class passes", "ass", "<p>the class passes</p>"),
        ("an ass of a class", "ass", "<p>an <mark>ass</mark> of a class</p>"),
        ("casinos", "casino", "<p>casinos</p>"),
        ("a megacasino", "casino*", "<p>a megacasino</p>"),
        ("snake_casino_case", "casino", "<p>snake_<mark>casino</mark>_case</p>"),
    ],
)
def test_words_are_marked_as_the_checks_find_them(
    text: str, value: str, expected: str | None
) -> None:
    assert marked(text, value) == (render(text) if expected is None else expected)


@pytest.mark.parametrize(
    "value", ["p", "a", "href", "https", "mark", "nofollow", "quot", "em", "<"]
)
def test_tags_and_character_references_stay_whole(value: str) -> None:
    text = 'A [link](https://p.example/?a=1&b=2 "em > a") & "p" <em>p</em> a'
    html = marked(text, value)

    assert html.replace("<mark>", "").replace("</mark>", "") == render(text)
    assert tags(html) == tags(render(text))


def tags(html: str) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """The tags but for the marks, each closed in order."""
    found: list[tuple[str, list[tuple[str, str | None]]]] = []
    open_tags: list[str] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            open_tags.append(tag)
            if tag != "mark":
                found.append((tag, attrs))

        def handle_endtag(self, tag: str) -> None:
            assert open_tags.pop() == tag

    Parser().feed(html)
    assert open_tags == []
    return found


def test_the_longest_of_several_words_is_marked() -> None:
    assert marked("free casino", "free", "free casino") == "<p><mark>free casino</mark></p>"


def test_what_was_found_elsewhere_is_not_marked() -> None:
    assert marked("casino", "casino", where="name") == "<p>casino</p>"


def test_rules_that_show_no_value_mark_nothing() -> None:
    assert marked("casino", None, "*") == "<p>casino</p>"
    assert marked("casino") == "<p>casino</p>"


def test_a_comment_that_is_not_rendered_yet_is_text() -> None:
    bare = cast(
        "QueueItem",
        SimpleNamespace(comment=SimpleNamespace(text="<b>casino</b>", rendered=None), signals=()),
    )
    assert str(mark(bare)) == "<p>&lt;b&gt;casino&lt;/b&gt;</p>"


def pushed(text: str, *reasons: tuple[str, str, float], rule: str | None = None) -> str:
    """The text with what was learned marked in it, and what a rule matched."""
    one = item(text, rule) if rule else item(text)
    told = Signal(Symbol.LEARNED_SPAM, 8, {"reasons": [list(reason) for reason in reasons]})
    both = SimpleNamespace(comment=one.comment, signals=(*one.signals, told))
    return str(mark(cast("QueueItem", both)))


SPAM, GOOD = '<mark class="pushed">', '<mark class="pushed pushed--good">'


@pytest.mark.parametrize(
    ("text", "reasons", "expected"),
    [
        ("Cheap pills", [("text", "cheap pills", 2.0)], f"<p>{SPAM}Cheap pills</mark></p>"),
        (
            "We drove to a casino",
            [("text", "casino", 2.0), ("text", "drove", -1.0)],
            f"<p>We {GOOD}drove</mark> to a {SPAM}casino</mark></p>",
        ),
        ("a casino", [("name", "casino", 2.0)], "<p>a casino</p>"),
        ("a fact", [("fact", "a fact", 2.0)], "<p>a fact</p>"),
        ("all of it", [("text", "*", 2.0), ("text", " ", 1.0)], "<p>all of it</p>"),
        ("1 < 2", [("text", "<", 1.0)], "<p>1 &lt; 2</p>"),
    ],
)
def test_words_that_were_learned_are_marked_in_another_way(
    text: str, reasons: list[tuple[str, str, float]], expected: str
) -> None:
    assert pushed(text, *reasons) == expected


def test_what_a_rule_matched_keeps_its_mark() -> None:
    reason = ("text", "casino", 2.0)

    assert pushed("a casino bonus", reason, rule="casino") == "<p>a <mark>casino</mark> bonus</p>"


def test_only_the_handful_that_the_receipt_names_is_marked() -> None:
    many = [("text", f"word{n:02d}", n / 10) for n in range(1, 12)]
    html = pushed(" ".join(words for _, words, _ in many), *many)

    assert html.count(SPAM) == 5
    assert f"{SPAM}word11</mark>" in html
    assert f"{SPAM}word06</mark>" not in html
