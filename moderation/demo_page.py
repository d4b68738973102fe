"""The demo's article page, served from an origin of its own as another site's page would be.

It shows what any site can do: embed the widget with one script and one element. Within the element
is what needs no script: the published replies, fetched from the API, and a plain WordPress-style
form that posts to the service. It knows the service by its HTTP doors alone.
"""

import json
import socket
import sys
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import parse_qs, quote, urlsplit
from urllib.request import OpenerDirector, ProxyHandler, build_opener

from jinja2 import Environment, FileSystemLoader, select_autoescape

from moderation.addresses import local_address, public_address
from moderation.config import Settings, load_settings
from moderation.demo_content import ARTICLE_PATH, ARTICLE_TITLE, article_url
from moderation.errors import ConfigError

_ROOT = Path(__file__).parents[1]
_PATIENCE = 3.0  # seconds for the service's answer
_SLOWEST_CLIENT = 15.0  # seconds
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_WEEK = 7  # days
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" '
    'rx="8" fill="#0d4f53"/><circle cx="16" cy="16" r="8.5" fill="none" stroke="#f6efe2" '
    'stroke-width="2.5"/><path d="M16 7.5v6" stroke="#f0a35e" stroke-width="3" '
    'stroke-linecap="round"/></svg>'
)


class DemoPage:
    """Renders the article with its replies."""

    def __init__(self, settings: Settings) -> None:
        self._page = article_url(settings.demo_port)
        self._api = local_address(settings)
        self._service = public_address(settings)
        # The service is on this machine: no proxy of the environment lies between.
        self._opener: OpenerDirector = build_opener(ProxyHandler({}))
        templates = Environment(
            loader=FileSystemLoader(_ROOT / "templates"), autoescape=select_autoescape()
        )
        templates.filters["age"] = age
        templates.filters["moment"] = moment
        self._template = templates.get_template("demo/article.html")
        self.css = (_ROOT / "moderation" / "static" / "demo.css").read_bytes()

    def policy(self) -> str:
        """The content security policy: scripts, requests and forms are the service's alone."""
        parts = urlsplit(self._service)
        service = f"{parts.scheme}://{parts.netloc}"
        return (
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
            f"script-src {service}; connect-src {service}; form-action {service}; "
            "require-trusted-types-for 'script'; trusted-types leave-a-reply; "
            "frame-ancestors 'none'"
        )

    def html(self, reply_to: str = "") -> str:
        """The page; `reply_to` is the id of the comment that the form answers."""
        thread = self._thread()
        comments = thread["comments"] if thread else []
        return self._template.render(
            title=ARTICLE_TITLE,
            path=ARTICLE_PATH,
            page=self._page,
            service=self._service,
            thread=thread,
            reply_to=_find(comments, reply_to) if reply_to else None,
            form_action=f"{self._service}/s/demo/wp-comments-post.php",
            thread_page=f"{self._service}/t/demo?url={quote(self._page, safe='')}",
            now=datetime.now(UTC),
        )

    def _thread(self) -> dict[str, Any] | None:
        """What the API says of this page; None where the service does not answer."""
        address = (
            f"{self._api}/api/v1/sites/demo/comments?limit=50&url={quote(self._page, safe='')}"
        )
        try:
            with self._opener.open(address, timeout=_PATIENCE) as response:
                found = json.load(response)
        except (URLError, OSError, ValueError):
            return None
        return found if isinstance(found, dict) and "comments" in found else None


def _find(comments: list[dict[str, Any]], wanted: str) -> dict[str, Any] | None:
    for comment in comments:
        if str(comment["id"]) == wanted and not comment["removed"]:
            return comment
        if found := _find(comment["replies"], wanted):
            return found
    return None


def moment(text: str) -> str:
    """A time of the API for people: 3 May 2026, 14:05 UTC."""
    when = datetime.fromisoformat(text).astimezone(UTC)
    return f"{when.day} {when:%B %Y, %H:%M} UTC"


def age(text: str, now: datetime) -> str:
    """How long ago a time of the API is, as people say it; its date after a week."""
    when = datetime.fromisoformat(text)
    seconds = int((now - when).total_seconds())
    if seconds < _MINUTE:
        return "just now"
    for unit, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        count = seconds // unit
        if unit == _DAY and count > _WEEK:
            return f"{when.day} {when:%B %Y}"
        if count:
            return f"{count} {name}{'' if count == 1 else 's'} ago"
    return "just now"


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD."""

    server: "_Server"
    timeout = _SLOWEST_CLIENT

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == ARTICLE_PATH:
            reply_to = parse_qs(parts.query).get("replytocom", [""])[0]
            self._send(200, "text/html; charset=utf-8", self.server.page.html(reply_to).encode())
        elif parts.path == "/demo.css":
            self._send(200, "text/css; charset=utf-8", self.server.page.css)
        elif parts.path == "/icon.svg":
            self._send(200, "image/svg+xml", _ICON.encode())
        elif parts.path == "/":
            self._send(302, "text/plain", b"", {"Location": ARTICLE_PATH})
        else:
            self._send(404, "text/plain; charset=utf-8", b"There is no such page here.\n")

    do_HEAD = do_GET  # noqa: N815 -- the base class's name

    def _send(
        self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        common = {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Cache-Control": "no-cache",
            "Content-Security-Policy": self.server.page.policy(),
            # The form's Origin must reach the service.
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "X-Content-Type-Options": "nosniff",
        }
        for name, value in (common | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def version_string(self) -> str:
        return "demo"

    def log_request(self, *_: object) -> None:
        """Say nothing of what went well."""


class _Server(ThreadingHTTPServer):
    """A server with the page at hand."""

    daemon_threads = True

    def __init__(self, settings: Settings) -> None:
        self.page = DemoPage(settings)
        family = socket.getaddrinfo(settings.host, settings.demo_port)[0][0]
        self.address_family = family
        super().__init__((settings.host, settings.demo_port), _Handler)

    def handle_error(self, *_: object) -> None:
        """A reader who has gone away is no error; anything else is told in a line."""
        error = sys.exception()
        if not isinstance(error, ConnectionError):
            sys.stderr.write(f"{type(error).__name__}: {error}\n")


def main() -> None:
    """Serve the page until told to stop."""
    try:
        settings = load_settings()
    except ConfigError as error:
        sys.exit(f"moderation: {error.message}")
    try:
        server = _Server(settings)
    except OSError as error:
        sys.exit(f"moderation: the demo page cannot listen on port {settings.demo_port}: {error}")
    with server:
        server.serve_forever()


if __name__ == "__main__":
    main()
