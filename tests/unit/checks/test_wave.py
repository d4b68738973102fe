"""The signals of waves."""

from moderation.checks.wave import check, member
from moderation.domain.evidence import Standing
from moderation.domain.policy import SitePolicy
from moderation.domain.signals import Signal, Symbol
from moderation.domain.waves import Membership, Tension
from tests.unit.factories import evidence

TENSION = Tension(0.75, 4.0, 10)


def test_without_a_wave_there_is_no_signal() -> None:
    assert list(check(evidence())) == []


def test_whoever_is_new_is_judged_more_strictly_and_told_how_much() -> None:
    details = {"factor": 0.75, "hold_at": 4.0, "tightened": 3.0, "since_wave": 10}

    assert list(check(evidence(tension=TENSION))) == [Signal(Symbol.TENSION, 0, details)]


def test_whoever_is_known_is_judged_as_ever() -> None:
    known = Standing(published=1, published_same_name=True)

    assert list(check(evidence(tension=TENSION, standing=known))) == []


def test_a_member_is_held_by_default_and_is_no_spam_for_being_repeated() -> None:
    found = member(Membership(similar=4, minutes=7, elsewhere=True))
    policy = SitePolicy()

    assert found.evidence == {"similar": 4, "minutes": 7, "elsewhere": True}
    assert found.score >= policy.hold_at
    # With all points for repeated words on the site, and a form without a stamp.
    assert found.score + 3.5 + 1.0 < policy.spam_at
