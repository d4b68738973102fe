"""How often a network may act, while Redis is away."""

from pathlib import Path

import pytest

from moderation.domain.network import parse_address
from moderation.errors import TooManyRequestsError
from moderation.web.counter import Counter
from moderation.web.paces import Pace, Paces


@pytest.fixture
def paces(tmp_path: Path) -> Paces:
    """With no Redis."""
    return Paces(Counter(f"unix://{tmp_path}/none.sock"))


def test_a_network_is_stopped_and_told_for_how_long(paces: Paces) -> None:
    for last in range(60):
        paces.count(Pace.LIKE, parse_address(f"192.0.2.{last}"))

    with pytest.raises(TooManyRequestsError, match=r"Please wait \d+ s") as caught:
        paces.count(Pace.LIKE, parse_address("192.0.2.99"))

    assert 1 <= caught.value.retry_after <= 60
    assert caught.value.code == "too_many_requests"


def test_others_and_other_things_are_not_stopped(paces: Paces) -> None:
    for _ in range(60):
        paces.count(Pace.LIKE, parse_address("192.0.2.1"))

    paces.count(Pace.LIKE, parse_address("192.0.3.1"))
    paces.count(Pace.REPORT, parse_address("192.0.2.1"))


def test_what_costs_more_may_be_done_less_often(paces: Paces) -> None:
    paces.count(Pace.PREVIEW, parse_address("192.0.2.1"), 100)
    paces.count(Pace.PREVIEW, parse_address("192.0.2.1"), 20)

    with pytest.raises(TooManyRequestsError):
        paces.count(Pace.PREVIEW, parse_address("192.0.2.1"))
