"""Authors change what they wrote on the hosted page, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations_in_both
from tests.factories import submission
from tests.stack import Stack

pytestmark = pytest.mark.browser


def published(stack: Stack, thread_url: str, comment: str) -> str:
    """A published comment: where its author hears of it."""
    where = thread_url.split("url=")[1]
    fields = submission(url=where, comment=comment, name="Mira")
    link: str = stack.client.post("/api/v1/sites/demo/comments", json=fields).json()["status_url"]
    wait_until_published(stack, link)
    return link


def wait_until_published(stack: Stack, link: str) -> None:
    assert stack.wait_until(lambda: stack.client.get(link).json()["status"] == "published")


def own_url(thread_url: str, link: str) -> str:
    """The author's address of a comment."""
    return f"{thread_url}&status={link.rsplit('/', 1)[1]}"


def test_an_author_edits_and_deletes_without_javascript(
    plain_page: Page, stack: Stack, thread_url: str
) -> None:
    link = published(stack, thread_url, "The furst drive")
    plain_page.goto(own_url(thread_url, link))
    mine = plain_page.locator(".comment--mine")
    mine.get_by_text("Edit", exact=True).click()
    words = mine.get_by_role("textbox", name="Your comment")
    expect(words).to_have_value("The furst drive")
    words.fill("")
    mine.get_by_role("button", name="Save changes").click()

    expect(plain_page.get_by_role("alert")).to_contain_text("Please type your comment.")
    mine.get_by_role("textbox", name="Your comment").fill("The first *drive*")
    mine.get_by_role("button", name="Save changes").click()
    wait_until_published(stack, link)
    plain_page.reload()
    expect(mine.locator(".comment__text em")).to_have_text("drive")

    mine.get_by_text("Delete", exact=True).click()
    mine.get_by_role("button", name="Delete my comment").click()
    expect(plain_page.get_by_role("status")).to_have_text("Your comment is deleted.")
    expect(plain_page.locator(".comment")).to_have_count(0)


def test_an_edit_is_seen_published_again_without_a_touch(
    page: Page, stack: Stack, thread_url: str
) -> None:
    page.goto(own_url(thread_url, published(stack, thread_url, "The furst drive")))
    mine = page.locator(".comment--mine")
    mine.get_by_text("Edit", exact=True).click()
    mine.get_by_role("textbox", name="Your comment").fill("The first drive")
    mine.get_by_role("button", name="Save changes").click()

    expect(mine.get_by_text("Your comment is published.")).to_be_visible()
    expect(mine.locator(".comment__text")).to_have_text("The first drive")
    expect(mine.get_by_text("edited")).to_be_visible()


def test_the_author_s_forms_are_for_everybody(page: Page, stack: Stack, thread_url: str) -> None:
    words = "A whole thought about the drive."
    page.goto(own_url(thread_url, published(stack, thread_url, words)))
    mine = page.locator(".comment--mine")
    mine.get_by_text("Edit", exact=True).click()
    mine.get_by_text("Delete", exact=True).click()
    mine.get_by_role("textbox", name="Your comment").fill(" ")
    mine.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("alert")).to_be_focused()
    mine.get_by_text("Delete", exact=True).click()

    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert violations_in_both(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
