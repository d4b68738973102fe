"""The window that tests borrow, which keeps nothing of the test before."""

import pytest

from tests.browser.lent import Lent

pytestmark = pytest.mark.browser


def test_nothing_is_left_to_the_next_who_borrows_it(reader_window: Lent, thread_url: str) -> None:
    with reader_window.borrowed() as context:
        page = context.new_page()
        page.goto(thread_url)
        page.evaluate("localStorage.kept = document.cookie = 'kept=1'")
        assert page.evaluate("[document.cookie, localStorage.length]") == ["kept=1", 1]
        context.route("**/t/demo?*", lambda route: route.abort())

    with reader_window.borrowed() as context:
        page = context.new_page()
        page.goto(thread_url)

        assert page.evaluate("[document.cookie, localStorage.length]") == ["", 0]
