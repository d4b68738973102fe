"""What the site knows of a commenter."""

import pytest

from moderation.checks.standing import check
from moderation.domain.evidence import Standing
from moderation.domain.signals import Signal, Symbol
from tests.unit.factories import evidence


def judged(standing: Standing) -> list[Signal]:
    """What the check finds of a commenter of this standing."""
    return list(check(evidence(standing=standing)))


def test_a_stranger_writes_a_first_comment() -> None:
    assert [Signal(Symbol.FIRST_COMMENT, 0, {"published": 0})] == judged(Standing())


def test_name_and_address_published_before_make_a_known_commenter() -> None:
    found = judged(Standing(published=3, published_same_name=True))

    assert [Signal(Symbol.KNOWN_COMMENTER, 0, {"published": 3})] == found


def test_the_address_alone_does_not_make_a_known_commenter() -> None:
    found = judged(Standing(published=3, published_same_name=False))

    assert [Signal(Symbol.FIRST_COMMENT, 0, {"published": 3})] == found


@pytest.mark.parametrize(("refused", "score"), [(1, 1.0), (2, 2.0), (3, 3.0), (4, 3.0), (99, 3.0)])
def test_refused_comments_count_against_an_address_up_to_three_points(
    refused: int, score: float
) -> None:
    found = judged(Standing(refused=refused))

    details = {"refused": refused, "published": 0}
    assert Signal(Symbol.REFUSED_BEFORE, score, details) == found[-1]


@pytest.mark.parametrize(("published", "signals"), [(1, 1), (2, 0), (3, 0)])
def test_as_many_published_as_refused_are_no_signal(published: int, signals: int) -> None:
    found = [signal.symbol for signal in judged(Standing(published=published, refused=2))]

    assert signals == found.count(Symbol.REFUSED_BEFORE)


def test_good_standing_has_no_points_to_set_off() -> None:
    found = judged(Standing(published=10_000, published_same_name=True))

    assert [signal.score for signal in found] == [0]
