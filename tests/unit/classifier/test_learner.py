import random
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.classifier import learner
from moderation.classifier.features import extract
from moderation.classifier.heads import Head, Weights, no_head
from moderation.classifier.learner import (
    MOST_MOVED,
    Lesson,
    SiteModel,
    probability,
    remembered,
)
from moderation.classifier.model import Shipped
from moderation.classifier.places import LEARNING, PLACES
from moderation.domain.evidence import Subject
from moderation.errors import ModelError

BLANK = Shipped("blank", no_head(), no_head(), {})
SPAM = ["cheap casino bonus", "casino bonus today", "win the casino jackpot", "poker bonus cheap"]
HAM = ["I fixed the pump like you", "the pump leaks again", "which pump do you mean", "thank you"]


# To it, every comment is plainly good.
KIND = Shipped("kind", Head(Weights.of(np.zeros(PLACES, np.float32)), -3.0), no_head(), {})


def lesson(text: str, *, is_spam: bool, weight: float = 1.0, teacher: str = "") -> Lesson:
    features = extract(Subject(text))
    return Lesson(type(features).unpack(features.pack()), is_spam, weight, teacher)


LESSONS = [
    lesson(text, is_spam=is_spam)
    for pair in zip(SPAM, HAM, strict=True)
    for text, is_spam in zip(pair, (True, False), strict=True)
]


def test_it_tells_what_it_was_taught() -> None:
    model = SiteModel.fold(LESSONS, BLANK)

    assert model.logit(extract(Subject("a casino bonus"))) > 0.5
    assert model.logit(extract(Subject("my pump leaks"))) < -0.5
    assert model.seen == len(LESSONS)


def test_what_it_adds_is_told_whole_as_it_is_told_singly() -> None:
    casino = extract(Subject("a casino bonus"))
    for model in (SiteModel.fold(LESSONS, BLANK), SiteModel.fold(LESSONS * 200, BLANK)):
        added = model.adds(casino)

        assert (added.logit, added.believed) == (model.logit(casino), model.believed(casino))
        assert added.weights.shape == casino.places.shape
        by_weights = float(added.weights @ casino.values) + added.believed * model._bias
        assert min(by_weights, MOST_MOVED) == pytest.approx(added.logit, rel=1e-4)


def test_the_same_lessons_give_the_same_bytes() -> None:
    assert SiteModel.fold(LESSONS, BLANK).to_bytes() == SiteModel.fold(LESSONS, BLANK).to_bytes()


@given(cut=st.integers(0, len(LESSONS)))
@settings(max_examples=10, deadline=None)
def test_going_on_from_bytes_is_as_if_it_had_never_stopped(cut: int) -> None:
    whole = SiteModel.fold(LESSONS, BLANK)

    first = SiteModel.from_bytes(SiteModel.fold(LESSONS[:cut], BLANK).to_bytes())
    before = [LESSONS[place] for place in remembered([one.is_spam for one in LESSONS[:cut]])]
    rest = SiteModel.fold(LESSONS[cut:], BLANK, first, before)

    assert rest.to_bytes() == whole.to_bytes()


def dispute(opponent: str) -> list[Lesson]:
    """Ann teaches that talk of pumps is good, and somebody, now and then hers, that it is spam."""
    chance = random.Random(2)
    talk = [" ".join(chance.choices(" ".join(HAM).split(), k=6)) for _ in range(60)]
    ann = [lesson(text, is_spam=False, teacher="ann") for text in talk[:40]]
    other = [lesson(text, is_spam=True, teacher=opponent) for text in talk[40:]]
    return [*ann[:30], *(one for pair in zip(other, ann[30:] * 2, strict=True) for one in pair)]


def test_who_goes_against_what_others_taught_is_believed_less_and_less() -> None:
    pump = extract(Subject("which pump leaks"))

    # If it is Ann who changes her mind, she is.
    assert SiteModel.fold(dispute("ann"), KIND).logit(pump) > 2
    assert SiteModel.fold(dispute("bob"), KIND).logit(pump) < 1


@given(cut=st.integers(0, 70))
@settings(max_examples=15, deadline=None)
def test_going_on_is_exact_with_several_teachers_and_lessons_that_weigh_less(cut: int) -> None:
    lessons = dispute("bob")
    whole = SiteModel.fold(lessons, KIND)

    first = SiteModel.from_bytes(SiteModel.fold(lessons[:cut], KIND).to_bytes())
    before = [lessons[place] for place in remembered([one.is_spam for one in lessons[:cut]])]
    rest = SiteModel.fold(lessons[cut:], KIND, first, before)

    assert rest.to_bytes() == whole.to_bytes()


def test_what_was_read_is_written_as_it_was() -> None:
    data = SiteModel.fold(dispute("bob"), KIND).to_bytes()

    assert SiteModel.from_bytes(data).to_bytes() == data


def test_what_is_read_to_judge_by_says_the_same_without_what_learning_needs() -> None:
    model = SiteModel.fold(dispute("bob"), KIND)
    pump = extract(Subject("which pump leaks"))

    judging = SiteModel.from_bytes(model.to_bytes(), to_judge=True)

    assert judging.logit(pump) == model.logit(pump)
    assert judging.seen == model.seen
    assert len(judging.to_bytes()) < len(model.to_bytes())


def test_the_same_lessons_say_the_same_as_ever() -> None:
    # What sites have learned is kept: who changes this raises LEARNING.
    texts = ["a casino bonus", "my pump leaks", "thank you for the cheap jackpot"]
    learned = (SiteModel.fold(LESSONS, BLANK), SiteModel.fold(dispute("bob"), KIND))

    says = [[model.logit(extract(Subject(text))) for text in texts] for model in learned]

    assert says == [
        pytest.approx([4.36115, -2.38118, -0.88678], abs=1e-3),
        pytest.approx([-0.86274, -0.75166, -1.56343], abs=1e-3),
    ]


