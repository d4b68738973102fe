"""The web application."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Request, Response, request
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.exceptions import BadRequest, ServiceUnavailable
from werkzeug.middleware.proxy_fix import ProxyFix

from moderation.config import Settings, load_settings
from moderation.domain.whole_number import whole_number
from moderation.models import db, init_database
from moderation.models.group_commit import make_writer
from moderation.privacy.keys import Keys, load_keys
from moderation.privacy.readers import ReaderHasher
from moderation.privacy.sealing import EmailVault
from moderation.privacy.tokens import TokenSigner
from moderation.services.akismet_door import AkismetDoor
from moderation.services.sites import SiteDirectory
from moderation.services.submission import SubmissionService
from moderation.web import (
    account,
    akismet_door,
    akismet_figures,
    akismet_plugin,
    api,
    api_docs,
    audit,
    auth,
    bulk,
    compat,
    embed_doctor,
    errors,
    feeds,
    figures,
    filters,
    health,
    invitations,
    languages,
    moderation_api,
    navigation,
    own_page,
    queue,
    reader_api,
    rules,
    site_keys,
    site_learned,
    site_services,
    site_settings,
    site_snippet,
    site_threads,
    sites,
    snapshots,
    team,
    threads,
    throttle,
    widget,
)
from moderation.web.bodies import Bodies
from moderation.web.converters import IdConverter
from moderation.web.counter import Counter
from moderation.web.doors import MAX_BODY
from moderation.web.key_limits import KeyLimits
from moderation.web.paces import Paces
from moderation.web.runtime import Nudge, Runtime, SendTask, parts_of
from moderation.web.snapshot_cache import SnapshotCache
from moderation.web.snapshot_edge import SnapshotEdge
from moderation.web.taskqueue import TaskQueue
from moderation.web.verdict_wait import VerdictWait

ROOT = Path(__file__).parents[2]


_READERS_PAGES = (
    health.bp,
    api.bp,
    api_docs.bp,
    reader_api.bp,
    moderation_api.bp,
    snapshots.bp,
    feeds.bp,
    threads.bp,
    own_page.bp,
    compat.bp,
    akismet_door.bp,
    akismet_figures.bp,
    akismet_plugin.bp,
    widget.bp,
)
_QUEUE_PAGES = (
    queue.bp,
    bulk.bp,
    rules.bp,
    audit.bp,
    figures.bp,
    account.bp,
    team.bp,
    invitations.bp,
    sites.bp,
    site_settings.bp,
    site_threads.bp,
    site_snippet.bp,
    site_services.bp,
    site_keys.bp,
    embed_doctor.bp,
    site_learned.bp,
)


class NoSessions(SessionInterface):
    """For readers, who have none: no cookie is read or set."""

    def open_session(self, app: Flask, request: Request) -> None:
        """No session."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Nothing to save."""


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


