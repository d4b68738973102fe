"""Readers in a real browser: the hosted thread page and a site's own page."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.factories import submission
from tests.stack import Stack

pytestmark = pytest.mark.browser

AWAITING = "Your comment is awaiting moderation."
PUBLISHED = "Your comment is published."


def fill(page: Page, comment: str, name: str = "Mira") -> None:
    page.get_by_role("textbox", name="Comment").fill(comment)
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_role("textbox", name="Email").fill(f"{name.lower()}@example.com")


def send(page: Page) -> None:
    page.get_by_role("button", name="Post Comment").click()


def said(where: Page | Locator, words: str) -> Locator:
    """The comments that say this: their author's form has the words once more."""
    return where.locator(".comment__text").get_by_text(words)


def published(stack: Stack, thread_url: str, **fields: object) -> int:
    answer = stack.client.post(
        "/api/v1/sites/demo/comments", json=submission(url=thread_url.split("url=")[1], **fields)
    )
    assert stack.wait_until(
        lambda: stack.client.get(answer.json()["status_url"]).json()["status"] == "published"
    )
    return int(answer.json()["id"])


def test_a_reply_is_seen_awaiting_then_published_without_a_touch(
    page: Page, thread_url: str
) -> None:
    page.goto(thread_url)
    fill(page, "What about the *winter*?")
    page.wait_for_timeout(3100)  # the form's own time trap: nobody is that fast
    send(page)

    expect(page.get_by_text(PUBLISHED)).to_be_visible()
    expect(page.locator(".comment__text em")).to_have_text("winter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("One thought")


def test_without_javascript_the_author_sees_it_awaiting_and_others_do_not(
    plain_page: Page, context: BrowserContext, thread_url: str
) -> None:
    plain_page.goto(thread_url)
    fill(plain_page, "Sent at once, so it is held.")
    send(plain_page)

    expect(plain_page.get_by_text(AWAITING)).to_be_visible()
    plain_page.reload()
    expect(plain_page.get_by_text(AWAITING)).to_be_visible()
    stranger = context.new_page()
    stranger.goto(thread_url)
    expect(stranger.get_by_text("Sent at once")).to_have_count(0)


def test_faults_are_told_and_focused_and_nothing_typed_is_lost(page: Page, thread_url: str) -> None:
    page.goto(thread_url)
    page.get_by_role("textbox", name="Comment").fill("Typed <with> care\n\nand two paragraphs")
    page.get_by_role("textbox", name="Email").fill("not an address")
    send(page)

    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    # One line around it, and not the stripe within a ring.
    expect(alert).to_have_css("outline-offset", "0px")
    expect(alert).to_have_css("border-inline-start-color", "rgba(0, 0, 0, 0)")
    expect(alert).to_contain_text("Please tell us your name.")
    expect(page.get_by_role("textbox", name="Comment")).to_have_value(
        "Typed <with> care\n\nand two paragraphs"
    )
    expect(page.get_by_role("textbox", name="Email")).to_have_value("not an address")
    expect(page.get_by_role("textbox", name="Email")).to_have_attribute("aria-invalid", "true")


def test_a_double_click_makes_one_comment(page: Page, stack: Stack, thread_url: str) -> None:
    page.goto(thread_url)
    fill(page, "Clicked twice")
    page.get_by_role("button", name="Post Comment").dblclick(no_wait_after=True)

    expect(said(page, "Clicked twice")).to_have_count(1)
    expect(page.locator(".comment--mine")).to_be_visible()
    assert stack.count_texts("Clicked twice") == 1


def test_the_form_moves_to_the_comment_replied_to_and_back(
    page: Page, stack: Stack, thread_url: str
) -> None:
    parent = published(stack, thread_url, name="Anna")
    page.goto(thread_url)
    page.get_by_role("link", name="Reply to Anna").click()

    expect(page.locator("#reply-title")).to_have_text("Leave a Reply to Anna")
    expect(page.get_by_role("textbox", name="Comment")).to_be_focused()
    assert page.locator("[name=parent]").input_value() == str(parent)
    form = page.locator("#respond form")
    expect(form).to_have_attribute("action", re.compile(rf"[?&]replytocom={parent}(&|$)"))

    page.get_by_role("link", name="Cancel reply").click()
    expect(page.locator("#reply-title")).to_have_text("Leave a Reply")
    assert page.locator("[name=parent]").input_value() == ""
    expect(form).not_to_have_attribute("action", re.compile("replytocom"))


def test_the_reply_link_works_without_javascript(
    plain_page: Page, stack: Stack, thread_url: str
) -> None:
    parent = published(stack, thread_url, name="Anna")
    plain_page.goto(thread_url)
    plain_page.get_by_role("link", name="Reply to Anna").click()
    fill(plain_page, "Below Anna")
    send(plain_page)

    reply = plain_page.locator(f"li:has(> #comment-{parent}) ol")
    expect(said(reply, "Below Anna")).to_be_visible()


def test_remembering_is_the_browsers_and_never_a_cookie(
    page: Page, context: BrowserContext, thread_url: str
) -> None:
    page.goto(thread_url)
    fill(page, "Remember me")
    page.get_by_label("Save my name").check()
    send(page)
    expect(page.locator(".comment--mine")).to_be_visible()
    page.goto(thread_url)

    expect(page.get_by_role("textbox", name="Email")).to_have_value("mira@example.com")
    assert context.cookies() == []

    page.get_by_label("Save my name").uncheck()
    fill(page, "Forget me")
    send(page)
    expect(said(page, "Forget me")).to_be_visible()
    page.goto(thread_url)
    expect(page.get_by_role("textbox", name="Email")).to_have_value("")


def test_a_draft_outlives_a_reload_and_ends_with_the_post(page: Page, thread_url: str) -> None:
    page.goto(thread_url)
    page.get_by_role("textbox", name="Comment").fill("Half a thought")
    page.reload()
    expect(page.get_by_role("textbox", name="Comment")).to_have_value("Half a thought")

    fill(page, "A whole thought")
    send(page)
    expect(page.locator(".comment--mine")).to_be_visible()
    expect(page.get_by_role("textbox", name="Comment")).to_have_value("")


def test_the_keyboard_alone_is_enough(page: Page, thread_url: str) -> None:
    page.goto(thread_url)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the form")).to_be_focused()
    page.keyboard.press("Enter")
    for typed in ("By keyboard", "Kay", "kay@example.com"):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    for _ in range(3):  # website, remember, button
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator(".comment--mine")).to_contain_text("By keyboard")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_wider_than_the_screen(
    page: Page, stack: Stack, thread_url: str, width: int
) -> None:
    long = "w" * 300
    parent = published(stack, thread_url, comment=f"{long} `{long}`\n\n```\n{long}\n```")
    for _ in range(4):
        parent = published(stack, thread_url, parent=parent)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(thread_url)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_sites_own_page_posts_across_origins_without_javascript(
    plain_page: Page, stack: Stack
) -> None:
    plain_page.goto(stack.page)
    # The two of the first start, and what other tests have published meanwhile.
    expect(plain_page.get_by_role("heading", name="thoughts on")).to_be_visible()
    fill(plain_page, "From the article itself", "Otto")
    send(plain_page)

    expect(said(plain_page, "From the article itself")).to_be_visible()
    assert plain_page.url.startswith(stack.base_url)
    assert "otto@example.com" not in plain_page.url


@pytest.mark.parametrize("width", [1216, 1280, 1600])
def test_the_figures_of_the_article_end_where_its_drawing_does(
    page: Page, stack: Stack, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(stack.page)
    right = "each => each.getBoundingClientRect().right"
    height = "all => all.map(each => each.getBoundingClientRect().height)"

    ends = {page.locator(part).evaluate(right) for part in (".card", ".scene svg")}
    assert len(ends) == 1
    rows = page.locator(".card dl div").evaluate_all(height)
    assert len(set(rows)) == 1
