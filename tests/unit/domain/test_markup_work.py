"""How much work a text can make for what renders it: counted in calls, so that no clock is asked."""

import pytest

from moderation.domain.markup import plain_text, render
from moderation.domain.site_settings import Markup
from moderation.domain.submission import MAX_COMMENT
from tests.work import calls_of

MOST = 45  # calls a character; of lines of one letter and no markup at all it is 39

_NEARLY = 3_900  # marks: as many as are read as such


def filled(piece: str, start: str = "") -> str:
    """As much of it as a comment may hold."""
    return start + piece * ((MAX_COMMENT - len(start)) // len(piece))


def few(piece: str, marks: int) -> str:
    """So often that its marks are still read as such, in as long a text as a comment may be."""
    return (piece * (_NEARLY // marks)).ljust(MAX_COMMENT, "a")


TEXTS = {
    "lines": filled("a\n"),
    "brackets": filled("["),
    "pictures": filled("![["),
    "links": filled("[a](b) "),
    "half links": filled("[a]("),
    "links and tags": filled("[a](<b"),
    "emphasis": filled("*a **a "),
    "emphasis in emphasis": "*a " * 10_000 + "b* " * 10_000,
    "strong in strong": "**a " * 8_000 + "b** " * 8_000,
    "marks alone": filled("*_"),
    "code": "".join("`" * n + " " for n in range(1, 350)),
    "quotes": filled("> "),
    "quotes and then lines": filled("b\n", "> " * 19 + "a\n"),
    "few quotes and then lines": filled("b\n", "> > a\n"),
    "lists and then lines": filled("b\n", "- " * 19 + "a\n"),
    "numbers": filled("1. "),
    "items": filled("- a\n"),
    "items in items": "\n".join(" " * (2 * (n % 10)) + "- a" for n in range(4_000)),
    "quotes of items": filled("> - a\n"),
    "comments": filled("<!--"),
    "ampersands": filled("&"),
    "some brackets": few("[", 1),
    "some links": few("[a](b) ", 2),
    "some strong": few("**a ", 2),
    "some strong closed": few("**a** ", 4),
    "some code": few("`a``b", 3),
    "some quotes of many lines": "> > > > > > a\n" + "b\n" * 600 + "a" * 60_000,
}


@pytest.mark.parametrize("name", TEXTS)
def test_work_grows_no_faster_than_the_text(name: str) -> None:
    text = TEXTS[name]
    render("*once* [before](https://a.example)")  # what is made once is not counted

    assert calls_of(lambda: render(text)) < MOST * len(text)


@pytest.mark.parametrize(
    "text",
    ["*a* " * 2_001, "> " * 7 + "words", "> > words\n" + "more\n" * 2_000],
    ids=["marks", "deep", "long"],
)
def test_past_the_bound_all_of_it_is_shown_as_it_was_typed(text: str) -> None:
    assert render(text) == render(text, Markup.PLAIN)


@pytest.mark.parametrize(
    "text",
    [
        "> " * 25 + "hello",
        "- " * 25 + "hello",
        "\n".join("  " * n + "- item" for n in range(20)) + " hello",
        "\n".join("> " * n + "quoted" for n in range(1, 25)) + " hello",
    ],
    ids=["quotes", "lists", "indented", "an exchange"],
)
def test_what_nests_too_deep_is_not_lost(text: str) -> None:
    assert "hello" in plain_text(render(text))


def test_a_long_honest_comment_keeps_its_markup() -> None:
    quoted = (
        "> > They said *that* and [this](https://a.example/).\n\nI say **no**, as `code` shows.\n\n"
    )
    shown = render(quoted * 150)

    assert shown.count("<strong>no</strong>") == 150
    assert shown.count("<a ") == 150
