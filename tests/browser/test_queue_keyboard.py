"""Moderators at work in a real browser: by keyboard alone, two at once, and without JavaScript."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from moderation.domain.actions import Action
from moderation.models import AuditEntry, db
from moderation.services import review
from tests.browser.axe import violations_in_both
from tests.browser.desk import Desk
from tests.browser.learning_desk import owner_of

pytestmark = pytest.mark.browser

_FOCUSED = "document.activeElement?.closest('[data-comment]')?.dataset.comment"


@pytest.fixture
def colleague(other_context: BrowserContext) -> Page:
    """Another moderator's browser."""
    return other_context.new_page()


def card(page: Page, comment: int) -> Locator:
    return page.locator(f"#comment-{comment}")


def expect_focus(page: Page, comment: int) -> None:
    page.wait_for_function(f"id => {_FOCUSED} === id", arg=str(comment))
    assert "item--current" in (card(page, comment).get_attribute("class") or "")


def expect_said(page: Page, words: str) -> None:
    expect(page.locator("#said")).to_contain_text(words)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_hundred_comments_are_decided_by_keyboard_alone(page: Page, desk: Desk) -> None:
    held = desk.hold(100)
    desk.sign_in(page)
    press(page, "j")
    expect_focus(page, held[0])
    keys = {"a": "published", "s": "spam", "r": "rejected"}
    expected = []
    for number, (comment, following) in enumerate(zip(held, [*held[1:], None], strict=True)):
        key = list(keys)[number % 3]
        press(page, *(key * 2 if key == "r" else key))  # again: for no reason
        if following is not None:
            expect_focus(page, following)
        else:
            expect(card(page, comment)).to_be_focused()
        expected.append(keys[key])

    expect_said(page, "Approved: Reader 100. 0 held.")
    assert desk.statuses(held) == expected


def test_each_key_does_what_the_list_says(page: Page, desk: Desk) -> None:
    held = desk.hold(7)
    desk.sign_in(page)
    press(page, "a")  # nothing is marked yet: it marks the first, and does nothing to it
    expect_focus(page, held[0])
    press(page, "j", "k", "k", "j")
    expect_focus(page, held[1])
    assert set(desk.statuses(held)) == {"held"}

    press(page, "x")
    expect(page.get_by_text("1 selected")).to_be_visible()
    press(page, "x")
    expect(page.get_by_text("7 in this view", exact=True)).to_be_visible()

    press(page, "e")
    text = card(page, held[1]).get_by_role("textbox")
    expect(text).to_be_focused()
    text.fill("")
    page.keyboard.type("as usual, bugs are jokes")  # letters that are keys elsewhere
    press(page, "Tab", "Enter")
    expect(card(page, held[1]).locator(".comment__text")).to_have_text("as usual, bugs are jokes")
    expect_focus(page, held[1])
    assert set(desk.statuses(held)) == {"held"}

    press(page, "r", "r")
    expect_focus(page, held[2])
    expect_said(page, "Rejected: Reader 2. 6 held.")
    press(page, "r", "r")
    expect_focus(page, held[3])
    press(page, "p")
    expect(card(page, held[3]).get_by_role("textbox")).to_be_focused()
    page.keyboard.type("Thank you all")
    press(page, "Tab", "Enter")
    expect_said(page, "Replied: Reader 4. 4 held.")
    expect_focus(page, held[4])
    press(page, "b")
    expect_said(page, "blocked: Reader 5")
    expect_focus(page, held[5])
    press(page, "o")
    expect(card(page, held[5]).get_by_role("textbox")).to_be_focused()
    press(page, "Escape")
    expect_focus(page, held[5])
    expect(card(page, held[5]).get_by_role("textbox")).to_have_count(0)
    rejected, published = "rejected", "published"
    assert desk.statuses(held) == ["held", rejected, rejected, published, rejected, "held", "held"]


def test_a_reason_for_rejecting_is_a_number(page: Page, desk: Desk) -> None:
    desk.set_policy(reject_reasons=["Off topic", "Unkind"])
    held = desk.hold(3)
    desk.sign_in(page)
    press(page, "j", "r")
    expect(card(page, held[0]).get_by_text("2 Unkind")).to_be_visible()
    press(page, "2")
    expect_focus(page, held[1])
    press(page, "r", "r")
    expect_focus(page, held[2])
    press(page, "r", "k")  # any other key means no
    with desk.house.rows():
        entries = db.session.query(AuditEntry).filter(AuditEntry.comment_id.in_(held)).all()
        reasons = [entry.why for entry in entries if entry.action is Action.REJECT]
    assert reasons == ["Unkind", ""]


