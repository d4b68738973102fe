"""The policy: each rule, their order, weights and thresholds; nothing bad gets through a fault."""

from itertools import combinations
from typing import Any

import pytest
from pydantic import ValidationError

from moderation.domain.policy import (
    AbuseAction,
    Limit,
    PolicyMode,
    SitePolicy,
    Verdict,
    VerdictRule,
    decide,
    total_score,
)
from moderation.domain.signals import Signal, Symbol
from moderation.domain.status import Status
from tests.unit.factories import signal

PUBLISH = SitePolicy(mode=PolicyMode.PUBLISH_LOW_SCORE)
FIRST_TIMERS = SitePolicy(mode=PolicyMode.HOLD_FIRST_TIMERS)
PREMODERATE = SitePolicy(mode=PolicyMode.PREMODERATE)
POLICIES = (PUBLISH, FIRST_TIMERS, PREMODERATE)
VOUCHES = (Symbol.KNOWN_COMMENTER, Symbol.ALLOWLIST, Symbol.ALLOWLIST_NETWORK)

# The rules in their order: the first whose signal is there decides.
LADDER = (
    (signal(Symbol.BLOCKLIST_REJECT), Status.REJECTED, VerdictRule.BLOCKLIST),
    (signal(Symbol.BLOCKLIST_SPAM), Status.SPAM, VerdictRule.BLOCKLIST),
    (signal(Symbol.HONEYPOT), Status.SPAM, VerdictRule.HONEYPOT),
    (signal(Symbol.LINK_FLOOD, 8), Status.SPAM, VerdictRule.SPAM_SCORE),
    (signal(Symbol.BLOCKLIST_HOLD), Status.HELD, VerdictRule.BLOCKLIST),
    (signal(Symbol.REPEATED_TEXT, 3), Status.HELD, VerdictRule.HOLD_SCORE),
    (signal(Symbol.CHECK_ERROR), Status.HELD, VerdictRule.CHECK_ERROR),
)


@pytest.mark.parametrize(("found", "status", "rule"), LADDER)
@pytest.mark.parametrize("policy", POLICIES)
def test_each_rule_decides_alone_whatever_the_mode(
    found: Any, status: Status, rule: VerdictRule, policy: SitePolicy
) -> None:
    verdict = decide([found], policy)

    assert Verdict(status, rule, found.score) == verdict


@pytest.mark.parametrize(("earlier", "later"), list(combinations(LADDER, 2)))
def test_an_earlier_rule_wins_over_a_later_one(earlier: Any, later: Any) -> None:
    verdict = decide([later[0], earlier[0]], PUBLISH)

    assert earlier[1:] == (verdict.status, verdict.rule)


def test_nothing_found_is_published_where_low_scores_are() -> None:
    assert Verdict(Status.PUBLISHED, VerdictRule.LOW_SCORE, 0) == decide([], PUBLISH)


def test_nothing_found_is_held_for_premoderation() -> None:
    assert Verdict(Status.HELD, VerdictRule.PREMODERATION, 0) == decide([], PREMODERATE)


def test_nothing_found_is_held_as_a_first_comment() -> None:
    assert Verdict(Status.HELD, VerdictRule.FIRST_COMMENT, 0) == decide([], FIRST_TIMERS)


@pytest.mark.parametrize("vouch", VOUCHES)
def test_whoever_is_vouched_for_is_no_first_timer(vouch: Symbol) -> None:
    verdict = decide([signal(Symbol.FIRST_COMMENT), signal(vouch)], FIRST_TIMERS)

    assert Verdict(Status.PUBLISHED, VerdictRule.LOW_SCORE, 0) == verdict


@pytest.mark.parametrize("symbol", sorted(set(Symbol) - set(VOUCHES)))
def test_no_other_signal_excuses_a_first_comment(symbol: Symbol) -> None:
    verdict = decide([signal(symbol)], FIRST_TIMERS)

    assert verdict.status is not Status.PUBLISHED


