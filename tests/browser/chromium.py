"""A Chromium of this machine, and how it is started."""

import shutil

from playwright.sync_api import ViewportSize

# The first is the same without what draws windows, and takes two thirds of the processor time.
_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
MISSING = (
    "There is no Chromium on this machine. Install one, on Debian: "
    "apt-get install chromium-headless-shell"
)
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
ARGUMENTS = [
    "--no-sandbox",  # it may be run by root, as on a build machine
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--process-per-site",  # a new page is drawn by a process that is there already
]


def find_chromium() -> str | None:
    """The path of one, if there is any."""
    return next(filter(None, map(shutil.which, _NAMES)), None)
