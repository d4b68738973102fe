"""How the widget looks and moves: accessibility in every dress, no layout shift, short tasks."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.axe import violations
from tests.browser.pages import Blog

pytestmark = pytest.mark.browser

# A folder for pictures of every dress, for somebody to look at.
PICTURES = os.environ.get("WIDGET_PICTURES")

DRESSES: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"html": 'lang="en" class="dark"'},
    "phone": {"width": 390},
    "phone-dark": {"width": 390, "html": 'lang="en" class="dark"'},
    "narrow": {"width": 320},  # 1280 at 400%, as WCAG's reflow asks for
    "rtl": {"html": 'lang="ar" dir="rtl"'},
    "forced-colours": {"media": {"forced_colors": "active", "color_scheme": "dark"}},
    "theme-dark": {"body": '<leave-a-reply theme="dark"></leave-a-reply>'},
}


def dressed(context: BrowserContext, dress: dict[str, Any]) -> Page:
    page = context.new_page()
    page.set_viewport_size({"width": dress.get("width", 1100), "height": 2400})
    page.emulate_media(**dress.get("media", {}))
    return page


def talk(blog: Blog, url: str) -> None:
    first = blog.publish(
        url,
        name="Ines Okafor",
        website="https://example.com",
        comment="The dial made my week. Look:\n\n> One glance is enough.\n\n- a *list*\n- with `code`\n\n"
        "```\na_line_that_goes_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on\n```",
    )
    second = blog.publish(url, name="Tomasz Lind", parent=first, comment="My worry too.")
    blog.publish(url, name="مريم", parent=second, comment="شكرا على المقال الجميل.")
    blog.publish(url, name="Joss", comment="Thanks for this.")


def test_a_commenter_has_one_colour_in_the_widget_and_on_the_hosted_page(
    page: Page, blog: Blog
) -> None:
    url = blog.page()
    for number in range(5):
        blog.publish(url, name=f"Reader {number}", comment=f"Said by reader {number}")

    def colours(address: str) -> list[str]:
        page.goto(address)
        avatars = page.locator(".avatar")
        expect(avatars).to_have_count(5)
        of = "all => all.map(each => getComputedStyle(each).backgroundColor)"
        return list(avatars.evaluate_all(of))

    ours = colours(url)
    assert ours == colours(f"{blog.stack.base_url}/t/{blog.slug}?url={url}")
    assert len(set(ours)) > 1


@pytest.mark.parametrize("name", DRESSES)
def test_it_is_accessible_and_fits_in_every_dress(
    context: BrowserContext, blog: Blog, name: str
) -> None:
    dress = DRESSES[name]
    url = blog.page(
        dress.get("body", "<leave-a-reply></leave-a-reply>"),
        html=dress.get("html", 'lang="en"'),
        policy=" ",
    )
    talk(blog, url)
    page = dressed(context, dress)
    page.goto(url)
    expect(page.get_by_role("article")).to_have_count(4)
    # By its place: its words are in the language of the dress.
    page.get_by_role("article").nth(1).locator(".actions button").nth(1).click()
    form = page.locator("form").first
    form.locator("textarea").fill("What about the *winter*?")
    form.locator(".send").click()
    expect(form.get_by_role("alert")).to_be_visible()
    page.locator(".late").last.click()

    assert violations(page, forced="media" in dress) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= dress.get("width", 1100)
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


_WATCH = """
window.shifts = [];
window.since = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries())
    if (!entry.hadRecentInput && entry.startTime >= since) shifts.push(entry.value);
}).observe({ type: "layout-shift", buffered: true });
"""
# What is in the page is on the screen a frame later, and only then has moved something.
_FROM_THE_NEXT_FRAME = """
new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
  since = performance.now();
  shifts.length = 0;
  done();
})))
"""
# Each look at the clock is a millisecond later, so that drawing any comment takes at least one. What
# is drawn in one task is counted: the next begins once a timer set within it has run.
_COUNT = """
const now = Date.now;
let later = 0;
Date.now = () => now() + ++later;
window.drawn = [0];
let wait;
const observer = new MutationObserver((records) => {
  for (const { addedNodes } of records)
    for (const node of addedNodes) drawn[drawn.length - 1] += node.querySelector?.("article") ? 1 : 0;
  wait ??= setTimeout(() => { wait = undefined; drawn.push(0); });
});
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) {
  const root = attach.call(this, options);
  observer.observe(root, { childList: true, subtree: true });
  return root;
};
"""


def test_nothing_shifts_once_it_is_drawn(page: Page, blog: Blog) -> None:
    url = blog.page()
    talk(blog, url)
    page.add_init_script(_WATCH)
    page.goto(url)
    expect(page.get_by_role("article")).to_have_count(4)
    blog.publish(url)
    blog.until_seen(url, 5)
    page.evaluate(_FROM_THE_NEXT_FRAME)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("button", name="1 new reply – show")).to_be_visible()
    page.mouse.wheel(0, 3000)
    page.wait_for_timeout(300)

    assert page.evaluate("shifts") == []


def test_a_thousand_comments_are_drawn_a_few_at_a_time(page: Page, blog: Blog) -> None:
    blog.set_settings(page_size=100)
    url = blog.page()
    blog.publish_many(url, 100, 9)
    blog.until_seen(url, 1000)
    page.add_init_script(_WATCH + _COUNT)
    page.goto(url)
    expect(page.locator("article").first).to_be_visible()
    page.evaluate(_FROM_THE_NEXT_FRAME)
    expect(page.locator("article")).to_have_count(1000)
    drawn = page.evaluate("drawn")

    assert sum(drawn) == 1000
    assert max(drawn) <= 8
    assert page.evaluate("shifts") == []


def test_the_demos_article_has_the_widget_in_its_own_colours(
    context: BrowserContext, blog: Blog
) -> None:
    page = dressed(context, {"width": 390})
    page.goto(blog.stack.page)
    widget = page.locator("leave-a-reply")
    expect(widget.get_by_role("heading", level=2)).to_contain_text("comment")
    expect(page.get_by_role("button", name="Post Comment", exact=True)).to_have_count(0)
    widget.get_by_label("Leave a Reply").click()
    if PICTURES:
        widget.screenshot(path=Path(PICTURES) / "demo.png")

    assert violations(page, within="leave-a-reply") == []


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_of_themes_is_accessible(context: BrowserContext, blog: Blog, width: int) -> None:
    url = blog.page()
    talk(blog, url)
    page = dressed(context, {"width": width})
    page.goto(f"{blog.stack.base_url}/widget/themes?site={blog.slug}&url={url}")
    expect(page.get_by_role("article")).to_have_count(4)
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"themes-{width}.png")

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
