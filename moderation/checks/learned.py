"""What the shipped model and the site's own lessons make of it (`moderation.classifier`)."""

from collections.abc import Iterator

from moderation.domain.evidence import Evidence
from moderation.domain.judgement import Judgement, Thresholds, to_evidence
from moderation.domain.signals import Signal, Symbol
from moderation.errors import ModelError

VERSION = 2

_SPAM = 8.0  # points: enough alone for the spam that a site's probability speaks of
_UNSURE = 3.0  # enough alone for a person to look
_ADVERTISED = 2  # words: one may stand anywhere
_SPOKEN_FOR = -1.0  # log-odds: less from the site's own lessons speaks for a comment


def check(evidence: Evidence) -> Iterator[Signal]:
    """One of LEARNED_SPAM, LEARNED_UNSURE and LEARNED_GOOD, which has no points to set off against
    a sign of spam; ADVERTISING, for a person to look at what no lesson of the site speaks for; and
    ABUSE, without points, since the policy has a rule of its own for it.

    The probabilities are kept whatever they say, so that other thresholds can be tried on them.

    Raises:
        ModelError: there is no judgement, so nothing is known of what was learned.
    """
    judgement, thresholds = evidence.judgement, evidence.thresholds
    # What is no number reaches no threshold, and would pass for good.
    if judgement is None or not 0 <= judgement.probability <= 1:
        raise ModelError("The learned model could not judge this.")
    kept = to_evidence(judgement)
    yield Signal(*_concluded(judgement, thresholds), kept)
    # Whatever was concluded: so what other thresholds would make of the comment can be tried.
    if _advertises(judgement):
        yield Signal(Symbol.ADVERTISING, _UNSURE, {"words": judgement.advertised})
    if thresholds.abuse is not None and judgement.abuse_probability >= thresholds.abuse:
        told = {
            "probability": kept["abuse"],
            "version": judgement.version,
            "reasons": kept.get("abuse_reasons", []),
        }
        yield Signal(Symbol.ABUSE, 0, told)


def _concluded(judgement: Judgement, thresholds: Thresholds) -> tuple[Symbol, float]:
    if judgement.probability >= thresholds.spam:
        return Symbol.LEARNED_SPAM, _SPAM
    if judgement.probability >= thresholds.hold:
        return Symbol.LEARNED_UNSURE, _UNSURE
    return Symbol.LEARNED_GOOD, 0.0


def _advertises(judgement: Judgement) -> bool:
    return judgement.advertised >= _ADVERTISED and judgement.site_logit > _SPOKEN_FOR
