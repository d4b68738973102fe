"""What was learned in a real browser: why a comment was judged so, what thresholds cost, what a site
has learned.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from moderation.domain.signals import Symbol
from tests.browser.axe import violations_in_both
from tests.browser.desk import Desk, desk_at
from tests.browser.learning_desk import KEPT, SPAM, keep, owner_of, teach
from tests.factories import House
from tests.stack import Stack

pytestmark = pytest.mark.browser

_LINKS = " https://a.example https://b.example"  # as many as hold, and no more points


@pytest.fixture(scope="module")
def desk(stack: Stack, house: House) -> Iterator[Desk]:
    with desk_at(stack, house) as desk:
        yield desk


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, desk: Desk) -> Iterator[BrowserContext]:
    """The owner of a site that has learned from 40 decisions, with two comments in its queue."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    desk.sign_in(context.new_page())
    (spam,) = desk.hold(
        1, comment=SPAM + _LINKS, website="https://cheap-pills.example", name="Casino Fan"
    )
    keep(desk, spam, KEPT, Symbol.LEARNED_SPAM)
    (unsure,) = desk.hold(1, comment="We drove it for this week" + _LINKS, name="Nora")
    mild = replace(KEPT, probability=0.61, reasons=KEPT.reasons[4:], abuse_reasons=())
    keep(desk, unsure, mild, Symbol.LEARNED_UNSURE)
    teach(desk, owner_of(desk), 40)
    yield context
    context.close()


@pytest.fixture(params=[390, 1280], ids=["phone", "desktop"])
def looker(signed_in: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of the owner's, as wide as a phone or a desktop."""
    page = signed_in.new_page()
    page.set_viewport_size({"width": request.param, "height": 844})
    yield page
    page.close()


@pytest.fixture
def plain(plain_context: BrowserContext, signed_in: BrowserContext) -> Page:
    """The owner's browser with JavaScript off."""
    plain_context.add_cookies(signed_in.cookies())
    page = plain_context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    return page


def test_a_verdict_names_what_pushed_it_each_way(plain: Page, desk: Desk) -> None:
    plain.goto(f"{desk.url}?site={desk.slug}")
    card = plain.get_by_role("article").filter(has_text="Casino Fan").first
    receipt = card.get_by_role("group", name="Why")

    expect(receipt).to_contain_text("97% spam")
    spam = card.get_by_role("group", name="It is much like spam")
    expect(spam.get_by_role("term")).to_have_text(["towards spam", "towards good"])
    words = spam.get_by_role("definition")
    expect(words.nth(0)).to_contain_text("casino +2.4")
    expect(words.nth(0)).to_contain_text("website cheap-pills.example +1.2")
    expect(words.nth(1)).to_contain_text("the form was open for a minute −0.5")
    # What had no say is folded.
    expect(receipt.get_by_role("term")).to_have_count(0)
    receipt.get_by_text("93% abuse").click()
    expect(receipt.get_by_role("term")).to_have_text("towards abuse")
    expect(receipt.get_by_role("definition")).to_contain_text("everybody +2.2")
    expect(receipt.get_by_title("Model 2026-11-26")).to_have_count(2)
    expect(card.locator("mark.pushed:not(.pushed--good)")).to_have_text(
        ["Cheap pills", "casino", "everybody"]
    )
    expect(card.locator("mark.pushed--good")).to_have_text("drove")  # the rest tells little


def test_thresholds_are_tried_before_they_are_saved(plain: Page, desk: Desk, stack: Stack) -> None:
    plain.goto(f"{stack.base_url}/queue/rules/{desk.slug}/policy")
    expect(plain.get_by_text("of the last 40 that moderators decided")).to_be_visible()
    plain.get_by_label("A person decides from").fill("20")
    plain.get_by_label("It is spam from").fill("60")
    plain.get_by_role("button", name="Try it").click()
    expect(plain.get_by_text("As typed")).to_be_visible()
    plain.get_by_text("What other thresholds would have come to").click()
    set_rows = plain.get_by_role("row").filter(has_text="a person decides")
    expect(set_rows).to_contain_text("20%")

    plain.get_by_label("It is spam from").fill("10")
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_text("must not be less than the percent")).to_be_visible()
    plain.get_by_label("It is spam from").fill("90")
    plain.get_by_label("Do not look for it").check()
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_text("Saved. From now on")).to_be_visible()
    expect(plain.get_by_label("A person decides from")).to_have_value("20")
    expect(plain.get_by_label("Do not look for it")).to_be_checked()


def test_a_site_begins_anew_and_goes_back(plain: Page, desk: Desk, stack: Stack) -> None:
    plain.goto(f"{stack.base_url}/queue/sites/{desk.slug}/learned")
    expect(plain.get_by_role("heading", name="By whom")).to_be_visible()
    with plain.expect_download() as download:
        plain.get_by_role("link", name="Export 40 lessons").click()
    file = download.value.path()
    plain.get_by_text("Begin anew…").click()
    plain.get_by_label("Yes, begin anew").check()
    plain.get_by_role("button", name="Begin anew").click()
    expect(plain.get_by_text("It begins anew.")).to_be_visible()
    expect(plain.get_by_text("Nothing yet.")).to_be_visible()
    plain.get_by_label("A file of lessons").set_input_files(file)
    plain.get_by_role("button", name="Import").click()
    expect(plain.get_by_text("The lessons are here.")).to_be_visible()
    expect(plain.get_by_role("cell").first).to_be_visible()
    plain.get_by_role("button", name="Let the former lessons count again").click()
    expect(plain.get_by_text("All lessons count again.")).to_be_visible()
    expect(plain.get_by_role("rowheader", name="Ben")).to_be_visible()


@pytest.mark.parametrize("name", ["queue", "policy", "learned"])
def test_no_page_has_a_violation_or_is_wider_than_the_screen(
    looker: Page, desk: Desk, stack: Stack, name: str
) -> None:
    addresses = {
        "queue": f"{desk.url}?site={desk.slug}",
        "policy": f"{stack.base_url}/queue/rules/{desk.slug}/policy",
        "learned": f"{stack.base_url}/queue/sites/{desk.slug}/learned",
    }
    looker.goto(addresses[name])
    for summary in looker.locator("main summary").all():
        summary.click()

    assert violations_in_both(looker) == []
    assert looker.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_was_said_stands_above_its_percent_in_both_directions(
    looker: Page, desk: Desk, language: str
) -> None:
    looker.goto(f"{desk.url}sites/{desk.slug}/learned?lang={language}")
    labels = looker.locator(".square__across span")
    first, last = labels.first.bounding_box(), labels.last.bounding_box()
    assert first is not None
    assert last is not None
    low, high = (looker.locator(".square__dot").nth(n).bounding_box() for n in (0, -1))
    assert low is not None
    assert high is not None

    assert (low["x"] < high["x"]) == (first["x"] < last["x"]) == (language == "en")
