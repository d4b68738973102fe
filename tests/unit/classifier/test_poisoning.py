"""Nobody alone turns a site's judgement over: not one moderator, not one wave, not one commenter."""

import random
from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

import numpy as np
import pytest

from moderation.classifier.features import extract
from moderation.classifier.heads import Head, Weights
from moderation.classifier.judge import Judge
from moderation.classifier.learner import Lesson, SiteModel, probability
from moderation.classifier.model import Shipped
from moderation.classifier.places import PLACES
from moderation.domain.evidence import Subject
from moderation.domain.teaching import Source, weigh
from moderation.domain.text import bands, shingles

_BAD = [f"bad{n:02d}" for n in range(40)]
_GOOD = [f"good{n:02d}" for n in range(40)]
# The model has never seen these.
_NEW_BAD = [f"fresh{n:02d}" for n in range(40)]
_NEW_GOOD = [f"young{n:02d}" for n in range(40)]
_PLAIN = [f"plain{n:03d}" for n in range(200)]

Taught = tuple[Subject, Source]


class World:
    """Comments whose words are known to be bad or good, a model that knows them, and lessons.

    Args:
        leans: log-odds of spam that the model gives what it knows nothing of.
    """

    def __init__(self, leans: float = 0.0) -> None:
        self._leans = leans
        self._chance = random.Random(7)
        self.shipped = self._train()
        self.base = Judge(self.shipped, None)
        self.unseen = [(self.comment(bad=n % 2 == 0), n % 2 == 0) for n in range(60)]
        self.new_unseen = [(self.new_comment(bad=n % 2 == 0), n % 2 == 0) for n in range(60)]
        self.right = [
            self.taught(n, bad=n % 2 == 0, is_spam=n % 2 == 0, teacher=n % 4 < 2) for n in range(60)
        ]

    def begin_anew(self) -> None:
        """Write what comes next as if nothing had been written yet."""
        self._chance = random.Random(8)

    def comment(self, *, bad: bool, more: str = "") -> Subject:
        return self._of(_BAD if bad else _GOOD, more)

    def new_comment(self, *, bad: bool) -> Subject:
        """One that the model is unsure of."""
        return self._of(_NEW_BAD if bad else _NEW_GOOD)

    def _of(self, kind: Sequence[str], more: str = "") -> Subject:
        words = self._chance.sample(kind, 6)
        return Subject(" ".join([*words, *self._chance.sample(_PLAIN, 14), more]))

    def _train(self) -> Shipped:
        weights = np.zeros(PLACES, np.float32)
        cases = [(extract(self.comment(bad=n % 2 == 0)), n % 2 == 0) for n in range(600)]
        for features, is_spam in cases * 3:
            said = probability(float(weights[features.places] @ features.values))
            weights[features.places] += np.float32(2 * (is_spam - said)) * features.values
        unsure = [extract(self.new_comment(bad=n % 2 == 0)) for n in range(40)]
        spam = Head(Weights.of(weights), 0.0)
        leans = fmean([spam.logit(features) for features in unsure])
        spam = Head(spam.weights, self._leans - leans)
        return Shipped("test", spam, Head(Weights.of(weights * 0), -5.0), {})

    def taught(
        self,
        number: int,
        subject: Subject | None = None,
        *,
        bad: bool,
        is_spam: bool,
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

    def new(self, count: int, *, wrong: bool = False, **source: Any) -> list[Taught]:
        """Decisions on comments that the model is unsure of, bad ones and good ones in turn."""
        return [
            self.taught(n, self.new_comment(bad=bad), bad=bad, is_spam=bad is not wrong, **source)
            for n in range(count)
            for bad in (n % 2 == 0,)
        ]

    def learn(self, lessons: Sequence[Taught], *, bounded: bool = True) -> Judge:
        weights = weigh(source for _, source in lessons) if bounded else [1.0] * len(lessons)
        folded = SiteModel.fold(
            [
                Lesson(
                    extract(subject),
                    source.is_spam,
                    weight,
                    str(source.teacher) if bounded else "",
                )
                for (subject, source), weight in zip(lessons, weights, strict=True)
            ],
            self.shipped,
        )
        return Judge(self.shipped, folded)

    def turned(self, judge: Judge, unseen: Sequence[tuple[Subject, bool]] | None = None) -> int:
        """How many of 60 comments, which nobody taught, are judged the other way round."""
        return sum(
            (judge.judge(subject).probability >= 0.5) is not is_spam
            for subject, is_spam in unseen or self.unseen
        )


@pytest.fixture(scope="module")
def made() -> World:
    return World()


@pytest.fixture
def world(made: World) -> World:
    """The same for each test, whichever came before."""
    made.begin_anew()
    return made


def wrong(world: World, count: int) -> list[Taught]:
    return [
        world.taught(1_000 + n, bad=n % 2 == 0, is_spam=n % 2 == 1, teacher="wrong")
        for n in range(count)
    ]


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
    copies = [
        world.taught(2_000 + n, Subject(f"{text} x{n}"), bad=True, is_spam=False)
        for n in range(300)
    ]

    assert world.turned(world.learn([*world.right, *copies])) == 0


def test_one_commenter_who_is_approved_300_times_turns_nothing_over(world: World) -> None:
    lessons = [world.taught(3_000 + n, bad=True, is_spam=False, commenter=5) for n in range(300)]

    assert world.turned(world.learn([*world.right, *lessons])) == 0
    assert world.turned(world.learn([*world.right, *lessons], bounded=False)) > 20


def test_a_site_of_its_own_kind_is_still_learned_within_20_decisions(world: World) -> None:
    """One whose good comments are half of a kind that the shipped model takes for spam."""
    own = "review table dealer"
    lessons = [
        (
            world.taught(n, bad=True, is_spam=True),
            world.taught(n, world.comment(bad=True, more=own), bad=True, is_spam=False),
            world.taught(n, bad=False, is_spam=False),
        )[n % 3]
        for n in range(20)
    ]
    judge = world.learn(lessons)
    of_its_kind = [world.comment(bad=True, more=own) for _ in range(30)]

    assert sum(judge.judge(subject).probability < 0.5 for subject in of_its_kind) >= 24
    assert world.turned(judge) <= 2


def test_the_model_is_unsure_of_new_comments(world: World) -> None:
    judged = [world.base.judge(subject).probability for subject, _ in world.new_unseen]

    assert 0.4 < min(judged) < max(judged) < 0.6


@pytest.mark.parametrize("label", [True, False], ids=["good called spam", "spam approved"])
def test_one_moderator_turns_nothing_over_of_what_the_model_is_unsure_of(
    world: World, *, label: bool
) -> None:
    honest = honest_lessons(world)
    lessons = [*honest, *wrong_on_new(world, label=label)]

    assert world.turned(world.learn(honest), world.new_unseen) <= 1
    assert world.turned(world.learn(lessons), world.new_unseen) <= 3
    # The very same lessons in full would.
    assert world.turned(world.learn(lessons, bounded=False), world.new_unseen) >= 25


@pytest.mark.parametrize("label", [True, False], ids=["good called spam", "spam approved"])
def test_one_who_is_wrong_as_often_as_others_are_right_from_the_first_day_on_turns_little_over(
    world: World, *, label: bool
) -> None:
    lessons = [*honest_lessons(world), *wrong_on_new(world, label=label)[:120]]
    random.Random(1).shuffle(lessons)

    turned = world.turned(world.learn(lessons), world.new_unseen)
    assert turned <= 6
    # The very same lessons in full would turn several times as much.
    assert world.turned(world.learn(lessons, bounded=False), world.new_unseen) >= 25


def test_who_was_right_500_times_turns_nothing_over_either(world: World) -> None:
    honest = honest_lessons(world)
    own = [world.taught(n, bad=n % 2 == 0, is_spam=n % 2 == 0, teacher="wrong") for n in range(500)]
    wrong = world.new(200, wrong=True, teacher="wrong")

    assert world.turned(world.learn([*honest, *own, *wrong]), world.new_unseen) <= 2
    assert world.turned(world.learn([*honest, *own, *wrong], bounded=False), world.new_unseen) >= 15


def test_the_only_moderator_of_a_site_like_none_before_is_useful_from_the_20th_decision(
    world: World,
) -> None:
    lessons = world.new(20)
    judge = world.learn(lessons)

    assert world.turned(judge, world.new_unseen) <= 6
    assert said(judge, world) == said(world.learn(lessons, bounded=False), world)


def test_who_decides_nine_tenths_and_agrees_with_the_others_counts_in_full(world: World) -> None:
    lessons = of_busy_and_rare(world)

    assert said(world.learn(lessons), world) == said(world.learn(as_of_one(lessons)), world)


def test_so_they_do_but_for_a_little_where_the_model_leans_against_half_of_it() -> None:
    world = World(leans=1.0)
    lessons = of_busy_and_rare(world)

    judge = world.learn(lessons)

    as_one = world.learn(as_of_one(lessons))
    assert said(judge, world) == pytest.approx(said(as_one, world), abs=0.01)
    assert world.turned(judge, world.new_unseen) == 0


def of_busy_and_rare(world: World) -> list[Taught]:
    """Right decisions, nine tenths of them one moderator's."""
    return [
        *world.right,
        *(
            (subject, replace(source, teacher="rare" if n % 20 in {0, 9} else "busy"))
            for n, (subject, source) in enumerate(world.new(200))
        ),
    ]


def as_of_one(lessons: Sequence[Taught]) -> list[Taught]:
    return [(subject, replace(source, teacher="one")) for subject, source in lessons]


def honest_lessons(world: World) -> list[Taught]:
    """Of one moderator, who decides what the model knows and what it is unsure of."""
    known = [(subject, replace(source, teacher="honest")) for subject, source in world.right]
    return [*known, *world.new(60, teacher="honest")]


def wrong_on_new(world: World, *, label: bool) -> list[Taught]:
    """One moderator's who calls 200 comments what they are not, where the model is unsure."""
    return [
        world.taught(
            4_000 + n,
            world.new_comment(bad=not label),
            bad=not label,
            is_spam=label,
            teacher="wrong",
        )
        for n in range(200)
    ]


def said(judge: Judge, world: World) -> list[float]:
    """What is said of comments that the shipped model was unsure of."""
    return [judge.judge(subject).probability for subject, _ in world.new_unseen]
