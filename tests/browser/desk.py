"""A desk for a test in the browser: a site of its own, held comments, moderators who sign in."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

from flask_security import hash_password
from playwright.sync_api import Page, expect

from moderation.domain.roles import SiteRole
from moderation.services.accounts import add_moderator
from moderation.services.sites import change_policy
from tests.factories import PASSWORD, Clock, House
from tests.stack import Stack


class Now(Clock):
    """Tells the real time."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)


class Desk:
    """What happens here goes through the services, into the installation's own database."""

    def __init__(self, stack: Stack, house: House) -> None:
        self.stack = stack
        self.house = house
        self.slug = f"desk-{secrets.token_hex(4)}"
        self.url = f"{stack.base_url}/queue/"
        with self.house.rows():
            self.house.add_site(self.slug)

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
        """Make a moderator, and sign in as they do."""
        email = f"{name.lower()}-{secrets.token_hex(4)}@example.com"
        with self.house.rows():
            add_moderator(email, name, _hash(self.house), [self.slug], role, self.house.clock())
        page.goto(self.url)
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        heading = page.get_by_role("heading", level=1)
        expect(heading, self.stack.output[-3000:]).to_have_text("Queue")
        page.wait_for_load_state()  # before its script is loaded, keys do nothing

    def statuses(self, comments: list[int]) -> list[str]:
        """What the comments are."""
        return [self.house.status(comment).value for comment in comments]


@cache
def _hash(house: House) -> str:
    # Of today's strength: a weaker one would be renewed by the sign-in, in a transaction that
    # has read first, which SQLite refuses where another process has written meanwhile.
    with house.app.extensions["queue"].app_context():
        return str(hash_password(PASSWORD))


@contextmanager
def desk_at(stack: Stack, house: House) -> Iterator[Desk]:
    """A desk, left in order at the end."""
    try:
        yield Desk(stack, house)
    finally:
        house.forget_rows()