@pytest.mark.parametrize("vouch", VOUCHES)
def test_premoderation_holds_those_vouched_for_too(vouch: Symbol) -> None:
    assert decide([signal(vouch)], PREMODERATE).rule == VerdictRule.PREMODERATION


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(("found", "status", "rule"), LADDER)
def test_a_commenter_who_is_known_never_outvotes_a_sign_of_spam(
    found: Any, status: Status, rule: VerdictRule, policy: SitePolicy
) -> None:
    vouched = [signal(Symbol.KNOWN_COMMENTER), signal(Symbol.ALLOWLIST), found]

    assert (status, rule) == (decide(vouched, policy).status, decide(vouched, policy).rule)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("others", [(), *combinations(set(Symbol), 1), tuple(Symbol)])
def test_a_failed_check_never_publishes(policy: SitePolicy, others: tuple[Symbol, ...]) -> None:
    found = [signal(Symbol.CHECK_ERROR), *(signal(symbol, -100) for symbol in others)]

    assert decide(found, policy).status is not Status.PUBLISHED


@pytest.mark.parametrize(
    ("evidence", "weight", "status"),
    [
        ({"holds": True}, 1, Status.HELD),
        ({}, 1, Status.HELD),
        ({"holds": False}, 1, Status.PUBLISHED),
        ({"holds": True}, 0, Status.PUBLISHED),
    ],
)
def test_a_silent_service_holds_unless_the_site_goes_on_without_it(
    evidence: dict[str, Any], weight: float, status: Status
) -> None:
    policy = SitePolicy(mode=PolicyMode.PUBLISH_LOW_SCORE, weights={Symbol.REMOTE_FAILED: weight})
    silent = Signal(Symbol.REMOTE_FAILED, 0, evidence)

    assert decide([silent], policy).status is status
    assert decide([silent, signal(Symbol.CHECK_ERROR)], policy).status is Status.HELD
    assert decide([silent, signal(Symbol.LINK_FLOOD, 99)], policy).status is Status.SPAM


@pytest.mark.parametrize(
    ("action", "weight", "status"),
    [
        (AbuseAction.OFF, 1, Status.PUBLISHED),
        (AbuseAction.HOLD, 1, Status.HELD),
        (AbuseAction.REJECT, 1, Status.HELD),
        (AbuseAction.HOLD, 0, Status.PUBLISHED),
    ],
)
def test_what_a_service_calls_abuse_is_held_and_never_rejected(
    action: AbuseAction, weight: float, status: Status
) -> None:
    policy = SitePolicy(
        mode=PolicyMode.PUBLISH_LOW_SCORE, abuse=action, weights={Symbol.REMOTE_ABUSE: weight}
    )

    assert decide([signal(Symbol.REMOTE_ABUSE)], policy).status is status


def test_weights_cannot_silence_a_failed_check_or_a_list() -> None:
    policy = SitePolicy(mode=PolicyMode.PUBLISH_LOW_SCORE, weights=dict.fromkeys(Symbol, 0))

    statuses = [decide([found], policy).status for found, *_ in (LADDER[0], LADDER[2], LADDER[6])]

    assert statuses == [Status.REJECTED, Status.SPAM, Status.HELD]


@pytest.mark.parametrize(
    ("score", "status"),
    [
        (2.999, Status.PUBLISHED),
        (3.0, Status.HELD),
        (7.999, Status.HELD),
        (8.0, Status.SPAM),
        (-3.0, Status.PUBLISHED),
    ],
)
def test_a_threshold_counts_from_its_very_point(score: float, status: Status) -> None:
    assert status == decide([signal(Symbol.LINK_FLOOD, score)], PUBLISH).status


def test_thresholds_are_the_sites_own() -> None:
    strict = SitePolicy(mode=PolicyMode.PUBLISH_LOW_SCORE, hold_at=1, spam_at=2)

    statuses = [
        decide([signal(Symbol.LINK_FLOOD, score)], strict).status for score in (0.9, 1.0, 2.0)
    ]

    assert statuses == [Status.PUBLISHED, Status.HELD, Status.SPAM]


