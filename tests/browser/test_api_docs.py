"""The API's description as a page, in a real browser, with JavaScript off."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.axe import violations_in_both
from tests.stack import Stack

pytestmark = pytest.mark.browser


@pytest.fixture
def quiet_page(context: BrowserContext) -> Iterator[Page]:
    """A page that runs no script of its own."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    yield page
    assert complaints == []


def test_the_page_is_accessible_and_no_wider_than_the_window(
    quiet_page: Page, stack: Stack
) -> None:
    quiet_page.goto(f"{stack.base_url}/api/v1/docs")

    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for width in (390, 1280):
        quiet_page.set_viewport_size({"width": width, "height": 900})
        assert violations_in_both(quiet_page) == []
        assert quiet_page.evaluate(overflow) == 0
    assert quiet_page.locator("script").count() == 0


def test_each_operation_is_found_by_its_link_and_tells_how_to_ask(
    plain_page: Page, stack: Stack
) -> None:
    plain_page.goto(f"{stack.base_url}/api/v1/docs")
    plain_page.get_by_role("navigation").get_by_role("link", name="Post a comment").click()

    operation = plain_page.get_by_role("article", name="Post a comment")
    expect(operation).to_be_in_viewport()
    expect(operation.get_by_role("region", name="With curl")).to_contain_text(
        f"curl -X POST {stack.base_url}/api/v1/sites/"
    )
    operation.get_by_text("Problems").click()
    expect(operation.get_by_text("comment_duplicate")).to_be_visible()
