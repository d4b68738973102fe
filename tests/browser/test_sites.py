"""A site's pages in a real browser: with JavaScript off, and for everybody."""

import secrets

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from moderation.models import Membership, Moderator, Site, db
from tests.browser.axe import violations_in_both
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

PAGES = ("", "/settings", "/threads", "/snippet?theme=dark&language=ar", "/keys")


def look(page: Page) -> None:
    """Nothing keeps anybody out, and nothing is wider than the screen."""
    assert violations_in_both(page) == []
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    page.set_viewport_size({"width": 390, "height": 844})


def test_a_site_is_added_and_looked_after_without_javascript(plain_page: Page, desk: Desk) -> None:
    page, slug = plain_page, f"new-{secrets.token_hex(4)}"
    desk.sign_in(page)
    page.get_by_role("link", name="Sites").click()
    page.get_by_label("Short name").fill("Not a name")
    page.get_by_label("Origins").fill("https://new.example/some/page")
    page.get_by_role("button", name="Add the site").click()
    expect(page.get_by_role("alert")).to_contain_text("cannot be a site’s name")
    page.get_by_label("Short name").fill(slug)
    page.get_by_label("Name for people").fill("A new site")
    page.get_by_role("button", name="Add the site").click()
    expect(page.get_by_role("status")).to_contain_text("A new site is added")

    page.get_by_label("Another origin").fill("https://www.new.example/")
    page.get_by_role("button", name="Add", exact=True).click()
    origin = page.get_by_role("listitem").filter(has_text="https://new.example")
    origin.get_by_text("Remove").first.click()
    origin.get_by_role("button", name="Remove the origin https://new.example").click()
    expect(page.get_by_role("status")).to_contain_text("can have no comments any more")
    expect(origin).to_have_count(0)

    pages = page.get_by_role("navigation", name="Pages of A new site")
    pages.get_by_role("link", name="Settings").click()
    page.get_by_label("Language").select_option("de")
    page.get_by_label("Readers can like comments").uncheck()
    page.get_by_label("Comments shown at once").fill("none")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This takes a whole number from 1 to 100.")).to_be_visible()
    expect(page.get_by_label("Readers can like comments")).not_to_be_checked()
    page.get_by_label("Comments shown at once").fill("20")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    expect(page.get_by_label("Language")).to_have_value("de")

    pages.get_by_role("link", name="Threads").click()
    page.get_by_label("Address of the page").fill("https://www.new.example/imprint")
    page.get_by_role("button", name="Close", exact=True).click()
    thread = page.get_by_role("listitem").filter(has_text="/imprint")
    expect(thread).to_contain_text("closed")
    thread.get_by_role("button", name="Reopen").click()
    expect(page.get_by_role("status")).to_contain_text("takes comments again")

    pages.get_by_role("link", name="Snippet").click()
    expect(page.get_by_label("The snippet")).to_contain_text(f'data-site="{slug}"')
    assert "The preview needs JavaScript" in page.content()
    page.get_by_label("Colours").select_option("dark")
    page.get_by_role("button", name="Show it like this").click()
    expect(page.get_by_label("The snippet")).to_contain_text('theme="dark"')


def test_a_key_is_made_used_and_revoked_without_javascript(plain_page: Page, desk: Desk) -> None:
    page = plain_page
    desk.sign_in(page)
    desk.hold(1)
    page.goto(f"{desk.url}sites/{desk.slug}/keys")
    page.get_by_label("What is it for?").fill("Nightly import")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what the key may do")
    expect(page.get_by_label("What is it for?")).to_have_value("Nightly import")
    page.get_by_role("checkbox", name="read Read").check()
    page.get_by_role("button", name="Make the key").click()
    key = page.get_by_label("The new API key").input_value()
    asked = {"Authorization": f"Bearer {key}"}
    path = f"/api/v1/sites/{desk.slug}/moderation/comments"
    answer = desk.stack.client.get(path, headers=asked)
    assert answer.status_code == 200
    assert len(answer.json()["comments"]) == 1
    assert int(answer.headers["RateLimit-Remaining"]) > 0

    page.goto(page.url)
    expect(page.get_by_label("The new API key")).to_have_count(0)
    listed = page.get_by_role("listitem").filter(has_text="Nightly import")
    expect(listed).to_contain_text("last used")
    listed.get_by_text("Revoke").first.click()
    listed.get_by_role("button", name="Revoke the key Nightly import").click()
    expect(listed).to_contain_text("revoked")
    assert desk.stack.client.get(path, headers=asked).status_code == 401


