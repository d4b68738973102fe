"""Rules, policy, audit log and figures in a real browser, with JavaScript off."""

import re
import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import examine
from tests.browser.test_moderator import hold, sign_in
from tests.stack import Stack

pytestmark = pytest.mark.browser

PAGES = {
    "rules": "/queue/rules/demo",
    "policy": "/queue/rules/demo/policy",
    "audit log": "/queue/audit?machine=1&action=verdict",
    "figures": "/queue/figures?days=7",
}


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


def test_a_rule_is_tried_saved_removed_and_brought_back_by_keyboard(
    plain_page: Page, stack: Stack
) -> None:
    word = f"word{secrets.token_hex(4)}"
    hold(stack, f"Reader of {word}")
    sign_in(plain_page, stack)
    plain_page.goto(f"{stack.base_url}/queue/rules/demo")

    plain_page.get_by_label("is found").focus()
    keyboard = plain_page.keyboard
    keyboard.type(word)
    keyboard.press("Tab")
    keyboard.type("Mark as spam")
    keyboard.press("Tab")
    keyboard.type("seen before")
    keyboard.press("Enter")  # the form's first button: what changes nothing

    tried = plain_page.get_by_role("status", name="Tried on the latest comments")
    expect(tried).to_contain_text(re.compile("Would have marked as spam 1 of the last"))
    expect(tried).to_contain_text(f"Reader of {word}")
    expect(plain_page.get_by_label("is found")).to_have_value(word)
    expect(plain_page.get_by_label("then")).to_have_value("spam")
    save = plain_page.get_by_role("button", name="Save")
    save.focus()
    keyboard.press("Enter")
    listed = plain_page.get_by_role("listitem").filter(has_text=word)
    expect(listed).to_contain_text("Added by")
    expect(listed).to_contain_text("seen before")
    listed.get_by_role("button", name="Remove").focus()
    keyboard.press("Enter")
    expect(listed).to_have_count(0)
    plain_page.get_by_role("button", name="Undo").focus()
    keyboard.press("Enter")
    expect(listed).to_have_count(1)


@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_a_violation_or_is_wider_than_a_phone(
    themed_page: Page, stack: Stack, name: str
) -> None:
    sign_in(themed_page, stack)
    themed_page.goto(f"{stack.base_url}{PAGES[name]}")
    for summary in themed_page.locator("summary").all():
        if summary.locator("xpath=..").get_attribute("open") is None:
            summary.click()

    assert violations(themed_page) == []
    assert themed_page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_is_tried_or_refused_has_no_violation_either(themed_page: Page, stack: Stack) -> None:
    hold(stack, f"Somebody to try {secrets.token_hex(4)}")
    sign_in(themed_page, stack)
    themed_page.goto(f"{stack.base_url}/queue/rules/demo")
    themed_page.get_by_label("is found").fill("somebody")
    themed_page.get_by_role("button", name="Try it").click()
    expect(themed_page.get_by_text("Tried on the latest comments")).to_be_visible()
    assert violations(themed_page) == []

    themed_page.goto(f"{stack.base_url}/queue/rules/demo/policy")
    themed_page.get_by_label("Hold from").fill("many")
    themed_page.get_by_role("button", name="Save").click()
    expect(themed_page.get_by_label("Hold from")).to_have_value("many")
    expect(themed_page.get_by_text("This takes a number above 0")).to_be_visible()
    assert violations(themed_page) == []