def test_points_add_up() -> None:
    found = [signal(Symbol.LINK_FLOOD, 1.5), signal(Symbol.FAST_NETWORK, 1.5)]

    assert Verdict(Status.HELD, VerdictRule.HOLD_SCORE, 3.0) == decide(found, PUBLISH)


def test_points_off_set_off_points() -> None:
    found = [signal(Symbol.LINK_FLOOD, 3.0), signal(Symbol.ALLOWLIST_NETWORK, -3.0)]

    assert Verdict(Status.PUBLISHED, VerdictRule.LOW_SCORE, 0) == decide(found, PUBLISH)


def test_a_weight_multiplies_the_points_of_its_symbol_alone() -> None:
    policy = SitePolicy(weights={Symbol.LINK_FLOOD: 0.5})
    found = [signal(Symbol.LINK_FLOOD, 3.0), signal(Symbol.FAST_NETWORK, 2.0)]

    assert total_score(found, policy) == 3.5


def test_a_sum_of_tenths_is_not_kept_below_a_threshold_by_its_binary_form() -> None:
    found = [signal(Symbol.LINK_FLOOD, 0.1)] * 30

    assert total_score(found, PUBLISH) == 3.0
    assert decide(found, PUBLISH).status == Status.HELD


def test_signals_may_come_from_a_generator() -> None:
    verdict = decide((found for found in [signal(Symbol.HONEYPOT, 10)]), PUBLISH)

    assert Verdict(Status.SPAM, VerdictRule.HONEYPOT, 10) == verdict


def test_the_defaults_are_wordpresss_and_ours() -> None:
    assert SitePolicy().model_dump(mode="json") == {
        "mode": "hold_first_timers",
        "hold_at": 3.0,
        "spam_at": 8.0,
        "weights": {},
        "hold_probability": 0.75,
        "spam_probability": 0.95,
        "abuse": "hold",
        "abuse_probability": 0.9,
        "max_links": 2,
        "max_depth": 5,
        "close_after_days": None,
        "flood_network": {"count": 10, "seconds": 60},
        "flood_commenter": {"count": 5, "seconds": 60},
        "reject_reasons": [
            "Off topic",
            "Insulting or hateful",
            "Advertising",
            "Personal information about somebody",
            "Says nothing that helps others",
        ],
    }


@pytest.mark.parametrize(
    "values",
    [
        {"hold_at": 0},
        {"hold_at": 1000.1, "spam_at": 1000.1},
        {"hold_at": float("nan")},
        {"spam_at": float("inf")},
        {"hold_at": 5, "spam_at": 4.9},
        {"weights": {"LINK_FLOOD": -0.1}},
        {"weights": {"LINK_FLOOD": 100.1}},
        {"weights": {"LINK_FLOOD": float("nan")}},
        {"weights": {"NO_SUCH": 1}},
        {"reject_reasons": ["x"] * 21},
        {"reject_reasons": ["x" * 101]},
        {"reject_reasons": ["  "]},
        {"max_links": 0},
        {"max_links": 1001},
        {"max_depth": 0},
        {"max_depth": 11},
        {"close_after_days": 0},
        {"close_after_days": 36_501},
        {"flood_network": {"count": 0, "seconds": 60}},
        {"flood_network": {"count": 100_001, "seconds": 60}},
        {"flood_commenter": {"count": 1, "seconds": 0}},
        {"flood_commenter": {"count": 1, "seconds": 86_401}},
        {"flood_commenter": {"count": 1, "seconds": 1, "minutes": 1}},
        {"mode": "publish"},
        {"unknown": 1},
    ],
)
def test_a_policy_out_of_bounds_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SitePolicy.model_validate(values)


