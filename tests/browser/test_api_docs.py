"""The API's description as a page, in a real browser, with JavaScript off."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_rules import violations
from tests.stack import Stack

pytestmark = pytest.mark.browser

LOOKS = [
    (scheme, size)
    for scheme in ("light", "dark")
    for size in ({"width": 390, "height": 844}, {"width": 1280, "height": 900})
]


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]['width']}")
def quiet_page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that runs no script of its own, in one of the schemes and sizes."""
    scheme, size = request.param
    context = chromium.new_context(color_scheme=scheme, viewport=size)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    yield page
    context.close()
    assert complaints == []


def test_the_page_is_accessible_and_no_wider_than_the_window(
    quiet_page: Page, stack: Stack
) -> None:
    quiet_page.goto(f"{stack.base_url}/api/v1/docs")

    assert violations(quiet_page) == []
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
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
