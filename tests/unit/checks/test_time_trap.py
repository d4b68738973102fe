"""How long the form was open."""

import pytest

from moderation.checks.time_trap import check
from moderation.domain.evidence import FormToken
from moderation.domain.signals import Signal, Symbol
from tests.unit.factories import evidence


@pytest.mark.parametrize(
    ("token", "symbol", "score"),
    [
        (FormToken.MISSING, Symbol.FORM_TOKEN_MISSING, 1.0),
        (FormToken.FORGED, Symbol.FORM_TOKEN_FORGED, 4.0),
        (FormToken.EXPIRED, Symbol.FORM_TOKEN_EXPIRED, 0.5),
    ],
)
@pytest.mark.parametrize("seconds", [None, 0.0, 42.0])
def test_a_stamp_that_does_not_hold_is_a_signal_of_its_own(
    token: FormToken, symbol: Symbol, score: float, seconds: float | None
) -> None:
    found = list(check(evidence(form_token=token, form_seconds=seconds)))

    assert [Signal(symbol, score)] == found


def test_a_form_sent_too_fast_is_a_signal() -> None:
    found = list(check(evidence(form_seconds=2.96)))

    assert [Signal(Symbol.FORM_TOO_FAST, 3.0, {"seconds": 3.0, "at_least": 3.0})] == found


def test_a_form_sent_at_once_is_a_signal() -> None:
    (found,) = check(evidence(form_seconds=0.0))

    assert found.symbol == Symbol.FORM_TOO_FAST


@pytest.mark.parametrize("seconds", [3.0, 42.0, 86_400.0, None])
def test_a_form_filled_in_by_a_person_is_none(seconds: float | None) -> None:
    assert list(check(evidence(form_seconds=seconds))) == []
