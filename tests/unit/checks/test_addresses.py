"""Email addresses in a comment's text."""

import pytest

from moderation.checks.addresses import check
from moderation.domain.markup import render
from moderation.domain.signals import Signal, Symbol
from tests.unit.factories import evidence


def judged(text: str) -> list[Signal]:
    """What the check finds in a comment of this text."""
    return list(check(evidence(text=text, rendered=render(text))))


@pytest.mark.parametrize(
    "text",
    [
        "Write to joe@example.com, please.",
        "Write to [me](mailto:joe@example.com).",
        "Write to joe&#64;example.com.",
        "Write to joe@exam\u200bple.com.",
        "Write to ｊｏｅ＠example．com.",
        "Write to **joe**@example.com.",
        "https://example.com/?mail=joe%40example.com",
    ],
)
def test_an_address_is_told_without_points_and_not_quoted(text: str) -> None:
    assert judged(text) == [Signal(Symbol.EMAIL_IN_TEXT, 0, {})]


@pytest.mark.parametrize(
    "text", ["Ask @joe.", "Joe @ Work", "Ping joe@home", "5 apples @ 3.50 each", "R&D: 100%"]
)
def test_what_is_no_address_is_no_signal(text: str) -> None:
    assert judged(text) == []
