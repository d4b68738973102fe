"""Rules, policy, audit log and figures in a real browser, with JavaScript off."""

import re
import secrets

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations_in_both
from tests.browser.desk import Desk
from tests.browser.test_moderator import hold
from tests.stack import Stack

pytestmark = pytest.mark.browser

PAGES = {
    "rules": "/queue/rules/demo",
    "policy": "/queue/rules/demo/policy",
    "audit log": "/queue/audit?machine=1&action=verdict",
    "figures": "/queue/figures?days=7",
}


def test_a_rule_is_tried_saved_removed_and_brought_back_by_keyboard(
    plain_page: Page, stack: Stack, demo: Desk
) -> None:
    word = f"word{secrets.token_hex(4)}"
    hold(stack, f"Reader of {word}")
    demo.sign_in(plain_page)
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


@pytest.mark.parametrize("width", [390, 700, 1280])
def test_a_rule_is_read_beside_buttons_with_long_words(
    page: Page, stack: Stack, demo: Desk, width: int
) -> None:
    word = f"word{secrets.token_hex(4)}"
    demo.sign_in(page)
    page.goto(f"{stack.base_url}/queue/rules/demo")
    page.get_by_label("is found").fill(word)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("listitem").filter(has_text=word)).to_contain_text("Added")

    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{stack.base_url}/queue/rules/demo?lang=de")
    box = page.get_by_role("code").filter(has_text=word).bounding_box()

    assert box is not None
    assert box["height"] < 40
    assert box["width"] > 60


@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_a_violation_or_is_wider_than_a_phone(
    page: Page, stack: Stack, demo: Desk, name: str
) -> None:
    demo.sign_in(page)
    page.goto(f"{stack.base_url}{PAGES[name]}")
    for summary in page.locator("summary").all():
        if summary.locator("xpath=..").get_attribute("open") is None:
            summary.click()

    assert violations_in_both(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_is_tried_or_refused_has_no_violation_either(
    page: Page, stack: Stack, demo: Desk
) -> None:
    hold(stack, f"Somebody to try {secrets.token_hex(4)}")
    demo.sign_in(page)
    page.goto(f"{stack.base_url}/queue/rules/demo")
    page.get_by_label("is found").fill("somebody")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("Tried on the latest comments")).to_be_visible()
    assert violations_in_both(page) == []

    page.goto(f"{stack.base_url}/queue/rules/demo/policy")
    page.get_by_label("Hold from").fill("many")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Hold from")).to_have_value("many")
    expect(page.get_by_text("This takes a number above 0")).to_be_visible()
    assert violations_in_both(page) == []
