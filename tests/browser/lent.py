"""A browser's window that tests borrow one after the other, each finding it without a past."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page


class Lent:
    """A context of the browser that is kept: its processes take longer to start than most tests.

    Args:
        chromium: the browser.
        idle: the address of a page that stays open and does nothing, so that the process which
            draws the pages of that host stays, too.
        options: of the context.
    """

    def __init__(self, chromium: Browser, idle: str, **options: Any) -> None:
        self.context = chromium.new_context(**options)
        self._idle = self.context.new_page()
        self._idle.goto(idle)
        self._devtools = self.context.new_cdp_session(self._idle)
        # A page that a script opens is drawn by that process from the first; any other starts one
        # for the moment until it is sent somewhere.
        self.context.new_page = self._opened  # type: ignore[method-assign]

    def _opened(self) -> Page:
        with self.context.expect_page() as opening:
            self._idle.evaluate("void open('about:blank')")
        return opening.value

    @contextmanager
    def borrowed(self) -> Iterator[BrowserContext]:
        """The context for one test, after which nothing of it is left."""
        try:
            yield self.context
        finally:
            for page in self.context.pages:
                if page is not self._idle:
                    page.close()
            self.context.unroute_all()
            self.context.clear_cookies()
            self.context.clear_permissions()
            self._devtools.send("Network.clearBrowserCache")
            everywhere = {"origin": "*", "storageTypes": "all"}
            self._devtools.send("Storage.clearDataForOrigin", everywhere)
