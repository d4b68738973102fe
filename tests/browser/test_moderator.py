"""A moderator in a real browser, with JavaScript off: the queue's forms are enough."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk
from tests.factories import submission
from tests.stack import Stack

pytestmark = pytest.mark.browser


def hold(stack: Stack, name: str) -> None:
    links = f"{name} https://one.example https://two.example"
    fields = submission(url=stack.page, name=name, comment=links)
    answer = stack.client.post("/api/v1/sites/demo/comments", json=fields)
    assert stack.wait_until(
        lambda: stack.client.get(answer.json()["status_url"]).json()["status"] == "held"
    )


@pytest.mark.parametrize(
    ("button", "word"),
    [("Approve", "Approved"), ("Spam", "Marked as spam"), ("Reject", "Rejected")],
)
def test_a_decision_is_made_and_taken_back(
    plain_page: Page, stack: Stack, demo: Desk, button: str, word: str
) -> None:
    name = f"Reader for {button}"
    hold(stack, name)
    demo.sign_in(plain_page)
    card = plain_page.get_by_role("article", name=name)
    expect(card).to_contain_text("It holds as many links as this site holds comments for")
    expect(card).to_contain_text("Its points reach this site’s hold threshold")

    card.get_by_role("button", name=button, exact=True).click()
    expect(plain_page.locator(".recent").get_by_role("status")).to_contain_text(word)
    expect(plain_page.get_by_role("article", name=name)).to_have_count(0)

    plain_page.get_by_role("button", name=re.compile(f"Undo: {word}, {name}")).click()
    expect(plain_page.get_by_role("article", name=name)).to_be_visible()


def test_what_is_approved_is_read_by_everybody(
    plain_page: Page, page: Page, stack: Stack, demo: Desk
) -> None:
    hold(stack, "Paula")
    demo.sign_in(plain_page)
    plain_page.get_by_role("article", name="Paula").get_by_role("button", name="Approve").click()
    expect(plain_page.locator(".recent").get_by_role("status")).to_contain_text("Approved")

    page.goto(f"{stack.base_url}/t/demo?url={stack.page}")
    expect(page.get_by_role("article", name="Paula")).to_be_visible()


def test_who_was_made_at_the_first_start_signs_in_and_out(plain_page: Page, stack: Stack) -> None:
    email, password = stack.credentials()
    plain_page.goto(f"{stack.base_url}/queue")
    plain_page.get_by_label("Email").fill(email)
    plain_page.get_by_label("Password").fill(password)
    plain_page.get_by_role("button", name="Sign in", exact=True).click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Queue")
    plain_page.get_by_role("button", name="Sign out").click()
    plain_page.goto(f"{stack.base_url}/queue")

    expect(plain_page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_queue_is_no_wider_than_a_phone(plain_page: Page, stack: Stack, demo: Desk) -> None:
    hold(stack, "W" * 200)
    demo.sign_in(plain_page)
    plain_page.set_viewport_size({"width": 320, "height": 800})

    box = plain_page.locator(".item").first.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 320
