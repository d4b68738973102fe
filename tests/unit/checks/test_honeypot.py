"""The invisible field."""

from moderation.checks.honeypot import check
from moderation.domain.signals import Signal, Symbol
from tests.unit.factories import evidence


def test_a_filled_in_honeypot_is_a_signal() -> None:
    assert [Signal(Symbol.HONEYPOT, 10)] == list(check(evidence(honeypot=True)))


def test_an_empty_honeypot_is_none() -> None:
    assert list(check(evidence(honeypot=False))) == []
