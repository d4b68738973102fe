"""A moderator's own account."""

import io
from http import HTTPStatus
from typing import Any

import qrcode
import qrcode.image.svg
from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_security import auth_required, current_user
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain import browser
from moderation.domain.site_settings import INTERFACE_LANGUAGES
from moderation.errors import InvalidInputError
from moderation.services import accounts, sessions
from moderation.web.auth import me
from moderation.web.runtime import runtime
from moderation.web.sign_in_sessions import current_session
from moderation.words import N_

bp = Blueprint("account", __name__, url_prefix="/account")


def install(app: Flask) -> None:
    """Let the app's templates show the key of an authenticator app that is being set up, and
    browsers' names.
    """
    app.jinja_env.globals["authenticator_key"] = _authenticator_key
    app.jinja_env.globals["browser_words"] = browser.words_of


@bp.get("")
@auth_required("session")
def show() -> str:
    """Everything of the account on one page."""
    return _page()


@bp.post("/name")
@auth_required("session")
def rename() -> BaseResponse:
    """Change what colleagues see."""
    name = request.form.get("name", "")
    try:
        accounts.rename(me(), name)
    except InvalidInputError as error:
        page = _page(name_fault=error.message, name=name)
        return Response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _done(N_("Your name is changed."))


@bp.post("/single-keys")
@auth_required("session")
def single_keys() -> BaseResponse:
    """Switch the queue's single-key shortcuts on or off."""
    on = request.form.get("on") == "y"
    accounts.use_single_keys(me(), on=on)
    return _done(N_("Single-key shortcuts are on.") if on else N_("Single-key shortcuts are off."))


@bp.post("/language")
@auth_required("session")
def choose_language() -> BaseResponse:
    """Read the pages in another language, or as the browser says."""
    accounts.choose_language(me(), request.form.get("language") or None)
    return _done(N_("Your language is saved."))


@bp.post("/sessions/<int(max=9223372036854775807):session_id>/end")
@auth_required("session")
def end_session(session_id: int) -> BaseResponse:
    """Sign one device out."""
    sessions.end(me(), session_id)
    return _done(N_("That device is signed out."))


@bp.post("/sessions/end-others")
@auth_required("session")
def end_other_sessions() -> BaseResponse:
    """Sign every device out but this one."""
    sessions.end_others(me(), current_session())
    return _done(N_("Every other device is signed out."))


@bp.get("/authenticator/code.svg")
@auth_required("session")
def qr_code() -> Response:
    """The QR code of an authenticator app that is being set up; never stored."""
    secret = session.get("tf_totp_secret")
    if not secret:
        abort(404)
    factory = current_app.extensions["security"].totp_factory
    uri = factory.get_totp_uri(current_user.email, secret)
    image = qrcode.make(uri, image_factory=qrcode.image.svg.SvgPathImage, border=4)
    with io.BytesIO() as file:
        image.save(file)
        return Response(file.getvalue(), mimetype="image/svg+xml")


def _authenticator_key() -> str:
    secret = session.get("tf_totp_secret")
    factory = current_app.extensions["security"].totp_factory
    return str(factory.get_totp_pretty_key(secret)) if secret else ""


def _page(**faults: Any) -> str:
    now = runtime().clock()
    util = current_app.extensions["security"].mf_recovery_codes_util
    return render_template(
        "account/show.html",
        sessions=sessions.open_sessions(me(), now),
        current=current_session(),
        codes_left=len(util.get_recovery_codes(current_user)),
        languages=tuple(INTERFACE_LANGUAGES.items()),
        now=now,
        **faults,
    )


def _done(words: str) -> BaseResponse:
    flash(words, "success")
    return redirect(url_for("account.show"), HTTPStatus.SEE_OTHER)