@pytest.mark.parametrize(("lessons", "shipped"), [(LESSONS, BLANK), (dispute("bob"), KIND)])
def test_going_on_leaves_what_it_began_with_as_it_was(
    lessons: list[Lesson], shipped: Shipped
) -> None:
    start = SiteModel.fold(lessons[:4], shipped)
    before = start.to_bytes()

    SiteModel.fold(lessons[4:], shipped, start)

    assert start.to_bytes() == before


def test_of_each_label_the_latest_are_learned_again() -> None:
    labels = [True] * 600 + [False] * 3

    assert remembered(labels) == list(range(100, 603))


def test_a_lesson_of_no_weight_teaches_nothing() -> None:
    moved = SiteModel.fold([lesson("casino", is_spam=True, weight=0.0)], BLANK)

    assert moved.logit(extract(Subject("casino"))) == 0


def test_however_much_is_taught_a_judgement_moves_so_far_and_no_further() -> None:
    model = SiteModel.fold([lesson("casino bonus", is_spam=True)] * 300, BLANK)

    assert abs(model.logit(extract(Subject("casino bonus " * 50)))) <= MOST_MOVED


def believed(lessons: list[Lesson], monkeypatch: pytest.MonkeyPatch) -> float:
    """The share of what these lessons say of a comment that counts."""
    casino = extract(Subject("a casino bonus"))
    found = SiteModel.fold(lessons, BLANK).logit(casino)
    monkeypatch.setattr(learner, "_PART", 1.0)
    return found / SiteModel.fold(lessons, BLANK).logit(casino)


def test_lessons_that_foretell_the_next_ones_are_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert believed(LESSONS * 5, monkeypatch) > 0.95


def by_chance(count: int) -> list[Lesson]:
    """Lessons whose labels say nothing of the next ones'."""
    chance = random.Random(1)
    texts = chance.choices(["a grey day", "so it goes", "on we go", "not so soon"], k=count)
    return [lesson(text, is_spam=chance.random() < 0.5) for text in texts]


def test_lessons_that_foretell_nothing_are_believed_in_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert 0.3 <= believed(by_chance(300), monkeypatch) < 0.35


def test_what_is_believed_turns_when_times_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long lessons foretold nothing, some dozens that do are enough."""
    assert believed(by_chance(600) + LESSONS * 12, monkeypatch) > 0.9


def test_that_spam_is_spam_again_and_again_proves_little() -> None:
    # Moderators mark spam, and good comments stand without a decision.
    casino = extract(Subject("a casino bonus"))
    spam = [lesson(f"{text} {number}", is_spam=True) for number in range(20) for text in SPAM]
    ham = [lesson(f"{text} {number}", is_spam=False) for number in range(20) for text in HAM]
    both = [one for pair in zip(spam, ham, strict=True) for one in pair]

    assert SiteModel.fold(spam, BLANK).believed(casino) < 0.97
    assert SiteModel.fold(both, BLANK).believed(casino) > 0.999


def test_a_few_wrong_lessons_on_one_thing_leave_the_others_believed() -> None:
    casino = extract(Subject("a casino bonus"))
    tractors = [lesson(f"buy a tractor, number {n}", is_spam=True) for n in range(40)]
    taught = SiteModel.fold([*(LESSONS * 5), *tractors], BLANK)
    wrong = [lesson(f"buy a tractor, number {n}", is_spam=False) for n in range(40, 52)]

    assert taught.believed(casino) > 0.95
    assert SiteModel.fold(wrong, BLANK, taught).believed(casino) > 0.95


def told(*, was: bytes, now: bytes) -> bytes:
    """What nothing was learned of, with something else in its header."""
    first, _, packed = SiteModel().to_bytes().partition(b"\n")
    body = zlib.decompress(packed)
    assert was in body
    return first + b"\n" + zlib.compress(body.replace(was, now))


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"nonsense",
        told(was=b'"bias": 0.0', now=b'"bias": 1' + 400 * b"0"),
        told(was=b'"bias": 0.0', now=b'"bias": ' + 100_000 * b"["),
        told(was=b'"lead": []', now=b'"lead": 1'),
        told(was=b'"teachers": []', now=b'"teachers": [{}]'),
        told(was=b'"bias": 0.0', now=b'"bias": NaN'),
        told(was=b'"bias_square": 0.01', now=b'"bias_square": -1'),
        told(was=b'"seen": 0', now=b'"seen": "x"'),
        told(was=b'"seen": 0', now=b'"seen": 3'),
        told(was=b'"counted": [0.0, 0.0]', now=b'"counted": [-5, -5]'),
        told(was=b"}\n\0", now=b"}\n\1"),
        told(was=b"}\n", now=b"}\nmore"),
        SiteModel().to_bytes()[:-3],
        SiteModel().to_bytes().replace(b"learned %d" % LEARNING, b"learned 4"),
    ],
)
def test_damaged_bytes_are_refused(damaged: bytes) -> None:
    with pytest.raises(ModelError, match="made again by itself"):
        SiteModel.from_bytes(damaged)


@given(logit=st.floats(allow_nan=False))
def test_a_probability_is_one_however_great_the_odds(logit: float) -> None:
    assert 0 <= probability(logit) <= 1


def test_a_site_keeps_fewer_places_than_the_shipped_model() -> None:
    assert learner._PLACES < PLACES
    assert len(SiteModel.fold(LESSONS, BLANK).to_bytes()) < 100_000
