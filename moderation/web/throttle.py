"""How often sign-in, reset and the like may be tried: by network, and by account, known or not.

Counted in Redis, and by each process for itself while Redis is away. A typed address is counted
under an HMAC of it, and never reaches Redis.
"""

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, render_template, request, session
from flask_limiter import Limiter, RequestLimit
from flask_security import current_user

from moderation.config import Settings
from moderation.errors import InvalidInputError
from moderation.privacy.keys import Keys
from moderation.services.accounts import clean_address
from moderation.web import errors
from moderation.web.languages import say
from moderation.web.sign_in_sessions import network
from moderation.words import N_, Message

Counts = Callable[[Response], bool]


@dataclass(frozen=True, slots=True)
class _Limit:
    """At which views, how often for one account and one network, and which answers count."""

    views: tuple[str, ...]
    account: str | None
    network: str
    counts: Counts | None = None
    methods: tuple[str, ...] = ("POST",)


def _shown_again(response: Response) -> bool:
    """Whether the form came back: what was typed did not match."""
    return response.status_code == HTTPStatus.OK


def _unknown(response: Response) -> bool:
    return response.status_code == HTTPStatus.NOT_FOUND


_LIMITS = (
    _Limit(("security.login",), "10 per 15 minutes", "40 per 15 minutes", _shown_again),
    _Limit(("security.forgot_password",), "3 per hour", "20 per hour"),
    _Limit(("security.reset_password",), None, "40 per hour"),
    _Limit(
        ("security.two_factor_token_validation", "security.mf_recovery"),
        "6 per 15 minutes",
        "40 per 15 minutes",
        _shown_again,
    ),
    _Limit(
        ("security.verify", "security.change_password"),
        "10 per 15 minutes",
        "40 per 15 minutes",
        _shown_again,
    ),
    _Limit(("security.wan_signin_response",), None, "60 per 15 minutes"),
    _Limit(
        ("invitations.show", "invitations.accept", "invitations.accept_as_new"),
        None,
        "20 per hour",
        _unknown,
        ("GET", "POST"),
    ),
    _Limit(("team.invite",), "30 per hour", "60 per hour"),
    _Limit(("sites.add",), "20 per hour", "40 per hour"),
)


# Where an address is typed, and the page that shows it again.
_FORMS = {
    "security.login": "auth/sign_in.html",
    "security.forgot_password": "auth/forgotten.html",
}


def install(app: Flask, settings: Settings, keys: Keys) -> None:
    """Limit the app's views. After they are registered."""
    app.extensions["throttle_key"] = keys.derive("throttle")
    limiter = Limiter(
        network,
        app=app,
        storage_uri=settings.redis_url.replace("unix://", "redis+unix://", 1),
        storage_options={"socket_timeout": 1, "socket_connect_timeout": 1},
        strategy="fixed-window",
        in_memory_fallback_enabled=True,
        key_prefix="moderation",
        on_breach=_too_many,
    )
    for limit in _LIMITS:
        for view in limit.views:
            app.view_functions[view] = _limited(limiter, limit, app.view_functions[view])


def _limited(limiter: Limiter, limit: _Limit, view: Any) -> Any:
    for amount, key in ((limit.network, network), (limit.account, _account)):
        if amount:
            view = limiter.shared_limit(
                amount,
                limit.views[0],
                key_func=key,
                methods=list(limit.methods),
                deduct_when=limit.counts,
            )(view)
    return view


def _account() -> str:
    """Whose account it is about, under a key: the one signed in, half signed in, or typed."""
    if request.endpoint in _FORMS:
        who = f"typed {_typed()}"
    elif current_user.is_authenticated:
        who = f"account {current_user.id}"
    else:
        who = f"half {session.get('tf_user_id', '')}"
    key: bytes = current_app.extensions["throttle_key"]
    return hmac.digest(key, who.encode("utf-8", "replace"), hashlib.sha256).hex()[:32]


def _typed() -> str:
    """The address typed, in the one spelling that its account is found by."""
    email = request.form.get("email", "")
    try:
        return clean_address(email)
    except InvalidInputError:
        return email


def _too_many(limit: RequestLimit) -> Response:
    """429, with what was typed but for the password."""
    # The library rounds up what is left, so that it can be a second more than the whole.
    seconds = min(max(1, limit.reset_at - int(time.time())), limit.limit.get_expiry())
    minutes = -(-seconds // 60)
    detail = Message.counted(
        "This was tried too often. Please wait a minute, then try again.",
        "This was tried too often. Please wait {n} minutes, then try again.",
        minutes,
    )
    template = _FORMS.get(request.endpoint or "")
    if template:
        html = render_template(template, wait=say(detail), email=request.form.get("email", ""))
        response = Response(html, HTTPStatus.TOO_MANY_REQUESTS, mimetype="text/html")
    else:
        response = errors.page(HTTPStatus.TOO_MANY_REQUESTS, N_("Please wait a little"), detail)
    response.headers["Retry-After"] = str(seconds)
    return response
