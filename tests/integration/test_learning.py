"""Decisions become lessons, lessons a model; what is taken back was never learned."""

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.exc import OperationalError

from moderation.domain.queue_view import QueueView, Tab
from moderation.errors import ModelError
from moderation.models import AuditReader, Comment, Lesson, SignalRow, SiteLearning, SiteModel, db
from moderation.models.base import WRITE
from moderation.services import (
    bulk,
    learning,
    lesson_files,
    lessons,
    moderating,
    site_learning,
)
from moderation.services.judging import Judging, judging
from tests.factories import House
from tests.integration.queueing import moderator
from tests.learning import (
    WINDOW,
    current_model,
    decide,
    learn,
    taught,
    undo,
)


def words(kind: str) -> str:
    """A text of its own."""
    return f"{kind} {secrets.token_hex(4)} {secrets.token_hex(4)} {secrets.token_hex(4)}"


def decided(house: House, ben: int, count: int) -> list[int]:
    """Comments, every second of which was marked as spam, the others approved; in an order."""
    made = []
    for number in range(count):
        made.append(house.hold())
        decide(house, ben, made[-1], "spam" if number % 2 else "approve")
        house.clock.move(seconds=61)
    return made


def test_what_a_moderator_decides_is_learned_once_it_stands(house: House) -> None:
    ben = moderator(house)
    good, bad, off_topic, pending = (house.hold() for _ in range(4))
    decide(house, ben, good, "approve")
    decide(house, ben, bad, "spam")
    decide(house, ben, off_topic, "reject")

    learn(house, wait=False)
    assert taught(house) == {}  # all of it may still be taken back

    learn(house)
    assert taught(house) == {good: False, bad: True}
    assert house.status(pending) == "held"
    with house.rows():
        state = db.session.scalars(select(SiteLearning)).one()
        assert (state.taught, state.version) == (state.folded, 1)


def test_a_young_undo_does_not_hide_a_decision_that_is_too_young_before_it(house: House) -> None:
    ben = moderator(house)
    comment = house.hold()
    decide(house, ben, comment, "approve")
    house.clock.move(seconds=5)
    decide(house, ben, comment, "spam")
    house.clock.move(seconds=1)
    rejected = decide(house, ben, comment, "reject")
    undo(house, ben, rejected)
    house.clock.move(seconds=5)
    learn(house, wait=False)
    assert taught(house) == {comment: False}  # what came after it is younger than the window

    learn(house)

    assert taught(house) == {comment: True}


def test_the_machines_verdicts_and_the_sites_own_words_teach_nothing(house: House) -> None:
    ben = moderator(house)
    published = house.publish()
    with house.rows():
        moderating.reply(
            house.parts.vault,
            ben,
            published,
            "Thank you",
            revision=1,
            seen=house.comment(published).status,
            now=house.clock(),
        )
    learn(house)

    assert taught(house) == {}
    assert current_model(house) is None


def test_what_was_taken_back_was_never_learned(house: House) -> None:
    ben = moderator(house)
    mistaken, more = house.hold(), house.hold()
    decided(house, ben, 5)
    learn(house)
    before = current_model(house)
    entry = decide(house, ben, mistaken, "spam")
    learn(house)
    assert current_model(house) != before
    decide(house, ben, more, "approve")
    learn(house)
    with_more = current_model(house)

    undo(house, ben, entry)
    learn(house)
    without_mistake = current_model(house)
    assert mistaken not in taught(house)
    assert without_mistake not in {before, with_more}

    # All that is left is learned once more, from nothing.
    with house.rows():
        db.session.execute(update(SiteLearning).values(taught=SiteLearning.taught + 1))
        db.session.query(SiteModel).delete()
        db.session.commit()
    learn(house)
    assert current_model(house) == without_mistake


