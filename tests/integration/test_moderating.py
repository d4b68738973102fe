"""What moderators do to a comment besides deciding: edits, replies, blocks, opinions, claims."""

from datetime import timedelta

import pytest

from moderation.domain.actions import Action
from moderation.domain.roles import SiteRole
from moderation.domain.rules import RuleEffect, RuleKind
from moderation.domain.status import Status
from moderation.errors import (
    InvalidInputError,
    InvalidSubmissionError,
    NotAllowedError,
    StaleDecisionError,
)
from moderation.models import Revision, SecondOpinion, SiteRule, Thread, db
from moderation.services import moderating, queue, review
from moderation.services.recent import recent_actions
from moderation.services.rules import RuleDraft, add_rule
from tests.factories import PAGE, House
from tests.integration.queueing import (
    decide,
    entries,
    entry_of,
    id_of,
    listed,
    moderator,
    post,
    read,
    shown,
    signed_in,
    undo,
)


def edit(house: House, who: int, comment: int, text: str, revision: int = 1) -> int:
    with house.rows():
        return moderating.edit(who, comment, text, revision=revision, now=house.clock())


def test_an_edit_keeps_what_was_said_and_is_found_by_the_new_words(house: House) -> None:
    who = moderator(house)
    comment = house.hold(comment="former words https://a.example https://b.example")
    house.clock.move(minutes=1)
    edit(house, who, comment, "*latter* words")

    assert listed(house, who, q="latter") == [comment]
    assert listed(house, who, q="former") == []
    assert listed(house, who, q="words") == [comment]
    with house.rows():
        row = house.comment(comment)
        assert (row.text, row.revision, row.status) == ("*latter* words", 2, Status.HELD)
        assert row.rendered == "<p><em>latter</em> words</p>"
        kept = db.session.query(Revision).one()
        assert (kept.revision, kept.moderator_id, kept.replaced_at) == (1, who, house.clock())
        assert kept.text.startswith("former words")
        item = queue.read_item(who, comment, house.clock())
        assert "LINK_FLOOD" in {signal.symbol for signal in item.signals}
    assert listed(house, who, signal="LINK_FLOOD") == [comment]
    page = house.sign_in("ada@example.com").get(f"/queue/comment/{comment}").text
    assert "Ben edited it" in page
    assert "former words" in page


def test_a_receipt_says_that_it_is_of_the_former_text(house: House) -> None:
    who = moderator(house)
    comment = house.hold()
    browser = house.sign_in("ada@example.com")
    pages = ("/queue/", f"/queue/comment/{comment}")

    def told() -> list[bool]:
        return ["of its former text" in browser.get(page).text for page in pages]

    assert told() == [False, False]
    edit(house, who, comment, "In other words")
    assert told() == [True, True]
    undo(house, who, entry_of(house, comment))
    assert told() == [False, False]
    edit(house, who, comment, "In third words", revision=3)
    edit(house, who, comment, "In fourth words", revision=4)
    undo(house, who, entry_of(house, comment))
    assert told() == [True, True]
    assert house.status(comment) is Status.HELD


def test_readers_see_that_a_comment_was_edited_until_that_is_taken_back(house: House) -> None:
    who = moderator(house)
    comment = house.publish()
    assert read(house)[0]["edited_at"] is None
    with house.rows():
        version = db.session.query(Thread).one().version
        former = house.comment(comment).text
    house.clock.move(minutes=1)
    edit(house, who, comment, "In other words")
    first = entry_of(house, comment)

    assert read(house)[0]["html"] == "<p>In other words</p>"
    assert read(house)[0]["edited_at"] == house.clock().isoformat()
    page = house.client.get("/t/blog", query_string={"url": PAGE})
    assert "edited <time" in page.text
    edited_once = house.clock().isoformat()
    house.clock.move(minutes=1)
    edit(house, who, comment, "In still other words", revision=2)
    second = entry_of(house, comment)
    with pytest.raises(StaleDecisionError, match="edited again since"):
        undo(house, who, first)
    undo(house, who, second)
    assert read(house)[0]["html"] == "<p>In other words</p>"
    assert read(house)[0]["edited_at"] == edited_once
    assert listed(house, who, tab="published", q="other words") == [comment]
    assert listed(house, who, tab="published", q="still") == []
    with house.rows():
        assert db.session.query(Thread).one().version == version + 3
        assert house.comment(comment).text != former
        assert (house.comment(comment).revision, house.comment(comment).status) == (
            4,
            Status.PUBLISHED,
        )


