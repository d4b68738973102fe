"""Deciding many comments at once, on both databases."""

import re
import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from moderation.domain.actions import Action
from moderation.domain.bulk import BulkStatus
from moderation.domain.queue_view import QueueView, Tab
from moderation.domain.status import Status
from moderation.errors import InvalidInputError, StaleDecisionError, UnknownCommentError
from moderation.models import AuditEntry, BulkJob, Membership, db
from moderation.services import bulk, moderating, queue, transitions
from moderation.web.taskqueue import BULK
from tests.factories import House
from tests.integration.queueing import (
    assert_counts_hold,
    decide,
    entries,
    moderator,
    post,
    undo,
)


def by_ids(house: House, who: int, decision: str, *ids: int, tab: Tab = Tab.HELD) -> int:
    with house.rows():
        return bulk.order_by_ids(who, decision, ids, house.clock(), tab=tab)


def by_view(house: House, who: int, decision: str, newest: int | None = None, **view: Any) -> int:
    with house.rows():
        since = queue.newest_id() if newest is None else newest
        return bulk.order_by_view(who, decision, QueueView(**view), since, house.clock())


def newest(house: House) -> int:
    with house.rows():
        return queue.newest_id()


def work(house: House, job: int) -> tuple[BulkStatus, int, int]:
    """Do all of a job; gives its end, and how many were changed and skipped."""
    with house.rows():
        while bulk.step(job, house.clock()):
            pass
        row = db.session.get_one(BulkJob, job)
        return row.status, row.changed, row.skipped


def small_steps(monkeypatch: pytest.MonkeyPatch, size: int = 2) -> None:
    """Many steps for few comments: a setting of the code, the work stays real."""
    monkeypatch.setattr(bulk, "STEP", size)


def statuses(house: House, *comments: int) -> Counter[Status]:
    return Counter(house.status(comment) for comment in comments)


def decisions(house: House, comment: int) -> list[Action]:
    with house.rows():
        return [entry.action for entry in entries(comment) if entry.after is not None][1:]


