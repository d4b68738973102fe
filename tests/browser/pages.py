"""A site of its own origin, as a stranger's web server would serve it, for the widget to be on."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, insert, select, update

from moderation.domain.roles import SiteRole
from moderation.domain.site_settings import SiteSettings
from moderation.domain.snippet import script_path
from moderation.domain.status import Status
from moderation.models import Comment, Moderator, Report, Site, db
from moderation.models import Thread as ThreadRow
from moderation.models.base import writing
from moderation.services.accounts import add_moderator
from moderation.services.review import decide
from moderation.services.sites import add_site, change_policy
from moderation.services.threads import set_closed
from moderation.web.widget import widget_files
from tests.factories import House
from tests.stack import Stack

WIDGET = "<leave-a-reply></leave-a-reply>"
_LIMITS = {
    "flood_network": {"count": 100_000, "seconds": 60},
    "flood_commenter": {"count": 100_000, "seconds": 60},
    "weights": dict.fromkeys(
        ("FAST_NETWORK", "FAST_COMMENTER", "REPEATED_TEXT", "FORM_TOO_FAST", "WAVE", "TENSION"), 0
    ),
}
_STYLE = """
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 1.0625rem/1.6 Georgia, serif; }
html { background: #fff; color: #1b2a2b; }
html.dark { background: #161513; color: #ece8e1; }
"""


@dataclass(frozen=True, slots=True)
class _Served:
    body: str
    policy: str


class Blog:
    """A site with pages of its own; what happens to its comments goes through the services, into the
    installation's own database.

    Its pages allow the widget no more than it asks for: scripts and requests of the service, one
    policy of trusted types, and neither inline script nor inline style.
    """

    def __init__(self, stack: Stack, house: House) -> None:
        self.stack = stack
        self._pages: dict[str, _Served] = {}
        self._server = _Server(self._pages)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        self.policy = (
            f"default-src 'none'; script-src {stack.base_url}; connect-src {stack.base_url}; "
            "style-src 'self'; base-uri 'none'; require-trusted-types-for 'script'; "
            "trusted-types leave-a-reply"
        )
        self.house = house
        self.slug = f"blog-{secrets.token_hex(4)}"
        policy = {"mode": "publish_low_score", **_LIMITS}
        with self.house.rows():
            add_site(self.slug, "Kerb & Current", [self.origin], policy, self.house.clock())
        serve = {"poll_interval": 0.02}  # a test waits for its end
        Thread(target=self._server.serve_forever, kwargs=serve, daemon=True).start()

    def page(
        self,
        body: str = WIDGET,
        *,
        html: str = 'lang="en"',
        head: str = "",
        policy: str = "",
        words: str | None = None,
        script: bool = True,
    ) -> str:
        """Serve a page with this in its body; gives its address.

        Args:
            body, html, head: parts of the page.
            policy: its content security policy; if left out, one as strict as can be.
            words: the language that the script's address names, if it shall.
            script: whether the script is there; if not, `head` may have one.
        """
        path = f"/{secrets.token_hex(6)}"
        address = self.stack.base_url + script_path(words)
        plain = f'<script src="{address}" data-site="{self.slug}" async></script>'
        whole = (
            f"<!doctype html><html {html}><head><meta charset='utf-8'>"
            "<meta name='viewport' content='width=device-width, initial-scale=1'>"
            f"<title>A page</title><link rel='stylesheet' href='/style.css'>{head}{plain if script else ''}"
            f"</head><body><main><h1>An article</h1><p>Its text.</p>{body}</main>"
            "<footer>The end</footer></body></html>"
        )
        self._pages[path] = _Served(whole, policy or self.policy)
        return self.origin + path

    def publish(self, url: str, **fields: Any) -> int:
        """A published comment on a page; gives its id."""
        return self.house.publish(_site=self.slug, url=url, **fields)

    def publish_many(self, url: str, tops: int, replies: int) -> None:
        """So many comments on a page, each with so many replies: copies of one."""
        first = self.publish(url, comment="Words that many say. " * 6)
        with self.house.rows(), writing():
            row = db.session.get_one(Comment, first)
            same = {c.key: getattr(row, c.key) for c in Comment.__mapper__.column_attrs}
            del same["id"]
            table = Comment.__table__

            def copy(number: int, **more: Any) -> dict[str, Any]:
                hashed = {"content_hash": secrets.token_bytes(len(row.content_hash))}
                return same | hashed | {"name": f"Reader {number}"} | more

            top_rows = [copy(n) for n in range(tops - 1)]
            db.session.execute(insert(Comment), top_rows)
            roots = db.session.scalars(
                select(Comment.id).where(Comment.thread_id == row.thread_id)
            ).all()
            below = [
                copy(n, parent_id=root, root_id=root, depth=2)
                for root in roots
                for n in range(replies)
            ]
            db.session.execute(insert(Comment), below)
            count = select(func.count()).where(table.c.thread_id == row.thread_id)
            db.session.execute(
                update(ThreadRow)
                .where(ThreadRow.id == row.thread_id)
                .values(published_count=count.scalar_subquery(), version=ThreadRow.version + 1)
            )

    def decide(self, comment_id: int, decision: str) -> None:
        """Let a moderator decide on a comment."""
        with self.house.rows():
            row = self.house.comment(comment_id)
            how = {"revision": row.revision, "seen": row.status, "now": self.house.clock()}
            decide(self._moderator(), comment_id, decision, **how)

    def held(self) -> list[int]:
        """The comments that await a moderator, once there are some."""
        found: list[int] = []

        def look() -> bool:
            with self.house.rows():
                query = select(Comment.id).join(Site, Comment.site_id == Site.id)
                held = query.where(Site.slug == self.slug, Comment.status == Status.HELD)
                found[:] = db.session.scalars(held)
            return bool(found)

        assert self.stack.wait_until(look)
        return found

    def reports(self, comment_id: int) -> list[tuple[str, str]]:
        """What was reported of a comment: reason and note."""
        with self.house.rows():
            rows = db.session.scalars(select(Report).where(Report.comment_id == comment_id))
            return [(row.reason.value, row.note) for row in rows]

    def close_thread(self, url: str) -> None:
        """Take no more comments on a page."""
        with self.house.rows():
            thread = db.session.scalars(select(ThreadRow).where(ThreadRow.url == url)).one()
            set_closed(self._moderator(), self.slug, thread.id, self.house.clock(), closed=True)

    def pinned(self, words: str | None) -> tuple[str, str]:
        """The script's lasting address, and the hash that a page can demand of it."""
        files = widget_files()
        return self.stack.base_url + files.address(words), files.script(words).integrity

    def until_seen(self, url: str, count: int) -> None:
        """Wait until the web process shows so many comments on a page."""
        path = f"/api/v1/sites/{self.slug}/thread"
        assert self.stack.wait_until(
            lambda: self.stack.client.get(path, params={"url": url}).json()["count"] == count
        )

    def _moderator(self) -> int:
        name = secrets.token_hex(4)
        email = f"{name}@example.com"
        add_moderator(email, name, "-", self.house.clock(), sites=[self.slug], role=SiteRole.OWNER)
        query = select(Moderator.id).where(Moderator.name == name)
        return db.session.scalars(query).one()

    def set_policy(self, **changes: Any) -> None:
        """Change the site's policy, and wait until the web process has heard of it."""
        with self.house.rows():
            change_policy(self.slug, changes, None, self.house.clock())

    def set_settings(self, **changes: Any) -> None:
        """Change the site's settings."""
        with self.house.rows(), writing():
            site = db.session.query(Site).filter_by(slug=self.slug).one()
            changed = site.settings_data | changes
            site.settings_data = SiteSettings.model_validate(changed).model_dump(mode="json")

    def close(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()
        self.house.forget_rows()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, pages: dict[str, _Served]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages = pages


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/style.css":
            self._send("text/css", _STYLE, "")
        elif path in self.server.pages:
            served = self.server.pages[path]
            self._send("text/html", served.body, served.policy)
        else:
            self.send_error(404)

    def _send(self, kind: str, body: str, policy: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def blog_at(stack: Stack, house: House) -> Iterator[Blog]:
    """A blog, put away at the end."""
    blog = Blog(stack, house)
    try:
        yield blog
    finally:
        blog.close()