def test_an_edit_taken_back_leaves_the_authors_own_words(house: House) -> None:
    who = moderator(house)
    comment = house.publish(comment="My own words")
    edit(house, who, comment, "Not mine")
    undo(house, who, entry_of(house, comment))

    assert read(house)[0]["html"] == "<p>My own words</p>"
    assert read(house)[0]["edited_at"] is None
    assert "edited" not in house.client.get("/t/blog", query_string={"url": PAGE}).text
    assert listed(house, who, tab="published", q="own") == [comment]
    assert listed(house, who, tab="published", q="mine") == []


def test_an_edit_that_cannot_be(house: House) -> None:
    who = moderator(house)
    comment = house.hold()
    with house.rows():
        text = house.comment(comment).text
    for bad in ("", "  \n", "w" * 70_000):
        with pytest.raises(InvalidSubmissionError):
            edit(house, who, comment, bad)
    with pytest.raises(InvalidInputError, match="there already"):
        edit(house, who, comment, text)
    with pytest.raises(StaleDecisionError):
        edit(house, who, comment, "Other words", revision=2)
    pending = house.post().get_json()["id"]
    with pytest.raises(InvalidInputError, match="judged"):
        edit(house, who, pending, "Other words")
    with house.rows():
        assert db.session.query(Revision).count() == 0
    house.work()
    assert house.status(pending) is Status.PUBLISHED


def test_what_was_typed_comes_back_with_the_fault(house: House) -> None:
    comment = house.hold()
    browser = house.sign_in()
    for htmx, status in ((False, 409), (True, 200)):
        answer = post(
            browser,
            f"/queue/{comment}/edit",
            htmx=htmx,
            text="My <b>draft",
            revision="7",
            seen="held",
        )
        assert answer.status_code == status
        assert "My &lt;b&gt;draft" in answer.text
        assert "Nothing was overwritten" in answer.text


def test_a_decision_on_edited_words_says_who_edited_them(house: House) -> None:
    who, ada = moderator(house), moderator(house, "Ada")
    comment = house.hold()
    edit(house, who, comment, "Other words")
    house.clock.move(seconds=4)

    with house.rows(), pytest.raises(StaleDecisionError, match="Ben edited this 4 s ago"):
        review.decide(ada, comment, "spam", revision=1, seen=Status.HELD, now=house.clock())
    assert house.status(comment) is Status.HELD


def test_a_blocked_commenter_is_rejected_from_then_on(house: House) -> None:
    who = moderator(house)
    comment = house.hold(email="troll@example.com")
    entry = decide(house, who, comment, "block")

    assert house.status(comment) is Status.REJECTED
    with house.rows():
        rule = db.session.query(SiteRule).one()
        assert (rule.kind, rule.effect, rule.value) == (RuleKind.EMAIL, RuleEffect.REJECT, "")
        assert "example.com" not in rule.note
    again = house.publish(email="Troll@Example.com")
    assert house.status(again) is Status.REJECTED
    assert house.status(house.publish(email="friend@example.com")) is Status.PUBLISHED

    undo(house, who, entry)
    assert house.status(comment) is Status.HELD
    with house.rows():
        assert db.session.query(SiteRule).count() == 0
    assert house.status(house.publish(email="troll@example.com")) is Status.PUBLISHED


def test_a_rule_that_was_there_stays_when_a_block_is_taken_back(house: House) -> None:
    who = moderator(house)
    first, second = (house.hold(email="troll@example.com") for _ in range(2))
    decide(house, who, first, "block")
    undo(house, who, decide(house, who, second, "block"))

    with house.rows():
        assert db.session.query(SiteRule).count() == 1


def test_a_commenter_whom_a_rule_vouches_for_is_not_blocked_in_silence(house: House) -> None:
    who = moderator(house)
    comment = house.hold(email="friend@example.com")
    with house.rows():
        draft = RuleDraft(RuleKind.EMAIL, RuleEffect.ALLOW, "friend@example.com")
        add_rule(house.parts.vault, "blog", draft, None, house.clock())

    with pytest.raises(InvalidInputError, match="says otherwise"):
        decide(house, who, comment, "block")
    assert house.status(comment) is Status.HELD


def test_a_second_opinion_is_asked_until_it_is_decided(house: House) -> None:
    who, ada = moderator(house), moderator(house, "Ada")
    comment, other = house.hold(), house.hold()
    with house.rows():
        moderating.ask_second_opinion(who, comment, " Is this fair? ", now=house.clock())
        with pytest.raises(StaleDecisionError, match="asked for already"):
            moderating.ask_second_opinion(ada, comment, "", now=house.clock())
    browser = house.sign_in("eve@example.com")

    assert listed(house, ada, opinion=1) == [comment]
    page = browser.get("/queue/", query_string={"opinion": "1"}).text
    assert shown(page) == [comment]
    assert "Is this fair?" in page
    assert "<strong>Ben</strong> asks for a second opinion" in page
    asked = entry_of(house, comment)
    decide(house, ada, comment, "spam")
    assert listed(house, ada, opinion=1, tab="all") == []
    with pytest.raises(StaleDecisionError, match="decided since"):
        undo(house, who, asked)
    with house.rows():
        assert recent_actions(who, limit=5) == []
        moderating.ask_second_opinion(who, other, "", now=house.clock())
        (recent,) = recent_actions(who, limit=5)
    undo(house, who, recent.entry.id)
    with house.rows():
        assert db.session.query(SecondOpinion).count() == 0