@pytest.mark.parametrize(
    "values",
    [
        {"hold_at": 1000, "spam_at": 1000},
        {"hold_at": 4, "spam_at": 4},
        {"weights": {"LINK_FLOOD": 0}},
        {"weights": {"LINK_FLOOD": 100}},
        {"max_links": 1},
        {"max_links": 1000},
        {"max_depth": 1},
        {"max_depth": 10},
        {"close_after_days": 1},
        {"close_after_days": 36_500},
        {"flood_network": {"count": 1, "seconds": 1}},
        {"flood_network": {"count": 100_000, "seconds": 86_400}},
    ],
)
def test_a_policy_at_its_bounds_is_kept(values: dict[str, Any]) -> None:
    policy = SitePolicy.model_validate(values).model_dump(mode="json")

    assert values == {name: policy[name] for name in values}


def test_a_policy_survives_being_stored() -> None:
    policy = SitePolicy(mode=PolicyMode.PREMODERATE, weights={Symbol.LINK_FLOOD: 2})

    assert policy == SitePolicy.model_validate(policy.model_dump(mode="json"))


def test_a_policy_and_its_limits_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        SitePolicy().hold_at = 100  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Limit(count=1, seconds=1).count = 2  # type: ignore[misc]


@pytest.mark.parametrize("symbol", [Symbol.LEARNED_UNSURE, Symbol.LEARNED_SPAM])
def test_what_was_learned_against_it_is_looked_at_whatever_points_speak_for_it(
    symbol: Symbol,
) -> None:
    found = [signal(symbol, 8), signal(Symbol.THIRD_PARTY, -10)]
    patient = PUBLISH.model_copy(update={"hold_at": 9.0, "spam_at": 20.0})
    noted = PUBLISH.model_copy(update={"weights": {symbol: 0.0}})

    assert decide(found, PUBLISH).rule is VerdictRule.UNSURE
    assert decide(found[:1], patient).rule is VerdictRule.UNSURE
    assert decide(found, noted).status is Status.PUBLISHED


@pytest.mark.parametrize(("probability", "held"), [(0.37, False), (0.38, True), (0.74, True)])
def test_in_a_wave_a_lower_probability_is_enough(probability: float, *, held: bool) -> None:
    learned = Signal(Symbol.LEARNED_GOOD, 0, {"probability": probability})
    tension = Signal(Symbol.TENSION, 0, {"factor": 0.5})
    calm = PUBLISH.model_copy(update={"weights": {Symbol.TENSION: 0.0}})

    assert decide([learned], PUBLISH).status is Status.PUBLISHED
    assert decide([learned, tension], calm).status is Status.PUBLISHED
    assert (decide([learned, tension], PUBLISH).rule is VerdictRule.UNSURE) is held


# In the band where what was learned is not sure, all that else speaks against a comment.
_UNSURE = signal(Symbol.LEARNED_UNSURE, 3)
AGAINST = {
    "a language model": (signal(Symbol.REMOTE_SPAM, 5),),
    "a service": (signal(Symbol.REMOTE_SPAM, 6),),
    "what a service would throw away": (signal(Symbol.REMOTE_SPAM, 9),),
    "repetition and links": (signal(Symbol.REPEATED_TEXT, 3.5), signal(Symbol.LINK_FLOOD, 9)),
    "a wave": (signal(Symbol.WAVE, 3), signal(Symbol.REPEATED_TEXT, 3.5)),
    "an added check": (signal(Symbol.THIRD_PARTY, 10),),
    "everything that has points alone": tuple(
        signal(symbol, 100)
        for symbol in Symbol
        if symbol
        not in {
            Symbol.BLOCKLIST_REJECT,
            Symbol.BLOCKLIST_SPAM,
            Symbol.BLOCKLIST_HOLD,
            Symbol.HONEYPOT,
            Symbol.ABUSE,
            Symbol.LEARNED_SPAM,
        }
    ),
}


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("others", AGAINST.values(), ids=AGAINST)
def test_where_what_was_learned_is_unsure_no_sum_of_points_goes_past_a_person(
    others: tuple[Signal, ...], policy: SitePolicy
) -> None:
    verdict = decide([*others, _UNSURE], policy)

    assert verdict.score >= policy.spam_at
    assert (verdict.status, verdict.rule) == (Status.HELD, VerdictRule.UNSURE)


