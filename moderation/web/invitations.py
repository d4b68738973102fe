"""What opens behind an invitation's link."""

from http import HTTPStatus
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_security import auth_required, current_user, hash_password
from werkzeug.wrappers import Response as BaseResponse

from moderation.errors import AlreadyExistsError, InvalidInputError
from moderation.services import invitations
from moderation.services.accounts import clean_name
from moderation.web.auth import me
from moderation.web.languages import say
from moderation.web.runtime import runtime
from moderation.words import N_

bp = Blueprint("invitations", __name__, url_prefix="/invitation")


@bp.get("/<token>")
def show(token: str) -> str:
    """The invitation: to accept with the account signed in, or with a new one."""
    return _page(token)


@bp.post("/<token>/accept")
@auth_required("session")
def accept(token: str) -> BaseResponse:
    """Become a member with the account that is signed in."""
    try:
        site = invitations.accept(token, me(), runtime().clock())
    except AlreadyExistsError as error:
        return Response(_page(token, fault=error.message), HTTPStatus.CONFLICT)
    flash(say(N_("You are a member of {site} now."), site=site), "success")
    return redirect(url_for("account.show"), HTTPStatus.SEE_OTHER)


@bp.post("/<token>/new")
def accept_as_new(token: str) -> BaseResponse:
    """Make an account and become a member. Whether the address had one already is not told: either
    way the answer leads to signing in, and from there back here.
    """
    if current_user.is_authenticated:
        return redirect(url_for("invitations.show", token=token), HTTPStatus.SEE_OTHER)
    rt, name = runtime(), request.form.get("name", "")
    opened = invitations.find(rt.vault, token, rt.clock())
    password, faults = _password()
    try:
        clean_name(name)
    except InvalidInputError as error:
        faults["name"] = error.message
    if faults:
        page = _page(token, faults=faults, name=name)
        return Response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    invitations.accept_as_new(rt.vault, token, name, hash_password(password), rt.clock())
    flash(say(N_("Please sign in to join {site}."), site=opened.site), "success")
    back = url_for("invitations.done", token=token)
    return redirect(url_for("security.login", next=back), HTTPStatus.SEE_OTHER)


@bp.get("/<token>/done")
@auth_required("session")
def done(token: str) -> BaseResponse:
    """After signing in: the queue for who is a member now, else the invitation to accept."""
    rt = runtime()
    if invitations.accepted_by(token) == me():
        return redirect(url_for("queue.show"))
    invitations.find(rt.vault, token, rt.clock())
    return redirect(url_for("invitations.show", token=token))


def _password() -> tuple[str, dict[str, str]]:
    """The password chosen, normalised, and what is wrong with it."""
    given = request.form.get("password", "")
    util = current_app.extensions["security"].password_util
    found, normal = util.validate(given, True)
    if found:
        return "", {"password": found[0]}
    if given != request.form.get("password_again", ""):
        return "", {"password_again": N_("These two passwords are not the same.")}
    return str(normal), {}


def _page(token: str, **values: Any) -> str:
    rt = runtime()
    opened = invitations.find(rt.vault, token, rt.clock())
    return render_template("auth/invitation.html", invitation=opened, token=token, **values)
