"""Other services in a real browser: set up, tried, heard; with JavaScript off, and for everybody."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations_in_both
from tests.browser.desk import Desk
from tests.factories import submission
from tests.integration.services_kit import body_of
from tests.web_server import WebServer, answer

pytestmark = pytest.mark.browser

TITLE = "A check of your own"
VERDICT = {"score": 4, "label": "shop", "reason": "links to a shop that sells <b>pills</b>"}


def card(page: Page, title: str = TITLE):
    return page.get_by_role("region", name=title)


def set_up(page: Page, service: WebServer) -> None:
    own = card(page)
    if not own.get_by_label("Address", exact=True).is_visible():
        own.get_by_text("Set up").click()
    own.get_by_label("Ask it about every new comment").check()
    own.get_by_label("Secret that requests are signed with").fill("a-secret-of-sixteen-signs")
    own.get_by_label("Address", exact=True).fill(f"{service.url}/check")
    own.get_by_role("button", name=f"Save {TITLE}").click()


def try_it(page: Page, desk: Desk) -> None:
    """Try the service; once more while one of another test is being tried, as a person would."""

    def is_tried() -> bool:
        with page.expect_navigation():
            card(page).get_by_role("button", name=f"Try it – {TITLE}").click()
        return not page.get_by_text("Another service is being tried just now.").is_visible()

    assert desk.stack.wait_until(is_tried)


def test_a_service_is_set_up_tried_and_heard_without_javascript(
    plain_page: Page, desk: Desk, service: WebServer
) -> None:
    page, slug = plain_page, desk.slug
    service.answering = answer(json.dumps(VERDICT).encode())
    desk.sign_in(page)
    page.goto(f"{desk.url}sites/{slug}")
    page.get_by_role("link", name="Other services").click()
    page.set_viewport_size({"width": 390, "height": 700})
    own = card(page)
    expect(own).to_contain_text("Nothing is sent to it.")
    own.get_by_text("Set up").click()
    own.get_by_label("Ask it about every new comment").check()
    own.get_by_role("button", name=f"Save {TITLE}").click()
    expect(own.get_by_role("alert")).to_contain_text("Nothing was saved yet.")
    alert = own.get_by_role("alert").bounding_box()
    assert alert is not None
    assert 0 <= alert["y"] < 700
    expect(own.get_by_text("Without an address it cannot be asked.")).to_be_visible()
    set_up(page, service)
    expect(own.get_by_role("status")).to_have_text("Saved.")
    expect(own).to_contain_text("What is sent to it:")
    expect(own.get_by_label("Secret that requests are signed with")).to_have_value("")
    try_it(page, desk)
    expect(own.get_by_role("status")).to_contain_text("spam. +4 points. Its words: links to")
    assert json.loads(body_of(service.requests[-1]))["test"] is True

    answered = desk.stack.client.post(f"/api/v1/sites/{slug}/comments", json=submission())
    assert answered.status_code == 202, answered.text
    link = answered.json()["status_url"]
    assert desk.stack.wait_until(lambda: desk.stack.client.get(link).json()["status"] != "pending")
    page.goto(f"{desk.url}?site={slug}")
    receipt = page.get_by_role("group", name="Why")
    expect(receipt).to_contain_text("A service that this site asks calls it spam")
    expect(receipt).to_contain_text(f"{TITLE}: links to a shop that sells <b>pills</b>")
    page.goto(f"{desk.url}sites/{slug}/services")
    expect(card(page)).to_contain_text("2 of 1,000 questions")


def test_nothing_keeps_anybody_out(page: Page, desk: Desk, service: WebServer) -> None:
    service.answering = answer(b"no", "500 Internal Server Error")
    desk.sign_in(page)
    page.goto(f"{desk.url}sites/{desk.slug}/services")
    set_up(page, service)
    expect(card(page).get_by_role("status")).to_have_text("Saved.")
    try_it(page, desk)
    expect(card(page).get_by_role("status")).to_contain_text("HTTP status 500")
    for summary in page.locator("details:not([open]) > summary").all()[::-1]:
        summary.click()
    assert violations_in_both(page) == []
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


def test_what_takes_a_while_is_not_asked_for_twice(
    page: Page, desk: Desk, service: WebServer
) -> None:
    desk.sign_in(page)
    page.goto(f"{desk.url}sites/{desk.slug}/services")
    set_up(page, service)
    expect(card(page).get_by_role("status")).to_have_text("Saved.")
    page.route("**/try*", lambda _route: None)  # it does not answer
    button = card(page).get_by_role("button", name=f"Try it – {TITLE}")

    disabled = button.evaluate(
        "async button => (button.click(), await new Promise(done => setTimeout(done, 50)), button.disabled)"
    )

    assert disabled
