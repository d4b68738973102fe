"""What a site has learned: to look at, to begin anew, to take elsewhere."""

import json
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from moderation.domain.roles import SiteRole
from moderation.errors import (
    AlreadyExistsError,
    InvalidInputError,
    StaleDecisionError,
    UnknownCommentError,
    UnknownLessonsError,
)
from moderation.models import AuditEntry, Lesson, SignalRow, db
from moderation.services import learned, lesson_files, review
from tests.factories import House, csrf_token
from tests.integration.queueing import moderator, signed_in
from tests.learning import current_model, decide, learn, taught

PAGE = "/queue/sites/blog/learned"


def teach(house: House, ben: int, count: int = 4) -> list[int]:
    """Lessons, of which every second is spam."""
    made = [house.hold() for _ in range(count)]
    for number, comment in enumerate(made):
        decide(house, ben, comment, "spam" if number % 2 else "approve")
        house.clock.move(seconds=1)
    learn(house)
    return made


def post(browser: FlaskClient, path: str, **fields: Any) -> TestResponse:
    token = csrf_token(browser.get(PAGE).text)
    return browser.post(f"{PAGE}{path}", data={"csrf_token": token} | fields)


def test_the_page_tells_who_taught_what(house: House) -> None:
    browser = signed_in(house, "Olga", SiteRole.OWNER)
    assert "Nothing yet" in browser.get(PAGE).text
    ben = moderator(house)
    first, *_ = teach(house, ben)

    page = browser.get(PAGE).text
    assert "Ben" in page
    assert f"/queue/comment/{first}" in page
    assert "Export 4 lessons" in page
    with house.rows():
        found = learned.look(None, "blog")
        assert (found.spam, found.good, found.version, found.waiting) == (2, 2, 1, False)
        assert [(t.name, t.spam, t.good) for t in found.teachers] == [("Ben", 2, 2)]
        assert [one.is_spam for one in found.latest] == [True, False, True, False]


def test_a_moderator_looks_but_takes_and_changes_nothing(house: House) -> None:
    teach(house, moderator(house))
    browser = signed_in(house, "Mia", SiteRole.MODERATOR)
    page = browser.get(PAGE).text

    assert "By whom" in page
    assert "Begin anew" not in page
    assert post(browser, "/reset", sure="yes").status_code == 403
    assert browser.get(f"{PAGE}/lessons.jsonl").status_code == 403


def test_a_site_begins_anew_and_takes_that_back(house: House) -> None:
    browser = signed_in(house, "Olga", SiteRole.OWNER)
    ben = moderator(house)
    later = house.hold()
    teach(house, ben)
    before = current_model(house)
    assert post(browser, "/reset").status_code == 400  # without a word that it is meant
    assert post(browser, "/reset", sure="yes").status_code == 303
    learn(house)
    assert current_model(house) is None
    assert len(taught(house)) == 4  # kept
    decide(house, ben, later, "approve")
    learn(house)
    with house.rows():
        found = learned.look(None, "blog")
        assert (found.spam, found.good) == (0, 1)
        assert found.reset_id is not None
        entry = db.session.get_one(AuditEntry, found.reset_id)
        assert (entry.action, entry.details) == ("learning_reset", {"lessons": 4, "since": ""})

    review_entry = _decision_on(house, later)
    with house.rows():
        review.undo(ben, review_entry, now=house.clock())
    assert post(browser, f"/restore/{found.reset_id}").status_code == 303
    learn(house)
    assert current_model(house) == before
    assert post(browser, f"/restore/{found.reset_id}").status_code == 409
    assert "Begin anew" in browser.get(PAGE).text


def _decision_on(house: House, comment: int) -> int:
    with house.rows():
        found = db.session.scalar(
            select(AuditEntry.id).where(
                AuditEntry.comment_id == comment, AuditEntry.action == "approve"
            )
        )
        assert found is not None
        return found


def test_only_the_last_reset_is_taken_back(house: House) -> None:
    ben = moderator(house)
    more = [house.hold(), house.hold()]
    with house.rows(), pytest.raises(InvalidInputError):
        learned.reset(None, "blog", house.clock())
    teach(house, ben)
    with house.rows():
        first = learned.reset(None, "blog", house.clock())
    for comment in more:
        house.clock.move(seconds=1)
        decide(house, ben, comment, "spam")
    learn(house)
    with house.rows():
        second = learned.reset(None, "blog", house.clock())
        with pytest.raises(StaleDecisionError):
            learned.take_back_reset(None, "blog", first, house.clock())
        with pytest.raises(UnknownCommentError):
            learned.take_back_reset(None, "blog", 10**6, house.clock())
        learned.take_back_reset(None, "blog", second, house.clock())
        found = learned.look(None, "blog")
        assert (found.spam, found.good) == (2, 0)  # since the first one
        learned.take_back_reset(None, "blog", first, house.clock())
        found = learned.look(None, "blog")
        assert (found.spam, found.good) == (4, 2)


