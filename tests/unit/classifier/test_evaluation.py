import math

import pytest

from moderation.classifier.evaluation import (
    Online,
    by_stage,
    judge_all,
    judge_and_learn,
    judge_files,
    measure,
)
from moderation.classifier.features import extract
from moderation.classifier.heads import Head, no_head
from moderation.classifier.labelled import Labelled
from moderation.classifier.learner import probability
from moderation.classifier.model import Shipped
from moderation.classifier.streams import Sites
from moderation.domain.evidence import Subject


def model(spam: float = 0.0, abuse: float = 0.0) -> Shipped:
    """One that says of every comment the same log-odds."""
    weights = no_head().weights
    return Shipped("even", Head(weights, spam), Head(weights, abuse), {})


def comment(number: int, *, spam: bool, source: str = "a", of_abuse: bool = False) -> Labelled:
    text = f"buy pills {number} here" if spam else f"a walk of {number} miles by the sea"
    return Labelled(Subject(text), spam, of_abuse, source, f"2026-01-01T00:00:{number % 60:02}")


def stream(count: int, source: str = "a") -> list[Labelled]:
    return [comment(number, spam=number % 2 == 0, source=source) for number in range(count)]


def test_each_question_is_answered_by_its_head() -> None:
    spam, insult = comment(1, spam=True), comment(2, spam=True, of_abuse=True)

    found = judge_all([spam, insult], model(spam=1.5, abuse=-2.5))

    assert [one.logit for one in found] == [1.5, -2.5]
    assert [one.seen for one in found] == [0, 0]
    assert all(one.judging > 0 and math.isnan(one.learning) for one in found)


def test_each_comment_is_judged_before_it_is_learned() -> None:
    same = [comment(1, spam=True)] * 4

    found = judge_and_learn(same, model(-1.0))

    logits = [one.logit for one in found]
    assert logits[0] == -1.0
    assert logits == sorted(set(logits))
    assert [one.seen for one in found] == [0, 1, 2, 3]
    assert all(one.learning > 0 for one in found)


def test_no_more_is_learned_than_so_many_decisions() -> None:
    comments = stream(6)

    found = judge_and_learn([*comments, comments[0], comments[0]], model(), decisions=3)

    assert [one.seen for one in found] == [0, 1, 2, 3, 3, 3, 3, 3]
    assert [math.isnan(one.learning) for one in found] == [False] * 3 + [True] * 5
    assert found[-1].logit == found[-2].logit > 0


def test_what_nobody_decides_on_is_judged_and_not_learned() -> None:
    comments = stream(8)

    found = judge_and_learn(comments, model(), decides=lambda comment, _logit: comment.positive)

    spam_before = [sum(one.positive for one in comments[:n]) for n in range(8)]
    assert [one.seen for one in found] == spam_before
    assert [math.isnan(one.learning) for one in found] == [not one.positive for one in comments]


def test_who_learns_nothing_judges_as_shipped() -> None:
    comments = stream(5)

    found = judge_and_learn(comments, model(0.5), decisions=0)

    assert [one.logit for one in found] == [one.logit for one in judge_all(comments, model(0.5))]


def test_stages_are_of_as_many_decisions_and_more() -> None:
    found = by_stage(judge_and_learn(stream(130), model()))

    assert {stage: len(of_it) for stage, of_it in found.items()} == {0: 20, 20: 80, 100: 30}
    assert {min(one.seen for one in found[stage]) for stage in (0, 20, 100)} == {0, 20, 100}


@pytest.mark.parametrize(
    ("sites", "most_seen"),
    [(Sites.FILE, {"one": 9, "two": 3}), (Sites.SOURCE, {"one": 5, "two": 3})],
)
def test_each_site_begins_anew(sites: Sites, most_seen: dict[str, int]) -> None:
    files = {"one": [*stream(6), *stream(4, source="b")], "two": stream(4)}

    parts = judge_files(files, model(), Online(sites))

    assert {p.file: max(one.seen for one in p.judged) for p in parts} == most_seen
    assert [[one.comment for one in p.judged if one.seen == 0] for p in parts][1] == [
        files["two"][0]
    ]


def test_all_files_can_be_one_stream() -> None:
    files = {"one": stream(40)[::2], "two": stream(40)[1::2]}

    one, two = judge_files(files, model(), Online(Sites.ALL))

    assert [found.seen for found in one.judged] == list(range(0, 40, 2))
    assert [found.seen for found in two.judged] == list(range(1, 40, 2))


def test_abuse_is_never_learned_and_loses_nobody_their_figures() -> None:
    insults = [comment(number, spam=True, of_abuse=True) for number in range(3)]
    files = {"insults": insults, "both": [*stream(2), insults[0]], "spam": stream(3)}

    parts = judge_files(files, model(abuse=2.0), Online())

    assert [(part.file, part.of_abuse, part.online, len(part.judged)) for part in parts] == [
        ("insults", True, False, 3),
        ("both", False, True, 2),
        ("both", True, False, 1),
        ("spam", False, True, 3),
    ]
    assert {one.logit for part in parts if part.of_abuse for one in part.judged} == {2.0}


def test_the_time_to_learn_is_of_those_that_were_learned() -> None:
    few = measure(judge_and_learn(stream(9), model(), decisions=2), {"hold": 0.5})
    none = measure(judge_all(stream(9), model()), {"hold": 0.5})

    assert few["learning_us"] > 20  # what is not learned takes none at all
    assert math.isnan(none["learning_us"])
    assert none["judging_us"] > 0


def test_log_odds_become_probabilities_held_against_thresholds() -> None:
    found = measure(judge_all(stream(4), model(1.0)), {"low": 0.7, "high": 0.75})

    assert probability(1.0) == pytest.approx(0.731, abs=1e-3)
    assert found["thresholds"]["low"]["recall"] == 1
    assert found["thresholds"]["low"]["precision"] == 0.5
    assert found["thresholds"]["high"]["recall"] == 0
    assert math.isnan(found["thresholds"]["high"]["precision"])
    assert found["calibration_error"] == pytest.approx(probability(1.0) - 0.5)


def test_what_is_measured_is_what_the_features_say() -> None:
    spam = comment(1, spam=True)
    weights = no_head().weights
    steps = weights.steps.copy()
    steps[extract(spam.subject).places] = 31
    shipped = Shipped("pills", Head(type(weights)(steps, 2.0), 0.0), no_head(), {})

    (found,) = judge_all([spam], shipped)

    assert found.logit == pytest.approx(2 * float(extract(spam.subject).values.sum()), rel=1e-5)
