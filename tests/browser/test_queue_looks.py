"""How the moderators' pages are laid out: what belongs together, what can be read."""

import re
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from moderation.domain.signals import Symbol
from tests.browser.desk import Desk
from tests.browser.learning_desk import KEPT, keep

pytestmark = pytest.mark.browser

_WIDTHS = (1280, 390)
# Where the words of an element begin, whatever its padding.
_WORDS_BEGIN = """element => {
  const range = document.createRange();
  range.selectNodeContents(element);
  return range.getBoundingClientRect().left;
}"""


def box(element: Locator) -> FloatRect:
    found = element.bounding_box()
    assert found is not None
    return found


def luminance(colour: str) -> float:
    def linear(part: str) -> float:
        value = int(part) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, re.findall(r"\d+", colour)[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def test_what_belongs_together_stands_together(page: Page, desk: Desk) -> None:
    (comment,) = desk.hold(1, comment="See [Heat_pump](https://a.example) https://b.example/x_y")
    keep(desk, comment, KEPT, Symbol.LEARNED_UNSURE)
    desk.sign_in(page)
    card = page.locator(f"#comment-{comment}")
    search = page.get_by_role("searchbox")
    for width in _WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(desk.url)
        block = card.get_by_role("button", name="Block commenter")
        begins = box(card.get_by_role("button", name="Approve"))["x"]
        assert abs(block.evaluate(_WORDS_BEGIN) - begins) <= 1

        before = box(search)["width"]
        page.get_by_text("Filters and order").click()
        expect(page.get_by_label("Order")).to_be_visible()
        assert box(search)["width"] == before

        page.get_by_text("Decide many").click()
        above, panel = box(page.locator("#in-view")), box(page.locator(".bulk__all"))
        assert panel["y"] - (above["y"] + above["height"]) >= 4
        card.get_by_text("97% spam").click()
        pushes = card.locator(".pushes").first
        before_it, its_own = map(box, pushes.get_by_role("definition").all())
        head = box(pushes.get_by_role("term").last)
        to_its_own = its_own["y"] - head["y"] - head["height"]
        assert head["y"] - before_it["y"] - before_it["height"] > 2 * to_its_own
        text, actions = box(card.locator(".comment__text")), box(card.locator(".item__actions"))
        why = box(card.get_by_role("group", name="Why"))
        assert actions["y"] - text["y"] - text["height"] <= 20  # however long the reasons are
        if width == 1280:
            assert actions["x"] + actions["width"] < why["x"]
        else:
            assert actions["y"] + actions["height"] <= why["y"]


def test_what_pushed_a_judgement_that_counts_stands_where_there_is_room(
    page: Page, desk: Desk
) -> None:
    (comment,) = desk.hold(1)
    keep(desk, comment, KEPT, Symbol.LEARNED_SPAM)
    desk.sign_in(page)
    card = page.locator(f"#comment-{comment}")
    for width in _WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        words = box(card.get_by_role("group", name="It is much like spam"))
        actions, why = (
            box(card.locator(".item__actions")),
            box(card.get_by_role("group", name="Why")),
        )
        if width == 1280:
            assert actions["y"] + actions["height"] <= words["y"]
            assert words["x"] + words["width"] < why["x"]
            # The sides of the card are about as long as each other.
            assert abs(words["y"] + words["height"] - why["y"] - why["height"]) <= 120
        else:
            assert why["y"] + why["height"] <= words["y"]


def test_on_a_phone_a_comment_is_decided_without_scrolling(page: Page, desk: Desk) -> None:
    (comment,) = desk.hold(1)
    keep(desk, comment, KEPT, Symbol.LEARNED_SPAM)
    page.set_viewport_size({"width": 390, "height": 844})
    desk.sign_in(page)
    card = page.locator(f"#comment-{comment}")

    for name in ("Approve", "Spam", "Reject"):
        button = box(card.get_by_role("button", name=name, exact=True))
        assert button["y"] + button["height"] <= 844
        assert button["height"] >= 44


def test_on_a_phone_what_follows_a_decision_is_read_from_its_head(page: Page, desk: Desk) -> None:
    held = desk.hold(4)
    page.set_viewport_size({"width": 390, "height": 560})
    desk.sign_in(page)
    page.keyboard.press("j")

    for decided, following in pairwise(held):
        card = page.locator(f"#comment-{decided}")
        end = box(card)["y"] + box(card)["height"]
        page.evaluate("y => scrollBy(0, y)", end - 600)  # its reasons are read
        page.keyboard.press("s")
        expect(page.locator(f"#comment-{following}")).to_be_focused()

        undo = box(card.get_by_role("button", name="Undo"))
        head = box(page.locator(f"#comment-{following}").get_by_role("heading", level=2))
        assert 0 <= undo["y"] < head["y"] < 200


def test_the_tab_that_is_open_is_seen_where_not_all_fit(page: Page, desk: Desk) -> None:
    (comment,) = desk.hold(1)
    page.set_viewport_size({"width": 390, "height": 844})
    desk.sign_in(page)
    page.goto(f"{desk.url}?tab=all&lang=de")
    tab = page.locator("#tabs [aria-current]")
    assert box(tab)["x"] + box(tab)["width"] <= 390

    page.locator(f"#comment-{comment}").get_by_role("button", name="Spam", exact=True).click()
    expect(page.locator("#tabs [data-tab=spam]")).to_contain_text("1")
    assert box(tab)["x"] + box(tab)["width"] <= 390


@pytest.mark.parametrize(("width", "height", "most"), [(1280, 900, 470), (390, 844, 540)])
def test_the_first_comment_begins_on_the_first_screen(
    page: Page, desk: Desk, width: int, height: int, most: int
) -> None:
    held = desk.hold(8)
    page.set_viewport_size({"width": width, "height": height})
    desk.sign_in(page)
    page.keyboard.press("j")
    for comment in held[:6]:
        page.keyboard.press("s")
        expect(page.locator(f"#comment-{comment}")).to_have_class(re.compile("item--decided"))
    page.goto(f"{desk.url}?signal=LINK_FLOOD")
    first = page.locator(f"#comment-{held[6]}")
    expect(page.get_by_role("region", name="Your latest decisions")).to_contain_text("4 more")

    assert box(first)["y"] <= most


def test_confirming_does_not_look_like_approving(page: Page, desk: Desk) -> None:
    published = desk.house.publish(_site=desk.slug, name="Ann")
    (held,) = desk.hold(1)
    desk.sign_in(page)
    grounds = {}
    for comment in (published, held):
        page.goto(f"{desk.url}comment/{comment}")
        grounds |= page.locator(".decide button").evaluate_all(
            "all => Object.fromEntries("
            "all.map(b => [b.innerText, getComputedStyle(b).backgroundColor]))"
        )

    filled = {words for words, ground in grounds.items() if ground != "rgba(0, 0, 0, 0)"}
    assert set(grounds) == {"Confirm", "Approve", "Spam", "Reject"}
    assert filled == {"Approve"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_hinted_can_be_read(page: Page, desk: Desk, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    desk.sign_in(page)
    hint, ground = page.get_by_role("searchbox").evaluate(
        "e => [getComputedStyle(e, '::placeholder').color, getComputedStyle(e).backgroundColor]"
    )

    assert contrast(hint, ground) >= 4.5


def test_underscores_show_above_the_line_of_a_link(page: Page, desk: Desk) -> None:
    (comment,) = desk.hold(1, comment="See [Heat_pump](https://a.example) https://b.example/x_y")
    desk.sign_in(page)
    for url in (desk.url, f"{desk.url}comment/{comment}"):
        page.goto(url)
        drawn = page.locator(f"#comment-{comment} .comment__text a").evaluate_all(
            "all => all.map(getComputedStyle).map(s => [s.textUnderlineOffset, s.fontSize])"
        )
        # An underscore is drawn no lower than a quarter of the letters' height.
        assert [float(far[:-2]) / float(size[:-2]) > 0.3 for far, size in drawn] == [True, True]


def test_a_receipt_tells_one_thing_a_line(page: Page, desk: Desk) -> None:
    (comment,) = desk.hold(1)
    desk.sign_in(page)
    page.goto(f"{desk.url}comment/{comment}")
    receipt = page.get_by_role("group", name="Why")
    rule = receipt.locator(".receipt__rule").inner_text()
    for button, line in (("Spam", "Ben: marked as spam."), ("Undo", "Ben took a decision back.")):
        page.get_by_role("button", name=re.compile(f"^{button}")).click()
        expect(receipt.get_by_text(line, exact=True)).to_be_visible()
        assert receipt.locator(".receipt__rule").inner_text() == rule


_LOOKS = """(e, line) => {
  const [list, own] = [getComputedStyle(e), getComputedStyle(line ? e.querySelector(line) : e)];
  const words = e.querySelector("p, li > span").getBoundingClientRect();
  return [list.backgroundColor, list.borderStyle, list.borderRadius, list.fontSize, words.left,
    own.display, Math.round(e.getBoundingClientRect().height), e.innerText.split("\\n")[0].slice(0, 60)];
}"""


@pytest.mark.parametrize("width", _WIDTHS)
def test_a_decision_looks_the_same_now_and_when_the_page_is_loaded_again(
    page: Page, desk: Desk, width: int
) -> None:
    text = "Words that go on for much longer than there is room for them in a single line of a list"
    desk.hold(1, comment=f"{text} https://a.example https://b.example https://c.example")
    page.set_viewport_size({"width": width, "height": 900})
    desk.sign_in(page)
    page.get_by_role("button", name="Spam", exact=True).click()
    decided = page.locator(".item--decided")
    expect(decided).to_be_visible()
    now = decided.evaluate(_LOOKS)
    page.reload()

    assert page.locator(".recent").evaluate(_LOOKS, "li") == now


def test_a_bar_stands_on_the_line_of_its_weight_however_narrow_it_is(
    page: Page, desk: Desk
) -> None:
    (comment,) = desk.hold(1)
    keep(desk, comment, KEPT, Symbol.LEARNED_UNSURE)
    desk.sign_in(page)
    for folded in ("97% spam", "93% abuse"):
        page.locator(f"#comment-{comment}").get_by_text(folded).click()
    chips = page.locator(f"#comment-{comment} .push")
    apart = """all => all.flatMap(chip => Array.from({length: 60}, (_, n) => {
      chip.style.maxInlineSize = `${80 + 3 * n}px`;
      const below = e => e.getBoundingClientRect().bottom;
      return below(chip) - below(chip.querySelector("b"));
    }).filter(far => far > 10))"""

    assert chips.count() > 0
    assert chips.evaluate_all(apart) == []


def test_a_receipt_tells_what_its_total_is_of(page: Page, desk: Desk) -> None:
    (comment,) = desk.hold(1)
    keep(desk, comment, KEPT, Symbol.LEARNED_UNSURE)
    desk.sign_in(page)
    total = page.locator(f"#comment-{comment} .pushes__total").first
    expect(total).to_be_hidden()
    page.locator(f"#comment-{comment}").get_by_text("97% spam").click()

    expect(total).to_be_visible()
    expect(total).to_have_text(
        "The model’s starting value and all signs together, the small ones too: +3.6"
    )