def test_lessons_move_to_another_site_where_they_come_to_the_same(house: House) -> None:
    browser = signed_in(house, "Olga", SiteRole.OWNER, ("blog",))
    teach(house, moderator(house))
    here = current_model(house)
    file = browser.get(f"{PAGE}/lessons.jsonl")
    assert "attachment" in file.headers["Content-Disposition"]
    assert b"Anna" not in file.data
    assert b"example" not in file.data
    with house.rows():
        house.add_site("other")
        assert lesson_files.import_file(None, "other", file.data, house.clock()) == 4
        with pytest.raises(AlreadyExistsError):
            lesson_files.import_file(None, "other", file.data, house.clock())
    learn(house)
    with house.rows():
        found = learned.look(None, "other")
        assert (found.spam, found.good, found.version) == (2, 2, 1)
        assert [t.name for t in found.teachers] == [None]
        again = "".join(lesson_files.export(None, "other"))
        assert again == file.text
        data = _models()
        assert data == [here, here]


def _models() -> list[bytes | None]:
    from moderation.models import SiteLearning, SiteModel

    return list(
        db.session.scalars(
            select(SiteModel.data)
            .join(SiteLearning, SiteLearning.model_id == SiteModel.id)
            .order_by(SiteModel.site_id)
        )
    )


def test_what_was_imported_before_it_began_anew_can_be_imported_again(house: House) -> None:
    teach(house, moderator(house))
    with house.rows():
        content = "".join(lesson_files.export(None, "blog")).encode()
        house.add_site("other")
        lesson_files.import_file(None, "other", content, house.clock())
        house.clock.move(seconds=1)
        learned.reset(None, "other", house.clock())
        assert learned.look(None, "other").spam == 0
        house.clock.move(seconds=1)
        lesson_files.import_file(None, "other", content, house.clock())
        assert learned.look(None, "other").spam == 2
        assert db.session.query(Lesson).count() == 8


def test_what_a_site_exported_itself_is_not_learned_twice(house: House) -> None:
    ben = moderator(house)
    teach(house, ben)
    with house.rows():
        own = "".join(lesson_files.export(None, "blog")).encode()
        with pytest.raises(AlreadyExistsError):
            lesson_files.import_file(None, "blog", own, house.clock())
        house.add_site("other")
        lesson_files.import_file(None, "other", own, house.clock())
    house.clock.move(seconds=61)
    decide(house, ben, house.hold(), "spam")
    learn(house)
    with house.rows():
        more = "".join(lesson_files.export(None, "blog")).encode()
        assert lesson_files.import_file(None, "other", more, house.clock()) == 1
        back = "".join(lesson_files.export(None, "other")).encode()
        with pytest.raises(AlreadyExistsError):
            lesson_files.import_file(None, "blog", back, house.clock())
        assert [learned.look(None, slug).spam for slug in ("blog", "other")] == [3, 3]


def test_what_a_file_taught_can_be_forgotten(house: House) -> None:
    browser = signed_in(house, "Olga", SiteRole.OWNER)
    teach(house, moderator(house))
    own = current_model(house)
    with house.rows():
        text = "".join(lesson_files.export(None, "blog"))
    head, *lines = text.splitlines()
    file = "\n".join([head, *(decided_otherwise(line, minutes=9) for line in lines)]).encode()
    brought_at = house.clock()
    assert post(browser, "/lessons", file=(BytesIO(file), "l.jsonl")).status_code == 303
    learn(house)
    assert current_model(house) != own
    with house.rows():
        (brought,) = lesson_files.brought_files(1)
        assert (brought.lessons, brought.imported_at) == (4, brought_at)
    page = browser.get(PAGE).text
    assert "4 lessons brought here" in page

    assert post(browser, f"/lessons/{brought.origin}/forget").status_code == 303
    learn(house)

    assert current_model(house) == own
    assert "brought here" not in browser.get(PAGE).text
    again = post(browser, f"/lessons/{brought.origin}/forget")
    assert (again.status_code, "forgotten already" in again.text) == (404, True)
    log = browser.get("/queue/audit").text
    assert "let imported lessons be forgotten" in log
    with house.rows():
        assert lesson_files.import_file(None, "blog", file, house.clock()) == 4
        with pytest.raises(UnknownLessonsError):
            lesson_files.forget_file(None, "blog", "", house.clock())
        assert lesson_files.forget_file(None, "blog", brought.origin, house.clock()) == 4
        assert learned.look(None, "blog").spam == 2


def test_what_is_missing_of_a_file_is_learned_beside_what_is_there(house: House) -> None:
    first, *_ = teach(house, moderator(house))
    with house.rows():
        text = "".join(lesson_files.export(None, "blog"))
    head, *lines = text.splitlines()
    others = [decided_otherwise(line, minutes=9) for line in lines]
    file = "\n".join([head, *lines, *others]).encode()
    with house.rows():
        assert lesson_files.import_file(None, "blog", file, house.clock()) == 4  # but its own
        db.session.execute(delete(Lesson).where(Lesson.comment_id == first))
        db.session.commit()

        assert lesson_files.import_file(None, "blog", file, house.clock()) == 1
        found = learned.look(None, "blog")
        assert found.spam + found.good == 8
        (brought,) = lesson_files.brought_files(1)
        assert brought.lessons == 5


