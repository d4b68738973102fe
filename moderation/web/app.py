"""The web application."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask, Response, request
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from moderation.config import Settings, load_settings
from moderation.models import db, init_database
from moderation.privacy.keys import load_keys
from moderation.privacy.redaction import configure_logging
from moderation.privacy.sealing import EmailVault
from moderation.privacy.tokens import TokenSigner
from moderation.services.submission import SubmissionService
from moderation.web import api, auth, compat, errors, filters, health, queue, threads
from moderation.web.doors import MAX_BODY
from moderation.web.runtime import Nudge, Runtime
from moderation.web.taskqueue import TaskQueue

ROOT = Path(__file__).parents[2]
MIGRATIONS = ROOT / "moderation" / "migrations"

# No page needs anything from elsewhere, nor script or style in the page itself, nor a frame.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


def create_app(
    settings: Settings | None = None,
    *,
    nudge: Nudge | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Flask:
    """The web application.

    Args:
        settings: instead of those in the environment.
        nudge: what tells the workers of a comment, instead of the task queue.
        clock: what tells the time.

    Raises:
        ConfigError: a setting or secret is missing or malformed.
    """
    settings = settings or load_settings()
    keys = load_keys(settings)
    configure_logging(settings.log_level)
    app = Flask(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "moderation" / "static"),
    )
    app.config.update(
        SECRET_KEY=keys.secret_key,
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),  # addresses carry the content's hash
        TEMPLATES_AUTO_RELOAD=False,
    )
    init_database(app, settings)
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    vault = EmailVault(keys)
    tasks = TaskQueue(settings)
    Runtime(
        settings=settings,
        vault=vault,
        signer=TokenSigner(keys),
        submissions=SubmissionService(vault, timedelta(seconds=settings.sweep_after)),
        nudge=nudge or tasks.nudge,
        redis_fault=tasks.redis_fault,
        clock=clock,
    ).install(app.extensions)
    auth.install(app, settings)
    errors.install(app)
    filters.install(app)
    for blueprint in (health.bp, api.bp, threads.bp, compat.bp, queue.bp):
        app.register_blueprint(blueprint)
    app.after_request(_harden)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    return app


def _harden(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    # A private link in the address must not reach a site that the page links to.
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
