"""Readers report comments, and moderators decide on it, on both databases."""

from datetime import UTC, datetime
from typing import Any

import pytest

from moderation.domain.actions import Action
from moderation.domain.policy import VerdictRule
from moderation.domain.queue_view import QueueView
from moderation.domain.roles import SiteRole
from moderation.domain.status import Actor, Status
from moderation.errors import StaleDecisionError
from moderation.models import Report, db
from moderation.services import bulk, moderating, queue
from moderation.services.readers import forget_readers
from tests.factories import House
from tests.integration.queueing import (
    decide,
    entries,
    entry_of,
    listed,
    moderator,
    post,
    read,
    shown,
    undo,
)
from tests.integration.reader_actions import (
    assert_all_counts_hold,
    delete,
    edit,
    line,
    report,
)


def open_reports(house: House, comment: int) -> int:
    with house.rows():
        return house.comment(comment).open_reports


def reported(house: House, readers: int = 3) -> int:
    """A published comment that so many readers report."""
    comment = house.publish()
    for _ in range(readers):
        assert report(house, comment).status_code == 202
    return comment


def test_as_many_reports_as_the_site_says_hold_a_comment(house: House) -> None:
    comment = reported(house, 2)
    assert house.status(comment) is Status.PUBLISHED

    answer = report(house, comment, reason="abuse", note=" It is rude. ")

    assert (answer.status_code, answer.get_json()) == (202, {})
    assert read(house) == []
    with house.rows():
        row, entry = house.comment(comment), entries(comment)[-1]
        assert (row.status, row.verdict_rule) == (Status.HELD, VerdictRule.REPORTED)
        assert (entry.actor, entry.action, entry.why) == (Actor.MACHINE, Action.VERDICT, "REPORTED")
        assert entry.details["reports"] == 3
        notes = [r.note for r in db.session.query(Report).order_by(Report.id)]
        assert notes == ["", "", "It is rude."]
    assert_all_counts_hold(house)


def test_one_reader_reports_a_comment_once(house: House) -> None:
    comment, who = house.publish(), line()

    answers = [report(house, comment, who, reason=reason) for reason in ("spam", "abuse", "other")]

    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert open_reports(house, comment) == 1
    assert house.status(comment) is Status.PUBLISHED


def test_after_the_day_nobody_knows_who_reported(house: House) -> None:
    comment = reported(house, 1)
    house.clock.now = datetime(2026, 5, 5, tzinfo=UTC)

    with house.rows():
        assert forget_readers(house.clock()) == 1
        assert db.session.query(Report).one().reader is None
    assert open_reports(house, comment) == 1


@pytest.mark.parametrize(
    ("settings", "held"), [({"hold_at_reports": None}, False), ({"hold_at_reports": 1}, True)]
)
def test_the_site_says_how_many_hold(house: House, settings: dict[str, Any], *, held: bool) -> None:
    house.change_settings(**settings)
    comment = house.publish()

    for _ in range(1 if held else 5):
        report(house, comment)

    assert house.status(comment) is (Status.HELD if held else Status.PUBLISHED)


def test_what_the_site_says_itself_is_reported_but_not_held(house: House) -> None:
    who = moderator(house)
    comment = house.publish()
    with house.rows():
        moderating.reply(
            house.parts.vault,
            who,
            comment,
            "Thank you.",
            revision=1,
            seen=Status.PUBLISHED,
            now=house.clock(),
        )
    said = read(house)[0]["replies"][0]["id"]

    for _ in range(4):
        report(house, said)

    assert (house.status(said), open_reports(house, said)) == (Status.PUBLISHED, 4)


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"reason": "boring"}, "reason", "invalid_reason"),
        ({"reason": None}, "reason", "invalid_reason"),
        ({"reason": ["spam"]}, "reason", "invalid_reason"),
        ({"note": 7}, "note", "not_text"),
        ({"note": "x" * 501}, "note", "too_long"),
        ({"note": "\x00"}, "note", "control_character"),
        ({"email": "me@example.com"}, "email", "unknown_field"),
    ],
)
def test_a_report_with_faults_says_which(
    house: House, said: dict[str, Any], field: str, code: str
) -> None:
    comment = house.publish()

    answer = report(house, comment, **said)

    assert answer.status_code == 422
    assert [(e["field"], e["code"]) for e in answer.get_json()["errors"]] == [(field, code)]
    assert answer.get_json()["detail"].startswith("Your report was not sent yet.")
    assert open_reports(house, comment) == 0


