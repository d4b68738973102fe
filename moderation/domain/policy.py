"""The policy: signals in, verdict out. Only this file concludes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from moderation.domain.judgement import Thresholds
from moderation.domain.signals import Signal, Symbol
from moderation.domain.status import Status
from moderation.words import N_


class PolicyMode(StrEnum):
    """What happens to a comment that nothing speaks against."""

    PREMODERATE = "premoderate"
    HOLD_FIRST_TIMERS = "hold_first_timers"
    PUBLISH_LOW_SCORE = "publish_low_score"


class AbuseAction(StrEnum):
    """What happens to a comment that reads like an insult or like hatred."""

    OFF = "off"
    HOLD = "hold"
    REJECT = "reject"


class Limit(BaseModel):
    """At most `count` comments in any `seconds`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: Annotated[int, Field(ge=1, le=100_000)]
    seconds: Annotated[int, Field(ge=1, le=86_400)]


MOST_REASONS = 20
_Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


# What a moderator can choose from until a site names its own. Kept in English, and shown in the
# language of whoever reads them.
USUAL_REASONS: tuple[str, ...] = (
    N_("Off topic"),
    N_("Insulting or hateful"),
    N_("Advertising"),
    N_("Personal information about somebody"),
    N_("Says nothing that helps others"),
)


class SitePolicy(BaseModel):
    """One site's policy, kept as data.

    Attributes:
        mode: what happens to a comment that nothing speaks against. The default is WordPress's
            (`comment_previously_approved`).
        hold_at: points from which a comment is held.
        spam_at: points from which it is spam.
        weights: factors by symbol, for signals that matter more or less here; 1 where unnamed.
        hold_probability: of being spam, as learned, from which a comment is held.
        spam_probability: of being spam, as learned, from which it is spam; between the two a
            person decides, whatever points there are for or against the comment. Not so where
            LEARNED_UNSURE has a weight of 0.
        abuse: what happens to what reads like an insult or like hatred.
        abuse_probability: from which it does.
        max_links: links from which LINK_FLOOD fires; WordPress's default (`comment_max_links`).
        max_depth: how deep replies nest; deeper ones are flattened. WordPress's default.
        close_after_days: a thread takes no comments this many days after its first; None: never.
        flood_network: above it a network's comments are refused for the moment.
        flood_commenter: above it a commenter's comments are refused for the moment.
        reject_reasons: what a moderator can choose from when rejecting a comment.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: PolicyMode = PolicyMode.HOLD_FIRST_TIMERS
    hold_at: Annotated[float, Field(gt=0, le=1000)] = 3.0
    spam_at: Annotated[float, Field(gt=0, le=1000)] = 8.0
    weights: dict[Symbol, Annotated[float, Field(ge=0, le=100)]] = {}
    hold_probability: Annotated[float, Field(gt=0, lt=1)] = 0.75
    spam_probability: Annotated[float, Field(gt=0, lt=1)] = 0.95
    abuse: AbuseAction = AbuseAction.HOLD
    abuse_probability: Annotated[float, Field(gt=0, lt=1)] = 0.9
    max_links: Annotated[int, Field(ge=1, le=1000)] = 2
    max_depth: Annotated[int, Field(ge=1, le=10)] = 5
    close_after_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    flood_network: Limit = Limit(count=10, seconds=60)
    flood_commenter: Limit = Limit(count=5, seconds=60)
    reject_reasons: Annotated[tuple[_Reason, ...], Field(max_length=MOST_REASONS)] = tuple(
        map(str, USUAL_REASONS)
    )

    @model_validator(mode="after")
    def _thresholds_in_order(self) -> "SitePolicy":
        if self.spam_at < self.hold_at:
            raise ValueError("spam_at must not be below hold_at")
        if self.spam_probability < self.hold_probability:
            raise ValueError("spam_probability must not be below hold_probability")
        return self

    @property
    def thresholds(self) -> Thresholds:
        """What the learned probabilities are held against."""
        abuse = None if self.abuse is AbuseAction.OFF else self.abuse_probability
        return Thresholds(self.hold_probability, self.spam_probability, abuse)


class VerdictRule(StrEnum):
    """Which rule of the policy decided."""

    BLOCKLIST = "BLOCKLIST"
    HONEYPOT = "HONEYPOT"
    SPAM_SCORE = "SPAM_SCORE"
    HOLD_SCORE = "HOLD_SCORE"
    CHECK_ERROR = "CHECK_ERROR"
    PREMODERATION = "PREMODERATION"
    FIRST_COMMENT = "FIRST_COMMENT"
    LOW_SCORE = "LOW_SCORE"
    SCREENING_FAILED = "SCREENING_FAILED"
    REPORTED = "REPORTED"
    ABUSE = "ABUSE"
    UNSURE = "UNSURE"
    DECIDED_ELSEWHERE = "DECIDED_ELSEWHERE"
    WAVE = "WAVE"


RULE_MEANINGS: dict[VerdictRule, str] = {
    VerdictRule.BLOCKLIST: N_("A blocklist rule decided"),
    VerdictRule.HONEYPOT: N_("Only a program fills in the invisible field"),
    VerdictRule.SPAM_SCORE: N_("Its points reach this site’s spam threshold"),
    VerdictRule.HOLD_SCORE: N_("Its points reach this site’s hold threshold"),
    VerdictRule.CHECK_ERROR: N_("A check failed, and what could not be judged is held"),
    VerdictRule.PREMODERATION: N_("This site holds every comment"),
    VerdictRule.FIRST_COMMENT: N_("This site holds a commenter’s first comment"),
    VerdictRule.LOW_SCORE: N_("Its points are below this site’s thresholds"),
    VerdictRule.SCREENING_FAILED: N_("It could not be judged, however often it was tried"),
    VerdictRule.REPORTED: N_("So many readers reported it that this site holds it"),
    VerdictRule.ABUSE: N_("It reads like an insult or like hatred"),
    VerdictRule.WAVE: N_("It turned out to be one of many near-identical comments"),
    VerdictRule.UNSURE: N_("What was learned is not sure, so a person decides"),
    VerdictRule.DECIDED_ELSEWHERE: N_("The site’s own people decided before it was judged here"),
}


def elsewhere(policy: SitePolicy) -> SitePolicy:
    """The same for comments that another system publishes: when one waits for a person though
    nothing speaks against it is said there, and its forms bear no stamp of ours that could be
    missing.
    """
    weights = {**policy.weights, Symbol.FORM_TOKEN_MISSING: 0.0}
    return policy.model_copy(update={"mode": PolicyMode.PUBLISH_LOW_SCORE, "weights": weights})


@dataclass(frozen=True, slots=True)
class Verdict:
    """The machine's conclusion: the status to give, the rule that decided, the points."""

    status: Status
    rule: VerdictRule
    score: float


