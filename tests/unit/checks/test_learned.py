"""What was learned, as signals."""

from dataclasses import replace

import pytest

from moderation.checks import run_all
from moderation.checks.learned import check
from moderation.domain.judgement import Judgement, Reason, Thresholds
from moderation.domain.policy import AbuseAction, SitePolicy, decide
from moderation.domain.signals import Symbol
from moderation.domain.status import Status
from tests.unit.factories import evidence

THRESHOLDS = Thresholds(0.5, 0.95, 0.9)
OPEN = SitePolicy.model_validate({"mode": "publish_low_score"})


def judged(probability: float, abuse: float = 0.0) -> Judgement:
    why = (Reason("text", "casino", 2.0),)
    return Judgement(probability, 1.0, 0.5, 7, "v1", why, abuse, (Reason("text", "fool", 1.0),))


@pytest.mark.parametrize(
    ("probability", "symbol", "score", "status"),
    [
        (0.0, Symbol.LEARNED_GOOD, 0, Status.PUBLISHED),
        (0.499, Symbol.LEARNED_GOOD, 0, Status.PUBLISHED),
        (0.5, Symbol.LEARNED_UNSURE, 3, Status.HELD),
        (0.949, Symbol.LEARNED_UNSURE, 3, Status.HELD),
        (0.95, Symbol.LEARNED_SPAM, 8, Status.SPAM),
        (1.0, Symbol.LEARNED_SPAM, 8, Status.SPAM),
    ],
)
def test_a_probability_becomes_what_the_sites_thresholds_make_of_it(
    probability: float, symbol: Symbol, score: float, status: Status
) -> None:
    (found,) = check(evidence(judgement=judged(probability), thresholds=THRESHOLDS))

    assert (found.symbol, found.score) == (symbol, score)
    assert found.evidence["probability"] == probability
    assert found.evidence["reasons"] == [["text", "casino", 2.0]]
    assert (found.evidence["version"], found.evidence["seen"]) == ("v1", 7)
    assert decide([found], OPEN).status is status


@pytest.mark.parametrize(
    ("words", "by_site", "probability", "status"),
    [
        (2, 0.0, 0.1, Status.HELD),
        (9, -0.9, 0.499, Status.HELD),
        (1, 0.0, 0.1, Status.PUBLISHED),
        (2, -1.0, 0.1, Status.PUBLISHED),  # the site has taught that such comments are good
        (2, 0.0, 0.5, Status.HELD),
        (2, 0.0, 0.96, Status.SPAM),
    ],
)
def test_a_person_looks_at_what_advertises_and_no_lesson_speaks_for(
    words: int, by_site: float, probability: float, status: Status
) -> None:
    judgement = replace(judged(probability), advertised=words, site_logit=by_site)
    found = [*check(evidence(judgement=judgement, thresholds=THRESHOLDS))]

    told = [signal.evidence for signal in found if signal.symbol is Symbol.ADVERTISING]
    assert told == [{"words": words}] * (words > 1 and by_site > -1)
    assert decide(found, OPEN).status is status


def test_what_is_no_probability_fails_so_that_the_comment_is_held() -> None:
    given = evidence(judgement=judged(float("nan")), thresholds=THRESHOLDS)

    found = run_all(given, lambda: 0.0)

    assert Symbol.CHECK_ERROR in {one.symbol for one in found}
    assert decide(found, OPEN).status is Status.HELD


@pytest.mark.parametrize(
    ("action", "status"),
    [
        (AbuseAction.OFF, Status.PUBLISHED),
        (AbuseAction.HOLD, Status.HELD),
        (AbuseAction.REJECT, Status.REJECTED),
    ],
)
def test_abuse_is_told_apart_and_has_a_rule_of_its_own(action: AbuseAction, status: Status) -> None:
    policy = OPEN.model_copy(update={"abuse": action})
    found = list(check(evidence(judgement=judged(0.1, 0.9), thresholds=policy.thresholds)))

    assert (Symbol.ABUSE in {signal.symbol for signal in found}) is (action is not AbuseAction.OFF)
    assert found[0].evidence["abuse"] == 0.9  # whatever the site wants to hear of it
    assert decide(found, policy).status is status


def test_less_than_the_threshold_is_no_abuse() -> None:
    found = check(evidence(judgement=judged(0.1, 0.899), thresholds=THRESHOLDS))

    assert [signal.symbol for signal in found] == [Symbol.LEARNED_GOOD]


def test_what_cannot_be_judged_is_held() -> None:
    signals = run_all(replace(evidence(), judgement=None), lambda: 0.0)
    faults = [s.evidence for s in signals if s.symbol is Symbol.CHECK_ERROR]

    assert faults == [{"check": "learned", "error": "ModelError"}]
    assert decide(signals, OPEN).status is Status.HELD