def test_the_selected_ones_are_decided(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    small_steps(monkeypatch)
    who = moderator(house)
    chosen, others = [house.hold() for _ in range(5)], [house.hold() for _ in range(2)]
    job = by_ids(house, who, "spam", *chosen, chosen[0])

    assert work(house, job) == (BulkStatus.DONE, 5, 0)
    assert statuses(house, *chosen) == {Status.SPAM: 5}
    assert statuses(house, *others) == {Status.HELD: 2}
    with house.rows():
        for comment in chosen:
            entry = entries(comment)[-1]
            assert (entry.action, entry.bulk_id, entry.moderator_id) == (Action.SPAM, job, who)
            assert (entry.before, entry.after) == (Status.HELD, Status.SPAM)
    assert_counts_hold(house)
    assert work(house, job) == (BulkStatus.DONE, 5, 0)  # a message that comes twice


def test_what_a_colleague_decided_since_is_left_and_counted(house: House) -> None:
    ben, ada = moderator(house), moderator(house, "Ada")
    before, between, ours = house.hold(), house.hold(), house.hold()
    decide(house, ada, before, "approve")
    job = by_ids(house, ben, "spam", before, between, ours)
    decide(house, ada, between, "reject")

    assert work(house, job) == (BulkStatus.DONE, 1, 2)
    assert [house.status(c) for c in (before, between, ours)] == [
        Status.PUBLISHED,
        Status.REJECTED,
        Status.SPAM,
    ]
    assert_counts_hold(house)


def test_what_is_previewed_is_what_is_done(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    small_steps(monkeypatch)
    who = moderator(house)
    held = [house.hold(name="Findable") for _ in range(5)]
    other = house.hold()
    view = QueueView(q="findable")
    with house.rows():
        seen = queue.newest_id()
        assert bulk.preview(who, "reject", view, seen) == 5
    job = by_view(house, who, "reject", seen, q="findable")

    assert work(house, job) == (BulkStatus.DONE, 5, 0)
    assert statuses(house, *held) == {Status.REJECTED: 5}
    assert house.status(other) is Status.HELD
    assert_counts_hold(house)


def test_a_view_of_all_passes_over_what_is_that_already(house: House) -> None:
    who = moderator(house)
    held, spam = house.hold(), house.hold()
    decide(house, who, spam, "spam")
    published = house.publish()
    with house.rows():
        assert bulk.preview(who, "spam", QueueView(tab=Tab.ALL), queue.newest_id()) == 2
        assert bulk.preview(who, "spam", QueueView(tab=Tab.SPAM), queue.newest_id()) == 0

    assert work(house, by_view(house, who, "spam", tab=Tab.ALL)) == (BulkStatus.DONE, 2, 0)
    assert statuses(house, held, spam, published) == {Status.SPAM: 3}
    assert len(decisions(house, spam)) == 1


def test_what_came_after_the_look_is_left_alone(house: House) -> None:
    who, ada = moderator(house), moderator(house, "Ada")
    old = house.hold()
    returned = house.hold()
    decision = decide(house, ada, returned, "spam")
    judged_late = house.post(comment="https://a.example https://b.example").get_json()["id"]
    seen = newest(house)
    house.work()
    undo(house, ada, decision)
    new = house.hold()
    assert statuses(house, old, judged_late, returned, new) == {Status.HELD: 4}
    with house.rows():
        assert bulk.preview(who, "spam", QueueView(), seen) == 1

    assert work(house, by_view(house, who, "spam", seen)) == (BulkStatus.DONE, 1, 0)
    assert statuses(house, judged_late, returned, new) == {Status.HELD: 3}
    assert house.status(old) is Status.SPAM


def test_orders_that_cannot_be(house: House) -> None:
    with house.rows():
        house.add_site("other")
    who, eve = moderator(house), moderator(house, "Eve", sites=("other",))
    held, pending = house.hold(), house.post().get_json()["id"]
    for word in ("publish", "block", "undo", "verdict", ""):
        with pytest.raises(InvalidInputError, match="no such decision"):
            by_ids(house, who, word, held)
    for asker, ids in ((who, ()), (who, (pending,)), (who, (10**17,)), (eve, (held,))):
        with pytest.raises(InvalidInputError, match="Nothing is selected"):
            by_ids(house, asker, "spam", *ids)
    with pytest.raises(InvalidInputError, match="1,000"):
        by_ids(house, who, "spam", *range(1, 1002))
    with pytest.raises(InvalidInputError, match="nothing in this view"):
        by_view(house, eve, "spam")
    with pytest.raises(InvalidInputError, match="nothing in this view"):
        by_view(house, who, "spam", q="!")
    with house.rows():
        assert db.session.query(BulkJob).count() == 0


def test_a_cancelled_job_stops_and_what_it_did_stands(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_steps(monkeypatch)
    who = moderator(house)
    held = [house.hold() for _ in range(5)]
    job = by_ids(house, who, "spam", *held)
    with house.rows():
        with pytest.raises(StaleDecisionError, match="still at work"):
            bulk.order_undo(who, job, house.clock())
        assert bulk.step(job, house.clock())
        bulk.cancel(who, job)

    assert work(house, job) == (BulkStatus.CANCELLED, 2, 0)
    assert statuses(house, *held) == {Status.SPAM: 2, Status.HELD: 3}
    with house.rows():
        back = bulk.order_undo(who, job, house.clock())
    assert work(house, back) == (BulkStatus.DONE, 2, 0)
    assert statuses(house, *held) == {Status.HELD: 5}
    assert_counts_hold(house)


def test_a_whole_job_is_taken_back_but_for_what_was_decided_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_steps(monkeypatch)
    ben, ada = moderator(house), moderator(house, "Ada")
    held = [house.hold() for _ in range(4)]
    spam = house.hold()
    decide(house, ada, spam, "spam")
    job = by_ids(house, ben, "approve", *held, spam, tab=Tab.ALL)
    work(house, job)
    decide(house, ada, held[0], "reject", seen=Status.PUBLISHED)
    with house.rows():
        single = entries(held[1])[-1].id
    undo(house, ada, single)
    with house.rows():
        back = bulk.order_undo(ben, job, house.clock())
        with pytest.raises(StaleDecisionError, match="taken back already"):
            bulk.order_undo(ben, job, house.clock())
        with pytest.raises(StaleDecisionError):
            bulk.order_undo(ben, back, house.clock())

    assert work(house, back) == (BulkStatus.DONE, 3, 2)
    assert house.status(held[0]) is Status.REJECTED
    assert statuses(house, *held[1:]) == {Status.HELD: 3}
    assert house.status(spam) is Status.SPAM
    with house.rows():
        assert entries(held[2])[-1].undoes_id == entries(held[2])[-2].id
        assert [row.id for row in bulk.recent_jobs(ben, limit=5)] == [back]
    assert_counts_hold(house)


def test_a_job_taken_back_gives_second_opinions_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_steps(monkeypatch)
    ben, ada = moderator(house), moderator(house, "Ada")
    held = [house.hold() for _ in range(3)]
    with house.rows():
        for comment in held[:2]:
            moderating.ask_second_opinion(ada, comment, f"On {comment}", now=house.clock())
    job = by_ids(house, ben, "spam", *held)
    work(house, job)
    with house.rows():
        assert queue.read_item(ben, held[0], house.clock()).opinion is None
        moderating.ask_second_opinion(ben, held[2], "Since", now=house.clock())
        back = bulk.order_undo(ben, job, house.clock())
    work(house, back)

    with house.rows():
        items = queue.read_items(ben, held, house.clock())
        asked = [(item.opinion.by, item.opinion.note) for item in items if item.opinion]
    assert asked == [("Ada", f"On {held[0]}"), ("Ada", f"On {held[1]}"), ("Ben", "Since")]


def test_a_step_that_fails_leaves_nothing_half_done(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_steps(monkeypatch)
    who = moderator(house)
    held = [house.hold() for _ in range(4)]
    with house.rows():
        for comment in held:
            moderating.ask_second_opinion(who, comment, "", now=house.clock())
    job = by_ids(house, who, "spam", *held)
    with house.rows():
        bulk.step(job, house.clock())

        def fail(*_: object) -> None:
            raise RuntimeError("in the middle")

        with monkeypatch.context() as patch:
            patch.setattr(transitions, "count", fail)  # after statuses changed, before the entries
            with pytest.raises(RuntimeError):
                bulk.step(job, house.clock())

    assert statuses(house, *held) == {Status.SPAM: 2, Status.HELD: 2}
    with house.rows():
        assert db.session.get_one(BulkJob, job).changed == 2
        for item in queue.read_items(who, held, house.clock()):
            assert (item.opinion is not None) == (item.comment.status is Status.HELD)
    assert_counts_hold(house)
    assert work(house, job) == (BulkStatus.DONE, 4, 0)
    assert [len(decisions(house, comment)) for comment in held] == [1] * 4


def test_two_workers_at_one_job_decide_nothing_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_steps(monkeypatch)
    who = moderator(house)
    held = [house.hold() for _ in range(9)]
    job = by_view(house, who, "spam")
    start, faults = threading.Barrier(3), []

    def worker() -> None:
        start.wait()
        try:
            work(house, job)
        except Exception as error:  # noqa: BLE001 -- told by the test
            faults.append(error)

    workers = [threading.Thread(target=worker) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert faults == []
    assert work(house, job) == (BulkStatus.DONE, 9, 0)
    assert [decisions(house, comment) for comment in held] == [[Action.SPAM]] * 9
    assert_counts_hold(house)


@pytest.mark.parametrize("undone", [False, True])
def test_a_job_of_who_moderates_no_more_ends_with_its_reason(
    house: House, monkeypatch: pytest.MonkeyPatch, *, undone: bool
) -> None:
    small_steps(monkeypatch)
    who = moderator(house)
    held = [house.hold() for _ in range(4)]
    job = by_ids(house, who, "spam", *held)
    if undone:
        work(house, job)
        with house.rows():
            job = bulk.order_undo(who, job, house.clock())
    with house.rows():
        bulk.step(job, house.clock())
        db.session.query(Membership).delete()
        db.session.commit()

    assert work(house, job) == (BulkStatus.FAILED, 2, 0)
    assert statuses(house, *held) == {Status.SPAM: 2, Status.HELD: 2}
    with house.rows():
        assert "do not moderate any site" in db.session.get_one(BulkJob, job).fault


def test_an_abandoned_job_is_named_once_until_it_is_silent_again(house: House) -> None:
    who = moderator(house)
    job = by_ids(house, who, "spam", house.hold(), house.hold())
    with house.rows():
        assert bulk.abandoned(house.clock()) == []
        later = house.clock() + timedelta(seconds=16)
        assert bulk.abandoned(later) == [job]
        assert bulk.abandoned(later + timedelta(seconds=10)) == []
        assert bulk.abandoned(later + timedelta(seconds=16)) == [job]
    work(house, job)
    with house.rows():
        assert bulk.abandoned(later + timedelta(days=1)) == []


def test_what_an_order_leaves_alone_is_counted_as_long_as_it_is_little(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = moderator(house)
    held = [house.hold() for _ in range(3)]
    seen, view = newest(house), QueueView()
    house.hold()
    decide(house, who, held[0], "spam")
    undo(house, who, decide(house, who, held[1], "spam"))
    with house.rows():
        assert queue.count_unseen(who, view, seen) == 2
        assert queue.count_tabs(who, None)[Tab.HELD] - 2 == bulk.preview(who, "spam", view, seen)
        assert queue.count_unseen(who, QueueView(tab=Tab.PUBLISHED), seen) == 0
        monkeypatch.setattr(queue, "_MOST_CHANGED", 4)
        assert queue.count_unseen(who, view, seen) is None


def test_a_colleague_may_not_touch_a_job(house: House) -> None:
    ben, ada = moderator(house), moderator(house, "Ada")
    job = by_ids(house, ben, "spam", house.hold())
    with house.rows():
        for act in (bulk.own_job, bulk.cancel):
            with pytest.raises(UnknownCommentError):
                act(ada, job)
        with pytest.raises(UnknownCommentError):
            bulk.order_undo(ada, job, house.clock())


def test_the_pages_lead_from_the_order_to_its_undo(house: House) -> None:
    held = [house.hold() for _ in range(3)]
    browser = house.sign_in()
    page = browser.get("/queue/").text
    seen = re.search(r'name="newest" value="(\d+)"', page)
    assert seen is not None
    form = {"which": "all", "newest": seen[1], "decision": "spam"}
    preview = post(browser, "/queue/bulk/", **form)
    assert "Mark 3 comments as spam?" in preview.text
    assert statuses(house, *held) == {Status.HELD: 3}

    answer = post(browser, "/queue/bulk/", **form, confirmed="1", why=" A wave ")
    assert answer.status_code == 303
    (sent,) = house.errands
    assert sent[0] == BULK
    assert "0 of 3 marked as spam" in browser.get(answer.location).text
    work(house, sent[1])
    assert "3 of 3 marked as spam" in browser.get(f"{answer.location}/progress").text
    with house.rows():
        assert {e.why for e in db.session.query(AuditEntry).filter_by(bulk_id=sent[1])} == {
            "A wave"
        }
    back = post(browser, f"{answer.location}/undo")
    work(house, house.errands[1][1])
    assert "3 of 3 taken back" in browser.get(back.location).text
    assert post(browser, f"{answer.location}/undo").status_code == 409
    assert statuses(house, *held) == {Status.HELD: 3}


def test_forms_that_are_not_whole_order_nothing(house: House) -> None:
    house.hold()
    browser = house.sign_in()
    forms: tuple[dict[str, Any], ...] = (
        {"decision": "spam"},
        {"decision": "spam", "ids": ["9" * 40, "x", "-1", "9" * 5000]},
        {"decision": "spam", "which": "all"},
        {"decision": "spam", "which": "all", "newest": "9" * 30, "confirmed": "1"},
        {"decision": "burn", "which": "all", "newest": "9"},
        {"decision": "burn", "ids": ["1"]},
    )
    for form in forms:
        assert post(browser, "/queue/bulk/", **form).status_code == 400
    assert house.errands == []


def test_what_cannot_be_ordered_is_told_on_the_view_it_came_from(house: House) -> None:
    browser = house.sign_in()
    house.hold()
    answer = post(browser, "/queue/bulk/?tab=held&order=newest", decision="approve", which="ids")

    assert answer.status_code == 400
    assert '<p class="notice notice--fault" role="alert">Nothing is selected.' in answer.text
    assert 'class="item' in answer.text
    assert 'value="newest" selected' in answer.text