# What vouches for a commenter. A name and an address are typed, not proven, so these only excuse
# a first comment: they have no points that could be set off against a sign of spam.
_VOUCHES = frozenset({Symbol.KNOWN_COMMENTER, Symbol.ALLOWLIST, Symbol.ALLOWLIST_NETWORK})


def total_score(signals: Iterable[Signal], policy: SitePolicy) -> float:
    """The weighted points of all signals, to a thousandth."""
    return round(sum(s.score * policy.weights.get(s.symbol, 1.0) for s in signals), 3)


def tightened(policy: SitePolicy, factor: float) -> SitePolicy:
    """The policy while a wave is under way: less is enough to hold a comment. What makes spam
    stays: in doubt a person decides.
    """
    tighter = {
        "hold_at": round(policy.hold_at * factor, 3),
        "hold_probability": round(policy.hold_probability * factor, 3),
    }
    return policy.model_copy(update=tighter)


def _in_tension(signals: Iterable[Signal], policy: SitePolicy) -> SitePolicy:
    """The policy that holds for a comment with these signals, also when they are judged again
    later. A site that gives TENSION no weight judges as ever.
    """
    factors = [s.evidence.get("factor", 1.0) for s in signals if s.symbol is Symbol.TENSION]
    if not factors or not policy.weights.get(Symbol.TENSION, 1.0):
        return policy
    return tightened(policy, min(factors))


@dataclass(frozen=True, slots=True)
class _Facts:
    found: frozenset[Symbol]
    score: float
    policy: SitePolicy
    service_missing: bool = False
    probability: float = 0.0


def _is_first_timer(facts: _Facts) -> bool:
    holds = facts.policy.mode is PolicyMode.HOLD_FIRST_TIMERS
    return holds and not facts.found & _VOUCHES


def _is_abuse(facts: _Facts, action: AbuseAction) -> bool:
    return facts.policy.abuse is action and _counts(facts, Symbol.ABUSE)


def is_missed(signal: Signal) -> bool:
    """Whether the site holds comments without this service's word."""
    return signal.symbol is Symbol.REMOTE_FAILED and signal.evidence.get("holds") is not False


