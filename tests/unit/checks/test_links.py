"""The links of a comment."""

import pytest

from moderation.checks.links import check
from moderation.domain.markup import render
from moderation.domain.rules import Rule, RuleEffect, RuleKind
from moderation.domain.signals import Signal, Symbol
from tests.unit.factories import evidence, rule

ALLOWED = rule(RuleKind.DOMAIN, RuleEffect.ALLOW, "good.example")


def judged(text: str, *rules: Rule, limit: int = 2) -> list[Signal]:
    """What the check finds in a comment of this text."""
    return list(check(evidence(text=text, rendered=render(text), rules=rules, max_links=limit)))


def links(number: int, host: str = "spam.example") -> str:
    """So many links."""
    return " ".join(f"http://{host}/{n}" for n in range(number))


def test_fewer_links_than_the_limit_are_no_signal() -> None:
    assert judged(links(1)) == []


def test_as_many_links_as_the_limit_hold_a_comment() -> None:
    assert [Signal(Symbol.LINK_FLOOD, 3.0, {"links": 2, "limit": 2})] == judged(links(2))


def test_the_limit_is_the_sites_own() -> None:
    assert judged(links(4), limit=5) == []
    assert [Signal(Symbol.LINK_FLOOD, 3.0, {"links": 5, "limit": 5})] == judged(links(5), limit=5)


@pytest.mark.parametrize(("number", "score"), [(3, 4.0), (7, 8.0), (8, 9.0), (9, 9.0), (50, 9.0)])
def test_each_further_link_adds_a_point_up_to_nine(number: int, score: float) -> None:
    (found,) = judged(links(number))

    assert (score, number) == (found.score, found.evidence["links"])


@pytest.mark.parametrize("host", ["good.example", "www.good.example", "a.b.good.example"])
def test_a_link_to_an_allowlisted_domain_does_not_count(host: str) -> None:
    assert judged(f"{links(5, host)} {links(1)}", ALLOWED) == []


@pytest.mark.parametrize(
    "host", ["notgood.example", "good.example.org", "example", "good.example.spam.example"]
)
def test_a_domain_that_only_looks_allowlisted_counts(host: str) -> None:
    (found,) = judged(links(2, host), ALLOWED)

    assert found.evidence["links"] == 2


def test_an_allowlisted_domain_in_the_path_or_the_query_counts() -> None:
    text = "http://spam.example/good.example http://spam.example?good.example"

    (found,) = judged(text, ALLOWED)

    assert found.evidence["links"] == 2


@pytest.mark.parametrize("effect", [RuleEffect.HOLD, RuleEffect.SPAM, RuleEffect.REJECT])
def test_a_blocklisted_domain_excuses_nothing(effect: RuleEffect) -> None:
    (found,) = judged(links(2, "good.example"), rule(RuleKind.DOMAIN, effect, "good.example"))

    assert found.evidence["links"] == 2


def test_an_allowlisted_word_excuses_no_link() -> None:
    (found,) = judged(
        links(2, "good.example"), rule(RuleKind.WORD, RuleEffect.ALLOW, "good.example")
    )

    assert found.evidence["links"] == 2


def test_more_addresses_than_are_made_links_of_count_all_the_same() -> None:
    (found,) = judged(links(5_000))

    assert (found.score, found.evidence["links"]) == (9.0, 5_000)
