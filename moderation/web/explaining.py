"""A receipt in words: what counts most first; what was learned by what pushed it, and how hard."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log

from moderation.domain.judgement import Reason, reasons_of
from moderation.domain.policy import VerdictRule
from moderation.domain.signals import Signal, Symbol
from moderation.web.languages import percent, points, say, voice
from moderation.words import N_, Figure, Message

MOST_EACH_WAY = 5
_MOST_IN_SHORT = 2
_LEAST = 0.05  # log-odds; what pushes less explains nothing
_KINDS = {
    "name": N_("name"),
    "website": N_("website"),
    "link": N_("link"),
    "language": N_("written in"),
}
# A receipt keeps its facts in the words of its day: how they are said now. Of one that told several
# facts by one name it cannot be known which it was.
_SAID_NOW = {"The kind of its address": "The kind of its email address"}
_SAID_ONLY_THEN = (N_("How it is written"),)
_FULL = 3.0  # log-odds of the longest bar: twenty to one
_STEPS = 5
_NEAR_0 = 1e-6  # probabilities are kept with six digits
_LEAST_TOLD, _MOST_TOLD = 0.01, 0.99  # since nothing is sure


# What a rule goes by that asks for no points.
_GOES_BY: Mapping[VerdictRule, frozenset[Symbol]] = {
    VerdictRule.BLOCKLIST: frozenset(
        {Symbol.BLOCKLIST_HOLD, Symbol.BLOCKLIST_SPAM, Symbol.BLOCKLIST_REJECT}
    ),
    VerdictRule.HONEYPOT: frozenset({Symbol.HONEYPOT}),
    VerdictRule.ABUSE: frozenset({Symbol.ABUSE, Symbol.REMOTE_ABUSE}),
    VerdictRule.UNSURE: frozenset(
        {Symbol.LEARNED_SPAM, Symbol.LEARNED_UNSURE, Symbol.LEARNED_GOOD}
    ),
    VerdictRule.CHECK_ERROR: frozenset({Symbol.CHECK_ERROR, Symbol.REMOTE_FAILED}),
    VerdictRule.FIRST_COMMENT: frozenset({Symbol.FIRST_COMMENT}),
    VerdictRule.WAVE: frozenset({Symbol.WAVE}),
}

_OF_WAVES = frozenset({Symbol.WAVE, Symbol.TENSION})


@dataclass(frozen=True, slots=True)
class Line:
    """A signal on a receipt.

    Attributes:
        signal: which.
        why: what pushed it, if it was learned.
        counts: whether it had a say: has points, or is what the rule went by.
    """

    signal: Signal
    why: "Explanation | None"
    counts: bool

    @property
    def pushed(self) -> bool:
        """Whether anything is told that pushed it."""
        return self.why is not None and bool(self.why.towards or self.why.against)


@dataclass(frozen=True, slots=True)
class Push:
    """A word or fact.

    Attributes:
        where: it was found, or what it is, in a word; nothing of the text itself.
        words: what it says.
        is_fact: whether it is told in our words, not the reader's.
        weight: such as +1.2.
        size: of its bar, 1 to 5.
    """

    where: str
    words: str
    is_fact: bool
    weight: str
    size: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a comment was judged so.

    Attributes:
        probability: in whole percent, in words.
        towards: what pushed towards spam, or abuse, the strongest first.
        against: what pushed the other way.
        total: what all signs come to, those too small to be named among them, such as +5.6.
        model: what judged, for whoever wants to know exactly.
        belief: which share of what the site taught counts; nothing where it has taught nothing.
    """

    probability: str
    towards: list[Push]
    against: list[Push]
    total: str
    model: str
    belief: str


def receipt_lines(signals: Iterable[Signal], rule: VerdictRule | None) -> list[Line]:
    """A receipt's signals as they count: what the rule went by, then the most points either way.

    Args:
        signals: as the checks found them.
        rule: the one that decided.
    """
    decisive = _GOES_BY.get(rule, frozenset()) if rule else frozenset()
    told = sorted(signals, key=lambda s: (s.symbol not in decisive, -abs(s.score)))
    return [Line(s, explain(s), s.symbol in decisive or s.score != 0) for s in told]


def in_short(signals: Iterable[Signal]) -> list[Line]:
    """Of a receipt how likely it is spam, as learned, and what else counts most; not that it is one
    of a wave, which is told of the whole wave already.
    """
    lines = receipt_lines((s for s in signals if s.symbol not in _OF_WAVES), None)
    learned = [line for line in lines if line.signal.symbol in _GOES_BY[VerdictRule.UNSURE]]
    others = [line for line in lines if line.counts and line not in learned]
    return [line for line in learned if line.why] + others[:_MOST_IN_SHORT]


def explain(signal: Signal) -> Explanation | None:
    """The explanation that was kept with a learned signal; None for other signals."""
    evidence = signal.evidence
    if "probability" not in evidence or "reasons" not in evidence:
        return None
    reasons = reasons_of(evidence["reasons"])
    return Explanation(
        _percent(evidence["probability"]),
        pushes(r for r in reasons if r.weight > 0),
        pushes(r for r in reasons if r.weight < 0),
        _weight(_log_odds(signal)),
        _model(signal),
        _belief(signal),
    )


def pushes(reasons: Iterable[Reason]) -> list[Push]:
    """A handful of reasons, the strongest first."""
    told = sorted((r for r in reasons if abs(r.weight) >= _LEAST), key=lambda r: -abs(r.weight))
    return [
        Push(
            _KINDS.get(reason.kind, ""),
            _words_of(reason),
            reason.kind == "fact",
            _weight(reason.weight),
            min(_STEPS, 1 + int(abs(reason.weight) / _FULL * _STEPS)),
        )
        for reason in told[:MOST_EACH_WAY]
    ]


def _words_of(reason: Reason) -> str:
    if reason.kind == "language":
        return voice().language(reason.words)
    if reason.kind != "fact":
        return reason.words
    # Older receipts have straight apostrophes in them.
    return _SAID_NOW.get(reason.words, reason.words.replace("'", "’"))


def _weight(log_odds: float) -> str:
    return points(log_odds).replace("-", "−")


def _log_odds(signal: Signal) -> float:
    """What was said in all, before it was made a probability."""
    evidence = signal.evidence
    if "shipped" in evidence:
        return float(evidence["shipped"] + evidence["site"])
    kept = min(max(evidence["probability"], _NEAR_0), 1 - _NEAR_0)
    return log(kept / (1 - kept))


def _percent(probability: float) -> str:
    """In percent, never quite 0 nor 100."""
    if probability < _LEAST_TOLD:
        return say(N_("under {percent}", percent=Figure.percent(1)))
    if probability > _MOST_TOLD:
        return say(N_("over {percent}", percent=Figure.percent(99)))
    return percent(probability * 100, 0)


def _model(signal: Signal) -> str:
    evidence = signal.evidence
    if signal.symbol is Symbol.ABUSE:
        return N_("Model {version}", version=str(evidence["version"]))
    seen = evidence["seen"]
    return Message.counted(
        "Model {version}: {shipped}; {n} lesson of this site: {own}",
        "Model {version}: {shipped}; {n} lessons of this site: {own}",
        seen,
        version=str(evidence["version"]),
        shipped=points(evidence["shipped"], 2),
        own=points(evidence["site"], 2),
    )


def _belief(signal: Signal) -> str:
    evidence = signal.evidence
    if not evidence.get("seen") or "believed" not in evidence:
        return ""
    share = Figure.percent(round(evidence["believed"] * 100))
    return N_("What was taught counts by {percent}.", percent=share)
