"""Replay's pure part: judging cases twice."""

from moderation.domain.actions import Action
from moderation.domain.policy import SitePolicy
from moderation.domain.rules import Rule, RuleEffect, RuleKind
from moderation.domain.signals import Signal, Symbol
from moderation.domain.status import Status
from moderation.services.replay import Case, Setup, replay
from tests.unit.factories import evidence

OPEN = SitePolicy.model_validate({"mode": "publish_low_score"})
NEW = Rule(0, RuleKind.WORD, RuleEffect.HOLD, "week")


def case(number: int = 1, *kept: Signal, decision: Action | None = None, **changes: str) -> Case:
    return Case(number, "Anna", Status.PUBLISHED, decision, evidence(**changes), kept)


def test_a_rule_is_judged_with_what_the_other_checks_found() -> None:
    cases = [
        case(1),
        case(2, Signal(Symbol.HONEYPOT, 8)),
        case(3, text="nothing", rendered="<p>nothing</p>"),
        case(4, Signal(Symbol.REPEATED_TEXT, 6), decision=Action.APPROVE),
    ]
    found = replay(cases, Setup(OPEN, ()), Setup(OPEN, (NEW,)), NEW)

    assert [o.after for o in found.outcomes] == [
        Status.HELD,
        Status.SPAM,
        Status.PUBLISHED,
        Status.SPAM,
    ]
    assert found.moves == [
        (Status.PUBLISHED, Status.HELD, 1),
        (Status.HELD, Status.SPAM, 1),
    ]
    assert [o.case.comment_id for o in found.touched] == [1, 4, 2]
    assert found.count(Status.SPAM) == 2
    assert found.count(Status.SPAM, [Action.APPROVE]) == 1


def test_a_rule_that_is_there_already_is_part_of_today() -> None:
    old = Rule(5, RuleKind.WORD, RuleEffect.REJECT, "week")
    found = replay([case()], Setup(OPEN, (old,)), Setup(OPEN, (old, NEW)), NEW)

    (outcome,) = found.outcomes
    assert (outcome.before, outcome.after, outcome.matched) == (
        Status.REJECTED,
        Status.REJECTED,
        True,
    )


def test_a_policy_is_judged_by_the_stored_points() -> None:
    strict = SitePolicy.model_validate({"mode": "publish_low_score", "hold_at": 1})
    cases = [case(1, Signal(Symbol.FORM_TOO_FAST, 2)), case(2)]
    found = replay(cases, Setup(OPEN, ()), Setup(strict, ()))

    assert found.moves == [(Status.PUBLISHED, Status.HELD, 1)]
    assert [o.case.comment_id for o in found.touched] == [1]


def test_an_excerpt_is_short_and_on_one_line() -> None:
    assert case(text="a\n\n b").excerpt == "a b"
    assert len(case(text="word " * 100).excerpt) <= 140
