"""Binds Flask-Login's session, and the cookie that remembers, to a row that can be revoked.

Both carry `fs_uniquifier.secret`; neither signs in once the row of the secret is gone.
"""

from typing import Any

from flask import Flask, Response, current_app, g, request, session
from flask_login import COOKIE_NAME, user_logged_out
from flask_security import UserMixin, password_changed, password_reset, user_authenticated

from moderation.domain.browser import describe
from moderation.domain.network import parse_address, truncate
from moderation.services import sessions
from moderation.web.runtime import runtime

# What of a session outlives the sign-in: nothing that was put there before it.
_KEPT = ("_user_id", "_fresh", "_id", "_remember", "fs_cc", "fs_paa", "_flashes")
_IDENTITY = ("_user_id", "_fresh", "_id", "fs_paa", "fs_gexp")


def install(app: Flask) -> None:
    """Let the app's Flask-Login know sessions by their rows."""
    manager = app.login_manager  # type: ignore[attr-defined]
    app.extensions["moderator_by_uniquifier"] = manager._user_callback  # noqa: SLF001
    manager.user_loader(_load)
    # Flask-Security would also take a token from a header or the address.
    manager.request_loader(_from_session_alone)
    user_authenticated.connect(_signed_in, app)
    user_logged_out.connect(_signed_out, app)
    password_changed.connect(_end_all, app)
    password_reset.connect(_end_all, app)
    app.after_request(_conclude)


def current_session() -> int:
    """The row of the session that this request belongs to."""
    return int(g.get("sign_in_session", 0))


def network() -> str:
    """The truncated network that the request comes from."""
    return truncate(parse_address(request.remote_addr))


def _from_session_alone(_request: Any) -> None:
    return None


def _load(user_id: str) -> UserMixin | None:
    uniquifier, _, token = user_id.partition(".")
    found = sessions.resume(token, network(), runtime().clock()) if token else None
    if found is None or found.fs_uniquifier != uniquifier:
        _forget()
        return None
    g.sign_in_session = found.session_id
    user: UserMixin | None = current_app.extensions["moderator_by_uniquifier"](uniquifier)
    return user


def _forget() -> None:
    for key in _IDENTITY:
        session.pop(key, None)
    if _remember_cookie():
        session["_remember"] = "clear"


def _remember_cookie() -> bool:
    return current_app.config.get("REMEMBER_COOKIE_NAME", COOKIE_NAME) in request.cookies


def _signed_in(_app: Flask, user: UserMixin, **_: Any) -> None:
    g.signed_in = user.id


def _signed_out(_app: Flask, user: UserMixin, **_: Any) -> None:
    g.signed_out = (user.id, current_session())


def _end_all(_app: Flask, user: UserMixin, **_: Any) -> None:
    sessions.end_all(user.id)


def _conclude(response: Response) -> Response:
    """After the view and its commit: begin or end the row. Before Flask-Login writes its cookie."""
    if "signed_out" in g:
        sessions.end(*g.pop("signed_out"))
    moderator_id = g.pop("signed_in", None)
    if moderator_id is not None and "_user_id" in session:
        _begin(moderator_id)
    return response


def _begin(moderator_id: int) -> None:
    remembered = session.get("_remember") == "set"
    if not remembered and _remember_cookie():
        session["_remember"] = "clear"  # it may be another account's
    browser = describe(request.user_agent.string)
    device = sessions.Device(browser, network(), remembered)
    token = sessions.begin(moderator_id, device, runtime().clock())
    kept = {key: session[key] for key in _KEPT if key in session}
    session.clear()
    session.update(kept)
    session["_user_id"] = f"{session['_user_id']}.{token}"
