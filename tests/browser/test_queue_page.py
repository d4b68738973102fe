"""What a moderator's page shows after a decision: its counts, and a comment's own page as a whole."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations_in_both
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser


def test_a_comments_own_page_stays_whole(page: Page, desk: Desk) -> None:
    (comment,) = desk.hold(1)
    desk.sign_in(page)
    page.goto(f"{desk.url}comment/{comment}")
    card = page.get_by_role("article", name="Reader 1")
    text, status = card.locator(".comment__text"), card.locator(".item__where .tag").first
    history = page.get_by_role("region", name="What happened to it").get_by_role("listitem")
    words = text.inner_text()
    before = history.count()
    card.get_by_role("button", name="Spam", exact=True).click()

    expect(status).to_have_text("Spam")
    expect(card).to_be_focused()
    expect(text).to_have_text(words)
    expect(card.get_by_role("group", name="Why")).to_be_visible()
    expect(history).to_have_count(before + 1)
    expect(history.last).to_contain_text("Ben: Marked as spam, held → spam")
    assert violations_in_both(page) == []
    page.keyboard.press("u")

    expect(status).to_have_text("Held")
    expect(text).to_have_text(words)
    expect(history).to_have_count(before + 2)
    expect(card.get_by_role("button", name=re.compile("Undo"))).to_have_count(0)
    expect(card.get_by_role("checkbox")).to_have_count(0)
    assert desk.statuses([comment]) == ["held"]


def test_a_comments_own_page_is_come_back_to_without_a_script(plain_page: Page, desk: Desk) -> None:
    page = plain_page
    (comment,) = desk.hold(1)
    desk.sign_in(page)
    page.goto(f"{desk.url}comment/{comment}?tab=all")
    card = page.get_by_role("article", name="Reader 1")
    expect(card.locator(".item__done")).to_have_count(0)
    status = card.locator(".item__where .tag").first
    card.get_by_role("button", name="Spam", exact=True).click()
    expect(status).to_have_text("Spam")
    expect(card.locator(".item__done")).to_contain_text("Marked as spam")

    page.get_by_role("button", name="Undo: Marked as spam, Reader 1").click()
    expect(status).to_have_text("Held")
    expect(card.locator(".item__done")).to_have_count(0)
    page.evaluate("document.querySelector('.decide [name=seen]').value = 'spam'")
    card.get_by_role("button", name="Approve", exact=True).click()
    expect(card.get_by_role("alert")).to_contain_text("Nothing was overwritten")
    expect(status).to_have_text("Held")
    expect(page.get_by_role("region", name="What happened to it")).to_be_visible()


def test_a_comments_own_page_tells_who_was_faster_and_what_was_replied(
    page: Page, desk: Desk
) -> None:
    (comment,) = desk.hold(1)
    desk.sign_in(page)
    page.goto(f"{desk.url}comment/{comment}")
    card = page.get_by_role("article", name="Reader 1")
    page.evaluate("document.querySelector('.decide [name=seen]').value = 'spam'")
    card.get_by_role("button", name="Approve", exact=True).click()
    expect(card.get_by_role("alert")).to_contain_text("Nothing was overwritten")
    expect(card.locator(".comment__text")).to_be_visible()

    card.get_by_role("link", name="Reply", exact=True).click()
    card.get_by_role("textbox").fill("Thank you")
    card.get_by_role("button", name="Approve and reply").click()
    expect(card.locator(".item__done")).to_contain_text("Replied")
    page.get_by_role("button", name="Undo: Replied, Reader 1").click()
    expect(card.locator(".item__where .tag").first).to_have_text("Held")


def test_the_count_of_a_view_follows_each_decision(page: Page, desk: Desk) -> None:
    desk.hold(3)
    desk.sign_in(page)
    count, all_of_it = page.locator("#in-view"), page.locator("#all-in-view")
    for path in (desk.url, f"{desk.url}?since=2020-01-01"):
        page.goto(path)
        expect(count).to_have_text("3 in this view")
        page.get_by_label("Select the comment by Reader 2").check()
        page.get_by_role("article", name="Reader 1").get_by_role("button", name="Spam").click()
        expect(count).to_have_text("2 in this view")
        expect(all_of_it).to_have_text("All 2 in this view")
        expect(page.get_by_text("1 selected")).to_be_visible()
        page.get_by_role("button", name="Undo: Marked as spam").last.click()
        expect(count).to_have_text("3 in this view")
    page.goto(f"{desk.url}?q=Reader")
    expect(count).to_have_text("3 in this view")
    page.get_by_role("article", name="Reader 1").get_by_role("button", name="Spam").click()
    expect(all_of_it).to_have_text("All in this view")  # words are looked for once
    expect(count).to_have_text("")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "Nothing is held. Readers’ comments that need a person will wait here."),
        ("?since=2020-01-01", "Nothing matches this view."),
        ("?q=Reader", "Nothing matches this view."),
    ],
)
def test_a_view_that_was_decided_to_its_end_says_so_as_when_it_is_loaded(
    page: Page, desk: Desk, path: str, words: str
) -> None:
    desk.hold(2)
    desk.sign_in(page)
    page.goto(f"{desk.url}{path}")
    page.get_by_role("article", name="Reader 1").get_by_role("button", name="Spam").click()
    expect(page.locator(".item--decided")).to_have_count(1)
    expect(page.get_by_text(words)).to_be_hidden()
    expect(page.get_by_text("Decide many")).to_be_visible()
    page.get_by_role("article", name="Reader 2").get_by_role("button", name="Spam").click()
    expect(page.get_by_text(words)).to_be_visible()
    expect(page.locator("#bulk")).to_be_hidden()

    page.get_by_role("button", name="Undo: Marked as spam, Reader 2").click()
    expect(page.get_by_role("button", name="Approve", exact=True)).to_be_visible()
    expect(page.get_by_text(words)).to_be_hidden()
    expect(page.get_by_text("Decide many")).to_be_visible()
    page.get_by_role("article", name="Reader 2").get_by_role("button", name="Spam").click()
    expect(page.get_by_text(words)).to_be_visible()
    page.goto(f"{desk.url}{path}")
    expect(page.get_by_text(words)).to_be_visible()
    expect(page.locator("#bulk")).to_be_hidden()


def test_what_came_meanwhile_is_not_called_nothing(page: Page, desk: Desk) -> None:
    desk.hold(1)
    desk.sign_in(page)
    desk.hold(1, name="Late")
    page.get_by_role("article", name="Reader 1").get_by_role("button", name="Spam").click()
    expect(page.locator("#in-view")).to_have_text("1 in this view")
    expect(page.locator(".item--decided")).to_be_visible()
    expect(page.get_by_text("Nothing is held.")).to_be_hidden()


@pytest.mark.parametrize("filters", ["", "?since=2020-01-01"])
def test_all_of_a_view_promises_what_an_order_takes(page: Page, desk: Desk, filters: str) -> None:
    desk.hold(3)
    desk.sign_in(page)
    page.goto(f"{desk.url}{filters}")
    desk.hold(1, name="Late")
    page.get_by_role("article", name="Reader 1").get_by_role("button", name="Spam").click()
    expect(page.locator("#in-view")).to_have_text("3 in this view")
    expect(page.locator("#all-in-view")).to_have_text("All 2 in this view")

    page.get_by_text("Decide many").click()
    page.get_by_label("All 2 in this view").check()
    page.locator("#bulk").get_by_role("button", name="Reject").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reject 2 comments?")


def test_the_count_of_a_view_follows_the_tabs(slow_page: Page, desk: Desk) -> None:
    page = slow_page
    desk.hold(2)
    desk.sign_in(page)
    desk.hold(1, name="Late")
    page.clock.run_for(8_000)
    expect(page.get_by_text("1 new – show")).to_be_visible()
    expect(page.locator("[data-tab=held] .count")).to_have_text("3")
    expect(page.locator("#in-view")).to_have_text("3 in this view")
    expect(page.locator("#all-in-view")).to_have_text("All 2 in this view")


def test_nothing_is_decided_where_nothing_is_selected(page: Page, desk: Desk) -> None:
    desk.hold(2)
    desk.sign_in(page)
    page.get_by_text("Decide many").click()
    form = page.locator("#bulk")
    spam = form.get_by_role("button", name="Spam", exact=True)
    expect(spam).to_be_disabled()

    form.locator("[name=which][value=all]").check()
    expect(spam).to_be_enabled()
    form.get_by_label("The selected ones").check()
    expect(spam).to_be_disabled()
    page.get_by_label("Select the comment by Reader 1").check()
    expect(spam).to_be_enabled()
