"""Moderators who decide by pointer: a click decides on what was seen, never on what came after."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

_SEEN = 500  # ms, in which a person has seen what came under the pointer
_STEADY = 450  # ms from click to click, which a system may count as one series


def approve(page: Page, comment: int) -> Locator:
    return page.locator(f"#comment-{comment}").get_by_role("button", name="Approve", exact=True)


def place(button: Locator) -> FloatRect:
    box = button.bounding_box()
    assert box is not None
    return box


def nth_click(page: Page, count: int) -> None:
    """A click where the pointer is, the so-manieth of a series as the system counts them."""
    for kind in (page.mouse.down, page.mouse.up):
        kind(click_count=count)


def finger(page: Page) -> Callable[[float, float], None]:
    """What taps on a page."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def tap(x: float, y: float) -> None:
        for kind, points in (("touchStart", [{"x": x, "y": y}]), ("touchEnd", [])):
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return tap


def at_the_bottom(page: Page, desk: Desk, count: int = 6) -> tuple[list[int], tuple[float, float]]:
    """Held comments of which one is scrolled to the window's bottom, where each one that follows it
    will come in turn; and the place of its button. Gives that comment and those after it.
    """
    held = desk.hold(count)
    desk.sign_in(page)
    page.set_viewport_size({"width": 1280, "height": 700})
    for _ in range(3):
        page.keyboard.press("j")
    page.clock.pause_at(page.evaluate("Date.now() / 1000") + 1)
    box = place(approve(page, held[2]))
    return held[2:], (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def settle(page: Page, decided: int, following: int) -> None:
    """Let a decision's answer come, and the next card in place of what was decided."""
    expect(page.locator(f"#comment-{decided}[data-comment]")).to_have_count(0)
    page.clock.run_for(50)
    expect(page.locator(f"#comment-{following}")).to_be_focused()


def test_a_second_click_at_once_decides_nothing(slow_page: Page, desk: Desk) -> None:
    page = slow_page
    held, (x, y) = at_the_bottom(page, desk)
    page.mouse.click(x, y)
    settle(page, held[0], held[1])
    box = place(approve(page, held[1]))
    assert box["y"] < y < box["y"] + box["height"]  # the next button is under the pointer

    page.mouse.click(x + 1, y)
    page.clock.run_for(_SEEN)
    nth_click(page, 2)  # of a double click, however long the answer took
    assert desk.statuses(held) == ["published", "held", "held", "held"]

    page.mouse.click(x + 1, y)
    settle(page, held[1], held[2])
    assert desk.statuses(held) == ["published", "published", "held", "held"]


def test_who_clicks_on_steadily_is_refused_once_and_not_for_ever(
    slow_page: Page, desk: Desk
) -> None:
    page = slow_page
    held, (x, y) = at_the_bottom(page, desk)
    page.mouse.click(x, y)
    settle(page, held[0], held[1])
    page.clock.run_for(_STEADY)
    nth_click(page, 2)  # may be the second of a double click that is as slow
    assert desk.statuses(held) == ["published", "held", "held", "held"]

    for count, decided, following in ((3, held[1], held[2]), (4, held[2], held[3])):
        page.clock.run_for(_STEADY)
        nth_click(page, count)
        settle(page, decided, following)
    page.clock.run_for(_STEADY - 150)
    nth_click(page, 5)  # too soon for one who looks
    page.clock.run_for(150)
    nth_click(page, 6)  # and at once after another
    assert desk.statuses(held) == ["published", "published", "published", "held"]


def test_who_moves_the_pointer_or_takes_the_keys_need_not_wait(slow_page: Page, desk: Desk) -> None:
    page = slow_page
    held, (x, y) = at_the_bottom(page, desk)
    page.mouse.click(x, y)
    settle(page, held[0], held[1])
    page.mouse.click(x + 10, y)
    settle(page, held[1], held[2])
    approve(page, held[2]).press("Enter")
    settle(page, held[2], held[3])
    page.keyboard.press("a")
    expect(page.locator("#said")).to_contain_text("2 held")

    assert set(desk.statuses(held)) == {"published"}


def test_a_second_tap_beside_the_first_decides_nothing(slow_page: Page, desk: Desk) -> None:
    page = slow_page
    held, (x, y) = at_the_bottom(page, desk)
    tap = finger(page)
    tap(x, y)
    settle(page, held[0], held[1])
    tap(x + 12, y - 8)
    page.keyboard.press("s")
    settle(page, held[1], held[2])

    assert desk.statuses(held) == ["published", "spam", "held", "held"]


def test_what_a_decision_leaves_is_not_taken_back_by_a_second_click(
    slow_page: Page, desk: Desk
) -> None:
    page = slow_page
    (comment,) = desk.hold(1)
    desk.sign_in(page)
    page.clock.pause_at(page.evaluate("Date.now() / 1000") + 1)
    page.keyboard.press("j")
    page.locator(f"#comment-{comment} [data-key=a]").press("Enter")
    undo = page.get_by_role("button", name="Undo: Approved, Reader 1")
    expect(undo).to_be_visible()
    page.clock.run_for(50)
    undo.dispatch_event("click", {"detail": 2})
    assert desk.statuses([comment]) == ["published"]

    undo.click()
    expect(page.locator("#said")).to_contain_text("comment is held")


def test_a_key_that_is_held_down_decides_once(page: Page, desk: Desk) -> None:
    held = desk.hold(3)
    desk.sign_in(page)
    page.keyboard.press("j")
    page.keyboard.down("a")
    expect(page.locator(f"#comment-{held[1]}")).to_be_focused()
    page.keyboard.down("a")  # as it comes again and again
    page.keyboard.up("a")
    page.keyboard.press("s")
    expect(page.locator("#said")).to_contain_text("1 held")

    assert desk.statuses(held) == ["published", "spam", "held"]
