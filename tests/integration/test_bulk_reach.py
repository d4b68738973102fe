"""Bulk jobs of moderators who lose sites on the way, on both databases."""

import pytest

from moderation.domain.bulk import BulkStatus
from moderation.domain.queue_view import QueueView, Tab
from moderation.domain.status import Status
from moderation.models import BulkJob, Membership, Site, db
from moderation.services import bulk, queue
from tests.factories import House
from tests.integration.queueing import assert_counts_hold, decide, id_of, moderator

_BOTH = ("blog", "other")


@pytest.fixture
def held(house: House, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Four comments, every second of another site, for jobs that decide two in a step."""
    monkeypatch.setattr(bulk, "STEP", 2)
    with house.rows():
        house.add_site("other")
    return [house.hold(_site=site, name="Findable") for site in _BOTH * 2]


def lose(house: House, who: int, slug: str) -> None:
    with house.rows():
        site = db.session.query(Site.id).filter_by(slug=slug).scalar_subquery()
        db.session.query(Membership).filter_by(moderator_id=who, site_id=site).delete()
        db.session.commit()


def work(house: House, job: int) -> tuple[BulkStatus, int, int, int]:
    """Do all of a job; gives its end, and how many were changed, skipped and lost."""
    with house.rows():
        while bulk.step(job, house.clock()):
            pass
        row = db.session.get_one(BulkJob, job)
        return row.status, row.changed, row.skipped, row.lost


def by_ids(house: House, who: int, *ids: int) -> int:
    with house.rows():
        return bulk.order_by_ids(who, "spam", ids, house.clock(), tab=Tab.HELD)


def test_the_selected_on_a_lost_site_are_told_apart(house: House, held: list[int]) -> None:
    ben, ada = moderator(house, sites=_BOTH), moderator(house, "Ada", sites=_BOTH)
    more = house.hold(_site="other")
    job = by_ids(house, ben, *held, more, 10**9)
    decide(house, ada, held[2], "approve")
    decide(house, ada, held[3], "approve")
    lose(house, ben, "other")

    # Two were approved meanwhile and one was never there.
    assert work(house, job) == (BulkStatus.DONE, 1, 3, 2)
    assert house.status(more) is Status.HELD
    assert_counts_hold(house)


@pytest.mark.parametrize("view", [QueueView(), QueueView(q="findable")])
def test_a_view_of_which_a_site_is_lost(house: House, held: list[int], view: QueueView) -> None:
    ben = moderator(house, sites=_BOTH)
    with house.rows():
        job = bulk.order_by_view(ben, "spam", view, queue.newest_id(), house.clock())
    lose(house, ben, "other")

    assert work(house, job) == (BulkStatus.DONE, 2, 0, 2)
    assert [house.status(comment) for comment in held] == [Status.SPAM, Status.HELD] * 2
    assert_counts_hold(house)


def test_what_of_a_job_can_be_taken_back_no_more(house: House, held: list[int]) -> None:
    ben, ada = moderator(house, sites=_BOTH), moderator(house, "Ada", sites=_BOTH)
    job = by_ids(house, ben, *held)
    work(house, job)
    decide(house, ada, held[2], "approve", seen=Status.SPAM)
    with house.rows():
        back = bulk.order_undo(ben, job, house.clock())
        bulk.step(back, house.clock())
    lose(house, ben, "other")
    end, changed, skipped, lost = work(house, back)

    statuses = [house.status(comment) for comment in held]
    assert (end, skipped) == (BulkStatus.DONE, 1)
    assert (changed, lost) == (statuses.count(Status.HELD), statuses.count(Status.SPAM))
    assert_counts_hold(house)


def test_the_page_says_why_they_were_left(house: House, held: list[int]) -> None:
    browser = house.sign_in(sites=_BOTH)
    with house.rows():
        ben = id_of("Ben")
    job = by_ids(house, ben, *held)
    lose(house, ben, "other")
    work(house, job)
    page = browser.get(f"/queue/bulk/{job}").text

    assert "2 of 4 marked as spam" in page
    assert "2 left as they were, since you moderate their site no more" in page
    assert "changed meanwhile" not in page
