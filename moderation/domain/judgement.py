"""What was learned, said of one comment: a probability, and what pushed it each way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MOST_REASONS = 12  # kept with a receipt: a handful each way
LONGEST_WORDS = 40  # characters of a reason


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that pushed a judgement.

    Attributes:
        kind: where it was found: text, name, website or link; or what it is: fact or language.
        words: what, as it stands there; the fact in words; or the ISO 639-1 code of the language
            that the comment is written in.
        weight: how much, in log-odds; above 0 towards spam (or abuse).
    """

    kind: str
    words: str
    weight: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the shipped model and the site's own learning make of a comment.

    Attributes:
        probability: of being spam.
        shipped_logit: what the shipped model says, in log-odds.
        site_logit: what the site's own lessons add to it.
        seen: how many lessons these are.
        believed: which share of what they say counts, 0 to 1.
        version: of the shipped model.
        reasons: the strongest first.
        abuse_probability: of being an insult or hatred.
        abuse_reasons: of that.
        advertised: how many words of remedies, gambling, sex and money stand beside a link.
    """

    probability: float
    shipped_logit: float
    site_logit: float
    seen: int
    version: str
    reasons: tuple[Reason, ...] = ()
    abuse_probability: float = 0.0
    abuse_reasons: tuple[Reason, ...] = ()
    believed: float = 1.0
    advertised: int = 0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which probability a site holds, calls spam, and calls abuse; None: never."""

    hold: float
    spam: float
    abuse: float | None


def to_evidence(judgement: Judgement) -> dict[str, Any]:
    """A judgement as it is kept with a receipt: what a later policy, or a person who asks why,
    needs to know.
    """
    evidence: dict[str, Any] = {
        "probability": round(judgement.probability, 6),
        "shipped": round(judgement.shipped_logit, 4),
        "site": round(judgement.site_logit, 4),
        "seen": judgement.seen,
        "believed": round(judgement.believed, 2),
        "version": judgement.version,
        "reasons": _listed(judgement.reasons),
        "abuse": round(judgement.abuse_probability, 6),
    }
    if judgement.abuse_reasons:
        evidence["abuse_reasons"] = _listed(judgement.abuse_reasons)
    return evidence


def from_evidence(evidence: Mapping[str, Any]) -> Judgement:
    """The judgement that was kept (`to_evidence`). What it found of advertising is not: that has a
    signal of its own.
    """
    return Judgement(
        probability=evidence["probability"],
        shipped_logit=evidence["shipped"],
        site_logit=evidence["site"],
        seen=evidence["seen"],
        version=evidence["version"],
        reasons=reasons_of(evidence["reasons"]),
        abuse_probability=evidence["abuse"],
        abuse_reasons=reasons_of(evidence.get("abuse_reasons", ())),
        believed=evidence.get("believed", 1.0),
    )


def reasons_of(kept: Iterable[Any]) -> tuple[Reason, ...]:
    """Reasons as they are kept, as reasons."""
    return tuple(Reason(kind, words, weight) for kind, words, weight in kept)


def _listed(reasons: Iterable[Reason]) -> list[list[Any]]:
    # A name is told as typed, which may be an address; words of a text are read without any.
    told = (reason for reason in reasons if "@" not in reason.words)
    strongest = sorted(told, key=lambda reason: -abs(reason.weight))[:MOST_REASONS]
    return [[r.kind, _shown(r.words), round(r.weight, 4)] for r in strongest]


def _shown(words: str) -> str:
    """Words as a database can keep them, cut where they are too long."""
    # PostgreSQL's JSON knows neither NUL nor half a surrogate pair.
    plain = words.replace("\0", "").encode("utf-8", "replace").decode()
    return plain if len(plain) <= LONGEST_WORDS else f"{plain[: LONGEST_WORDS - 1]}…"
