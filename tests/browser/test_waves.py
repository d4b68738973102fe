"""A wave of near-identical comments in a real browser: by keyboard, live, and without JavaScript."""

import os
import secrets
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from moderation.domain.roles import SiteRole
from tests.browser.axe import violations_in_both
from tests.browser.desk import Desk
from tests.factories import ORIGIN
from tests.integration.waves import NAMES

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("MODERATION_PICTURES", "")


class Flood:
    """A desk that a wave comes to, in words of its own."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.words = " ".join(secrets.token_hex(3) for _ in range(4))
        self.count = 0

    def rise(self, by: int) -> list[int]:
        """So many more comments of it."""
        return [self._say() for _ in range(by)]

    def _say(self) -> int:
        self.count += 1
        name = NAMES[self.count % 8]
        return self.desk.house.publish(
            _site=self.desk.slug,
            name=f"{name} {self.count}",
            url=f"{ORIGIN}/{self.desk.slug}/{self.count % 9}/",
            title="How to buy a used car",
            comment=f"I earned nine thousand from my sofa last month with {self.words}. "
            f"Ask {name} how it is done, and start today!",
        )


@pytest.fixture
def flood(desk: Desk) -> Flood:
    return Flood(desk)


def heading(page: Page, words: str) -> None:
    expect(page.locator(".item--wave h2")).to_have_text(words)


def test_a_wave_is_rejected_and_taken_back_by_keyboard(page: Page, flood: Flood) -> None:
    wave = flood.rise(7)
    (alone,) = flood.desk.hold(1)
    flood.desk.sign_in(page)
    heading(page, "7 near-identical comments")
    page.keyboard.press("j")
    expect(page.locator(".item--wave.item--current")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(f"#comment-{alone}")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator(".item--wave")).to_be_focused()
    page.keyboard.press("r")

    expect(page.get_by_role("heading", level=1)).to_have_text("Reject 7 comments?")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Done.")).to_be_visible()
    assert set(flood.desk.statuses(wave)) == {"rejected"}
    assert flood.desk.statuses([alone]) == ["held"]
    page.get_by_role("button", name="Undo all 7").click()
    expect(page.get_by_text("7 of 7 taken back")).to_be_visible()
    expect(page.get_by_text("Done.")).to_be_visible()
    assert set(flood.desk.statuses(wave)) == {"held"}


def test_live_arrivals_join_the_row_and_a_wave_that_begins_gets_one(
    page: Page, flood: Flood
) -> None:
    flood.desk.hold(1)
    flood.desk.sign_in(page)
    expect(page.locator(".item--wave")).to_have_count(0)
    look = "htmx.trigger('#news', 'look')"
    # Not every eight seconds but when the test says so.
    page.evaluate(
        "() => { const news = document.getElementById('news');"
        "news.setAttribute('hx-trigger', 'look'); htmx.process(news); }"
    )
    flood.rise(5)
    page.evaluate(look)
    heading(page, "5 near-identical comments")
    page.keyboard.press("j")
    flood.rise(2)
    page.evaluate(look)
    heading(page, "7 near-identical comments")
    expect(page.locator(".item--wave")).to_be_focused()  # nothing is taken from under one's hands
    page.keyboard.press("s")

    expect(page.get_by_role("heading", level=1)).to_have_text("Mark 7 comments as spam?")


def test_a_wave_is_shown_and_decided_without_javascript(plain_page: Page, flood: Flood) -> None:
    wave = flood.rise(6)
    page = plain_page
    flood.desk.sign_in(page, role=SiteRole.MODERATOR)
    page.get_by_role("link", name="Show them").click()
    expect(page.locator(".item")).to_have_count(6)
    page.get_by_role("link", name="Near-identical comments of one wave").click()
    page.get_by_role("button", name="Approve all").click()
    page.get_by_role("button", name="Approve 6").click()
    expect(page.get_by_text("Done.")).to_be_visible()
    page.get_by_role("link", name="Back to the queue").click()

    expect(page.locator(".item--wave")).to_have_count(0)
    assert set(flood.desk.statuses(wave)) == {"published"}


@pytest.mark.parametrize("width", [390, 1280])
def test_it_keeps_nobody_out(context: BrowserContext, flood: Flood, width: int) -> None:
    flood.rise(12)
    flood.desk.hold(2)
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    flood.desk.sign_in(page)
    for name in ("queue", "preview", "members"):
        if name == "preview":
            page.get_by_role("button", name="Reject all").click()
        elif name == "members":
            page.get_by_role("link", name="Back").click()  # to what the question was about
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for scheme in ("dark", "light") if PICTURES else ():
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=Path(PICTURES) / f"wave-{name}-{width}-{scheme}.png")

        assert violations_in_both(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
