"""A moderator says what the policy said: nothing changes but what the site learns."""

import re
from typing import Any

import pytest

from moderation.domain.actions import Action
from moderation.domain.queue_view import QueueView, Tab
from moderation.domain.status import Status
from moderation.errors import InvalidInputError, StaleDecisionError
from moderation.models import BulkJob, Thread, db
from moderation.services import bulk, moderating, queue
from moderation.services.figures import read_figures
from moderation.services.recent import recent_actions
from moderation.services.sites import change_policy
from tests.factories import PAGE, House
from tests.integration.akismet_client import ask, only_comment, put_to_work, question, short_key
from tests.integration.queueing import (
    assert_counts_hold,
    decide,
    entries,
    entry_of,
    moderator,
    post,
    undo,
)
from tests.integration.reader_actions import edit, report
from tests.integration.waves import say
from tests.learning import learn, taught

CONFIRM = ">Confirm</button>"


def marked_as_spam(house: House) -> int:
    """A comment that the policy marks as spam."""
    with house.rows():
        change_policy("blog", {"spam_at": "3"}, None, house.clock())
    house.clock.move(seconds=2)
    comment = house.hold()
    assert house.status(comment) is Status.SPAM
    return comment


def confirm(house: House, who: int, comment: int) -> int:
    status = house.status(comment)
    return decide(house, who, comment, "approve" if status == "published" else "spam", seen=status)


def select(house: House, who: int, decision: str, *ids: int, tab: Tab = Tab.PUBLISHED) -> int:
    with house.rows():
        return bulk.order_by_ids(who, decision, ids, house.clock(), tab=tab)


def everything(house: House, who: int, decision: str) -> int:
    with house.rows():
        view = QueueView(tab=Tab.PUBLISHED)
        return bulk.order_by_view(who, decision, view, queue.newest_id(), house.clock())


def work(house: House, job: int) -> tuple[int, int]:
    """Do all of a job; gives how many it decided and how many it passed over."""
    with house.rows():
        while bulk.step(job, house.clock()):
            pass
        done = db.session.get_one(BulkJob, job)
        return done.changed, done.skipped


def version(house: House) -> int:
    with house.rows():
        return db.session.query(Thread).one().version


@pytest.mark.parametrize(("is_spam", "action"), [(False, Action.APPROVE), (True, Action.SPAM)])
def test_what_the_policy_said_can_be_confirmed_and_then_teaches(
    house: House, action: Action, *, is_spam: bool
) -> None:
    who = moderator(house)
    comment = marked_as_spam(house) if is_spam else house.publish()
    status, before = house.status(comment), version(house)
    learn(house)
    assert taught(house) == {}

    confirm(house, who, comment)
    learn(house)

    assert taught(house) == {comment: is_spam}
    assert (house.status(comment), version(house)) == (status, before)
    assert_counts_hold(house)
    with house.rows():
        entry = entries(comment)[-1]
        assert (entry.action, entry.before, entry.after) == (action, status, status)
        assert entry.moderator_id == who


def test_a_confirmation_is_taken_back_and_given_again(house: House) -> None:
    who = moderator(house)
    comment = house.publish()
    first = confirm(house, who, comment)
    with house.rows():
        assert [one.entry.id for one in recent_actions(who, limit=5)] == [first]
    undo(house, who, first)
    learn(house)

    assert taught(house) == {}
    assert house.status(comment) is Status.PUBLISHED
    confirm(house, who, comment)
    learn(house)
    assert taught(house) == {comment: False}
    assert_counts_hold(house)


def test_what_was_confirmed_or_decided_is_not_confirmed_again(house: House) -> None:
    ben, cleo = moderator(house), moderator(house, "Cleo")
    confirmed, approved, rejected = house.publish(), house.hold(), house.hold()
    confirm(house, ben, confirmed)
    decide(house, ben, approved, "approve")
    decide(house, ben, rejected, "reject")

    for comment in (confirmed, approved):
        with pytest.raises(StaleDecisionError, match=r"^Ben decided this 0 s ago: published"):
            confirm(house, cleo, comment)
    with pytest.raises(InvalidInputError, match="that is rejected cannot become rejected"):
        decide(house, cleo, rejected, "reject", seen=Status.REJECTED)
    with house.rows():
        assert {len(entries(comment)) for comment in (confirmed, approved, rejected)} == {2}


def test_a_confirmed_comment_can_still_be_decided_otherwise(house: House) -> None:
    who = moderator(house)
    comment = house.publish()
    first = confirm(house, who, comment)
    second = decide(house, who, comment, "spam", seen=Status.PUBLISHED)
    learn(house)
    assert taught(house) == {comment: True}

    with pytest.raises(StaleDecisionError):
        undo(house, who, first)
    undo(house, who, second)
    learn(house)

    assert taught(house) == {comment: False}
    assert house.status(comment) is Status.PUBLISHED
    assert_counts_hold(house)


def test_what_the_site_says_itself_is_nothing_to_confirm(house: House) -> None:
    who = moderator(house)
    parent = house.publish()
    with house.rows():
        moderating.reply(
            house.parts.vault,
            who,
            parent,
            "Thank you",
            revision=1,
            seen=Status.PUBLISHED,
            now=house.clock(),
        )
    reply = parent + 1

    with pytest.raises(StaleDecisionError):
        confirm(house, who, reply)
    browser = house.sign_in("ada@example.com")
    assert CONFIRM in browser.get(f"/queue/comment/{parent}").text
    assert CONFIRM not in browser.get(f"/queue/comment/{reply}").text


