"""What tests make: a house to post to, submissions, a clock."""

import re
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_security import Security, login_user
from redis.exceptions import ConnectionError as NoRedis
from werkzeug.test import TestResponse

from moderation.config import Settings
from moderation.domain.policy import Verdict
from moderation.domain.roles import SiteRole
from moderation.domain.site_settings import SiteSettings
from moderation.domain.status import Status
from moderation.models import Comment, Site, db
from moderation.services import screening, waves
from moderation.services.accounts import add_moderator
from moderation.services.approval import approval_check, approval_checks
from moderation.services.sites import SiteDirectory, add_site
from moderation.web.app import create_app
from moderation.web.auth import QUEUE
from moderation.web.counter import Counter
from moderation.web.key_limits import KeyLimits
from moderation.web.paces import Paces
from moderation.web.runtime import Runtime
from moderation.web.snapshot_cache import SnapshotCache

ORIGIN = "https://blog.example"
PAGE = f"{ORIGIN}/first-drive/"
PASSWORD = "correct horse battery"
# What argon2 makes of PASSWORD with its cheapest settings, so that signing in is quick in tests.
PASSWORD_HASH = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$1edfLpRO0KVyK2tsF630JQ"


class Clock:
    """Tells a time that only the test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **amount: float) -> None:
        """Go on by a `timedelta(**amount)`."""
        self.now += timedelta(**amount)


class House:
    """The web application, and the workers' work done at the test's word."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or Clock()
        self.nudges: list[tuple[int, int]] = []
        self.errands: list[tuple[str, int]] = []
        self.app = create_app(
            settings,
            nudge=lambda comment, revision: self.nudges.append((comment, revision)),
            send_task=lambda task, row_id: self.errands.append((task, row_id)),
            clock=self.now,
        )
        self.parts: Runtime = self.app.extensions["moderation"]
        self._as_built = self.parts
        self.client: FlaskClient = self.app.test_client()
        self._security: Security = self.app.extensions["queue"].extensions["security"]
        self._real_hashes = self._security.pwd_context
        # As PASSWORD_HASH was made.
        self._cheap_hashes = self._real_hashes.copy(
            argon2__memory_cost=8, argon2__time_cost=1, argon2__parallelism=1
        )

    def move_in(self, clock: Clock) -> None:
        """Keep nothing in mind of what was before. Passwords are hashed cheaply."""
        self.hash_cheaply()
        self.clock = clock
        self.nudges.clear()
        self.errands.clear()
        counter = Counter(self.settings.redis_url)
        self.parts = replace(
            self._as_built,
            sites=SiteDirectory(time.monotonic),
            # Readers need not wait to see what a test has done.
            snapshots=SnapshotCache(time.monotonic, 2**24, check_after=0.0),
            paces=Paces(counter),
            key_limits=KeyLimits(counter),
        )
        for app in (self.app, self.app.extensions["queue"]):
            self.parts.install(app.extensions)
            for limiter in app.extensions.get("limiter", ()):
                with suppress(NoRedis):  # until it was missed, nothing was counted
                    limiter.limiter.storage.reset()
        self.client = self.app.test_client()

    def now(self) -> datetime:
        """What the clock says."""
        return self.clock()

    def forget_rows(self) -> None:
        """Keep no row and no transaction."""
        for app in (self.app, self.app.extensions["queue"]):
            with app.app_context():
                db.session.remove()

    def close(self) -> None:
        """Let go of the database."""
        self.forget_rows()
        for app in (self.app, self.app.extensions["queue"]):
            with app.app_context():
                db.engine.dispose()

    def add_site(self, slug: str = "blog", **policy: Any) -> None:
        """Add a site that publishes what nothing speaks against."""
        policy = {"mode": "publish_low_score"} | policy
        add_site(slug, f"The {slug}", [ORIGIN], policy, self.clock())

    def change_settings(self, _slug: str = "blog", **settings: Any) -> None:
        """Change some of a site's settings, from now on."""
        with self.rows():
            site = db.session.query(Site).filter_by(slug=_slug).one()
            changed = site.settings_data | settings
            site.settings_data = SiteSettings.model_validate(changed).model_dump(mode="json")
            db.session.commit()
        self._know_no_site()

    def _know_no_site(self) -> None:
        """Let the web look at the sites as they are now."""
        self.parts = replace(self.parts, sites=SiteDirectory(time.monotonic))
        for app in (self.app, self.app.extensions["queue"]):
            self.parts.install(app.extensions)

    def post(
        self, _site: str = "blog", _headers: Mapping[str, str] | None = None, **fields: Any
    ) -> TestResponse:
        """Post a comment through the JSON API."""
        return self.client.post(
            f"/api/v1/sites/{_site}/comments",
            json=submission(**fields),
            headers={"X-Forwarded-For": address(), **(_headers or {})},
        )

    def publish(self, **fields: Any) -> int:
        """Post a comment and have it published; gives its id."""
        answer = self.post(**fields)
        assert answer.status_code == 202, answer.text
        self.work()
        return int(answer.get_json()["id"])

    def hold(self, **fields: Any) -> int:
        """Post a comment that is held for its links; gives its id."""
        links = " ".join(f"https://a{n}.example/" for n in range(3))
        return self.publish(**({"comment": f"{secrets.token_hex(8)} {links}"} | fields))

    def work(self) -> list[Verdict | None]:
        """Do what the workers would with what is waiting."""
        verdicts = []
        while self.nudges:
            pair = self.nudges.pop(0)
            with self.app.app_context():
                screening.spam_check(self.parts.vault, *pair, self.clock())
                verdicts.append(approval_check(*pair, self.clock()))
        return verdicts

    def work_at_once(self) -> None:
        """The same with all that is waiting together, as workers do who are behind."""
        pairs = self.nudges[:]
        self.nudges.clear()
        with self.app.app_context():
            batch = screening.Batch(self.parts.vault, pairs)
            screened = [pair for pair in pairs if batch.spam_check(*pair, self.clock())]
            waves.look_for([comment for comment, _ in screened], self.clock())
            approval_checks(screened, self.clock())

    @contextmanager
    def rows(self) -> Iterator[None]:
        """An app context to look at the tables in."""
        with self.app.app_context():
            yield

    def comment(self, comment_id: int) -> Comment:
        """A comment's row."""
        row = db.session.get(Comment, comment_id, populate_existing=True)
        assert row is not None
        return row

    def status(self, comment_id: int) -> Status:
        """A comment's status."""
        with self.rows():
            return self.comment(comment_id).status

    def sign_in(
        self,
        email: str = "ben@example.com",
        sites: tuple[str, ...] = ("blog",),
        role: SiteRole = SiteRole.MODERATOR,
        *,
        name: str = "",
        agent: str = "",
    ) -> FlaskClient:
        """A new moderator's browser, signed in past the form, which takes longer than most tests.

        Args:
            email: their address.
            sites: which they moderate.
            role: on each of them.
            name: what colleagues see; if none is given, it is made of the address.
            agent: what the browser calls itself.
        """
        name = name or email.partition("@")[0].title()
        with self.rows():
            add_moderator(email, name, PASSWORD_HASH, self.clock(), sites=sites, role=role)
        browser = self.app.test_client()
        browser.environ_base["HTTP_USER_AGENT"] = agent or browser.environ_base["HTTP_USER_AGENT"]
        queue: Flask = self.app.extensions["queue"]
        with queue.test_request_context(environ_base=browser.environ_base):
            moderator = self._security.datastore.find_user(email=email)
            assert login_user(moderator, authn_via=["password"])
            answer = queue.process_response(queue.make_response(""))
        for cookie in answer.headers.getlist("Set-Cookie"):
            name, value = cookie.partition(";")[0].split("=", 1)
            browser.set_cookie(name, value, path=QUEUE)
        return browser

    def hash_cheaply(self) -> None:
        """Hash passwords as PASSWORD_HASH was made, from now on."""
        self._security.pwd_context = self._cheap_hashes

    def hash_at_real_cost(self) -> None:
        """Hash passwords as they are outside of tests, from now on."""
        self._security.pwd_context = self._real_hashes


def submission(**fields: Any) -> dict[str, Any]:
    """A valid submission with words of its own; `None` leaves a field out."""
    word = secrets.token_hex(6)
    valid = {
        "url": PAGE,
        "title": "The first drive",
        "name": "Anna",
        "email": f"{word}@example.com",
        "comment": f"A thought of my own, number {word}.",
    }
    return {name: value for name, value in (valid | fields).items() if value is not None}


def address() -> str:
    """An IP address in a network of its own."""
    one, two, three = secrets.token_bytes(3)
    return f"10.{one}.{two}.{three}"


def csrf_token(page: str) -> str:
    """The CSRF token of a form."""
    return _first(r'name="csrf_token"[^>]*value="([^"]+)"', page)


def form_token(page: str) -> str:
    """The reply form's stamp."""
    return _first(r'name="form_token" value="([^"]+)"', page)


def _first(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found is not None, f"no {pattern} in the page"
    return found[1]
