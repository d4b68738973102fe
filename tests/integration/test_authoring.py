"""Authors edit and delete what they wrote, on both databases."""

import pytest

from moderation.domain.actions import Action
from moderation.domain.policy import VerdictRule
from moderation.domain.status import Actor, Status
from moderation.models import Revision, db
from moderation.services import screening
from moderation.services.approval import approval_check
from moderation.services.authoring import MOST_EDITS
from moderation.services.sweeping import sweep
from tests.factories import PAGE, House
from tests.integration.queueing import decide, entries, listed, moderator, post, read
from tests.integration.reader_actions import (
    AT_HOME,
    FOREIGN,
    assert_all_counts_hold,
    delete,
    edit,
    own,
    private_link,
)

LINKS = "https://a.example https://b.example https://c.example"


def test_an_edited_comment_is_judged_again_before_anybody_sees_it(house: House) -> None:
    comment = house.publish(comment="The furst drive.")
    house.clock.move(minutes=5)

    answer = edit(house, comment, "The first drive.")

    assert answer.status_code == 202
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.get_json() == {
        "id": comment,
        "status": "pending",
        "status_url": f"http://localhost{private_link(house, comment)}",
        "revision": 2,
    }
    assert read(house) == []
    assert_all_counts_hold(house)
    assert house.nudges == [(comment, 2)]

    house.work()

    shown = read(house)[0]
    assert shown["html"] == "<p>The first drive.</p>"
    assert shown["edited_at"] == house.clock().isoformat()
    with house.rows():
        former = db.session.query(Revision).one()
        assert (former.text, former.revision) == ("The furst drive.", 1)
        assert former.moderator_id is None
        told = entries(comment)
        assert [(e.actor, e.action, e.before, e.after) for e in told] == [
            (Actor.MACHINE, Action.VERDICT, Status.PENDING, Status.PUBLISHED),
            (Actor.AUTHOR, Action.EDIT, Status.PUBLISHED, Status.PENDING),
            (Actor.MACHINE, Action.VERDICT, Status.PENDING, Status.PUBLISHED),
        ]
    assert_all_counts_hold(house)


def test_the_private_link_tells_what_may_be_edited(house: House) -> None:
    comment = house.publish(comment="*Mine*")

    told = own(house, comment)

    assert told["comment"]["text"] == "*Mine*"
    assert told["comment"]["html"] == "<p><em>Mine</em></p>"
    assert told["revision"] == 1
    assert told["editable_until"] == "2026-05-04T12:15:00+00:00"
    house.clock.move(minutes=15)
    assert own(house, comment)["editable_until"] is None


@pytest.mark.parametrize("act", ["edit", "delete"])
@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (15, "for 15 minutes after it was sent; this one is older"),
        (1, "for one minute after it was sent"),
        (0, "On this site a comment stays as it was sent"),
    ],
)
def test_after_its_time_a_comment_stays_as_it_is(
    house: House, act: str, minutes: int, words: str
) -> None:
    house.change_settings(edit_minutes=minutes)
    comment = house.publish()
    house.clock.move(minutes=minutes)

    answer = edit(house, comment, "Another") if act == "edit" else delete(house, comment)

    assert answer.status_code == 403
    assert answer.get_json()["code"] == "edit_closed"
    assert words in answer.get_json()["detail"]
    assert "ask the site’s owner to change or remove it" in answer.get_json()["detail"]
    assert house.status(comment) is Status.PUBLISHED


def test_a_moderator_s_edit_meanwhile_is_not_overwritten(house: House) -> None:
    comment = house.publish(comment="Mine")
    post(house.sign_in(), f"/queue/{comment}/edit", text="Ours", revision=1)

    answer = edit(house, comment, "Mine again")

    assert answer.status_code == 409
    assert answer.get_json()["code"] == "stale_comment"
    assert "by a moderator or in another window" in answer.get_json()["detail"]
    assert own(house, comment)["comment"]["text"] == "Ours"
    assert edit(house, comment, "Mine again", 2).status_code == 202


def test_an_edit_sent_twice_is_one(house: House) -> None:
    comment = house.publish()

    answers = [edit(house, comment, "Other words") for _ in range(2)]

    assert [(a.status_code, a.get_json()["revision"]) for a in answers] == [(202, 2), (202, 2)]
    assert house.nudges == [(comment, 2)]
    assert edit(house, comment, "Other words", 2).get_json()["revision"] == 2
    assert house.nudges == [(comment, 2)]


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"comment": " ", "revision": 1}, "comment", "required"),
        ({"comment": None, "revision": 1}, "comment", "not_text"),
        ({"comment": "x" * 65_526, "revision": 1}, "comment", "too_long"),
        ({"comment": "Words"}, "revision", "invalid_number"),
        ({"comment": "Words", "revision": "1"}, "revision", "invalid_number"),
        ({"comment": "Words", "revision": 2**40}, "revision", "invalid_number"),
        ({"comment": "Words", "revision": 1, "name": "Otto"}, "name", "unknown_field"),
    ],
)
def test_an_edit_with_faults_says_which(
    house: House, body: dict[str, object], field: str, code: str
) -> None:
    comment = house.publish()

    answer = house.client.patch(private_link(house, comment), json=body)

    assert answer.status_code == 422
    assert [(e["field"], e["code"]) for e in answer.get_json()["errors"]] == [(field, code)]
    assert house.status(comment) is Status.PUBLISHED