def test_an_undo_leaves_the_state_that_was_there_before(house: House) -> None:
    ben = moderator(house)
    mistaken = house.hold()
    decided(house, ben, 3)
    learn(house)
    before = current_model(house)
    entry = decide(house, ben, mistaken, "spam")
    learn(house)
    undo(house, ben, entry)
    learn(house)

    assert current_model(house) == before


def test_a_decision_taken_back_in_time_never_reaches_the_lessons(house: House) -> None:
    ben = moderator(house)
    entry = decide(house, ben, house.hold(), "spam")
    house.clock.move(seconds=5)
    undo(house, ben, entry)
    house.clock.move(seconds=6)
    learn(house, wait=False)

    assert taught(house) == {}


def test_a_changed_mind_teaches_what_stands(house: House) -> None:
    ben = moderator(house)
    comment = house.hold()
    decide(house, ben, comment, "approve")
    learn(house)
    decide(house, ben, comment, "spam")
    house.clock.move(seconds=5)
    learn(house, wait=False)
    assert taught(house) == {comment: False}  # the new one may still be taken back

    learn(house)
    assert taught(house) == {comment: True}
    decide(house, ben, comment, "reject")
    learn(house)
    assert taught(house) == {}


def test_an_earlier_decision_that_is_learned_late_comes_in_its_place(house: House) -> None:
    """Two who decide at once commit in any order: the model is of the order of time alone."""
    ben = moderator(house)
    comments = decided(house, ben, 6)
    learn(house)
    whole = current_model(house)
    with house.rows():
        db.session.query(Lesson).filter_by(comment_id=comments[2]).delete()
        db.session.query(AuditReader).update({"entry_id": 0})
        site_learning.note_taught([1])
        db.session.commit()
        shipped = judging.shipped()
        learning.fold(1, shipped, house.clock())
    assert current_model(house) != whole

    learn(house)
    assert current_model(house) == whole


def test_what_a_turn_passed_before_it_was_old_enough_is_learned_however_late_the_next_one_comes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = moderator(house)
    comments = [house.hold() for _ in range(3)]
    # Its number is lower than those of decisions that are older: they waited to be written.
    for comment, seconds in zip(comments, (5, -5, 0), strict=True):
        house.clock.move(seconds=seconds)
        decide(house, ben, comment, "approve")
    house.clock.move(seconds=12)
    monkeypatch.setattr(lessons, "_STEP", 2)
    with house.rows():
        more = lessons.learn_some(0, WINDOW, house.clock())
    assert more is not None
    assert set(taught(house)) == set(comments[1:])

    house.clock.move(minutes=5)
    with house.rows():
        while more is not None:
            more = lessons.learn_some(more, WINDOW, house.clock())
    learn(house)
    assert set(taught(house)) == set(comments)


