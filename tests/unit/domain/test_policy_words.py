"""A policy's changes in words, and back."""

from moderation.domain.changes import changes_between, version_of, without
from moderation.domain.policy import SitePolicy
from moderation.domain.policy_words import tell_changes


def policy(**settings: object) -> SitePolicy:
    return SitePolicy.model_validate(settings)


def test_a_version_is_of_exactly_one_policy() -> None:
    assert version_of(policy()) == version_of(policy(hold_at=3))
    assert version_of(policy()) != version_of(policy(hold_at=3.1))
    assert version_of(policy()) != version_of(policy(weights={"LINK_FLOOD": 1}))


def test_a_change_can_be_taken_out_again() -> None:
    before = policy(hold_at=2, weights={"LINK_FLOOD": 2}, reject_reasons=("a",))
    after = policy(mode="premoderate", close_after_days=3)

    assert without(after, changes_between(before, after)) == before
    assert without(after, {"hold_at": [99, 3]}) is None
    assert without(after, {"unknown": [1, 2], "hold_at": "x"}) == after


def test_every_setting_is_told_in_words() -> None:
    after = policy(
        mode="premoderate",
        hold_at=2.5,
        close_after_days=3,
        weights={"LINK_FLOOD": 2},
        flood_network={"count": 1, "seconds": 2},
        reject_reasons=("Off topic", "Other"),
    )
    told = tell_changes(changes_between(policy(), after))

    assert "Points that hold: 3 → 2.5" in told
    assert "Days until a thread closes: never → 3" in told
    assert "Limit of a network: 10 in 60 s → 1 in 2 s" in told
    assert any(
        t.startswith("Weight of “It holds as many links") and t.endswith("1 → 2") for t in told
    )
    assert any(t.startswith("Reasons for rejecting: + “Other”, − “") for t in told)
    assert any("hold every comment" in t for t in told)


def test_what_cannot_be_read_is_left_out() -> None:
    assert tell_changes({"hold_at": 3, "mode": ["a"]}) == []