def test_what_is_held_stays_held_and_is_screened_again(house: House) -> None:
    who = moderator(house)
    comment = house.hold()
    assert listed(house, who, signal="LINK_FLOOD") == [comment]

    answer = edit(house, comment, "Without any link.")
    assert (answer.status_code, answer.get_json()["status"]) == (202, "held")
    assert house.work() == [None]

    with house.rows():
        row = house.comment(comment)
        assert (row.status, row.score, row.screened_revision) == (Status.HELD, 1.0, 2)
        assert row.rendered == "<p>Without any link.</p>"
    assert listed(house, who, signal="LINK_FLOOD") == []
    assert listed(house, who, q="without") == [comment]
    assert_all_counts_hold(house)

    edit(house, comment, LINKS, 2)
    house.work()
    assert listed(house, who, signal="LINK_FLOOD") == [comment]
    with house.rows():
        assert house.comment(comment).score == 5.0


def test_what_is_pending_is_judged_by_its_new_words_alone(house: House) -> None:
    comment = house.post(comment=LINKS).get_json()["id"]
    first = house.nudges.pop()
    with house.rows():
        screening.spam_check(house.parts.vault, *first, house.clock())

    assert edit(house, comment, "Harmless.").get_json()["status"] == "pending"
    with house.rows():
        assert approval_check(*first, house.clock()) is None
        assert not screening.spam_check(house.parts.vault, *first, house.clock())
    house.work()

    assert read(house)[0]["html"] == "<p>Harmless.</p>"
    assert_all_counts_hold(house)


@pytest.mark.parametrize("screened", [True, False])
def test_words_are_found_once_they_are_there_and_not_after(house: House, *, screened: bool) -> None:
    who = moderator(house)
    comment = house.post(comment="Elephants").get_json()["id"]
    if screened:
        house.work()
    house.nudges.clear()

    edit(house, comment, "Giraffes")
    house.work()

    assert listed(house, who, tab="all", q="elephants") == []
    assert listed(house, who, tab="all", q="giraffes") == [comment]


def test_a_good_comment_does_not_vouch_for_what_it_becomes(house: House) -> None:
    with house.rows():
        house.add_site("strict", mode="hold_first_timers")
    who = moderator(house, sites=("strict",))
    comment = house.publish(_site="strict", comment="A kind word.")
    decide(house, who, comment, "approve")

    edit(house, comment, "Another word.")
    house.work()

    with house.rows():
        row = house.comment(comment)
        assert (row.status, row.verdict_rule) == (Status.HELD, VerdictRule.FIRST_COMMENT)
    assert_all_counts_hold(house)


def test_comments_edited_into_copies_are_known_for_copies(house: House) -> None:
    advert = "Buy the finest watches at our marvellous shop, today only, for next to nothing."
    ids = [house.publish() for _ in range(3)]

    for comment in reversed(ids):
        edit(house, comment, f"{advert} {comment}")
        house.work()

    assert house.status(ids[2]) is Status.PUBLISHED
    assert Status.PUBLISHED not in {house.status(ids[0]), house.status(ids[1])}


def test_an_edit_whose_message_was_lost_is_swept_up(house: House) -> None:
    comment = house.publish()
    edit(house, comment, "Other words.")
    house.nudges.clear()
    house.clock.move(hours=1)

    with house.rows():
        again = sweep(house.clock(), house.parts.submissions._sweep_after, 5)
    assert again == ((comment, 2),)
    house.nudges += again
    house.work()

    assert house.status(comment) is Status.PUBLISHED


def test_words_that_are_there_already_are_a_duplicate(house: House) -> None:
    house.publish(name="Anna", comment="The same.")
    comment = house.publish(name="Anna", comment="Another.")

    answer = edit(house, comment, "The same.")

    assert (answer.status_code, answer.get_json()["code"]) == (409, "comment_duplicate")
    assert house.post(name="Anna", comment="Another.").status_code == 409
    edit(house, comment, "A third.")
    assert house.post(name="Anna", comment="Another.").status_code == 202


