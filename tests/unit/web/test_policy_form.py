"""A policy as a form and back."""

from moderation.domain.policy import SitePolicy
from moderation.web.form_merge import merge
from moderation.web.policy_form import read, shown


def test_what_is_shown_is_read_back() -> None:
    policy = SitePolicy.model_validate(
        {
            "hold_at": 2.5,
            "weights": {"LINK_FLOOD": 0},
            "close_after_days": 9,
            "hold_probability": 0.57,
            "spam_probability": 0.999,
            "abuse": "reject",
        }
    )

    assert read(shown(policy), SitePolicy()).policy == policy
    assert read({}, policy).policy == policy


def test_each_fault_is_told_at_its_field() -> None:
    typed = {
        "mode": "x",
        "hold_at": "nan",
        "spam_at": "inf",
        "weights.LINK_FLOOD": "101",
        "hold_probability": "100",
        "spam_probability": "sure",
        "abuse": "perhaps",
        "abuse_probability": "0",
        "max_depth": "2.5",
        "close_after_days": "0",
        "flood_commenter.seconds": "86401",
        "reject_reasons": "\n".join(map(str, range(21))),
    }
    form = read(typed, SitePolicy())

    assert form.policy is None
    assert form.faults.keys() == typed.keys()
    assert form.weights_at_fault
    assert {k: form.values[k] for k in typed} == typed


def test_thresholds_out_of_order_are_told_at_the_second() -> None:
    assert read({"hold_at": "9"}, SitePolicy()).faults.keys() == {"spam_at"}
    assert read({"hold_probability": "96"}, SitePolicy()).faults.keys() == {"spam_probability"}


def test_probabilities_are_typed_in_percent() -> None:
    policy = read({"hold_probability": "12,5", "spam_probability": "57"}, SitePolicy()).policy

    assert policy is not None
    assert (policy.hold_probability, policy.spam_probability) == (0.125, 0.57)
    assert shown(policy)["spam_probability"] == "57"


def test_what_was_left_alone_follows_a_colleague() -> None:
    base, current = SitePolicy(), SitePolicy(hold_at=5, max_links=4)
    merged = merge(shown(base) | {"max_links": "7"}, shown(base), shown(current))

    assert (merged["hold_at"], merged["max_links"]) == ("5", "7")
