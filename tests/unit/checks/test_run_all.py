"""All checks run; one that fails says so and no more."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from moderation.checks import CHECKS, Check, run_all
from moderation.domain.evidence import Evidence, FormToken, Repeat, Standing
from moderation.domain.rules import RuleEffect, RuleKind
from moderation.domain.signals import Signal, Symbol
from moderation.domain.waves import Tension
from tests.unit.factories import evidence, rule

CANARY = "canary@example.com"


def ticking(step: float = 0.001) -> Callable[[], float]:
    """A clock that goes on by `step` seconds each time it is read."""
    ticks = count()
    return lambda: next(ticks) * step


def honest(symbol: Symbol) -> Callable[[Evidence], Iterator[Signal]]:
    """A check that finds `symbol`."""
    return lambda _evidence: iter([Signal(symbol, 1)])


def faulty(_evidence: Evidence) -> Iterator[Signal]:
    """A check that finds something and then breaks."""
    yield Signal(Symbol.KNOWN_COMMENTER, -5)
    raise LookupError(CANARY)


def test_the_list_of_checks_is_in_its_documented_order() -> None:
    assert [check.name for check in CHECKS] == [
        "lists",
        "honeypot",
        "time_trap",
        "links",
        "addresses",
        "repetition",
        "wave",
        "learned",
        "velocity",
        "standing",
    ]


def test_every_check_runs_on_every_comment() -> None:
    suspicious = evidence(
        text="Meet me next week, or write to me@example.com.",
        rules=(rule(RuleKind.WORD, RuleEffect.HOLD, "week"),),
        honeypot=True,
        form_token=FormToken.FORGED,
        rendered='<a href="http://a.example">a</a>' * 2,
        repeats=(Repeat(3, same_thread=False, same_line=False, similarity=1.0),),
        network_recent=15,
        standing=Standing(refused=1),
        tension=Tension(0.5, 3.0, 0),
    )

    signals = run_all(suspicious, ticking())

    assert [check.name for check in CHECKS] == list(dict.fromkeys(s.check for s in signals))


def test_an_ordinary_comment_only_turns_out_to_be_a_first_one() -> None:
    signals = run_all(evidence(), ticking())

    assert [(s.symbol, s.score) for s in signals] == [
        (Symbol.LEARNED_GOOD, 0),
        (Symbol.FIRST_COMMENT, 0),
    ]


def test_signals_bear_the_name_version_and_duration_of_their_check() -> None:
    checks = [
        Check("first", 3, honest(Symbol.HONEYPOT)),
        Check("second", 4, honest(Symbol.LINK_FLOOD)),
    ]

    signals = run_all(evidence(), ticking(0.00025), checks)

    assert (
        Signal(Symbol.HONEYPOT, 1, check="first", version=3, duration_us=250),
        Signal(Symbol.LINK_FLOOD, 1, check="second", version=4, duration_us=250),
    ) == signals


def test_a_check_that_raises_does_not_stop_the_others() -> None:
    checks = [Check("broken", 2, faulty), Check("sound", 1, honest(Symbol.HONEYPOT))]

    signals = run_all(evidence(), ticking(), checks)

    assert [(s.check, s.symbol) for s in signals] == [
        ("broken", Symbol.CHECK_ERROR),
        ("sound", Symbol.HONEYPOT),
    ]


def test_a_check_that_raises_leaves_an_error_in_place_of_its_findings() -> None:
    (error,) = run_all(evidence(), ticking(), [Check("broken", 2, faulty)])

    assert error.evidence == {"check": "broken", "error": "LookupError"}
    assert (error.score, error.check, error.version, error.duration_us) == (0, "broken", 2, 1000)


def test_the_text_of_a_checks_exception_is_kept_nowhere() -> None:
    signals = run_all(evidence(), ticking(), [Check("broken", 1, faulty)])

    assert CANARY not in repr(signals)


def test_a_check_that_raises_at_once_is_caught_too() -> None:
    def broken(_evidence: Evidence) -> Iterator[Signal]:
        raise RecursionError

    (error,) = run_all(evidence(), ticking(), [Check("broken", 1, broken)])

    assert error.symbol == Symbol.CHECK_ERROR


def test_an_interruption_is_not_taken_for_a_faulty_check() -> None:
    def interrupted(_evidence: Evidence) -> Iterator[Signal]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_all(evidence(), ticking(), [Check("interrupted", 1, interrupted)])