def test_a_site_may_do_without_reports(house: House) -> None:
    comment = house.publish()
    house.change_settings(reports=False)

    answer = report(house, comment)

    assert (answer.status_code, answer.get_json()["code"]) == (403, "not_offered")


def test_a_network_that_reports_too_quickly_is_told_to_wait(house: House) -> None:
    comment, who = house.publish(), line()
    assert {report(house, comment, who).status_code for _ in range(20)} == {202}

    answer = report(house, comment, who)

    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 600
    assert "Too much is sent from your network" in answer.get_json()["detail"]


@pytest.mark.parametrize("decision", ["approve", "spam", "reject", "block"])
def test_a_decision_closes_reports_and_its_undo_opens_them_again(
    house: House, decision: str
) -> None:
    who = moderator(house, role=SiteRole.OWNER)
    comment = reported(house)

    decided = decide(house, who, comment, decision)
    assert open_reports(house, comment) == 0
    assert_all_counts_hold(house)
    house.clock.move(minutes=1)
    undo(house, who, decided)

    assert (house.status(comment), open_reports(house, comment)) == (Status.HELD, 3)
    assert_all_counts_hold(house)


def test_what_was_approved_is_held_again_by_new_readers_alone(house: House) -> None:
    who = moderator(house)
    comment = house.publish()
    readers = [line() for _ in range(3)]
    for reader in readers:
        report(house, comment, reader)
    decide(house, who, comment, "approve")

    for reader in readers:
        report(house, comment, reader)
    assert (house.status(comment), open_reports(house, comment)) == (Status.PUBLISHED, 0)
    for _ in range(6):
        report(house, comment)
    assert house.status(comment) is Status.HELD
    with house.rows():
        decided = entries(comment)[2].id
    with pytest.raises(StaleDecisionError, match="The policy decided this"):
        undo(house, who, decided)
    assert_all_counts_hold(house)


def test_an_edit_does_not_free_what_readers_reported(house: House) -> None:
    comment = reported(house)

    edit(house, comment, "Now I am nice.")
    house.work()

    with house.rows():
        row = house.comment(comment)
        assert (row.status, row.verdict_rule) == (Status.HELD, VerdictRule.REPORTED)
    assert open_reports(house, comment) == 3


def test_reports_before_an_edit_still_count(house: House) -> None:
    comment = reported(house, 2)
    edit(house, comment, "Other words.")
    house.work()
    assert house.status(comment) is Status.PUBLISHED

    report(house, comment)

    assert house.status(comment) is Status.HELD


def test_what_its_author_deletes_awaits_nobody(house: House) -> None:
    comment = reported(house)

    assert delete(house, comment).status_code == 204

    assert open_reports(house, comment) == 0
    assert_all_counts_hold(house)


def test_the_queue_shows_and_finds_what_is_reported(house: House) -> None:
    browser = house.sign_in()
    house.hold()
    published = reported(house, 1)
    held = reported(house, 2)
    report(house, held, reason="abuse", note="<b>Rude</b> to me@example.com")

    page = browser.get("/queue/?reported=1").text
    everything = browser.get("/queue/?tab=all&reported=1").text

    assert shown(page) == [held]
    assert shown(everything) == [held, published]
    assert "Reported by 3 readers" in page
    assert "Insulting or hateful, Spam or advertising (2)" in page
    assert "“&lt;b&gt;Rude&lt;/b&gt; to me@example.com”" in page
    assert "So many readers reported it that this site holds it" in page
    assert 'id="reported" name="reported" type="checkbox" value="1" checked' in page
    assert "Dismiss the reports" not in page
    assert "Reported by one reader" in everything
    assert "Dismiss the reports" in everything