def create_app(
    settings: Settings | None = None,
    *,
    nudge: Nudge | None = None,
    send_task: SendTask | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Flask:
    """The web application: the readers' side, with the moderators' mounted at /queue.

    They are two applications over the same parts, so that a reader's request meets no session, no
    cookie and no sign-in code, and costs none.

    Args:
        settings: instead of those in the environment.
        nudge: what tells the workers of a comment, instead of the task queue.
        send_task: what sends other tasks, instead of the task queue.
        clock: what tells the time.

    Raises:
        ConfigError: a setting or secret is missing or malformed.
    """
    settings = settings or load_settings()
    keys = load_keys(settings)
    app = _make_app(settings, keys)
    with app.app_context():
        parts = _make_parts(settings, keys, clock)
    parts = replace(parts, nudge=nudge or parts.nudge, send_task=send_task or parts.send_task)
    app.session_interface = NoSessions()
    languages.install(app, languages.of_site)
    parts.install(app.extensions)
    for blueprint in _READERS_PAGES:
        app.register_blueprint(blueprint)
    queue_app = create_queue_app(settings, keys, parts)
    app.extensions["queue"] = queue_app
    app.wsgi_app = SnapshotEdge(  # type: ignore[method-assign]
        _Edge(_both(app.wsgi_app, queue_app), Bodies(settings.web_threads)),
        lambda: parts_of(app).snapshots,
        _protective,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    return app


def _both(readers: WSGIApplication, queue_app: WSGIApplication) -> WSGIApplication:
    """Readers' doors and, beneath its prefix, the moderators' queue. Werkzeug's
    `DispatcherMiddleware` looks at a path's slashes from the end, for as long as there are some.
    """

    def dispatch(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path != auth.QUEUE and not path.startswith(f"{auth.QUEUE}/"):
            return readers(environ, start_response)
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + auth.QUEUE
        environ["PATH_INFO"] = path[len(auth.QUEUE) :]
        return queue_app(environ, start_response)

    return dispatch


def _make_parts(settings: Settings, keys: Keys, clock: Callable[[], datetime]) -> Runtime:
    vault = EmailVault(keys)
    tasks = TaskQueue(settings)
    writer = make_writer(db.engine)
    counter = Counter(settings.redis_url)
    sweep_after = timedelta(seconds=settings.sweep_after)
    return Runtime(
        settings=settings,
        vault=vault,
        signer=TokenSigner(keys),
        readers=ReaderHasher(keys),
        paces=Paces(counter),
        sites=SiteDirectory(time.monotonic),
        snapshots=SnapshotCache(time.monotonic, settings.snapshot_memory * 2**20),
        submissions=SubmissionService(vault, writer, sweep_after),
        akismet=AkismetDoor(vault, writer, sweep_after),
        # Half of the threads stay for readers.
        verdicts=VerdictWait(max(1, settings.web_threads // 2), settings.akismet_wait),
        nudge=tasks.nudge,
        send_task=tasks.send,
        redis_fault=tasks.redis_fault,
        clock=clock,
        key_limits=KeyLimits(counter),
    )


def create_queue_app(settings: Settings, keys: Keys, parts: Runtime) -> Flask:
    """The moderators' side alone."""
    app = _make_app(settings, keys)
    app.request_class = site_learned.UploadRequest
    app.before_request(_refuse_nameless)
    parts.install(app.extensions)
    for blueprint in _QUEUE_PAGES:
        app.register_blueprint(blueprint)
    languages.install(app, auth.my_language)
    auth.install(app, settings, keys)
    account.install(app)
    navigation.install(app)
    throttle.install(app, settings, keys)
    return app


def _refuse_nameless() -> None:
    """Refuse a form with a part that has no name, on which Flask-WTF's look for its token breaks.

    Raises:
        BadRequest: there is one.
    """
    if request.method == "POST" and None in request.form:
        raise BadRequest


def _make_app(settings: Settings, keys: Keys) -> Flask:
    app = Flask(
        "moderation.web",
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "moderation" / "static"),
    )
    app.config.update(
        SECRET_KEY=keys.secret_key,
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),  # addresses carry the content's hash
    )
    app.url_map.converters["id"] = IdConverter
    init_database(app, settings)
    errors.install(app)
    filters.install(app)
    return app


# No page needs anything from elsewhere, nor script or style in the page itself, nor a frame. A
# private link in the address must not reach a site that the page links to.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = [
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
]
_ONLY_HTTPS = [*_HEADERS, ("Strict-Transport-Security", "max-age=31536000")]


def _protective(scheme: str) -> list[tuple[str, str]]:
    return _ONLY_HTTPS if scheme == "https" else _HEADERS


_NO_HOST = b"The Host header names no host."


def _is_host(named: str) -> bool:
    """Whether Werkzeug can route by a Host header: for one that it cannot, no page has an address,
    that of the fault neither.
    """
    try:
        named.partition(":")[0].encode("idna")
    except UnicodeError:
        return False
    return True


class _Edge:
    """Middleware around everything: gives each answer its protective headers, and hands it to the
    server in one piece, which spares it a thread's turn for each part and for the end. Only an
    answer of unknown length, such as an export, is handed on as it comes.
    """

    def __init__(self, app: WSGIApplication, bodies: Bodies) -> None:
        self._app, self._bodies = app, bodies

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.input"] = self._bodies.guard(environ["wsgi.input"])
        protective = _protective(environ["wsgi.url_scheme"])
        streams = False
        if not _is_host(environ.get("HTTP_HOST", "")):
            plain = [("Content-Type", "text/plain"), ("Content-Length", str(len(_NO_HOST)))]
            start_response("400 Bad Request", plain + protective)
            _read_to_the_end(environ)
            return [_NO_HOST]

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            nonlocal streams
            names = {name.lower() for name, _ in headers}
            streams = "content-length" not in names and status.startswith("200")
            return start_response(status, headers + protective, *error)

        parts = self._app(environ, start)
        if streams:
            _read_to_the_end(environ)
            return parts
        try:
            whole = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        _read_to_the_end(environ)
        return [whole]


def _read_to_the_end(environ: WSGIEnvironment) -> None:
    """Read what a view left of the request: before the rest of it is there, the server would end
    the connection with the answer, and the client's next request on it would fail. So it does where
    too many wait for such a rest.
    """
    length = environ.get("CONTENT_LENGTH") or "0"
    if not environ.get("wsgi.input_terminated"):
        return  # a server that would wait for more than was sent
    if whole_number(length, MAX_BODY):
        with suppress(ServiceUnavailable):
            environ["wsgi.input"].read()