def test_u_takes_back_the_latest_and_then_the_one_before(page: Page, desk: Desk) -> None:
    held = desk.hold(4)
    desk.sign_in(page)
    press(page, "j")
    for key, following in (("a", held[1]), ("s", held[2]), ("rr", held[3])):
        press(page, *key)
        expect_focus(page, following)
    for comment in (held[2], held[1], held[0]):
        press(page, "u")
        expect_focus(page, comment)
        expect_said(page, "comment is held")

    assert set(desk.statuses(held)) == {"held"}


def test_u_shows_a_folded_decision_before_it_takes_it_back(page: Page, desk: Desk) -> None:
    held = desk.hold(2)
    desk.sign_in(page)
    long_ago = desk.house.clock() - timedelta(hours=1)
    with desk.house.rows():
        for comment, decision in zip(held, ("approve", "spam"), strict=True):
            found = desk.house.comment(comment)
            seen = {"revision": found.revision, "seen": found.status, "now": long_ago}
            review.decide(owner_of(desk), comment, decision, **seen)
    page.reload()
    undo = page.get_by_role("button", name="Undo: Marked as spam, Reader 2")
    expect(page.get_by_text("Your latest decisions")).to_be_visible()
    expect(undo).to_be_hidden()
    press(page, "u")
    expect(undo).to_be_focused()
    assert desk.statuses(held) == ["published", "spam"]
    press(page, "u")

    expect(card(page, held[1])).to_be_visible()
    assert desk.statuses(held) == ["published", "held"]