def test_the_reported_view_goes_with_all_others(house: House) -> None:
    who = moderator(house)
    stranger = moderator(house, "Otto", sites=())
    ids = [reported(house) for _ in range(3)]
    house.hold()

    assert listed(house, who, reported=1, limit=2) == ids
    assert listed(house, who, reported=1, order="newest", limit=2) == ids[::-1]
    assert listed(house, who, reported=1, order="riskiest", limit=2)
    assert listed(house, who, reported=1, q="thought") == ids
    assert listed(house, who, reported=1, signal="FIRST_COMMENT") == ids
    assert listed(house, who, reported=1, tab="published") == []
    assert listed(house, stranger, reported=1) == []


@pytest.mark.parametrize("htmx", [True, False])
def test_a_moderator_dismisses_reports_of_what_may_stay(house: House, *, htmx: bool) -> None:
    browser = house.sign_in()
    comment = reported(house, 2)

    answer = post(browser, f"/queue/{comment}/dismiss", htmx=htmx)

    assert answer.status_code == (200 if htmx else 303)
    assert (house.status(comment), open_reports(house, comment)) == (Status.PUBLISHED, 0)
    with house.rows():
        entry = entries(comment)[-1]
        assert (entry.action, entry.details) == (Action.REPORTS_DISMISSED, {"reports": 2})
    log = browser.get("/queue/audit").text
    assert "dismissed readers’ reports of" in log
    again = post(browser, f"/queue/{comment}/dismiss")
    assert again.status_code == 409
    assert "There are no open reports of this any more." in again.text
    assert post(browser, f"/queue/undo/{entry_of(house, comment)}").status_code == 404


def test_only_what_is_published_is_dismissed(house: House) -> None:
    browser = house.sign_in()
    comment = reported(house)

    answer = post(browser, f"/queue/{comment}/dismiss", htmx=True)

    assert answer.status_code == 400
    assert open_reports(house, comment) == 3


def test_decisions_on_many_close_reports_and_their_undo_opens_them(house: House) -> None:
    who = moderator(house)
    ids = [reported(house), reported(house), house.hold()]
    with house.rows():
        view, newest = QueueView(reported=True), queue.newest_id()
        job = bulk.order_by_view(who, "spam", view, newest, house.clock())
        while bulk.step(job, house.clock()):
            pass
    assert [house.status(i) for i in ids] == [Status.SPAM, Status.SPAM, Status.HELD]
    assert [open_reports(house, i) for i in ids] == [0, 0, 0]
    assert_all_counts_hold(house)
    house.clock.move(minutes=1)

    with house.rows():
        job = bulk.order_undo(who, job, house.clock())
        while bulk.step(job, house.clock()):
            pass

    assert [house.status(i) for i in ids] == [Status.HELD] * 3
    assert [open_reports(house, i) for i in ids] == [3, 3, 0]
    assert_all_counts_hold(house)


def test_who_has_many_lines_of_ipv6_reports_once(house: House) -> None:
    comment = house.publish()
    for number in range(3):
        answer = report(house, comment, {"X-Forwarded-For": f"2001:db8:0:{number}::1"})
        assert answer.status_code == 202

    assert house.status(comment) is Status.PUBLISHED


def test_each_time_a_moderator_dismisses_reports_twice_as_many_are_needed(house: House) -> None:
    comment = reported(house, 3)
    ben = moderator(house)
    decide(house, ben, comment, "approve")
    for _ in range(5):
        report(house, comment)
    assert house.status(comment) is Status.PUBLISHED

    report(house, comment)
    assert house.status(comment) is Status.HELD

    house.clock.move(minutes=1)
    approval = decide(house, ben, comment, "approve")
    for _ in range(6):
        report(house, comment)
    assert house.status(comment) is Status.PUBLISHED
    assert open_reports(house, comment) == 6

    undo(house, ben, approval)
    assert house.status(comment) is Status.HELD
