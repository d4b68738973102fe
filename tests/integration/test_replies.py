"""Replies in the site's own name."""

import re

import pytest

from moderation.domain.actions import Action
from moderation.domain.status import Status
from moderation.errors import InvalidInputError, InvalidSubmissionError, StaleDecisionError
from moderation.models import AuditEntry, Comment, Thread, db
from moderation.services import moderating
from moderation.services.recent import recent_actions
from moderation.services.sites import change_policy
from tests.factories import PAGE, House
from tests.integration.queueing import (
    assert_counts_hold,
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


def reply(
    house: House, who: int, comment: int, text: str = "Thank you", seen: Status = Status.HELD
) -> int:
    with house.rows():
        entry = moderating.reply(
            house.parts.vault, who, comment, text, revision=1, seen=seen, now=house.clock()
        )
        said = db.session.get_one(AuditEntry, entry).comment_id
        assert said is not None
        return said


def test_a_reply_is_the_sites_published_at_once_and_needs_no_check(house: House) -> None:
    who = moderator(house)
    comment = house.hold()
    said = reply(house, who, comment, "Thank *you*")

    assert house.status(comment) is Status.PUBLISHED
    assert house.nudges == []
    top = read(house)[0]
    (answer,) = top["replies"]
    assert (top["by_site"], answer["by_site"]) == (False, True)
    assert (answer["id"], answer["parent"], answer["name"]) == (said, comment, "Ben")
    assert answer["html"] == "<p>Thank <em>you</em></p>"
    assert "ben@example.com" not in str(read(house))
    page = house.client.get("/t/blog", query_string={"url": PAGE}).text
    assert page.count("comment__badge") == 1
    with house.rows():
        assert [entry.action for entry in entries(comment)] == [Action.VERDICT, Action.APPROVE]
        (entry,) = entries(said)
        assert (entry.action, entry.moderator_id) == (Action.REPLY, who)
        assert (entry.before, entry.after) == (Status.PENDING, Status.PUBLISHED)
        assert db.session.query(Thread).one().published_count == 2
        assert house.comment(comment).published_replies == 1
    assert listed(house, who, tab="published", q="thank") == [said]
    assert_counts_hold(house)


def test_a_reply_is_taken_back_whole(house: House) -> None:
    who = moderator(house)
    comment = house.publish()
    said = reply(house, who, comment, seen=Status.PUBLISHED)
    entry = entry_of(house, said)
    undo(house, who, entry)

    assert house.status(said) is Status.DELETED
    assert read(house)[0]["replies"] == []
    assert_counts_hold(house)
    with pytest.raises(StaleDecisionError, match="Ben took this back already"):
        undo(house, who, entry)
    reply(house, who, comment, seen=Status.PUBLISHED)  # and can be said again


def test_a_reply_that_a_colleague_rejected_is_not_taken_back(house: House) -> None:
    who, ada = moderator(house), moderator(house, "Ada")
    said = reply(house, who, house.publish(), seen=Status.PUBLISHED)
    entry = entry_of(house, said)
    decide(house, ada, said, "reject", seen=Status.PUBLISHED)

    with pytest.raises(StaleDecisionError, match="Ada decided this 0 s ago: rejected"):
        undo(house, who, entry)


def test_an_approval_is_taken_back_with_the_reply_it_came_with(house: House) -> None:
    who = moderator(house)
    comment = house.hold()
    with house.rows():
        moderating.ask_second_opinion(who, comment, "Is this fair?", now=house.clock())
    said = reply(house, who, comment)
    replied = entry_of(house, said)
    with house.rows():
        assert [action.entry.id for action in recent_actions(who, limit=5)] == [replied]
    told = undo(house, who, replied)

    assert (house.status(comment), house.status(said)) == (Status.HELD, Status.DELETED)
    assert read(house) == []
    assert entry_of(house, said) == told
    with house.rows():
        approved, back = entries(comment)[-2:]
        assert (back.action, back.undoes_id) == (Action.UNDO, approved.id)
        assert [a.entry.action for a in recent_actions(who, limit=5)] == [Action.SECOND_OPINION]
    assert listed(house, who, opinion=1) == [comment]
    assert_counts_hold(house)


def test_a_comment_decided_again_stays_where_its_reply_is_taken_back(house: House) -> None:
    who, ada = moderator(house), moderator(house, "Ada")
    comment = house.hold()
    said = reply(house, who, comment)
    decide(house, ada, comment, "spam", seen=Status.PUBLISHED)
    undo(house, who, entry_of(house, said))

    assert (house.status(comment), house.status(said)) == (Status.SPAM, Status.DELETED)
    assert_counts_hold(house)


def test_an_approval_can_be_taken_back_where_its_reply_is_gone(house: House) -> None:
    who, ada = moderator(house), moderator(house, "Ada")
    comment = house.hold()
    said = reply(house, who, comment)
    approved = entry_of(house, comment)
    decide(house, ada, said, "reject", seen=Status.PUBLISHED)
    with house.rows():
        assert [action.entry.id for action in recent_actions(who, limit=5)] == [approved]
    undo(house, who, approved)

    assert (house.status(comment), house.status(said)) == (Status.HELD, Status.REJECTED)
    assert_counts_hold(house)


def test_replies_go_no_deeper_than_the_site_lets_them(house: House) -> None:
    who = moderator(house)
    with house.rows():
        change_policy("blog", {"max_depth": 2}, None, house.clock())
    top = house.publish()
    below = house.publish(parent=top)
    said = reply(house, who, below, seen=Status.PUBLISHED)

    with house.rows():
        row = house.comment(said)
        assert (row.parent_id, row.root_id, row.depth) == (top, top, 2)


def test_replies_that_cannot_be(house: House) -> None:
    who = moderator(house)
    comment = house.hold()
    decide(house, who, comment, "spam")
    with pytest.raises(InvalidInputError, match="published or held"):
        reply(house, who, comment, seen=Status.SPAM)
    other = house.hold()
    with pytest.raises(StaleDecisionError, match="The policy decided this"):
        reply(house, who, other, seen=Status.PUBLISHED)
    with pytest.raises(InvalidSubmissionError):
        reply(house, who, other, " ")
    reply(house, who, other, "Once")
    with pytest.raises(InvalidInputError, match="these words already"):
        reply(house, who, other, "Once", seen=Status.PUBLISHED)  # a double click
    with house.rows():
        assert db.session.query(Comment).filter_by(by_site=True).count() == 1


def test_a_reply_by_htmx_is_told_and_taken_back_at_the_comment_replied_to(house: House) -> None:
    comment = house.publish(name="Anna")
    browser = house.sign_in()
    answer = post(
        browser, f"/queue/{comment}/reply", htmx=True, text="Hello", revision="1", seen="published"
    )

    assert "<strong>Replied</strong>: <bdi>Anna</bdi>" in answer.text
    path = re.search(r'hx-post="(/queue/undo/\d+)"', answer.text)
    assert path is not None
    undone = post(browser, path[1], htmx=True)
    assert shown(undone.text) == [comment]