def test_every_page_of_a_site_is_for_everybody(page: Page, desk: Desk) -> None:
    desk.hold(1, title="A page with a title " * 4)
    desk.sign_in(page)
    page.goto(f"{desk.url}sites")
    look(page)
    page.get_by_role("button", name="Add the site").click()
    look(page)
    for path in PAGES:
        page.goto(f"{desk.url}sites/{desk.slug}{path}")
        # The widget on trial paints itself once its thread is there.
        page.wait_for_load_state("networkidle")
        look(page)
    page.get_by_label("What is it for?").fill("w" * 80)
    page.get_by_role("checkbox", name="moderate").check()
    page.get_by_role("button", name="Make the key").click()
    look(page)
    page.goto(f"{desk.url}sites/{desk.slug}/settings")
    page.get_by_label("Minutes to edit or delete").fill("long")
    page.get_by_role("button", name="Save").click()
    look(page)


def test_the_operator_makes_lists_and_revokes_a_key(page: Page, desk: Desk) -> None:
    desk.sign_in(page)
    with desk.house.rows():
        owner = db.session.scalars(
            select(Moderator.email)
            .join(Membership, Membership.moderator_id == Moderator.id)
            .join(Site, Site.id == Membership.site_id)
            .where(Site.slug == desk.slug)
        ).one()
    command = desk.stack.command
    told = command("key", "add", desk.slug, "Nightly import", "--scope", "read", "--for", owner)
    key = told.strip().splitlines()[-1]
    path = f"/api/v1/sites/{desk.slug}/moderation/comments"
    asked = {"Authorization": f"Bearer {key}"}
    assert desk.stack.client.get(path, headers=asked).status_code == 200

    listed = command("key", "list", desk.slug)
    assert "Nightly import" in listed
    assert key not in listed
    command("key", "revoke", desk.slug, listed.split("\t")[0])
    assert "revoked" in command("key", "list", desk.slug)
    assert desk.stack.client.get(path, headers=asked).status_code == 401


def test_a_sites_pages_have_one_head_that_does_not_move(page: Page, desk: Desk) -> None:
    desk.sign_in(page)
    parts = ".site-title__site, h1, .site-tabs"
    where = "all => all.map(e => [e.getBoundingClientRect().x, e.getBoundingClientRect().y])"
    page.goto(f"{desk.url}sites/{desk.slug}")
    addresses = page.locator(".site-tabs a").evaluate_all("all => all.map(a => a.href)")
    assert len(addresses) == 10
    seen: dict[int, list[object]] = {1280: [], 390: []}
    for address in addresses:
        page.goto(address)
        for width, places in seen.items():
            page.set_viewport_size({"width": width, "height": 900})
            lit = page.get_by_role("navigation", name="Pages", exact=True).locator("[aria-current]")
            expect(lit).to_have_text("Sites")
            expect(page.locator(".site-tabs [aria-current]")).to_have_count(1)
            places.append(page.locator(parts).evaluate_all(where))
    for places in seen.values():
        assert places == [places[0]] * len(addresses)


# Whether the words of the choice that is shown end before the arrow, if need be in several lines.
_SHOWN_WHOLE = """select => {
  const style = getComputedStyle(select);
  const probe = document.createElement("div");
  probe.textContent = select.selectedOptions[0].text;
  for (const name of ["font", "lineHeight", "padding", "width", "border", "boxSizing"])
    probe.style[name] = style[name];
  // The system's own arrow takes room beside the padding.
  const arrow = style.appearance === "none" ? 0 : 20;
  probe.style.cssText += "; position: absolute; white-space: " + style.whiteSpace;
  probe.style.paddingRight = parseFloat(style.paddingRight) + arrow + "px";
  select.after(probe);
  const needed = [probe.scrollWidth, probe.scrollHeight];
  probe.remove();
  return needed[0] <= select.clientWidth && needed[1] <= select.clientHeight;
}"""


@pytest.mark.parametrize("width", [390, 1280])
def test_no_choice_of_the_settings_is_cut_off(page: Page, desk: Desk, width: int) -> None:
    desk.sign_in(page)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{desk.url}sites/{desk.slug}/settings")
    selects = page.get_by_role("combobox")
    expect(selects).to_have_count(4)

    assert [select.evaluate(_SHOWN_WHOLE) for select in selects.all()] == [True] * 4
