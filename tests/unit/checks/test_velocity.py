"""Many comments in a short time."""

import pytest

from moderation.checks.velocity import check
from moderation.domain.network import NOWHERE
from moderation.domain.signals import Signal, Symbol
from tests.unit.factories import evidence


def test_below_both_limits_is_no_signal() -> None:
    assert list(check(evidence(network_recent=14, commenter_recent=5))) == []


def test_a_network_at_its_limit_is_a_signal() -> None:
    found = list(check(evidence(network_recent=15)))

    details = {"comments": 15, "minutes": 10, "limit": 15}
    assert [Signal(Symbol.FAST_NETWORK, 2.0, details)] == found


def test_comments_of_no_address_come_from_no_network() -> None:
    assert list(check(evidence(network=NOWHERE, network_recent=600))) == []


def test_a_commenter_at_the_limit_is_a_signal() -> None:
    found = list(check(evidence(commenter_recent=6)))

    details = {"comments": 6, "minutes": 10, "limit": 6}
    assert [Signal(Symbol.FAST_COMMENTER, 2.0, details)] == found


def test_both_can_be_too_fast() -> None:
    found = list(check(evidence(network_recent=20, commenter_recent=20)))

    assert [signal.symbol for signal in found] == [Symbol.FAST_NETWORK, Symbol.FAST_COMMENTER]


@pytest.mark.parametrize(("comments", "score"), [(9, 2.5), (12, 3.0), (24, 5.0), (600, 5.0)])
def test_points_rise_with_the_pace_up_to_five(comments: int, score: float) -> None:
    (found,) = check(evidence(commenter_recent=comments))

    assert score == found.score