@pytest.mark.parametrize("decision", ["spam", "reject"])
def test_what_was_not_accepted_can_be_deleted_but_not_edited(house: House, decision: str) -> None:
    who = moderator(house)
    comment = house.hold()
    decide(house, who, comment, decision)

    answer = edit(house, comment, "Please?")

    assert answer.status_code == 403
    assert answer.get_json()["detail"].endswith("You can delete it.")
    assert own(house, comment)["editable_until"] is None
    assert delete(house, comment).status_code == 204
    assert_all_counts_hold(house)


def test_a_comment_is_not_edited_without_end(house: House) -> None:
    house.change_settings(edit_minutes=60)
    comment = house.publish()
    for revision in range(1, MOST_EDITS + 1):
        assert edit(house, comment, f"Words {revision}", revision).status_code == 202

    answer = edit(house, comment, "One more", MOST_EDITS + 1)

    assert answer.status_code == 403
    assert "20 times at most" in answer.get_json()["detail"]


def test_a_deleted_comment_keeps_its_place_above_replies(house: House) -> None:
    comment = house.publish(comment="Mine")
    house.publish(parent=comment)

    answer = delete(house, comment)

    assert (answer.status_code, answer.data) == (204, b"")
    root = read(house)[0]
    assert (root["removed"], root["html"], len(root["replies"])) == (True, None, 1)
    with house.rows():
        entry = entries(comment)[-1]
        assert (entry.actor, entry.action) == (Actor.AUTHOR, Action.DELETE)
    assert_all_counts_hold(house)
    assert house.post(comment="Mine").status_code == 202  # the words may be said again


def test_what_is_deleted_is_gone_for_its_author_too(house: House) -> None:
    comment = house.publish()
    delete(house, comment)

    answers = [
        house.client.delete(private_link(house, comment), headers=AT_HOME),
        house.client.patch(private_link(house, comment), json={}, headers=AT_HOME),
        house.client.get(private_link(house, comment), headers=AT_HOME),
    ]

    for answer in answers:
        assert (answer.status_code, answer.get_json()["code"]) == (404, "unknown_comment")
        # The author's page must be able to read what became of it.
        assert answer.headers["Access-Control-Allow-Origin"] == AT_HOME["Origin"]


@pytest.mark.parametrize("status", ["pending", "held"])
def test_what_nobody_sees_yet_can_be_deleted(house: House, status: str) -> None:
    comment = house.hold() if status == "held" else house.post().get_json()["id"]

    assert delete(house, comment).status_code == 204

    assert house.work() in ([None], [])
    assert house.status(comment) is Status.DELETED
    assert_all_counts_hold(house)


@pytest.mark.parametrize("token", ["x", "1.AAAA", "99", ""])
def test_a_forged_link_changes_nothing(house: House, token: str) -> None:
    comment = house.publish()
    path = f"/api/v1/status/{token.replace('1', str(comment))}"

    answers = [house.client.delete(path), house.client.patch(path, json={"comment": "x"})]

    assert {answer.status_code for answer in answers} == {404}
    assert house.status(comment) is Status.PUBLISHED


def test_a_page_of_another_origin_may_not_act(house: House) -> None:
    comment = house.publish()
    path = private_link(house, comment)

    answers = [
        house.client.delete(path, headers=FOREIGN),
        house.client.patch(path, json={"comment": "x", "revision": 1}, headers=FOREIGN),
    ]

    for answer in answers:
        assert answer.status_code == 403
        assert "https://other.example" in answer.get_json()["detail"]
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_browser_may_ask_to_edit_and_delete(house: House) -> None:
    comment = house.publish()

    answer = house.client.options(private_link(house, comment), headers=AT_HOME)

    assert answer.headers["Access-Control-Allow-Origin"] == AT_HOME["Origin"]
    methods = answer.headers["Access-Control-Allow-Methods"].split(", ")
    assert {"GET", "POST", "PATCH", "DELETE"} == set(methods)


def test_too_many_changes_are_told_when_to_go_on(house: House) -> None:
    comment = house.publish()
    codes = [edit(house, comment, "x", 9).status_code for _ in range(60)]

    answer = edit(house, comment, "x", 9)

    assert set(codes) == {409}
    assert (answer.status_code, answer.get_json()["code"]) == (429, "too_many_requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert "at once. Please wait" in answer.get_json()["detail"]


def test_the_page_s_address_is_the_same_after_an_edit(house: House) -> None:
    comment = house.publish()
    edit(house, comment, "Other words")

    assert own(house, comment)["url"] == f"{PAGE}#comment-{comment}"


def test_an_edit_is_rendered_when_it_is_judged(house: House) -> None:
    """Not in the transaction for which everybody who writes waits."""
    comment = house.publish()
    edit(house, comment, "*Other* words.")
    assert own(house, comment)["comment"]["html"] == "<p>*Other* words.</p>"

    house.work()
    assert own(house, comment)["comment"]["html"] == "<p><em>Other</em> words.</p>"
