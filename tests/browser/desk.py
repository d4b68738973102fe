"""A desk for a test in the browser: a site of its own, held comments, moderators who sign in."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from flask_security import hash_password
from playwright.sync_api import Page, expect

from moderation.config import load_settings
from moderation.domain.roles import SiteRole
from moderation.models import db
from moderation.services.accounts import add_moderator
from moderation.services.sites import change_policy
from tests.factories import PASSWORD, Clock, House
from tests.stack import Stack


class _Now(Clock):
    def __call__(self) -> datetime:
        return datetime.now(UTC)


class Desk:
    """What happens here goes through the services, into the installation's own database."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        settings = load_settings(stack.environ)  # with the secrets that its first start has made
        self.house = House(replace(settings, trusted_proxies=1), _Now())
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
            add_moderator(email, name, self._hash(), [self.slug], role, self.house.clock())
        page.goto(self.url)
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        heading = page.get_by_role("heading", level=1)
        expect(heading, self.stack.output[-3000:]).to_have_text("Queue")
        page.wait_for_load_state()  # before its script is loaded, keys do nothing

    def _hash(self) -> str:
        # Of today's strength: a weaker one would be renewed by the sign-in, in a transaction that
        # has read first, which SQLite refuses where another process has written meanwhile.
        with self.house.app.extensions["queue"].app_context():
            return str(hash_password(PASSWORD))

    def statuses(self, comments: list[int]) -> list[str]:
        """What the comments are."""
        return [self.house.status(comment).value for comment in comments]


@contextmanager
def desk_at(stack: Stack) -> Iterator[Desk]:
    """A desk, put away at the end."""
    desk = Desk(stack)
    try:
        yield desk
    finally:
        with desk.house.rows():
            db.session.rollback()
        desk.house.close()
