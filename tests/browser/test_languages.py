"""The hosted thread page in other languages, in a real browser: its script's words and its layout."""

import re

import pytest
from playwright.sync_api import Page, expect

from moderation.domain.site_settings import INTERFACE_LANGUAGES, RIGHT_TO_LEFT
from tests.browser.axe import violations
from tests.browser.test_reader import published
from tests.stack import Stack

pytestmark = pytest.mark.browser


def test_the_script_says_its_words_in_the_pages_language(
    page: Page, stack: Stack, thread_url: str
) -> None:
    published(stack, thread_url, name="$& Jürgen", comment="Ein Satz vorab.")
    page.goto(f"{thread_url}&lang=de")

    expect(page.locator("time")).to_have_text(re.compile(r"\d+\. \w+ 20\d\d um \d\d:\d\d"))
    page.get_by_role("link", name="Auf $& Jürgen antworten").click()

    expect(page.locator("#reply-title")).to_have_text("Schreibe eine Antwort an $& Jürgen")
    page.get_by_role("link", name="Antwort abbrechen").click()
    expect(page.locator("#reply-title")).to_have_text("Schreibe einen Kommentar")
    page.locator("form").evaluate(
        "form => form.addEventListener('submit', e => e.preventDefault())"
    )
    page.get_by_role("button", name="Kommentar abschicken").click()
    expect(page.get_by_role("button", name="Wird gesendet …")).to_be_disabled()


def test_no_language_is_wider_than_the_narrowest_phone(
    page: Page, stack: Stack, thread_url: str
) -> None:
    published(stack, thread_url, title="A drive")
    page.set_viewport_size({"width": 320, "height": 640})

    for language in INTERFACE_LANGUAGES:
        page.goto(f"{thread_url}&lang={language}")
        page.locator("form").evaluate("form => form.submit()")
        expect(page.get_by_role("alert")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 320, language


@pytest.mark.parametrize("language", sorted(RIGHT_TO_LEFT))
def test_right_to_left_the_page_is_mirrored_and_accessible(
    page: Page, stack: Stack, thread_url: str, language: str
) -> None:
    parent = published(stack, thread_url, name="Daniel")
    published(stack, thread_url, name="Noa", parent=parent)
    page.goto(f"{thread_url}&lang={language}")

    first, reply = (page.locator(".avatar").nth(n).bounding_box() for n in (0, 1))
    name = page.locator(".comment__name").first.bounding_box()
    assert first
    assert reply
    assert name
    assert name["x"] + name["width"] < first["x"]
    assert reply["x"] + reply["width"] < first["x"] + first["width"]
    assert violations(page) == []


def test_signing_in_fits_the_narrowest_phone_in_every_language(page: Page, stack: Stack) -> None:
    page.set_viewport_size({"width": 320, "height": 640})

    for language in INTERFACE_LANGUAGES:
        page.goto(f"{stack.base_url}/queue/sign-in?lang={language}")
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, language
    page.goto(f"{stack.base_url}/queue/sign-in?lang=ar")
    assert not violations(page)