def test_neither_weights_nor_low_thresholds_let_points_go_past_a_person() -> None:
    heavy = PUBLISH.model_copy(update={"weights": {Symbol.LEARNED_UNSURE: 100.0}})
    strict = PUBLISH.model_copy(update={"hold_at": 1.0, "spam_at": 2.0})

    assert decide([_UNSURE], heavy).status is Status.HELD
    assert decide([_UNSURE], strict).status is Status.HELD


@pytest.mark.parametrize(
    ("decisive", "status", "rule"),
    [
        (Symbol.BLOCKLIST_REJECT, Status.REJECTED, VerdictRule.BLOCKLIST),
        (Symbol.BLOCKLIST_SPAM, Status.SPAM, VerdictRule.BLOCKLIST),
        (Symbol.HONEYPOT, Status.SPAM, VerdictRule.HONEYPOT),
    ],
)
def test_what_is_certain_decides_where_what_was_learned_is_unsure(
    decisive: Symbol, status: Status, rule: VerdictRule
) -> None:
    verdict = decide([_UNSURE, signal(decisive, 8)], PUBLISH)

    assert (verdict.status, verdict.rule) == (status, rule)


@pytest.mark.parametrize("others", [(), (signal(Symbol.REMOTE_SPAM, 9),)])
def test_an_insult_that_the_site_rejects_is_rejected_however_unsure_it_is_of_spam(
    others: tuple[Signal, ...],
) -> None:
    """Whether it is spam and whether it is an insult are two questions; that the site's people see
    no insults is their own word.
    """
    found = [_UNSURE, signal(Symbol.ABUSE), *others]
    rejects = PUBLISH.model_copy(update={"abuse": AbuseAction.REJECT})
    holds = PUBLISH.model_copy(update={"abuse": AbuseAction.HOLD})

    assert decide(found, rejects).status is Status.REJECTED
    assert decide(found, holds).status is Status.HELD


def test_a_weight_of_0_switches_off_that_a_person_decides() -> None:
    off = PUBLISH.model_copy(update={"weights": {Symbol.LEARNED_UNSURE: 0.0}})
    spam = signal(Symbol.LINK_FLOOD, 8)

    assert decide([_UNSURE], off).status is Status.PUBLISHED
    assert decide([_UNSURE, spam], off).rule is VerdictRule.SPAM_SCORE


@pytest.mark.parametrize("symbol", [Symbol.LEARNED_GOOD, Symbol.LEARNED_SPAM, Symbol.CHECK_ERROR])
def test_points_make_spam_where_what_was_learned_is_sure_or_says_nothing(symbol: Symbol) -> None:
    learned = Signal(symbol, 0, {"probability": 0.7})

    assert decide([learned, signal(Symbol.LINK_FLOOD, 8)], PUBLISH).status is Status.SPAM


@pytest.mark.parametrize("points", [2.9, 3.0, 7.9, 8.0, 20.0])
@pytest.mark.parametrize("probability", [0.1, 0.37, 0.38, 0.74])
def test_a_wave_makes_no_verdict_milder(points: float, probability: float) -> None:
    found = [
        Signal(Symbol.LEARNED_GOOD, 0, {"probability": probability}),
        signal(Symbol.LINK_FLOOD, points),
    ]
    tension = Signal(Symbol.TENSION, 0, {"factor": 0.5})
    severity = (Status.PUBLISHED, Status.HELD, Status.SPAM)

    calm, tense = decide(found, PUBLISH).status, decide([*found, tension], PUBLISH).status

    assert severity.index(tense) >= severity.index(calm)
