"""What moderators see and can do of what authors did, on both databases."""

from sqlalchemy import select

from moderation.domain.status import Status
from moderation.models import AuditEntry, Comment, db
from tests.factories import House
from tests.integration.queueing import entry_of, post
from tests.integration.reader_actions import (
    delete,
    edit,
)


def test_moderators_are_told_what_the_author_did(house: House) -> None:
    browser = house.sign_in()
    comment, other = house.hold(), house.hold()
    edit(house, comment, "Other words")
    house.clock.move(seconds=7)
    delete(house, other)
    form = {"decision": "approve", "seen": "held", "revision": "1"}

    edited = post(browser, f"/queue/{comment}", **form)
    deleted = post(browser, f"/queue/{other}", **form)

    assert (edited.status_code, deleted.status_code) == (409, 409)
    assert "Its author edited this 7 s ago" in edited.text
    assert "Its author deleted this 0 s ago" in deleted.text
    log = browser.get("/queue/audit").text
    assert "<strong>Its author</strong> edited" in log
    assert "<strong>Its author</strong> deleted" in log
    page = browser.get(f"/queue/comment/{comment}").text
    assert "The author</strong>: Edited" in page
    assert "when its author edited it" in page


def test_an_author_s_edit_is_not_a_moderator_s_to_take_back(house: House) -> None:
    browser = house.sign_in()
    comment = house.hold()
    edit(house, comment, "Other words")

    answer = post(browser, f"/queue/undo/{entry_of(house, comment)}")

    assert answer.status_code == 404


def test_after_an_author_s_edit_a_former_decision_is_not_taken_back(house: House) -> None:
    browser = house.sign_in()
    comment = house.hold()
    post(browser, f"/queue/{comment}", decision="approve", seen="held", revision="1")
    approval = entry_of(house, comment)
    edit(house, comment, "Other words")

    answer = post(browser, f"/queue/undo/{approval}")

    assert answer.status_code == 409
    assert "Its author edited this" in answer.text
    house.work()
    with house.rows():
        undone = db.session.scalar(select(AuditEntry).where(AuditEntry.undoes_id == approval))
        assert undone is None
        assert db.session.get_one(Comment, comment).status is Status.PUBLISHED
