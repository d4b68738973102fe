"""What kind of site a site is like."""

import numpy as np
import pytest

from moderation.classifier.evaluation import judge_all, judge_and_learn
from moderation.classifier.features import extract
from moderation.classifier.kinds import LOOKED_AT, Impression, kind_of, likeness
from moderation.classifier.learner import Lesson, SiteModel
from moderation.classifier.training import train_head
from moderation.domain.evidence import Subject
from tests.kinds import ABOUT, comments, head, labelled, model, said

OF_VIDEOS, OF_FORUMS = np.array([0.1, -0.9]), np.array([-0.9, 0.1])
OF_VIDEOS_TOO, OF_FORUMS_TOO = np.array([0.1, 0.0]), np.array([0.0, 0.1])
OF_NONE = np.array([-0.8, -0.9])


def test_a_kind_shows_by_its_words_whatever_is_spam() -> None:
    assert list(head().kinds) == sorted(ABOUT)
    for kind in ABOUT:
        for spam in (True, False):
            texts = [said(kind, number, spam=spam) for number in range(900, 930)]
            told = [likeness(extract(Subject(text)), head()) for text in texts]
            assert kind_of(told, head()) == kind


def test_what_is_spam_hangs_on_the_kind() -> None:
    for kind in ABOUT:
        of_it = head().of_kind(kind)
        for spam in (True, False):
            logit = of_it.logit(extract(Subject(said(kind, 901, spam=spam), "Ann")))
            assert (logit > 0) == spam
    assert head().of_kind("unheard of") is head()


def test_a_list_of_spam_teaches_the_kind_that_it_is_like() -> None:
    without, _ = train_head("spam", comments())

    assert without.kinds.keys() == head().kinds.keys()
    of_list = extract(labelled("videos", 501, spam=True, of="list").subject)
    there, not_there = (one.of_kind("videos").logit(of_list) for one in (head(), without))
    assert there > not_there


@pytest.mark.parametrize(
    "told",
    [
        [one for kind in ABOUT for one in comments() if one.source.startswith(kind)][:60],
        comments(99),
        [one for one in comments() if one.source.startswith("videos")],
    ],
    ids=["one kind", "too few of each label", "one source's kind"],
)
def test_where_there_is_nothing_to_tell_apart_no_kind_is_known(told: list) -> None:
    found, _ = train_head("spam", told)

    assert found.kinds == {}
    assert likeness(extract(Subject("a song")), found).shape == (0,)
    impression = Impression(found)
    impression.see(extract(Subject("a song")))
    assert impression.kind == ""


@pytest.mark.parametrize(
    ("told", "before", "kind"),
    [
        ([OF_VIDEOS] * 19, "", ""),
        ([OF_VIDEOS] * 20, "", "videos"),
        ([OF_FORUMS] * 20, "videos", "forums"),
        ([OF_NONE] * 40, "", ""),
        ([OF_NONE] * 40, "videos", ""),
        # Most of it is of one kind, and little of it like that.
        ([OF_NONE] * 9 + [OF_VIDEOS] * 11, "", ""),
        ([OF_NONE] * 9 + [OF_VIDEOS] * 11, "videos", "videos"),
        ([OF_NONE] * 9 + [OF_VIDEOS] * 11, "forums", ""),
        # Of two that each have nearly half it stays what it was.
        ([OF_VIDEOS_TOO] * 49 + [OF_FORUMS_TOO] * 51, "videos", "videos"),
        ([OF_VIDEOS_TOO] * 51 + [OF_FORUMS_TOO] * 49, "forums", "forums"),
        ([OF_VIDEOS_TOO] * 44 + [OF_FORUMS_TOO] * 56, "videos", "forums"),
    ],
)
def test_a_site_is_of_a_kind_if_its_comments_are_like_it(
    told: list, before: str, kind: str
) -> None:
    # Of the head's kinds the forums come first.
    assert kind_of([one[::-1] for one in told], head(), before) == kind


def test_a_site_that_is_like_several_kinds_is_of_none() -> None:
    three = np.array([[0.5, -0.9, -0.9], [-0.9, 0.5, -0.9], [-0.9, -0.9, 0.5]])
    of_three = type(head())(
        head().weights, 0.0, {}, dict.fromkeys(("a", "b", "c"), head().kinds["videos"])
    )

    assert kind_of(list(three) * 10, of_three) == ""
    assert kind_of([three[1]] * 30, of_three) == "b"


def test_what_a_site_is_like_now_counts() -> None:
    impression = Impression(head())
    for number in range(LOOKED_AT):
        impression.see(extract(Subject(said("videos", number, spam=False))))
    assert impression.kind == "videos"

    for number in range(LOOKED_AT):
        impression.see(extract(Subject(said("forums", number, spam=False))))
    assert impression.kind == "forums"


def test_labels_say_nothing_of_the_kind() -> None:
    stream = [labelled("forums", number, spam=bool(number % 2)) for number in range(600, 800)]
    turned = [type(one)(one.subject, not one.positive, False, one.source, "") for one in stream]

    found, of_turned = judge_all(stream, model()), judge_all(turned, model())

    assert [one.logit for one in found] == [one.logit for one in of_turned]
    of_kind = model().of_kind("forums").spam
    last = [one for one in found if one.comment.source == "forums/0"][-1]
    assert last.logit == of_kind.logit(extract(last.comment.subject))
    first = found[0]
    assert first.logit == model().spam.logit(extract(first.comment.subject))


def test_a_stream_goes_on_as_if_its_kind_had_been_known_from_the_beginning() -> None:
    stream = [labelled("forums", number, spam=bool(number % 2)) for number in range(800, 880)]

    found = judge_and_learn(stream, model())

    beneath = model().of_kind("forums")
    lessons = [
        Lesson(type(features).unpack(features.pack()), one.positive)
        for one in stream[:-1]
        for features in (extract(one.subject),)
    ]
    learned = SiteModel.fold(lessons, beneath)
    last = extract(stream[-1].subject)
    assert found[-1].logit == beneath.spam.logit(last) + learned.logit(last)


def test_a_model_for_a_kind_is_another_version() -> None:
    assert model().of_kind("videos").version == f"{model().version} videos"
    assert model().of_kind("unheard of") is model()
    assert model().of_kind("videos").abuse is model().abuse