def _is_called_abuse(facts: _Facts) -> bool:
    """What a service calls abuse a person looks at, whatever the site does with what is learned."""
    return facts.policy.abuse is not AbuseAction.OFF and _counts(facts, Symbol.REMOTE_ABUSE)


def _fails(facts: _Facts) -> bool:
    weighs = facts.policy.weights.get(Symbol.REMOTE_FAILED, 1.0) > 0
    return Symbol.CHECK_ERROR in facts.found or (facts.service_missing and weighs)


def _is_in_band(facts: _Facts) -> bool:
    """Whether what was learned is between the site's thresholds. As its check was told them, not
    tightened by a wave, which makes no verdict milder.
    """
    return _counts(facts, Symbol.LEARNED_UNSURE)


def _has_spam_points(facts: _Facts) -> bool:
    return facts.score >= facts.policy.spam_at


def _is_unsure(facts: _Facts) -> bool:
    """Whether what was learned speaks against a comment, and nothing else made spam of it. While a
    wave is under way a lower probability is enough than its check was told.
    """
    if _counts(facts, Symbol.LEARNED_UNSURE) or _counts(facts, Symbol.LEARNED_SPAM):
        return True
    weighs = facts.policy.weights.get(Symbol.LEARNED_UNSURE, 1.0) > 0
    return weighs and facts.probability >= facts.policy.hold_probability


def _probability(signals: Iterable[Signal]) -> float:
    """Of being spam, where what was learned finds nothing against it; else 0."""
    found = (s.evidence.get("probability") for s in signals if s.symbol is Symbol.LEARNED_GOOD)
    return max((p for p in found if p is not None), default=0.0)


def _counts(facts: _Facts, symbol: Symbol) -> bool:
    """Whether a signal is there that the site has not made a mere note by a weight of 0."""
    return symbol in facts.found and facts.policy.weights.get(symbol, 1.0) > 0


# The policy is this order: what is certain, then the points, then what failed, then the site's
# mode. A failed check never lets a comment through. Where what was learned is unsure, points hold,
# however many, and never make spam: past a person goes only what is certain, and what the site
# rejects as abuse, which is another question than whether it is spam.
_RULES: tuple[tuple[Status, VerdictRule, Callable[[_Facts], bool]], ...] = (
    (Status.REJECTED, VerdictRule.BLOCKLIST, lambda f: Symbol.BLOCKLIST_REJECT in f.found),
    (Status.SPAM, VerdictRule.BLOCKLIST, lambda f: Symbol.BLOCKLIST_SPAM in f.found),
    (Status.SPAM, VerdictRule.HONEYPOT, lambda f: Symbol.HONEYPOT in f.found),
    (
        Status.SPAM,
        VerdictRule.SPAM_SCORE,
        lambda f: _has_spam_points(f) and not _is_in_band(f),
    ),
    (Status.REJECTED, VerdictRule.ABUSE, lambda f: _is_abuse(f, AbuseAction.REJECT)),
    (Status.HELD, VerdictRule.BLOCKLIST, lambda f: Symbol.BLOCKLIST_HOLD in f.found),
    (Status.HELD, VerdictRule.UNSURE, lambda f: _has_spam_points(f) and _is_in_band(f)),
    (Status.HELD, VerdictRule.HOLD_SCORE, lambda f: f.score >= f.policy.hold_at),
    (Status.HELD, VerdictRule.ABUSE, lambda f: _is_abuse(f, AbuseAction.HOLD)),
    (Status.HELD, VerdictRule.ABUSE, _is_called_abuse),
    (Status.HELD, VerdictRule.UNSURE, _is_unsure),
    (Status.HELD, VerdictRule.CHECK_ERROR, _fails),
    (Status.HELD, VerdictRule.PREMODERATION, lambda f: f.policy.mode is PolicyMode.PREMODERATE),
    (Status.HELD, VerdictRule.FIRST_COMMENT, _is_first_timer),
    (Status.PUBLISHED, VerdictRule.LOW_SCORE, lambda _: True),
)


def decide(signals: Iterable[Signal], policy: SitePolicy) -> Verdict:
    """Conclude: the first rule that applies decides."""
    signals = tuple(signals)
    score = total_score(signals, policy)
    policy = _in_tension(signals, policy)
    found = frozenset(signal.symbol for signal in signals)
    missed = any(map(is_missed, signals))
    facts = _Facts(found, score, policy, missed, _probability(signals))
    status, rule, _ = next(rule for rule in _RULES if rule[2](facts))
    return Verdict(status, rule, score)
