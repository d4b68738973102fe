"""Measuring the classifier on labelled comments: as it is shipped, and as it learns."""

import random
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from moderation.classifier.features import Features, extract
from moderation.classifier.labelled import Labelled
from moderation.classifier.learner import Lesson, SiteModel, probability
from moderation.classifier.measures import (
    at_threshold,
    auc,
    brier,
    calibration_error,
    recall_at,
    reliability,
)
from moderation.classifier.model import Shipped

# Reported apart: judged after so many decisions and more, up to the next.
STAGES = (0, 20, 100, 500)


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled comment, and what was said of it before its label was learned.

    Attributes:
        comment: the comment.
        logit: what was said, in log-odds.
        seen: how many decisions had been learned by then.
        judging, learning: how long both took, in microseconds.
    """

    comment: Labelled
    logit: float
    seen: int
    judging: float
    learning: float = 0.0


def judge_all(comments: Iterable[Labelled], shipped: Shipped) -> list[Judged]:
    """Judge comments by the shipped model alone: abuse by its head for that."""
    judged = []
    for comment in comments:
        head = shipped.abuse if comment.of_abuse else shipped.spam
        begun = time.perf_counter()
        logit = head.logit(extract(comment.subject))
        judged.append(Judged(comment, logit, 0, 1e6 * (time.perf_counter() - begun)))
    return judged


def judge_and_learn(
    comments: Sequence[Labelled], shipped: Shipped, *, decisions: int | None = None
) -> list[Judged]:
    """Judge comments in their order, each before it is learned, as one site.

    Args:
        comments: of spam and ham.
        shipped: where it begins.
        decisions: learn only the first so many; None: all.
    """
    site = SiteModel()
    judged = []
    for comment in comments:
        begun = time.perf_counter()
        features = extract(comment.subject)
        logit = shipped.spam.logit(features) + site.logit(features)
        between = time.perf_counter()
        seen = site.seen
        if decisions is None or seen < decisions:
            site.learn(Lesson(_kept(features), comment.positive), shipped)
        ended = time.perf_counter()
        judged.append(
            Judged(comment, logit, seen, 1e6 * (between - begun), 1e6 * (ended - between))
        )
    return judged


def _kept(features: Features) -> Features:
    """As a lesson's features are kept, with what they lose by it."""
    return Features.unpack(features.pack())


def in_order(comments: Sequence[Labelled], seed: int | None) -> list[Labelled]:
    """Comments as a site would see them: by time; those without one strewn in among the others.

    Args:
        comments: of one site.
        seed: shuffle them all instead; None: only what has no time, always in the same way.
    """
    chance = random.Random(seed or 0)  # noqa: S311 -- the same on every machine, as it must be
    if seed is not None or not any(comment.at for comment in comments):
        return chance.sample(comments, len(comments))
    timed = sorted((c for c in comments if c.at), key=lambda c: c.at.replace(" ", "T"))
    for comment in (c for c in comments if not c.at):
        timed.insert(chance.randrange(len(timed) + 1), comment)
    return timed


def by_source(comments: Iterable[Labelled]) -> dict[str, list[Labelled]]:
    """The comments of each source, in their order."""
    sources: dict[str, list[Labelled]] = defaultdict(list)
    for comment in comments:
        sources[comment.source].append(comment)
    return dict(sources)


def by_stage(judged: Iterable[Judged]) -> dict[int, list[Judged]]:
    """What was judged from each of `STAGES` on, up to the next."""
    stages: dict[int, list[Judged]] = {}
    for one in judged:
        stages.setdefault(max(stage for stage in STAGES if stage <= one.seen), []).append(one)
    return stages


def measure(judged: Sequence[Judged], thresholds: dict[str, float]) -> dict[str, Any]:
    """All figures of what was judged.

    Args:
        judged: at least one.
        thresholds: by name the probabilities from which something happens.
    """
    logits = np.array([one.logit for one in judged])
    positive = np.array([one.comment.positive for one in judged])
    probabilities = np.array([probability(one.logit) for one in judged])
    area = auc(logits, positive)
    return {
        "positive": int(positive.sum()),
        "negative": int((~positive).sum()),
        "auc": area,
        "1-roca%": 100 * (1 - area),
        "recall_at_1%": recall_at(0.01, logits, positive),
        "recall_at_0.1%": recall_at(0.001, logits, positive),
        "thresholds": {
            name: {
                "probability": threshold,
                "precision": found.precision,
                "recall": found.recall,
                "f1": found.f1,
                "false_positives": found.false_positives,
            }
            for name, threshold in thresholds.items()
            for found in (at_threshold(threshold, probabilities, positive),)
        },
        "brier": brier(probabilities, positive),
        "calibration_error": calibration_error(probabilities, positive),
        "reliability": [
            {"said": one.said, "was": one.was, "count": one.count}
            for one in reliability(probabilities, positive)
        ],
        "judging_us": float(np.median([one.judging for one in judged])),
        "learning_us": float(np.median([one.learning for one in judged])),
    }
