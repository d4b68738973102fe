"""What kind of site a site is like is found out, judged by and learned beside."""

from collections.abc import Iterable

import pytest
from sqlalchemy import select

from moderation.classifier.features import Features
from moderation.classifier.learner import Lesson as Taught
from moderation.classifier.learner import SiteModel as Learned
from moderation.models import Lesson, SignalRow, SiteLearning, db
from moderation.services import learned, learning, site_kinds, site_learning
from moderation.services.judging import Judging
from tests.factories import House
from tests.integration.queueing import moderator
from tests.kinds import model, said
from tests.learning import current_model, decide, learn


@pytest.fixture(autouse=True)
def knows_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """All workers judge by a model that knows videos and forums."""
    monkeypatch.setattr("moderation.services.judging.load_shipped", model)
    judging = Judging()
    for module in ("moderation.services.screening", "tests.learning"):
        monkeypatch.setattr(f"{module}.judging", judging)


def publish(house: House, kind: str, numbers: Iterable[int]) -> list[int]:
    """Good comments, as they are written on sites of a kind."""
    return [house.publish(comment=said(kind, number), name="Ann") for number in numbers]


def look(house: House) -> str:
    """Do what the workers do now and then; gives what kind of site it is like."""
    with house.rows():
        site_kinds.recognise_some(model(), 60)
        return site_learning.state_of(1).kind


def probability(house: House, comment_id: int) -> tuple[str, float]:
    """By which version a comment was judged, and how."""
    with house.rows():
        evidence = db.session.scalar(
            select(SignalRow.evidence).where(
                SignalRow.comment_id == comment_id, SignalRow.check_name == "learned"
            )
        )
        assert evidence is not None
        return evidence["version"], evidence["probability"]


def test_a_site_is_judged_by_its_kind_once_it_has_published_some_comments(house: House) -> None:
    publish(house, "videos", range(900, 919))
    assert look(house) == ""
    before = house.publish(comment=said("videos", 950, spam=True), name="Ann")
    assert probability(house, before)[0] == model().version

    publish(house, "videos", range(919, 925))
    assert look(house) == "videos"
    after = house.publish(comment=said("videos", 951, spam=True), name="Ann")

    version, spam = probability(house, after)
    assert version == f"{model().version} videos"
    assert spam > 0.75
    assert house.status(after) in {"held", "spam"}


def test_what_is_not_published_says_nothing_of_a_site(house: House) -> None:
    publish(house, "videos", range(900, 921))
    for number in range(40):
        text = said("forums", number)
        house.hold(comment=f"{text} https://a.example https://b.example https://c.example")

    assert look(house) == "videos"


def test_a_site_is_looked_at_again_when_it_has_published_more(house: House) -> None:
    publish(house, "videos", range(900, 921))
    look(house)
    with house.rows():
        site_learning.set_kind(1, "", site_learning.state_of(1).kind_seen)
    assert look(house) == ""  # there is nothing newer

    publish(house, "forums", range(900, 990))

    assert look(house) == "forums"


def test_what_was_taught_is_learned_anew_beside_the_model_for_the_kind(house: House) -> None:
    ben = moderator(house)
    for number in range(4):
        text = said("videos", 700 + number, spam=True)
        comment = house.hold(comment=f"{text} https://a.example https://b.example")
        decide(house, ben, comment, "spam" if number % 2 else "approve")
        house.clock.move(seconds=61)
    learn(house)
    beside_any = current_model(house)
    assert beside_any == _folded(house, "")

    publish(house, "videos", range(900, 925))
    assert look(house) == "videos"
    meanwhile = house.publish(comment=said("videos", 980), name="Ann")
    assert probability(house, meanwhile)[0] == model().version  # what was learned goes with that
    learn(house)
    assert probability(house, house.publish(comment=said("videos", 981), name="Ann"))[0] == (
        f"{model().version} videos"
    )

    assert current_model(house) == _folded(house, "videos") != beside_any
    with house.rows():
        assert learned.look(None, "blog").shipped == f"{model().version} videos"
        state = db.session.scalars(select(SiteLearning)).one()
        assert state.taught == state.folded
        assert list(site_learning.due(model().version)) == []
        look(house)
        assert learning.fold(1, model(), house.clock()) is False


def _folded(house: House, kind: str) -> bytes:
    """What the lessons come to beside the model for a kind."""
    beneath = model().of_kind(kind)
    with house.rows():
        features = {row.id: row.features for row in db.session.query(Lesson)}
        lessons = [
            Taught(Features.unpack(features[one.lesson_id]), one.is_spam, one.weight, one.teacher)
            for one in site_learning.weighed(1, None, beneath.version)
        ]
        return Learned.fold(lessons, beneath).to_bytes()


def test_a_kind_that_a_new_model_does_not_know_is_no_kind(house: House) -> None:
    publish(house, "videos", range(900, 921))
    with house.rows():
        site_learning.set_kind(1, "unheard of", 0)

    comment = publish(house, "videos", [930])[0]

    assert probability(house, comment)[0] == model().version
    assert look(house) == "videos"


def test_a_site_that_is_deleted_meanwhile_does_not_stop_the_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(house, "videos", range(900, 921))
    there = site_kinds._due
    monkeypatch.setattr(site_kinds, "_due", lambda: iter([(77, 1), *there()]))

    assert look(house) == "videos"