def test_a_large_file_is_read_for_moderators_alone(house: House) -> None:
    file = BytesIO(b"x" * 300 * 1024)
    answer = house.client.post("/queue/sites/blog/learned/lessons", data={"file": (file, "l")})

    assert answer.status_code == 413


def decided_otherwise(line: str, **later: float) -> str:
    """The lesson of another decision."""
    told = json.loads(line)
    at = datetime.fromisoformat(told["at"]) + timedelta(**later)
    return json.dumps(told | {"at": at.isoformat()})


def test_a_file_is_brought_by_the_page_even_a_large_one(house: House) -> None:
    browser = signed_in(house, "Olga", SiteRole.OWNER)
    teach(house, moderator(house))
    content = browser.get(f"{PAGE}/lessons.jsonl").data
    head, *lines = content.decode().splitlines()
    times = 60
    others = (decided_otherwise(line, minutes=n + 1) for line in lines for n in range(times))
    large = "\n".join([head, *others]).encode()
    assert len(large) > 256 * 1024

    answer = post(browser, "/lessons", file=(BytesIO(large), "l.jsonl"))
    assert answer.status_code == 303
    again = post(browser, "/lessons", file=(BytesIO(large), "l.jsonl"))
    assert (again.status_code, "already" in again.text) == (409, True)
    other = post(browser, "/lessons", file=(BytesIO(b"nothing"), "l.jsonl"))
    assert (other.status_code, "no file of lessons" in other.text) == (400, True)
    nothing = post(browser, "/lessons")
    assert nothing.status_code == 400
    with house.rows():
        assert learned.look(None, "blog").spam == 2 + 2 * times


def test_costs_are_of_what_was_judged_before_anybody_decided(house: House) -> None:
    ben = moderator(house)
    comments = [house.hold() for _ in range(4)]
    with house.rows():
        for comment, said in zip(comments, (0.2, 0.97, 0.3, 0.8), strict=True):
            row = db.session.scalars(
                select(SignalRow).where(
                    SignalRow.comment_id == comment, SignalRow.check_name == "learned"
                )
            ).one()
            row.evidence = row.evidence | {"probability": said}
        db.session.commit()
    for comment, decision in zip(comments, ("approve", "approve", "spam", "reject"), strict=True):
        entry = decide(house, ben, comment, decision)
    taken_back = house.hold()
    entry = decide(house, ben, taken_back, "spam")
    with house.rows():
        review.undo(ben, entry, now=house.clock())
        found = sorted((d.probability, d.is_spam) for d in learned.judged_then_decided(1))
        assert found == [(0.2, False), (0.3, True), (0.97, False)]
        assert len(learned.judged_then_decided(1, most=2)) == 1  # of two, one was rejected

    browser = signed_in(house, "Olga", SiteRole.OWNER)
    page = " ".join(browser.get("/queue/rules/blog/policy").text.split())
    assert "of the last 3 that moderators decided" in page
    assert "<strong>1</strong> good one held (it as spam)" in page
    assert "<strong>1</strong> spam published" in page


def test_typed_thresholds_are_reckoned_before_they_are_saved(house: House) -> None:
    ben = moderator(house)
    decide(house, ben, house.hold(), "approve")
    browser = signed_in(house, "Olga", SiteRole.OWNER)
    page = browser.get("/queue/rules/blog/policy").text
    assert "As typed" not in page
    form = {"csrf_token": csrf_token(page), "do": "try", "hold_probability": "0.01"}
    tried = browser.post("/queue/rules/blog/policy", data=form).text

    assert "As typed" in tried
    assert "0.01%" in tried


def test_a_policy_is_tried_on_stored_probabilities(house: House) -> None:
    comment = house.publish()
    with house.rows():
        row = db.session.scalars(select(SignalRow).where(SignalRow.check_name == "learned")).one()
        row.evidence = row.evidence | {"probability": 0.42, "abuse": 0.7}
        db.session.commit()
    browser = signed_in(house, "Olga", SiteRole.OWNER)
    for changes, words in (
        ({"hold_probability": "40"}, "newly have held"),
        ({"hold_probability": "30", "spam_probability": "41"}, "newly have marked as spam"),
        ({"abuse": "reject", "abuse_probability": "60"}, "newly have rejected"),
        ({"hold_probability": "43"}, "Nothing would have changed"),
    ):
        token = csrf_token(browser.get("/queue/rules/blog/policy").text)
        form = {"csrf_token": token, "do": "try"} | changes
        assert words in browser.post("/queue/rules/blog/policy", data=form).text
    assert house.status(comment) == "published"
