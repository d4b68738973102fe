"""The catalogue of signals."""

from dataclasses import FrozenInstanceError

import pytest

from moderation.domain.policy import RULE_MEANINGS, VerdictRule
from moderation.domain.signals import MEANINGS, Signal, Symbol


def test_every_symbol_has_a_meaning_of_its_own() -> None:
    assert set(Symbol) == set(MEANINGS)
    assert len(Symbol) == len(set(MEANINGS.values()))


def test_what_was_learned_is_said_to_be_of_no_moderators() -> None:
    # Of the shipped model alone, while a site has no lessons, it would not be true.
    learned = (Symbol.LEARNED_SPAM, Symbol.LEARNED_UNSURE, Symbol.LEARNED_GOOD)
    assert not [symbol for symbol in learned if "moderator" in MEANINGS[symbol]]


def test_every_rule_of_the_policy_has_a_meaning_of_its_own() -> None:
    assert set(VerdictRule) == set(RULE_MEANINGS)
    assert len(VerdictRule) == len(set(RULE_MEANINGS.values()))


def test_a_symbol_is_stored_under_its_name() -> None:
    assert [symbol.name for symbol in Symbol] == [symbol.value for symbol in Symbol]


def test_two_signals_do_not_share_their_evidence() -> None:
    one, other = Signal(Symbol.HONEYPOT, 1), Signal(Symbol.HONEYPOT, 1)

    assert one.evidence == {}
    assert one.evidence is not other.evidence


def test_a_signal_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Signal(Symbol.HONEYPOT, 1).score = 0  # type: ignore[misc]
