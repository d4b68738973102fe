"""What axe finds on a page that keeps people out."""

from axe_playwright_python.sync_playwright import Axe, AxeResults
from playwright.sync_api import Page

_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"


def examine(page: Page) -> AxeResults:
    """The violations of every rule; on a dark page those of colours alone, since nothing else
    differs from the light one.
    """
    if page.evaluate(_DARK):
        return Axe().run(page, options={"runOnly": ["color-contrast", "link-in-text-block"]})
    return Axe().run(page)