def test_a_decision_taken_back_gives_the_second_opinion_back(house: House) -> None:
    who, ada = moderator(house), moderator(house, "Ada")
    comment = house.hold()
    with house.rows():
        asked = moderating.ask_second_opinion(who, comment, "Is this fair?", now=house.clock())
    house.clock.move(minutes=1)
    decision = decide(house, ada, comment, "spam")
    house.clock.move(minutes=1)
    undo(house, ada, decision)

    assert listed(house, ada, opinion=1) == [comment]
    with house.rows():
        opinion = queue.read_item(ada, comment, house.clock()).opinion
        assert opinion is not None
        assert (opinion.by, opinion.note) == ("Ben", "Is this fair?")
        assert opinion.created_at == house.clock() - timedelta(minutes=2)
        assert [action.entry.id for action in recent_actions(who, limit=5)] == [asked]
    undo(house, who, asked)
    assert listed(house, ada, opinion=1) == []
    undo(house, ada, decide(house, ada, comment, "spam"))
    assert listed(house, ada, opinion=1) == []  # none was asked for before this one


def test_a_second_opinion_asked_for_since_stands(house: House) -> None:
    who, ada = moderator(house), moderator(house, "Ada")
    comment = house.hold()
    with house.rows():
        moderating.ask_second_opinion(who, comment, "Is this fair?", now=house.clock())
    decision = decide(house, who, comment, "spam")
    with house.rows():
        moderating.ask_second_opinion(ada, comment, "Is this spam?", now=house.clock())
    undo(house, who, decision)

    with house.rows():
        opinion = queue.read_item(who, comment, house.clock()).opinion
        assert opinion is not None
        assert (opinion.by, opinion.note) == ("Ada", "Is this spam?")


def test_the_address_is_shown_to_whom_the_role_allows_and_that_is_noted(house: House) -> None:
    comment = house.hold(email="anna@example.com")
    boss = signed_in(house, "Ada", SiteRole.ADMIN)
    for page in (
        "/queue/",
        f"/queue/comment/{comment}",
        f"/queue/{comment}/edit",
        "/queue/?tab=all",
    ):
        assert "anna@example.com" not in boss.get(page).text
    for htmx in (True, False):
        answer = post(boss, f"/queue/{comment}/address", htmx=htmx)
        assert "anna@example.com" in answer.text
        assert answer.headers["Cache-Control"] == "no-store"

    with house.rows():
        noted = [entry for entry in entries(comment) if entry.action is Action.ADDRESS_SHOWN]
        assert [entry.moderator_id for entry in noted] == [id_of("Ada")] * 2
        assert "anna" not in str([entry.details for entry in noted])
    assert "anna@example.com" not in boss.get(f"/queue/comment/{comment}").text
    plain = house.sign_in("ben@example.com")
    assert "Show address" not in plain.get("/queue/").text
    answer = post(plain, f"/queue/{comment}/address")
    assert answer.status_code == 403
    assert "anna@example.com" not in answer.text
    with house.rows(), pytest.raises(NotAllowedError):
        moderating.show_address(house.parts.vault, id_of("Ben"), comment, now=house.clock())


def test_an_undo_after_a_colleagues_decision_overwrites_nothing(house: House) -> None:
    ben, ada = moderator(house), moderator(house, "Ada")
    comment = house.hold()
    first = decide(house, ben, comment, "spam")
    decide(house, ada, comment, "approve", seen=Status.SPAM)
    house.clock.move(minutes=3)

    with pytest.raises(StaleDecisionError, match="Ada decided this 3 min ago: published"):
        undo(house, ben, first)
    assert house.status(comment) is Status.PUBLISHED
    with house.rows():
        assert recent_actions(ben, limit=5) == []


def test_a_reason_is_kept_for_refusing_alone(house: House) -> None:
    browser = house.sign_in()
    reasons = {}
    for decision in ("reject", "block", "spam", "approve"):
        comment = house.hold()
        form = {"decision": decision, "why": "Off topic", "seen": "held", "revision": "1"}
        post(browser, f"/queue/{comment}", **form)
        with house.rows():
            reasons[decision] = entries(comment)[-1].why

    assert reasons == {"reject": "Off topic", "block": "Off topic", "spam": "", "approve": ""}
