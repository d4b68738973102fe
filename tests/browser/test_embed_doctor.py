"""The embed doctor's page in a real browser, with JavaScript off for its work."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations_in_both
from tests.browser.desk import Desk
from tests.stack import Stack

pytestmark = pytest.mark.browser


def have_examined(page: Page, stack: Stack, source: str, address: str) -> None:
    page.goto(f"{stack.base_url}/queue/sites/demo/doctor")
    page.get_by_label("Address of a page").fill(address)
    page.get_by_text("The page is not public").click()
    page.get_by_label("Its source").fill(source)
    page.get_by_role("button", name="Examine").click()


def test_an_owner_mends_a_page_by_what_is_pasted(
    plain_page: Page, stack: Stack, demo: Desk
) -> None:
    demo.sign_in(plain_page)
    head = f'<link rel="canonical" href="{stack.page}/a">'
    have_examined(plain_page, stack, head, f"{stack.page}/a")

    expect(plain_page.get_by_role("heading", name="One thing to fix")).to_be_visible()
    snippet = plain_page.get_by_role("group", name="To paste").inner_text()
    have_examined(plain_page, stack, head + snippet, f"{stack.page}/a")

    expect(plain_page.get_by_role("heading", name="All is well")).to_be_visible()


def test_no_state_of_the_page_has_a_violation_or_is_wider_than_a_phone(
    page: Page, stack: Stack, demo: Desk
) -> None:
    demo.sign_in(page)
    page.goto(f"{stack.base_url}/queue/sites/demo/doctor")
    assert violations_in_both(page) == []

    page.get_by_role("button", name="Examine").click()
    expect(page.get_by_text("A web address must start with")).to_be_visible()
    assert violations_in_both(page) == []

    policy = "default-src 'self'; script-src 'self' https://cdn.example 'nonce-1'"
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    script = f'<script src="{stack.base_url}/widget.js" data-site="demo"></script>'
    body = f"{script}<leave-a-reply></leave-a-reply><div id=disqus_thread></div>"
    have_examined(page, stack, head + body, "https://www.blog.example/2026/a-very-long-address/")
    expect(page.get_by_role("heading", name="things to fix")).to_be_visible()
    page.get_by_text("What was looked at").click()
    assert violations_in_both(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
