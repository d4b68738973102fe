"""The embed doctor's page in a real browser, with JavaScript off for its work."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import examine
from tests.browser.test_moderator import sign_in
from tests.stack import Stack

pytestmark = pytest.mark.browser


@pytest.fixture(params=["light", "dark"])
def themed_page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page as wide as a phone, in one of the two colour schemes."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, color_scheme=request.param
    )
    yield context.new_page()
    context.close()


def violations(page: Page) -> list[str]:
    found = examine(page).response["violations"]
    return [f"{v['id']}: {[n['html'] for n in v['nodes']]}" for v in found]


def have_examined(page: Page, stack: Stack, source: str, address: str) -> None:
    page.goto(f"{stack.base_url}/queue/sites/demo/doctor")
    page.get_by_label("Address of a page").fill(address)
    page.get_by_text("The page is not public").click()
    page.get_by_label("Its source").fill(source)
    page.get_by_role("button", name="Examine").click()


def test_an_owner_mends_a_page_by_what_is_pasted(plain_page: Page, stack: Stack) -> None:
    sign_in(plain_page, stack)
    head = f'<link rel="canonical" href="{stack.page}/a">'
    have_examined(plain_page, stack, head, f"{stack.page}/a")

    expect(plain_page.get_by_role("heading", name="One thing to mend")).to_be_visible()
    snippet = plain_page.get_by_role("group", name="To paste").inner_text()
    have_examined(plain_page, stack, head + snippet, f"{stack.page}/a")

    expect(plain_page.get_by_role("heading", name="All is well")).to_be_visible()


def test_no_state_of_the_page_has_a_violation_or_is_wider_than_a_phone(
    themed_page: Page, stack: Stack
) -> None:
    page = themed_page
    sign_in(page, stack)
    page.goto(f"{stack.base_url}/queue/sites/demo/doctor")
    assert violations(page) == []

    page.get_by_role("button", name="Examine").click()
    expect(page.get_by_text("A web address must start with")).to_be_visible()
    assert violations(page) == []

    policy = "default-src 'self'; script-src 'self' https://cdn.example 'nonce-1'"
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    script = f'<script src="{stack.base_url}/widget.js" data-site="demo"></script>'
    body = f"{script}<leave-a-reply></leave-a-reply><div id=disqus_thread></div>"
    have_examined(page, stack, head + body, "https://www.blog.example/2026/a-very-long-address/")
    expect(page.get_by_role("heading", name="things to mend")).to_be_visible()
    page.get_by_text("What was looked at").click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
