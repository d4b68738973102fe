"""A desk for a test in the browser: a site of its own, held comments, moderators who sign in."""

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from moderation.config import load_settings
from moderation.domain.roles import SiteRole
from moderation.services.sites import change_policy
from moderation.web.auth import QUEUE
from tests.factories import Clock, House
from tests.stack import Stack


class Now(Clock):
    """Tells the real time."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)


class Desk:
    """What happens here goes through the services, into the installation's own database."""

    def __init__(self, stack: Stack, house: House, slug: str) -> None:
        self.stack = stack
        self.house = house
        self.slug = slug
        self.url = f"{stack.base_url}/queue/"

    def hold(self, count: int, **fields: Any) -> list[int]:
        """So many comments that are held, oldest first."""
        return [
            self.house.hold(_site=self.slug, **({"name": f"Reader {n}"} | fields))
            for n in range(1, count + 1)
        ]

    def set_policy(self, **changes: Any) -> None:
        """Change the site's policy."""
        with self.house.rows():
            change_policy(self.slug, changes, None, self.house.clock())

    def sign_in(self, page: Page, name: str = "Ben", role: SiteRole = SiteRole.OWNER) -> None:
        """Make a moderator, sign the page's browser in, and open the queue there. The form of the
        sign-in is gone past, since a password takes the processor longer than most tests.
        """
        agent = page.evaluate("navigator.userAgent")
        email = f"{name.lower()}-{secrets.token_hex(4)}@example.com"
        browser = self.house.sign_in(email, (self.slug,), role, name=name, agent=agent)
        cookie = browser.get_cookie("moderation_session", path=QUEUE)
        assert cookie is not None
        where = {"domain": urlsplit(self.url).hostname, "path": QUEUE, "httpOnly": True}
        kept = {"name": cookie.key, "value": cookie.value, "sameSite": "Lax", **where}
        page.context.add_cookies([kept])  # type: ignore[list-item]
        page.goto(self.url)
        heading = page.get_by_role("heading", level=1)
        expect(heading, self.stack.output[-3000:]).to_have_text("Queue")

    def statuses(self, comments: list[int]) -> list[str]:
        """What the comments are."""
        return [self.house.status(comment).value for comment in comments]


@contextmanager
def house_at(stack: Stack) -> Iterator[House]:
    """The installation from within, at its own database."""
    settings = load_settings(stack.environ)  # with the secrets that its first start has made
    with closing(House(replace(settings, trusted_proxies=1), Now())) as house:
        house.hash_cheaply()
        yield house


@contextmanager
def desk_at(stack: Stack, house: House) -> Iterator[Desk]:
    """A desk, left in order at the end."""
    slug = f"desk-{secrets.token_hex(4)}"
    with house.rows():
        house.add_site(slug)
    try:
        yield Desk(stack, house, slug)
    finally:
        house.forget_rows()