def test_other_words_can_be_confirmed_anew(house: House) -> None:
    who = moderator(house)
    comment = house.publish(comment="The furst drive.")
    confirm(house, who, comment)
    edit(house, comment, "The first drive.")
    house.work()

    confirm(house, who, comment)
    learn(house)

    assert taught(house) == {comment: False}
    with house.rows():
        assert [e.revision for e in entries(comment) if e.action is Action.APPROVE] == [1, 2]


def test_those_selected_are_confirmed_at_once_and_a_whole_view_is_not(house: House) -> None:
    ben, cleo = moderator(house), moderator(house, "Cleo")
    seen, known, unseen = house.publish(), house.publish(), house.publish()
    confirm(house, cleo, known)
    with pytest.raises(InvalidInputError, match="nothing in this view"):
        everything(house, ben, "approve")
    with pytest.raises(InvalidInputError, match="Nothing is selected"):
        select(house, ben, "approve", known)

    job = select(house, ben, "approve", seen, known)
    assert work(house, job) == (1, 1)
    learn(house)
    assert taught(house) == {known: False, seen: False}

    with house.rows():
        undoing = bulk.order_undo(ben, job, house.clock())
    assert work(house, undoing) == (1, 0)
    learn(house)
    assert taught(house) == {known: False}
    assert house.status(unseen) is house.status(seen) is Status.PUBLISHED
    assert_counts_hold(house)


def test_what_is_reported_and_confirmed_has_no_open_reports(house: House) -> None:
    who = moderator(house)
    comment = house.publish()
    assert report(house, comment).status_code == 202
    with house.rows():
        assert house.comment(comment).open_reports == 1
    confirm(house, who, comment)

    with house.rows():
        assert house.comment(comment).open_reports == 0


def test_a_wave_leaves_what_was_confirmed(house: House) -> None:
    who = moderator(house)
    confirmed, other = say(house, 0), say(house, 1)
    confirm(house, who, confirmed)
    for number in range(2, 6):
        say(house, number)

    assert house.status(confirmed) is Status.PUBLISHED
    assert house.status(other) is Status.HELD


def test_a_confirmed_verdict_is_not_overturned(house: House) -> None:
    who = moderator(house)
    confirm(house, who, house.publish())
    with house.rows():
        found = read_figures(who, "blog", 7, house.clock())

    assert (found.concluded, found.overturned) == (1, 0)
    assert sum(day.decisions for day in found.days) == 1
    assert found.pace.decisions == 0  # nothing waited


@pytest.mark.parametrize("htmx", [True, False])
def test_the_queue_offers_it_once(house: House, *, htmx: bool) -> None:
    browser = house.sign_in()
    comment, held = house.publish(), house.hold()
    page = browser.get("/queue/?tab=published").text
    assert page.count(CONFIRM) == 1
    assert CONFIRM not in browser.get("/queue/").text
    assert house.status(held) is Status.HELD

    fields: dict[str, Any] = {"decision": "approve", "revision": 1, "seen": "published"}
    answer = post(browser, f"/queue/{comment}?tab=published", htmx=htmx, **fields)

    assert answer.status_code == (200 if htmx else 303)
    page = browser.get("/queue/?tab=published").text
    assert CONFIRM not in page
    assert "Ben: confirmed." in page
    own = browser.get(f"/queue/comment/{comment}").text
    assert "published → published" not in own
    log = browser.get("/queue/audit").text
    assert "Ben</strong> confirmed what the policy said of" in log
    assert "log__became" not in log
    assert entry_of(house, comment)
    assert post(browser, f"/queue/{comment}", **fields).status_code == 409


def test_an_akismet_clients_people_confirm_what_they_were_told(house: House) -> None:
    put_to_work(house)
    key = short_key(house)
    fields = question() | {"api_key": key}
    assert ask(house, key, "comment-check", data=fields).text == "false"
    for _ in range(2):
        ask(house, key, "submit-ham", data=fields)

    comment = only_comment(house)
    learn(house)
    assert taught(house) == {comment.id: False}
    with house.rows():
        assert [e.action for e in entries(comment.id)].count(Action.APPROVE) == 1


def test_a_page_of_readers_is_the_same_after_it(house: House) -> None:
    who = moderator(house)
    comment = house.publish()
    path = f"/api/v1/sites/blog/thread?url={PAGE}"
    before = house.client.get(path)
    confirm(house, who, comment)
    after = house.client.get(path)

    assert (after.headers["ETag"], after.data) == (before.headers["ETag"], before.data)


def test_it_is_told_as_what_it_is(house: House) -> None:
    ben = house.sign_in()
    comment = house.publish()
    answer = post(
        ben,
        f"/queue/{comment}",
        htmx=True,
        decision="approve",
        seen="published",
        revision="1",
    )

    assert "<strong>Confirmed</strong>: " in answer.text
    assert "Confirmed" in ben.get("/queue/").text  # among the latest decisions
    own = ben.get(f"/queue/comment/{comment}").text
    assert "Ben: confirmed." in re.sub("<[^>]+>", "", own)
    assert "Ben</strong> confirmed what the policy said of" in ben.get("/queue/audit").text
    assert "Approved" not in answer.text
