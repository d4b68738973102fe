"""Moderators' patterns: RE2, bounded, told in words."""

import re

import pytest

from moderation.checks.lists import check
from moderation.domain.patterns import MOST_CHARACTERS, compile_pattern
from moderation.domain.rules import RuleEffect, RuleKind
from moderation.errors import InvalidInputError
from tests.unit.factories import evidence, rule


def places(pattern: str, **changes: str | None) -> list[str]:
    found = check(evidence(rules=(rule(RuleKind.PATTERN, RuleEffect.HOLD, pattern),), **changes))
    return [match["where"] for signal in found for match in signal.evidence["matches"]]


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("x" * (MOST_CHARACTERS + 1), "longer than"),
        ("a(b", "missing ): a(b"),
        ("[z-a]", "invalid character class range"),
        ("(?<=x)y", "invalid perl operator"),
        (r"(a)\1", "invalid escape sequence"),
        ("*a", "no argument for repetition operator"),
        ("x{1001}", "invalid repetition size"),
        ("(a?b?c?d?){990}e", "too large"),
        ("a*", "every comment"),
        ("a|", "every comment"),
    ],
)
def test_a_bad_pattern_is_refused_with_the_reason(pattern: str, words: str) -> None:
    with pytest.raises(InvalidInputError, match=re.escape(words)):
        compile_pattern(pattern)


def test_a_pattern_is_compiled_once() -> None:
    assert compile_pattern("once only") is compile_pattern("once only")


@pytest.mark.parametrize(
    "text", ["CASINO 24", "c\u200basino 24", "ｃａｓｉｎｏ 24", "my casino\n24"]
)
def test_a_pattern_meets_the_folded_text(text: str) -> None:
    assert places(r"Casino.\d\d", text=text) == ["comment"]


def test_a_pattern_is_looked_for_where_words_are() -> None:
    assert places("cas.no", name="Casino") == ["name"]
    assert places(r"//cas.no\.", website="https://casino.example") == ["website"]
    assert places("cas.no", text="nothing of it") == []
    assert places("c.sino", text="c&#97;sino", rendered="<p>casino</p>") == ["comment"]


def test_the_evidence_shows_the_pattern() -> None:
    (found,) = check(evidence(rules=(rule(RuleKind.PATTERN, RuleEffect.SPAM, "w..k"),)))

    assert found.evidence["matches"] == [
        {"rule": 7, "kind": "pattern", "value": "w..k", "where": "comment"}
    ]


@pytest.mark.parametrize("pattern", ["(a*)*b", "(a|aa)+$x", "(.*a){20}b", "[ab]{0,500}c"])
def test_no_pattern_takes_more_than_linear_time(pattern: str) -> None:
    assert compile_pattern(pattern).search("a" * 60_000) is None
