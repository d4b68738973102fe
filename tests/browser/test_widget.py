"""The widget on a page of another origin: what readers do with it."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.browser.pages import Blog

pytestmark = pytest.mark.browser

AWAITING = "Your comment is awaiting moderation. Only you see it here."
PUBLISHED = "Your comment is published."
NOT_ACCEPTED = "Your comment was not accepted. Only you see it here."


def write(page: Page, comment: str, label: str = "Leave a Reply", name: str = "Mira") -> None:
    page.get_by_label(label, exact=True).fill(comment)
    form = page.locator("form", has=page.get_by_label(label, exact=True))
    form.get_by_label("Name").fill(name)
    form.get_by_role("textbox", name="Email").fill(f"{name.lower()}@example.com")


def post(page: Page, comment: str, **how: str) -> None:
    write(page, comment, **how)
    page.get_by_role("button", name="Post Comment").last.click()


def test_a_comment_is_posted_awaits_and_is_published_without_a_touch(
    page: Page, blog: Blog
) -> None:
    page.goto(blog.page())
    expect(page.get_by_role("heading", name="No comments yet")).to_be_visible()
    post(page, "What about the *winter*?")

    mine = page.get_by_role("article", name="Mira")
    expect(mine).to_be_focused()
    expect(mine.locator("em")).to_have_text("winter")
    expect(mine.get_by_text(PUBLISHED)).to_be_visible()
    expect(mine).to_be_focused()  # drawn anew, it is where the reader was
    expect(page.get_by_role("status")).to_have_text(PUBLISHED)
    expect(page.get_by_role("heading", name="1 comment")).to_be_visible()
    expect(page.get_by_label("Leave a Reply")).to_have_value("")


def test_what_awaits_a_moderator_is_seen_by_its_author_alone_across_reloads(
    page: Page, context: BrowserContext, other_context: BrowserContext, blog: Blog
) -> None:
    blog.set_policy(mode="premoderate")
    url = blog.page()
    page.goto(url)
    post(page, "For the moderators first")
    expect(page.get_by_text(AWAITING).first).to_be_visible()
    page.reload()
    expect(page.get_by_text("For the moderators first")).to_be_visible()

    other = other_context.new_page()
    other.goto(url)
    expect(other.get_by_role("heading", name="No comments yet")).to_be_visible()
    expect(other.get_by_text("For the moderators first")).to_have_count(0)

    blog.decide(*blog.held(), "approve")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("article").get_by_text(PUBLISHED)).to_be_visible()
    expect(page.get_by_role("status")).to_have_text(PUBLISHED)
    assert context.cookies() == []


def test_what_is_not_accepted_is_said_to_those_who_hear_the_page(page: Page, blog: Blog) -> None:
    blog.set_policy(mode="premoderate")
    page.goto(blog.page())
    post(page, "Nothing that they like")
    said = page.get_by_role("status")
    expect(said).to_have_text(AWAITING)

    blog.decide(*blog.held(), "reject")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(said).to_have_text(NOT_ACCEPTED)


def test_a_reply_stands_below_the_comment_that_it_answers(page: Page, blog: Blog) -> None:
    url = blog.page()
    parent = blog.publish(url, name="Anna")
    page.goto(url)
    page.get_by_role("article", name="Anna").get_by_role("button", name="Reply").click()
    expect(page.get_by_label("Reply to Anna")).to_be_focused()
    post(page, "Below Anna", label="Reply to Anna")

    below = page.locator(f"li[data-id='{parent}'] ol")
    expect(below.get_by_text("Below Anna")).to_be_visible()
    expect(page.get_by_label("Reply to Anna")).to_have_count(0)


def test_escape_closes_a_reply_and_its_draft_is_kept(page: Page, blog: Blog) -> None:
    url = blog.page()
    blog.publish(url, name="Anna")
    page.goto(url)
    reply = page.get_by_role("article", name="Anna").get_by_role("button", name="Reply")
    reply.click()
    page.get_by_label("Reply to Anna").fill("Half a thought")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Reply to Anna")).to_have_count(0)
    expect(reply).to_be_focused()

    page.reload()
    reply.click()
    expect(page.get_by_label("Reply to Anna")).to_have_value("Half a thought")


def test_faults_stand_at_their_fields_and_nothing_typed_is_lost(page: Page, blog: Blog) -> None:
    page.goto(blog.page())
    page.get_by_label("Leave a Reply").fill("Typed with care")
    page.get_by_role("textbox", name="Email").fill("not an address")
    page.get_by_role("button", name="Post Comment").click()

    name = page.get_by_label("Name")
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_have_accessible_description("Please tell us your name.")
    expect(page.get_by_role("alert")).to_have_text("Please look at the marked fields.")
    expect(page.get_by_label("Leave a Reply")).to_have_value("Typed with care")
    email = page.get_by_role("textbox", name="Email")
    expect(email).to_have_value("not an address")

    # What becomes of the address stands below the fields already.
    email.fill("")
    page.get_by_role("button", name="Post Comment").click()
    expect(email).to_have_accessible_description("Please give your email address.")

    email.fill("joe@example.com")
    name.fill("joe@example.com")
    page.get_by_role("button", name="Post Comment").click()
    expect(name).to_have_accessible_description(
        "Your name is shown to everybody, so please give one without an email address."
    )
    expect(name).to_have_value("joe@example.com")
    expect(page.get_by_label("Leave a Reply")).to_have_value("Typed with care")


def test_a_failed_network_loses_nothing_and_is_tried_again(slow_page: Page, blog: Blog) -> None:
    page = slow_page
    page.goto(blog.page())
    write(page, "Through a tunnel")

    def fail(route: Route) -> None:
        route.abort() if route.request.method == "POST" else route.continue_()

    page.route("**/comments", fail)
    page.get_by_role("button", name="Post Comment").click()
    for _ in range(3):
        page.clock.run_for(10_000)
    expect(page.get_by_role("alert")).to_contain_text("What you typed is kept.")
    page.unroute("**/comments")
    page.reload()
    expect(page.get_by_label("Leave a Reply")).to_have_value("Through a tunnel")

    post(page, "Through a tunnel")
    expect(page.get_by_role("article", name="Mira")).to_contain_text("Through a tunnel")
    assert blog.stack.count_texts("Through a tunnel") == 1


def test_a_post_that_was_taken_but_not_answered_makes_one_comment(page: Page, blog: Blog) -> None:
    page.goto(blog.page())
    answers = iter([True])

    def lose_the_first(route: Route) -> None:
        if next(answers, False):
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(re.compile(r"/comments$"), lose_the_first)
    post(page, "Said once, sent twice")
    expect(page.get_by_role("article", name="Mira")).to_be_visible()
    assert blog.stack.count_texts("Said once, sent twice") == 1


def test_an_author_edits_and_deletes(page: Page, blog: Blog) -> None:
    page.goto(blog.page())
    post(page, "With a mistaek")
    mine = page.get_by_role("article", name="Mira")
    expect(mine.get_by_text(PUBLISHED)).to_be_visible()
    mine.get_by_role("button", name="Edit").click()
    expect(page.get_by_label("Edit", exact=True)).to_have_value("With a mistaek")
    page.get_by_label("Edit", exact=True).fill("Without a mistake")
    page.get_by_role("button", name="Save").click()
    expect(mine.get_by_text("Without a mistake")).to_be_visible()
    expect(mine).to_be_focused()

    mine.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete").last.click()
    expect(mine).to_have_count(0)
    expect(page.get_by_role("status")).to_have_text("Your comment is deleted.")
    page.reload()
    expect(page.get_by_role("heading", name="No comments yet")).to_be_visible()


def listen(page: Page) -> None:
    """Keep from now on all that is said to those who hear the page."""
    page.get_by_role("status").evaluate(
        """said => {
          window.heard = [];
          const hear = (record) => heard.push(...[...record.addedNodes].map((node) => node.data));
          new MutationObserver((records) => records.forEach(hear)).observe(said, {childList: true});
        }"""
    )


def test_an_edit_that_awaits_again_is_said_once(page: Page, blog: Blog) -> None:
    blog.set_policy(mode="premoderate")
    page.goto(blog.page())
    post(page, "With a mistaek")
    mine = page.get_by_role("article", name="Mira")
    expect(mine.get_by_text(AWAITING)).to_be_visible()
    blog.decide(*blog.held(), "approve")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("status")).to_have_text(PUBLISHED)

    def answer_as_before_the_workers(route: Route) -> None:
        response = route.fetch()
        earlier = {"status": "pending"} if route.request.method == "GET" else {}
        route.fulfill(response=response, json=response.json() | earlier)

    listen(page)
    page.route("**/api/v1/status/*", answer_as_before_the_workers)
    mine.get_by_role("button", name="Edit").click()
    page.get_by_label("Edit", exact=True).fill("Without a mistake")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text(AWAITING)
    expect(mine).to_be_focused()
    blog.held()
    page.unroute_all(behavior="wait")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(mine.locator(".notice.held")).to_be_visible()
    assert page.evaluate("heard") == [AWAITING]


def test_what_is_published_at_the_first_look_is_said_once(page: Page, blog: Blog) -> None:
    def answer_late(route: Route) -> None:
        answer = route.fetch()
        link = answer.json()["status_url"]
        client = blog.stack.client
        assert blog.stack.wait_until(lambda: client.get(link).json()["status"] == "published")
        route.fulfill(response=answer)

    page.goto(blog.page())
    expect(page.get_by_role("heading", name="No comments yet")).to_be_visible()
    page.route(re.compile(r"/comments$"), answer_late)
    listen(page)
    post(page, "Quick as the wind")
    expect(page.get_by_role("status")).to_have_text(PUBLISHED)
    expect(page.get_by_role("article", name="Mira")).to_be_focused()
    assert page.evaluate("heard") == [PUBLISHED]


def test_a_like_counts_once_and_can_be_taken_back(page: Page, blog: Blog) -> None:
    url = blog.page()
    blog.publish(url, name="Anna")
    page.goto(url)
    like = page.get_by_role("article", name="Anna").get_by_role("button", name="Like")
    like.click()
    expect(like.locator(".count")).to_have_text("1")
    expect(like).to_have_attribute("aria-pressed", "true")

    page.reload()
    expect(like).to_have_attribute("aria-pressed", "true")
    like.click()
    expect(like.locator(".count")).to_be_empty()
    expect(like).to_have_attribute("aria-pressed", "false")


def test_a_report_reaches_the_moderators(page: Page, blog: Blog) -> None:
    url = blog.page()
    comment = blog.publish(url, name="Anna")
    page.goto(url)
    page.get_by_role("article", name="Anna").get_by_role("button", name="Report").click()
    page.get_by_label("What is wrong").select_option("It is abusive")
    page.get_by_label("Note").fill("Not nice")
    page.get_by_role("button", name="Send report").click()

    reported = page.get_by_role("button", name="Reported. Thank you.")
    expect(reported).to_be_focused()
    assert blog.reports(comment) == [("abuse", "Not nice")]


def test_a_preview_shows_what_would_be_published(page: Page, blog: Blog) -> None:
    page.goto(blog.page())
    write(page, "Some **strong** words")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview strong")).to_have_text("strong")
    page.get_by_role("button", name="Write").click()
    expect(page.get_by_label("Leave a Reply")).to_have_value("Some **strong** words")


def test_what_is_posted_from_its_preview_leaves_an_empty_form(page: Page, blog: Blog) -> None:
    page.goto(blog.page())
    write(page, "Some **strong** words")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview strong")).to_be_visible()
    page.get_by_role("button", name="Post Comment").click()
    expect(page.get_by_role("article", name="Mira")).to_be_focused()

    expect(page.locator(".preview")).to_be_hidden()
    page.get_by_label("Leave a Reply").click()
    expect(page.get_by_label("Leave a Reply")).to_have_value("")
    expect(page.get_by_role("button", name="Preview")).to_be_visible()


def test_a_preview_stands_where_its_text_was_below_the_same_label(page: Page, blog: Blog) -> None:
    page.goto(blog.page())
    write(page, "Some **strong** words")
    label = page.get_by_text("Leave a Reply", exact=True)

    def looks(shown: Locator) -> dict[str, Any]:
        return {"box": shown.bounding_box(), "label": label.bounding_box()} | shown.evaluate(
            "e => (({font, padding, border, borderRadius, backgroundColor}) => "
            "({font, padding, border, borderRadius, backgroundColor}))(getComputedStyle(e))"
        )

    of_text = looks(page.get_by_label("Leave a Reply"))
    assert of_text["label"]
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview strong")).to_be_visible()
    assert looks(page.locator(".preview")) == of_text

    page.get_by_role("button", name="Post Comment").click()
    mine = page.get_by_role("article", name="Mira")
    expect(mine.get_by_text(PUBLISHED)).to_be_visible()  # nothing above the form moves any more
    mine.get_by_role("button", name="Edit").click()
    label = page.locator("label", has_text="Edit")
    of_text = looks(page.get_by_label("Edit", exact=True))
    assert of_text["label"]
    page.get_by_role("button", name="Preview").last.click()
    expect(page.locator(".preview strong").last).to_be_visible()
    assert looks(page.locator(".preview").last) == of_text


def test_the_reader_is_remembered_when_they_want_it(page: Page, blog: Blog) -> None:
    page.goto(blog.page())
    write(page, "Remember me")
    page.get_by_label("Remember me in this browser").check()
    page.get_by_role("button", name="Post Comment").click()
    expect(page.get_by_role("article", name="Mira")).to_be_visible()
    page.goto(blog.page())
    page.get_by_label("Leave a Reply").click()
    expect(page.get_by_role("textbox", name="Email")).to_have_value("mira@example.com")

    page.get_by_label("Remember me in this browser").uncheck()
    post(page, "Forget me")
    expect(page.get_by_role("article", name="Mira")).to_be_visible()
    page.reload()
    page.get_by_label("Leave a Reply").click()
    expect(page.get_by_role("textbox", name="Email")).to_have_value("")


def test_new_replies_are_told_and_shown_when_asked_for(page: Page, blog: Blog) -> None:
    url = blog.page()
    parent = blog.publish(url, name="Anna")
    page.goto(url)
    expect(page.get_by_role("article")).to_have_count(1)
    before = page.evaluate("document.documentElement.scrollHeight")
    blog.publish(url, name="Bela", parent=parent)
    blog.publish(url, name="Cora")
    blog.until_seen(url, 3)
    page.evaluate("dispatchEvent(new Event('online'))")

    news = page.get_by_role("button", name="2 new replies – show")
    expect(news).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollHeight") == before
    news.click()
    expect(page.get_by_role("article", name="Bela")).to_be_focused()
    expect(page.get_by_role("article")).to_have_count(3)
    expect(page.get_by_role("heading", name="3 comments")).to_be_visible()
    expect(news).to_have_count(0)


def test_more_comments_come_when_asked_for_in_the_order_asked_for(page: Page, blog: Blog) -> None:
    url = blog.page('<leave-a-reply page-size="2"></leave-a-reply>')
    for name in ("Anna", "Bela", "Cora"):
        blog.publish(url, name=name)
    page.goto(url)
    names = page.locator("article h3")
    expect(names).to_have_text(["Anna", "Bela"])
    page.get_by_role("button", name="Load more").click()
    expect(names).to_have_text(["Anna", "Bela", "Cora"])
    expect(page.get_by_role("article", name="Cora")).to_be_focused()
    expect(page.get_by_role("button", name="Load more")).to_be_hidden()

    page.get_by_label("Sort by").select_option("Newest first")
    expect(names).to_have_text(["Cora", "Bela"])


def test_every_page_of_a_long_thread_comes_in_its_turn(page: Page, blog: Blog) -> None:
    blog.set_settings(page_size=1)
    url = blog.page()
    for name in ("Anna", "Bela", "Cora"):
        blog.publish(url, name=name)
    page.goto(url)
    names = page.locator("article h3")
    expect(names).to_have_text(["Anna"])
    for shown in (["Anna", "Bela"], ["Anna", "Bela", "Cora"]):
        page.get_by_role("button", name="Load more").click()
        expect(names).to_have_text(shown)
    expect(page.get_by_role("button", name="Load more")).to_be_hidden()


def test_a_permalink_leads_to_its_comment_however_far_down(page: Page, blog: Blog) -> None:
    url = blog.page('<leave-a-reply page-size="1"></leave-a-reply>')
    for name in ("Anna", "Bela"):
        blog.publish(url, name=name)
    last = blog.publish(url, name="Cora")
    page.goto(f"{url}#comment-{last}")
    expect(page.get_by_role("article", name="Cora")).to_be_focused()
    expect(page.get_by_role("article", name="Cora")).to_be_in_viewport()

    page.get_by_role("article", name="Anna").get_by_role("link").last.click()
    expect(page.get_by_role("article", name="Anna")).to_be_focused()
    expect(page.get_by_role("article", name="Anna")).to_have_class(re.compile("target"))


def test_a_parent_that_is_gone_meanwhile_is_told_and_the_reply_is_kept(
    page: Page, blog: Blog
) -> None:
    url = blog.page()
    parent = blog.publish(url, name="Anna")
    page.goto(url)
    page.get_by_role("article", name="Anna").get_by_role("button", name="Reply").click()
    write(page, "Too late", label="Reply to Anna")
    blog.decide(parent, "reject")
    page.get_by_role("button", name="Post Comment").last.click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Reply to Anna")).to_have_value("Too late")


def test_a_closed_thread_says_so(page: Page, blog: Blog) -> None:
    url = blog.page()
    blog.publish(url, name="Anna")
    blog.close_thread(url)
    page.goto(url)
    expect(page.get_by_text("Comments are closed.")).to_be_visible()
    expect(page.get_by_role("button", name="Reply")).to_have_count(0)
    expect(page.get_by_role("textbox")).to_have_count(0)


def test_the_keyboard_alone_is_enough(page: Page, blog: Blog) -> None:
    page.goto(blog.page())
    expect(page.get_by_label("Leave a Reply")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type("By keyboard")
    for typed in ("Kay", "kay@example.com"):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("article", name="Kay")).to_be_focused()
