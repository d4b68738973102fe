"""Comments of Akismet clients are for the queue alone, and only for as long as their site says."""

import json

import pytest
from sqlalchemy import insert, select

from moderation.domain.actions import Action
from moderation.domain.akismet_door import TEST_DOOR
from moderation.domain.roles import SiteRole
from moderation.domain.status import Actor, Status
from moderation.errors import InvalidInputError
from moderation.models import AuditEntry, Comment, Commenter, Lesson, Thread, db
from moderation.services import akismet_retention, moderating
from tests.factories import PAGE, House
from tests.integration.akismet_client import (
    ask,
    check,
    only_comment,
    put_to_work,
    question,
    short_key,
    stop_work,
)
from tests.integration.queueing import assert_counts_hold, moderator, signed_in
from tests.learning import learn

WORD = "nightjar"
COUNTS = "/api/v1/sites/blog/counts?url={}"


def foreign(house: House) -> int:
    """A comment that another system has published, on a page that has none of ours."""
    put_to_work(house)
    assert check(house, short_key(house), comment_content=WORD, comment_author=WORD) == "false"
    return only_comment(house).id


def test_no_public_door_shows_it(house: House) -> None:
    comment_id = foreign(house)
    public = (
        COUNTS,
        "/api/v1/sites/blog/comments?url={}",
        "/api/v1/sites/blog/thread?url={}",
        "/s/blog/fragment?url={}",
        "/s/blog/thread.json?url={}",
        "/s/blog/feed.atom?url={}",
        "/s/blog/feed.atom",
        "/t/blog?url={}",
        f"/t/blog?url={{}}&replytocom={comment_id}",
    )
    before = [read(house, path.format(PAGE)) for path in public]
    house.publish(comment="One of ours.", name="Ours")
    after = [read(house, path.format(PAGE)) for path in public]

    assert [
        path for path, text in zip(public * 2, before + after, strict=True) if WORD in text
    ] == []
    # They would have shown it: one of ours they do.
    assert [path for path, text in zip(public, after, strict=True) if "Ours" not in text] == [
        COUNTS
    ]
    assert json.loads(before[0])["counts"] == {PAGE: 0}
    assert json.loads(after[0])["counts"] == {PAGE: 1}


def read(house: House, path: str) -> str:
    answer = house.client.get(path)
    assert answer.status_code == 200, path
    return answer.text


def test_nobody_likes_reports_or_answers_it(house: House) -> None:
    comment_id = foreign(house)
    path = f"/api/v1/sites/blog/comments/{comment_id}"

    assert house.client.post(f"{path}/like").status_code == 404
    assert house.client.post(f"{path}/report", json={"reason": "spam"}).status_code == 404
    reply = house.post(parent=comment_id)
    assert (reply.status_code, reply.get_json()["code"]) == (403, "parent_not_found")


def test_it_is_in_the_queue_but_the_site_replies_where_it_stands(house: House) -> None:
    comment_id = foreign(house)
    who = moderator(house, "Ben")
    browser = signed_in(house, "Ada", SiteRole.OWNER)
    page = browser.get("/queue/?tab=published").text

    assert WORD in page
    assert f"/{comment_id}/reply" not in page
    with house.rows(), pytest.raises(InvalidInputError, match="written there"):
        moderating.reply(
            house.parts.vault,
            who,
            comment_id,
            "Thanks",
            revision=1,
            seen=Status.PUBLISHED,
            now=house.clock(),
        )
    assert WORD not in browser.get("/queue/sites/blog/threads").text


def test_what_was_kept_long_enough_is_erased(house: House) -> None:
    comment_id = foreign(house)
    ours = house.publish(comment="One of ours stays.")
    house.clock.move(days=15)
    with house.rows():
        assert akismet_retention.forget_old(house.clock()) == 1
        assert akismet_retention.forget_old(house.clock()) == 0

    with house.rows():
        row = house.comment(comment_id)
        assert (row.status, row.text, row.website) == (Status.DELETED, "", None)
        assert house.comment(ours).text
        last = db.session.query(AuditEntry).filter_by(action=Action.EXPIRE).one()
        assert (last.actor, last.comment_id) == (Actor.MACHINE, comment_id)
        for table in db.metadata.sorted_tables:
            assert WORD not in str(db.session.execute(select(table)).all()), table.name
        found = db.session.get(Commenter, row.commenter_id)
        assert found is not None
        assert not found.has_address
    assert_counts_hold(house)
    browser = signed_in(house, "Ada", SiteRole.OWNER)
    assert f"comment-{comment_id}" not in browser.get(f"/queue/?tab=all&q={WORD}").text
    assert "which is not kept any longer" in browser.get("/queue/audit").text


def test_a_site_says_for_how_long(home: House) -> None:
    foreign(home)
    home.change_settings(akismet_days=2)
    home.clock.move(days=1)
    with home.rows():
        assert akismet_retention.forget_old(home.clock()) == 0
    home.clock.move(days=1)
    with home.rows():
        assert akismet_retention.forget_old(home.clock()) == 1


def test_who_also_writes_here_keeps_their_address(home: House) -> None:
    put_to_work(home)
    key = short_key(home)
    check(home, key, comment_author_email="anna@example.com")
    home.post(email="anna@example.com")
    home.clock.move(days=16)
    with home.rows():
        akismet_retention.forget_old(home.clock())
        assert db.session.query(Commenter).one().has_address


def test_a_trial_is_erased_though_nobody_judged_it(home: House) -> None:
    key = short_key(home)
    stop_work(home)
    assert ask(home, key, "comment-check", is_test="1").status_code == 503

    assert only_comment(home).status is Status.DELETED


def test_a_trial_whose_process_died_is_erased_within_hours(home: House) -> None:
    check_id = foreign(home)
    with home.rows():
        home.comment(check_id).door = TEST_DOOR
        db.session.commit()
        home.clock.move(minutes=59)
        assert akismet_retention.forget_old(home.clock()) == 0
        home.clock.move(minutes=1)
        assert akismet_retention.forget_old(home.clock()) == 1


def test_a_lesson_that_came_while_its_comment_was_erased_goes_too(house: House) -> None:
    put_to_work(house)
    key = short_key(house)
    ask(house, key, "submit-spam", data=question() | {"api_key": key})
    learn(house)
    with house.rows():
        lesson = db.session.query(Lesson).one()
        late = {c.name: getattr(lesson, c.name) for c in Lesson.__table__.columns}
        house.clock.move(days=15)
        akismet_retention.forget_old(house.clock())
        assert db.session.query(Lesson).count() == 0
        db.session.execute(insert(Lesson), late)
        db.session.commit()
    learn(house)

    with house.rows():
        assert db.session.query(Lesson).count() == 0


def test_erased_it_is_a_new_one(home: House) -> None:
    put_to_work(home)
    key = short_key(home)
    fields = question() | {"api_key": key}
    assert ask(home, key, "comment-check", data=fields).text == "false"
    home.clock.move(days=15)
    with home.rows():
        akismet_retention.forget_old(home.clock())
    assert ask(home, key, "comment-check", data=fields).text == "false"
    with home.rows():
        assert db.session.query(Comment).count() == 2
        assert db.session.query(Thread).count() == 1
