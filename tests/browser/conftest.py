"""A real Chromium, and a real installation for it to look at."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    expect,
    sync_playwright,
)

from tests.browser.chromium import ARGUMENTS, DESKTOP, MISSING, PHONE, find_chromium
from tests.browser.desk import Desk, desk_at, house_at
from tests.browser.lent import Lent
from tests.browser.pages import Blog, blog_at
from tests.factories import House
from tests.sharing import shared
from tests.stack import PATIENCE, Stack, free_ports, stack_on
from tests.web_server import WebServer, answer

_SERVICES = 16  # ports for services of others: more than there are test processes


def _chromium() -> str:
    found = find_chromium()
    if found is None:
        if os.environ.get("MODERATION_REQUIRE_BROWSER"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser."""
    path = _chromium()
    expect.set_options(timeout=PATIENCE * 1_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def stack(
    chromium: Browser,  # noqa: ARG001
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """One installation for the browser tests of all processes; each posts comments of its own, and
    none changes what others see of it.
    """
    with shared("browser", tmp_path_factory, lambda: _started(tmp_path_factory)) as told:
        stack = Stack.heard(told)
        yield stack
        stack.let_go()


@contextmanager
def _started(factory: pytest.TempPathFactory) -> Iterator[str]:
    services = (f"127.0.0.1:{port}" for port in free_ports(_SERVICES))
    extra = {
        "MODERATION_SQLITE_SYNCHRONOUS": "off",  # nothing in it has to outlive the tests
        "MODERATION_PRIVATE_SERVICES": " ".join(services),
    }
    with stack_on(factory.mktemp("browser"), "", **extra) as stack:
        stack.lift_limits()
        yield stack.told()


@pytest.fixture(scope="session")
def service(stack: Stack) -> Iterator[WebServer]:
    """A service of others that sites may ask; a test gives it its `answering`."""
    with closing(_listening(stack)) as server:
        yield server


def _listening(stack: Stack) -> WebServer:
    for _, port in stack.settings.private_services:
        with suppress(OSError):  # another process listens there
            return WebServer(answer(b"", "204 No Content"), port=port)
    raise AssertionError("There are more test processes than services.")


@pytest.fixture
def thread_url(stack: Stack, request: pytest.FixtureRequest) -> str:
    """A hosted thread page of the test's own."""
    return f"{stack.base_url}/t/demo?url={stack.page}/{request.node.name}"


@pytest.fixture(scope="session")
def house(stack: Stack) -> Iterator[House]:
    """The installation from within, at its own database."""
    with house_at(stack) as house:
        yield house


@pytest.fixture
def desk(stack: Stack, house: House) -> Iterator[Desk]:
    """A site of a moderator's own."""
    with desk_at(stack, house) as desk:
        yield desk


@pytest.fixture
def demo(stack: Stack, house: House) -> Desk:
    """The site of the first start, which other tests write to, too."""
    return Desk(stack, house, "demo")


@pytest.fixture
def blog(stack: Stack, house: House) -> Iterator[Blog]:
    """A site of an origin of its own, with the widget on its pages."""
    with blog_at(stack, house) as blog:
        yield blog


@pytest.fixture(scope="session")
def reader_window(chromium: Browser, stack: Stack) -> Lent:
    return Lent(chromium, f"{stack.base_url}/healthz", viewport=PHONE)


@pytest.fixture(scope="session")
def other_window(chromium: Browser, stack: Stack) -> Lent:
    return Lent(chromium, f"{stack.base_url}/healthz", viewport=DESKTOP)


@pytest.fixture(scope="session")
def plain_window(chromium: Browser, stack: Stack) -> Lent:
    options = {"java_script_enabled": False, "viewport": DESKTOP}
    return Lent(chromium, f"{stack.base_url}/healthz", **options)


@pytest.fixture
def context(reader_window: Lent) -> Iterator[BrowserContext]:
    """A browser without a past, as wide as a phone."""
    with reader_window.borrowed() as context:
        yield context


@pytest.fixture
def other_context(other_window: Lent) -> Iterator[BrowserContext]:
    """The browser of somebody else, as wide as a desktop."""
    with other_window.borrowed() as context:
        yield context


@pytest.fixture
def plain_context(plain_window: Lent) -> Iterator[BrowserContext]:
    """A browser with JavaScript off, in which nothing but cookies can be kept."""
    with plain_window.borrowed() as context:
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that must not complain: of scripts that fail or break the content policy."""
    with _uncomplaining(context) as page:
        yield page


@pytest.fixture
def slow_page(chromium: Browser) -> Iterator[Page]:
    """The same, whose time the test tells. In a browser of its own: its clock stays."""
    context = chromium.new_context(viewport=PHONE)
    with _uncomplaining(context) as page:
        page.clock.install()
        yield page
    context.close()


@contextmanager
def _uncomplaining(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    yield page
    # A refused form is answered with 4xx, which the console notes as an error of its own.
    assert [c for c in complaints if "Failed to load resource" not in c] == []


@pytest.fixture
def plain_page(plain_context: BrowserContext) -> Page:
    """A page with JavaScript off, in a browser without a past."""
    return plain_context.new_page()
