"""Nobody alone turns a site's judgement over: not one moderator, not one wave, not one commenter."""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from moderation.classifier.features import PLACES, extract
from moderation.classifier.heads import Head, Weights
from moderation.classifier.judge import Judge
from moderation.classifier.learner import Lesson, SiteModel, probability
from moderation.classifier.model import Shipped
from moderation.domain.evidence import Subject
from moderation.domain.teaching import Source, weigh
from moderation.domain.text import bands, shingles

_BAD = [f"bad{n:02d}" for n in range(40)]
_GOOD = [f"good{n:02d}" for n in range(40)]
_PLAIN = [f"plain{n:03d}" for n in range(200)]

Taught = tuple[Subject, Source]


class World:
    """Comments whose words are known to be bad or good, a model that knows them, and lessons."""

    def __init__(self) -> None:
        self._chance = random.Random(7)
        self.shipped = self._train()
        self.base = Judge(self.shipped, None)
        self.unseen = [(self.comment(bad=n % 2 == 0), n % 2 == 0) for n in range(60)]
        self.right = [self.taught(n % 2 == 0, n % 2 == 0, n, teacher=n % 4 < 2) for n in range(60)]

    def comment(self, *, bad: bool, more: str = "") -> Subject:
        words = self._chance.sample(_BAD if bad else _GOOD, 6)
        return Subject(" ".join([*words, *self._chance.sample(_PLAIN, 14), more]))

    def _train(self) -> Shipped:
        weights = np.zeros(PLACES, np.float32)
        cases = [(extract(self.comment(bad=n % 2 == 0)), n % 2 == 0) for n in range(600)]
        for features, is_spam in cases * 3:
            said = probability(float(weights[features.places] @ features.values))
            weights[features.places] += np.float32(2 * (is_spam - said)) * features.values
        return Shipped(
            "test", Head(Weights.of(weights), 0.0), Head(Weights.of(weights * 0), -5.0), {}
        )

    def taught(
        self,
        bad: bool,  # noqa: FBT001
        is_spam: bool,  # noqa: FBT001
        number: int,
        subject: Subject | None = None,
        **source: Any,
    ) -> Taught:
        """A decision on a comment of somebody else, from elsewhere, in other words."""
        subject = subject or self.comment(bad=bad)
        said = self.base.judge(subject).probability
        values = {
            "commenter": number,
            "line": number,
            "teacher": 1,
            "texts": bands(shingles(subject.text)),
            "surprise": 1 - said if is_spam else said,
        }
        return subject, Source(is_spam, **values | source)

    def learn(self, lessons: Sequence[Taught], *, bounded: bool = True) -> Judge:
        weights = weigh(source for _, source in lessons) if bounded else [1.0] * len(lessons)
        folded = SiteModel.fold(
            [
                Lesson(extract(subject), source.is_spam, weight)
                for (subject, source), weight in zip(lessons, weights, strict=True)
            ],
            self.shipped,
        )
        return Judge(self.shipped, folded)

    def turned(self, judge: Judge) -> int:
        """How many of 60 comments, which nobody taught, are judged the other way round."""
        return sum(
            (judge.judge(subject).probability >= 0.5) is not is_spam
            for subject, is_spam in self.unseen
        )


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def wrong(world: World, count: int) -> list[Taught]:
    return [world.taught(n % 2 == 0, n % 2 == 1, 1_000 + n, teacher="wrong") for n in range(count)]


def test_the_model_and_who_agrees_with_it_are_right(world: World) -> None:
    assert world.turned(world.base) == 0
    assert world.turned(world.learn(world.right)) == 0


def test_one_moderator_who_decides_500_times_wrong_turns_nothing_over(world: World) -> None:
    lessons = wrong(world, 500)

    assert world.turned(world.learn([*world.right, *lessons])) == 0
    assert world.turned(world.learn([*lessons, *world.right])) <= 3
    # The very same lessons in full would.
    assert world.turned(world.learn([*world.right, *lessons], bounded=False)) > 50


def test_one_moderator_who_is_wrong_from_the_first_day_and_alone_is_bounded_too(
    world: World,
) -> None:
    assert world.turned(world.learn(wrong(world, 500))) <= 6


def test_one_wave_of_300_copies_turns_nothing_over(world: World) -> None:
    text = world.comment(bad=True).text
    copies = [world.taught(True, False, 2_000 + n, Subject(f"{text} x{n}")) for n in range(300)]

    assert world.turned(world.learn([*world.right, *copies])) == 0


def test_one_commenter_who_is_approved_300_times_turns_nothing_over(world: World) -> None:
    lessons = [world.taught(True, False, 3_000 + n, commenter=5) for n in range(300)]

    assert world.turned(world.learn([*world.right, *lessons])) == 0
    assert world.turned(world.learn([*world.right, *lessons], bounded=False)) > 20


def test_a_site_of_its_own_kind_is_still_learned_within_20_decisions(world: World) -> None:
    """One whose good comments are half of a kind that the shipped model takes for spam."""
    own = "review table dealer"
    lessons = [
        (
            world.taught(True, True, n),
            world.taught(True, False, n, world.comment(bad=True, more=own)),
            world.taught(False, False, n),
        )[n % 3]
        for n in range(20)
    ]
    judge = world.learn(lessons)
    of_its_kind = [world.comment(bad=True, more=own) for _ in range(30)]

    assert sum(judge.judge(subject).probability < 0.5 for subject in of_its_kind) >= 24
    assert world.turned(judge) <= 2