def test_keys_lead_around_and_are_letters_where_one_types(page: Page, desk: Desk) -> None:
    held = desk.hold(2)
    desk.sign_in(page)
    press(page, "j", "/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("asrbuj?gh")
    expect(page.get_by_role("searchbox")).to_have_value("asrbuj?gh")
    assert desk.statuses(held) == ["held", "held"]
    press(page, "Escape")
    expect(page.get_by_role("searchbox")).not_to_be_focused()
    press(page, "g", "s")
    page.wait_for_url(re.compile(r"tab=spam"))
    press(page, "g", "h")
    page.wait_for_url(desk.url)


@pytest.mark.parametrize("asks", ["by key", "by pointer"])
def test_the_keys_are_listed_over_the_queue(page: Page, desk: Desk, asks: str) -> None:
    held = desk.hold(2)
    desk.sign_in(page)
    press(page, "j", "j")
    expect_focus(page, held[1])
    keys = page.get_by_role("dialog", name="Keyboard")
    link = page.get_by_role("link", name="Keyboard")
    if asks == "by key":
        press(page, "?")
    else:
        link.click()
    expect(keys.get_by_text("undo the latest decision")).to_be_visible()
    expect(keys.get_by_role("button", name="Close this list")).to_be_focused()
    assert violations_in_both(page) == []
    press(page, "a", "s", "?")
    keys.get_by_text("undo the latest decision").click()  # which no longer has the focus in it
    press(page, "a", "s", "u")
    press(page, "Escape")
    expect(keys).to_be_hidden()
    if asks == "by key":
        expect_focus(page, held[1])
    else:
        expect(link).to_be_focused()
    assert page.url == desk.url
    assert desk.statuses(held) == ["held", "held"]

    press(page, "?")
    keys.get_by_role("button", name="Close this list").click()
    expect(keys).to_be_hidden()
    press(page, "s")
    expect_said(page, "Marked as spam: Reader 2")


def test_the_keys_are_listed_over_a_comments_own_page(page: Page, desk: Desk) -> None:
    held = desk.hold(1)
    desk.sign_in(page)
    page.goto(f"{desk.url}comment/{held[0]}")
    expect(page.get_by_role("link", name="Keyboard")).to_be_visible()
    press(page, "?")
    keys = page.get_by_role("dialog", name="Keyboard")
    expect(keys.get_by_text("undo the latest decision")).to_be_visible()
    press(page, "s", "Escape")
    expect(keys).to_be_hidden()
    assert desk.statuses(held) == ["held"]
    press(page, "j", "s")
    expect_said(page, "Marked as spam: Reader 1")


def test_more_are_loaded_at_the_end_of_the_page(page: Page, desk: Desk) -> None:
    held = desk.hold(30)
    desk.sign_in(page)
    for comment in held:
        press(page, "j")
        expect_focus(page, comment)
    expect(page.get_by_role("link", name="More", exact=True)).to_have_count(0)
    press(page, "j")
    expect_focus(page, held[-1])


def test_the_slower_of_two_reads_who_was_faster(page: Page, colleague: Page, desk: Desk) -> None:
    held = desk.hold(3)
    desk.sign_in(page, "Ada")
    desk.sign_in(colleague, "Ben")
    press(page, "j")
    expect_focus(page, held[0])
    press(colleague, "j", "s")
    expect_focus(colleague, held[1])
    press(page, "a")

    alert = card(page, held[0]).get_by_role("alert")
    expect(alert).to_have_text(
        re.compile(r"Ben decided this \d s ago: spam\. Nothing was overwritten\.")
    )
    expect_focus(page, held[1])
    assert desk.statuses(held) == ["spam", "held", "held"]
    press(page, "u")  # nothing of hers is there to be taken back
    assert desk.statuses(held) == ["spam", "held", "held"]

    look = "htmx.ajax('GET', document.getElementById('news').getAttribute('hx-get'), '#news')"
    page.evaluate(look)
    claim = card(page, held[1]).locator("[data-claimed]")
    press(colleague, "j")
    expect_focus(colleague, held[2])
    seen = card(page, held[2]).get_by_text("Ben is looking at this")
    for _ in range(50):
        page.evaluate(look)
        if seen.is_visible():
            break
    expect(seen).to_be_visible()
    expect(claim).to_be_hidden()
    page.reload()
    expect(seen).to_be_visible()


def test_a_fault_of_a_form_leaves_the_comment_where_it_is(page: Page, desk: Desk) -> None:
    (comment,) = desk.hold(1)
    desk.sign_in(page)
    press(page, "j", "e")
    text = card(page, comment).get_by_role("textbox")
    expect(text).to_be_focused()
    press(page, "Tab", "Enter")  # unchanged

    expect(card(page, comment).get_by_role("alert")).to_contain_text("there already")
    expect(text).to_be_focused()
    expect(card(page, comment).get_by_role("button", name="Approve", exact=True)).to_be_visible()
    press(page, "Escape", "a")
    expect_said(page, "0 held")


def test_all_of_it_works_without_javascript(plain_page: Page, desk: Desk) -> None:
    held = desk.hold(4)
    desk.sign_in(plain_page)
    one = plain_page.get_by_role("article", name="Reader 1")
    two = plain_page.get_by_role("article", name="Reader 2")
    for either in (one, two):
        either.get_by_role("button", name="Spam", exact=True).click()
        expect(either).to_have_count(0)
    plain_page.get_by_text("1 more").click()
    plain_page.get_by_role("button", name="Undo: Marked as spam, Reader 1").click()
    plain_page.get_by_role("button", name="Undo: Marked as spam, Reader 2").click()
    expect(two).to_be_visible()
    one.get_by_role("link", name="Edit", exact=True).click()
    plain_page.get_by_role("textbox").fill("In other words")
    plain_page.get_by_role("button", name="Save").click()
    expect(one).to_contain_text("In other words")

    plain_page.get_by_label("Select the comment by Reader 2").check()
    plain_page.get_by_label("Select the comment by Reader 3").check()
    plain_page.get_by_text("Decide many").click()
    plain_page.locator("#bulk").get_by_role("button", name="Reject").click()
    expect(plain_page.get_by_text("2 of 2 rejected")).to_be_visible(timeout=30_000)
    assert desk.statuses(held) == ["held", "rejected", "rejected", "held"]
    plain_page.get_by_role("button", name="Undo all 2").click()
    expect(plain_page.get_by_text("2 of 2 taken back")).to_be_visible(timeout=30_000)

    plain_page.get_by_role("link", name="Back to the queue").click()
    plain_page.get_by_role("link", name="Keyboard").click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Keyboard")
    plain_page.get_by_role("link", name="Queue").click()
    plain_page.get_by_text("Decide many").click()
    plain_page.get_by_label("All 4 in this view").check()
    plain_page.locator("#bulk").get_by_role("button", name="Approve").click()
    plain_page.get_by_role("button", name="Approve 4").click()
    expect(plain_page.get_by_text("4 of 4 approved")).to_be_visible(timeout=30_000)
    assert set(desk.statuses(held)) == {"published"}


def test_the_pages_are_accessible(page: Page, desk: Desk) -> None:
    comment, following, _ = desk.hold(3)
    desk.sign_in(page)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert violations_in_both(page) == []
    press(page, "j", "s")
    expect_said(page, "2 held")
    expect_focus(page, following)
    press(page, "e")
    expect(page.get_by_role("textbox", name="The text")).to_be_focused()
    assert violations_in_both(page) == []
    narrowed = "?tab=all&signal=LINK_FLOOD&order=oldest"
    for path in (f"comment/{comment}", f"{comment}/edit", "help", narrowed, "?tab=all"):
        page.goto(desk.url + path)
        for folded in page.locator("summary").all():
            folded.click()
        assert violations_in_both(page) == []

    page.get_by_label("All 3 in this view").check()
    assert violations_in_both(page) == []
    page.locator("#bulk").get_by_role("button", name="Reject").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reject 3 comments?")
    assert violations_in_both(page) == []
    page.get_by_role("button", name="Reject 3").click()
    expect(page.get_by_text("3 of 3 rejected")).to_be_visible(timeout=30_000)
    assert violations_in_both(page) == []