def test_a_long_log_is_not_read_again_from_its_beginning(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = moderator(house)
    for comment in [house.hold() for _ in range(5)]:
        decide(
            house, ben, comment, "reject"
        )  # teaches nothing, so no lesson tells that it was read
    house.clock.move(minutes=5)
    monkeypatch.setattr(lessons, "_STEP", 2)
    with house.rows():
        first = lessons.learn_some(0, WINDOW, house.clock())
        second = lessons.learn_some(0, WINDOW, house.clock())

    assert first is not None
    assert second is not None
    assert second > first


def test_a_comment_that_its_author_deletes_is_unlearned(house: House) -> None:
    ben = moderator(house)
    comment = house.hold()
    before = decided(house, ben, 2)
    learn(house)
    model = current_model(house)
    decide(house, ben, comment, "approve")
    learn(house)
    with house.rows():
        db.session.execute(update(Comment).where(Comment.id == comment).values(status="deleted"))
        # Erased, as the rows of a site that leaves are, by whoever looks after the database.
        db.session.commit()
        db.session.query(Lesson).filter_by(comment_id=comment).delete()
        db.session.commit()
        site_learning.look_after()
    learn(house)

    assert set(taught(house)) == set(before)
    assert current_model(house) == model


def test_the_words_that_were_decided_on_are_learned_not_later_ones(house: House) -> None:
    ben = moderator(house)
    comment = house.hold()
    decide(house, ben, comment, "approve")
    learn(house)
    with house.rows():
        features = db.session.scalar(select(Lesson.features))
    with house.rows():
        db.session.query(Lesson).delete()
        db.session.query(AuditReader).update({"entry_id": 0})
        db.session.commit()
        moderating.edit(ben, comment, "Other words", revision=1, now=house.clock())
    learn(house)
    with house.rows():
        again = db.session.scalars(select(Lesson)).one()
        assert (again.revision, again.features) == (1, features)


def test_a_bulk_decision_is_learned_in_steps_and_nothing_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = moderator(house)
    held = [house.hold() for _ in range(7)]
    with house.rows():
        newest = db.session.scalar(select(func.max(Comment.id))) or 0
        job = bulk.order_by_view(
            ben, "spam", QueueView(tab=Tab.HELD), 10**6 + newest, house.clock()
        )
        while bulk.step(job, house.clock()):
            pass
    house.clock.move(seconds=11)
    monkeypatch.setattr(lessons, "_STEP", 3)
    turns = []
    with house.rows():
        after: int | None = 0
        while after is not None:
            after = lessons.learn_some(after, WINDOW, house.clock())
            turns.append(len(db.session.scalars(select(Lesson.id)).all()))
            db.session.rollback()
        assert lessons.learn_some(0, WINDOW, house.clock()) is None
        state = site_learning.state_of(1)
        assert state.taught == 3

    assert turns == [3, 6, 7]
    assert taught(house) == dict.fromkeys(held, True)


@pytest.mark.parametrize("damaged", [False, True])
def test_many_lessons_are_folded_in_turns_to_the_same_model(
    house: House, monkeypatch: pytest.MonkeyPatch, *, damaged: bool
) -> None:
    ben = moderator(house)
    decided(house, ben, 7)
    learn(house)
    whole = current_model(house)
    with house.rows():
        resting = db.session.query(SiteModel)
        resting.update({"data": b"damaged"}) if damaged else resting.delete()
        site_learning.note_taught([1])
        db.session.commit()
        monkeypatch.setattr(learning, "MOST_AT_ONCE", 3)
        shipped = judging.shipped()
        turns = [learning.fold(1, shipped, house.clock()) for _ in range(3)]
        assert turns == [True, True, False]

    assert current_model(house) == whole


def test_a_lesson_that_goes_while_a_model_is_made_takes_no_resting_point_with_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = moderator(house)
    first, *_ = decided(house, ben, 3)
    learn(house)
    with house.rows():
        site_learning.note_taught([1])
        # The current model and one more, of other lessons, so that all are read again.
        current = db.session.scalars(select(SiteModel)).one()
        current.digest = b"of others"
        resting = {"site_id": 1, "lessons": 2, "digest": b"of others too", "data": current.data}
        db.session.add(SiteModel(**resting, made_at=house.clock()))
        db.session.commit()
        before = db.session.scalars(select(SiteModel.id).order_by(SiteModel.id)).all()
        assert len(before) == 2
        weigh = learning.weighed

        def weigh_and_lose(*asked: Any) -> Any:
            found = weigh(*asked)
            db.session.execute(delete(Lesson).where(Lesson.comment_id == first))
            db.session.commit()
            return found

        monkeypatch.setattr(learning, "weighed", weigh_and_lose)
        shipped = judging.shipped()
        assert learning.fold(1, shipped, house.clock()) is True
        assert db.session.scalars(select(SiteModel.id).order_by(SiteModel.id)).all() == before
        monkeypatch.setattr(learning, "weighed", weigh)
        assert learning.fold(1, shipped, house.clock()) is False
        assert site_learning.state_of(1).folding_until is None


def test_one_at_a_time_makes_a_sites_model(house: House) -> None:
    ben = moderator(house)
    decided(house, ben, 1)
    learn(house)
    with house.rows():
        site_learning.note_taught([1])
        db.session.execute(
            update(SiteLearning).values(folding_until=house.clock() + timedelta(seconds=30))
        )
        db.session.commit()
        shipped = judging.shipped()

        assert learning.fold(1, shipped, house.clock()) is False
        assert site_learning.state_of(1).folded == 1  # somebody else is at it
        house.clock.move(seconds=31)
        learning.fold(1, shipped, house.clock())
        state = site_learning.state_of(1)
        assert (state.folded, state.folding_until) == (2, None)


def test_the_site_that_waited_longest_comes_first(house: House) -> None:
    decided(house, moderator(house), 2)
    learn(house)
    with house.rows():
        version = judging.shipped().version
        file = "".join(lesson_files.export(None, "blog")).encode()
        for slug in ("other", "third"):
            house.add_site(slug)
            lesson_files.import_file(None, slug, file, house.clock())
        site_learning.note_taught([1])
        db.session.commit()
        assert site_learning.due(version) == [2, 3, 1]  # of two of them nothing was made yet

        house.clock.move(seconds=1)
        learning.fold(2, judging.shipped(), house.clock())
        site_learning.note_taught([2])
        db.session.commit()
        assert site_learning.due(version) == [3, 1, 2]


def test_a_damaged_resting_point_is_passed_over(house: House) -> None:
    ben = moderator(house)
    decided(house, ben, 3)
    learn(house)
    whole = current_model(house)
    with house.rows():
        db.session.query(SiteModel).update({"data": b"damaged"})
        site_learning.note_taught([1])
        db.session.commit()
    learn(house)

    assert whole != b"damaged"
    assert current_model(house) == whole


def test_what_was_learned_is_made_anew_for_another_version_and_nothing_old_stays(
    house: House,
) -> None:
    ben = moderator(house)
    decided(house, ben, 3)
    learn(house)
    whole = current_model(house)
    assert whole is not None
    with house.rows():
        later = replace(judging.shipped(), version="another")
        db.session.query(SiteModel).update({"data": b"of the version before"})
        db.session.commit()

        assert list(site_learning.due(later.version)) == [1]
        assert learning.fold(1, later, house.clock()) is False
        assert list(site_learning.due(later.version)) == []
        assert b"of the version before" not in db.session.scalars(select(SiteModel.data)).all()

    assert current_model(house) == whole


def test_what_was_learned_is_judged_by_from_the_next_comment_on(house: House) -> None:
    ben = moderator(house)
    for number in range(24):
        text = words("grow orchids") if number % 2 else words("my garden")
        comment = house.hold(comment=f"{text} https://a.example https://b.example", name="N")
        decide(house, ben, comment, "spam" if number % 2 else "approve")
        house.clock.move(seconds=61)
    before = house.publish(comment=words("grow orchids"))
    learn(house)
    after = house.publish(comment=words("grow orchids"))

    with house.rows():
        told = {row.comment_id: row.evidence for row in db.session.execute(_learned_signals())}
        assert told[before]["seen"] == 0
        assert told[after]["seen"] == 24
        assert told[after]["probability"] > told[before]["probability"]
        assert told[after]["site"] > 0


def _learned_signals() -> Select[int, dict[str, Any]]:
    return select(SignalRow.comment_id, SignalRow.evidence).where(SignalRow.check_name == "learned")


def test_without_a_model_a_comment_is_held_and_the_other_checks_still_tell(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged() -> None:
        raise ModelError("The shipped model is damaged.")

    fresh = Judging()
    monkeypatch.setattr("moderation.services.judging.load_shipped", damaged)
    monkeypatch.setattr("moderation.services.screening.judging", fresh)
    comment = house.publish()

    with house.rows():
        row = house.comment(comment)
        assert (row.status, row.verdict_rule) == ("held", "CHECK_ERROR")
    with pytest.raises(ModelError):
        fresh.shipped()


def test_lessons_of_an_older_layout_are_renewed_from_their_comments(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = moderator(house)
    comments = decided(house, ben, 5)
    with house.rows():
        site_learning.look_after()
    learn(house)
    whole = current_model(house)
    with house.rows():
        db.session.query(Lesson).update({"layout": 0, "features": b"", "bands": b""})
        db.session.commit()
        moderating.edit(ben, comments[0], "Other words", revision=1, now=house.clock())
        monkeypatch.setattr(lessons, "_STEP", 2)
        site_learning.look_after()
        assert site_learning.weighed(1, None, "") == []
        while lessons.renew_some():
            pass
        assert lessons.renew_some() is False
        assert all(row.bands for row in db.session.query(Lesson))
    learn(house)

    assert current_model(house) == whole


def test_where_a_site_speaks_is_noted(house: House) -> None:
    german = "Das ist ein sehr schöner Artikel, den ich gerne gelesen habe, vielen Dank dafür"
    for _ in range(2):
        house.publish(comment=words(german))
    house.publish(comment=words("I have read this article with pleasure, thank you very much"))
    with house.rows():
        site_learning.look_after()
        assert site_learning.state_of(1).language == "de"


def test_where_a_sites_model_is_damaged_the_shipped_one_judges_until_it_is_made_anew(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ben = moderator(house)
    decided(house, ben, 3)
    learn(house)
    with house.rows():
        db.session.query(SiteModel).update({"data": b"damaged"})
        db.session.commit()
    monkeypatch.setattr("moderation.services.screening.judging", Judging())
    comment = house.publish()

    assert house.status(comment) == "published"
    with house.rows():
        told = {row.comment_id: row.evidence for row in db.session.execute(_learned_signals())}
        assert told[comment]["seen"] == 0
    assert "made again by itself" in caplog.text
    learn(house, wait=False)
    later = house.publish()
    with house.rows():
        told = {row.comment_id: row.evidence for row in db.session.execute(_learned_signals())}
        assert told[later]["seen"] == 3


def test_what_the_model_breaks_on_is_held(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_on(_subject: object) -> None:
        raise RuntimeError("with words of the comment")

    fresh = Judging()
    monkeypatch.setattr("moderation.services.judging.Judge.judge", break_on)
    monkeypatch.setattr("moderation.services.screening.judging", fresh)

    assert house.status(house.publish()) == "held"


def test_a_lost_database_is_no_fault_of_the_comment(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(_digest: bytes) -> None:
        raise OperationalError("SELECT", {}, RuntimeError("gone"))

    ben = moderator(house)
    decided(house, ben, 1)
    learn(house)
    monkeypatch.setattr("moderation.services.screening.judging", Judging())
    with monkeypatch.context() as lost:
        lost.setattr("moderation.services.judging._learned", lose)
        comment = int(house.post().get_json()["id"])
        waiting = list(house.nudges)
        with pytest.raises(OperationalError):
            house.work()
    assert house.status(comment) == "pending"
    house.nudges[:] = waiting
    house.work()

    assert house.status(comment) == "published"


def test_what_is_learned_is_looked_at_while_others_can_write(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = moderator(home)
    comment = home.hold()
    decide(home, ben, comment, "spam")
    looked = []
    extract = lessons.extract

    def slowly(subject: Any) -> Any:
        with db.engine.connect().execution_options(**WRITE) as other:  # locked, were it not so
            other.execute(update(Comment).where(Comment.id == comment).values(language="en"))
            other.commit()
        looked.append(subject)
        return extract(subject)

    monkeypatch.setattr(lessons, "extract", slowly)
    learn(home)

    assert taught(home) == {comment: True}
    assert len(looked) == 1
