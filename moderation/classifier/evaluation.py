"""Measuring the classifier on labelled comments: as it is shipped, and as it learns."""

import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from moderation.classifier.features import Features, extract
from moderation.classifier.kinds import Impression
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
from moderation.classifier.streams import Sites, in_order, sites_of
from moderation.domain.policy import SitePolicy

# Reported apart: judged after so many decisions and more, up to the next.
STAGES = (0, 20, 100, 500)
_HOLD = SitePolicy().hold_probability


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled comment, and what was said of it before its label was learned.

    Attributes:
        comment: the comment.
        logit: what was said, in log-odds.
        seen: how many decisions had been learned by then.
        kind: what kind of site it was judged as; nothing if as any.
        judging, learning: how long both took, in microseconds; not a number where nothing was
            learned.
    """

    comment: Labelled
    logit: float
    seen: int
    kind: str
    judging: float
    learning: float = math.nan


class _Site:
    """A site as its comments come: of a kind, once those that it would publish tell which.

    Args:
        shipped: the model, as it is for any site.

    Attributes:
        shipped: the model, as it is for this one.
    """

    def __init__(self, shipped: Shipped) -> None:
        self.shipped = shipped
        self._any = shipped
        self._impression = Impression(shipped.spam)

    @property
    def kind(self) -> str:
        """What it is taken for; nothing if for any site."""
        return self._impression.kind

    def see(self, features: Features) -> bool:
        """One more comment; its label is not told.

        Returns:
            Whether the site has turned out to be of another kind than it was taken for.
        """
        # By the model for any site, so that what a site is taken for does not prove itself.
        if probability(self._any.spam.logit(features)) >= _HOLD:
            return False
        before = self.kind
        self._impression.see(features)
        if self.kind == before:
            return False
        self.shipped = self._any.of_kind(self.kind)
        return True


def judge_all(comments: Iterable[Labelled], shipped: Shipped) -> list[Judged]:
    """Judge comments by the shipped model alone: abuse by its head for that. No label is looked at:
    that a source is like blogs or like videos shows by what was judged of it before.
    """
    sites: dict[str, _Site] = defaultdict(lambda: _Site(shipped))
    judged = []
    for comment in comments:
        site = sites[comment.source]
        head = site.shipped.abuse if comment.of_abuse else site.shipped.spam
        begun = time.perf_counter()
        features = extract(comment.subject)
        logit = head.logit(features)
        judging = 1e6 * (time.perf_counter() - begun)
        judged.append(Judged(comment, logit, 0, site.kind, judging))
        if not comment.of_abuse:
            site.see(features)
    return judged


def judge_and_learn(
    comments: Sequence[Labelled],
    shipped: Shipped,
    *,
    decisions: int | None = None,
    decides: Callable[[Labelled, float], bool] = lambda _comment, _logit: True,
) -> list[Judged]:
    """Judge comments in their order, each before it is learned, as one site.

    Args:
        comments: of spam and ham.
        shipped: where it begins.
        decisions: learn only the first so many; None: all.
        decides: whether somebody decides on a comment of which so much was said.
    """
    site, learned = _Site(shipped), SiteModel()
    lessons: list[Lesson] = []
    judged = []
    for comment in comments:
        begun = time.perf_counter()
        features = extract(comment.subject)
        logit = site.shipped.spam.logit(features) + learned.logit(features)
        judging, learning, seen = 1e6 * (time.perf_counter() - begun), math.nan, learned.seen
        if (decisions is None or seen < decisions) and decides(comment, logit):
            lessons.append(_lesson(comment, features))
            begun = time.perf_counter()
            learned.learn(lessons[-1], site.shipped)
            learning = 1e6 * (time.perf_counter() - begun)
        judged.append(Judged(comment, logit, seen, site.kind, judging, learning))
        if site.see(features):
            learned = SiteModel.fold(lessons, site.shipped)
    return judged


def _lesson(comment: Labelled, features: Features) -> Lesson:
    """What a comment teaches: its features as a lesson's are kept, with what they lose by it."""
    return Lesson(Features.unpack(features.pack()), comment.positive)


@dataclass(frozen=True, slots=True)
class Online:
    """How comments are learned while they are judged.

    Attributes:
        sites: what is a site of its own.
        decisions: each site learns only the first so many; None: all.
        seed: of an order by chance within each source; None: by time.
    """

    sites: Sites = Sites.FILE
    decisions: int | None = None
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What was judged of a file's comments for one question.

    Attributes:
        file: the file's name.
        of_abuse: whether the question was abuse; else spam.
        judged: at least one; online in the order of the stream.
        online: whether it was learned, too.
    """

    file: str
    of_abuse: bool
    judged: Sequence[Judged]
    online: bool


def judge_files(
    files: Mapping[str, Sequence[Labelled]], shipped: Shipped, online: Online | None
) -> list[Part]:
    """Judge files: spam as it is shipped or online, abuse always as it is shipped, since a site's
    decisions teach spam alone.

    Args:
        files: by name their comments.
        shipped: the model.
        online: how they are learned; None: not at all.
    """
    spam = {name: [c for c in of_it if not c.of_abuse] for name, of_it in files.items()}
    abuse = {name: [c for c in of_it if c.of_abuse] for name, of_it in files.items()}
    if online is None:
        judged_spam = {name: judge_all(of_it, shipped) for name, of_it in spam.items()}
    else:
        judged_spam = _learned(spam, shipped, online)
    parts = []
    for name in files:
        if spam[name]:
            parts.append(Part(name, False, judged_spam[name], online is not None))
        if abuse[name]:
            parts.append(Part(name, True, judge_all(abuse[name], shipped), online=False))
    return parts


def _learned(
    files: Mapping[str, Sequence[Labelled]], shipped: Shipped, online: Online
) -> dict[str, list[Judged]]:
    """What was said of files' comments, each site judged and learned as a stream of its own."""
    file_of = {id(comment): name for name, of_it in files.items() for comment in of_it}
    judged: dict[str, list[Judged]] = {name: [] for name in files}
    for site in sites_of(files, online.sites):
        stream = in_order(site, online.seed)
        for one in judge_and_learn(stream, shipped, decisions=online.decisions):
            judged[file_of[id(one.comment)]].append(one)
    return judged


def by_stage(judged: Iterable[Judged]) -> dict[int, list[Judged]]:
    """What was judged from each of `STAGES` on, up to the next."""
    stages: dict[int, list[Judged]] = {}
    for one in judged:
        stages.setdefault(max(stage for stage in STAGES if stage <= one.seen), []).append(one)
    return stages


def measure(judged: Sequence[Judged], thresholds: dict[str, float]) -> dict[str, Any]:
    """All figures of what was judged; not a number where it has none, such as a share of nothing.

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
        "judging_us": _median([one.judging for one in judged]),
        "learning_us": _median([one.learning for one in judged]),
    }


def _median(took: Iterable[float]) -> float:
    """The median of what is a number; if nothing is, not a number."""
    numbers = [one for one in took if not math.isnan(one)]
    return float(np.median(numbers)) if numbers else math.nan
