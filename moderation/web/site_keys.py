"""A site's API keys: made and shown once, listed, revoked."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_security import auth_required
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.api_keys import SCOPE_WORDS
from moderation.domain.roles import Permission
from moderation.errors import InvalidInputError
from moderation.services import api_keys
from moderation.services.permissions import site_for
from moderation.web.auth import me
from moderation.web.links import public_root
from moderation.web.runtime import runtime
from moderation.words import N_

bp = Blueprint("site_keys", __name__, url_prefix="/sites/<slug>/keys")

_ID = "int(max=9223372036854775807)"


@bp.before_request
@auth_required("session")
def _sign_in_first() -> None:
    """Sites are for moderators who are signed in."""


@bp.after_request
def _keep_nothing(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("")
def show(slug: str) -> str:
    """A site's keys."""
    return _page(slug)


@bp.post("")
def add(slug: str) -> BaseResponse:
    """Make a key; it is shown in this answer and never again."""
    name, scopes = request.form.get("name", ""), request.form.getlist("scopes")
    try:
        index = runtime().vault.short_key_index
        made = api_keys.add_key(me(), slug, name, scopes, runtime().clock(), index=index)
    except InvalidInputError as error:
        page = _page(slug, fault=error.message, name=name, chosen=scopes)
        return Response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    return Response(_page(slug, made=made), HTTPStatus.CREATED)


@bp.post(f"/<{_ID}:key_id>/revoke")
def revoke(slug: str, key_id: int) -> BaseResponse:
    """Let a key be good for nothing."""
    api_keys.revoke_key(me(), slug, key_id, runtime().clock())
    flash(N_("The key is revoked; it is good for nothing from now on."), "success")
    return redirect(url_for("site_keys.show", slug=slug), HTTPStatus.SEE_OTHER)


def _page(slug: str, **values: Any) -> str:
    site = site_for(me(), slug, Permission.MANAGE_KEYS)
    return render_template(
        "sites/keys.html",
        site=site,
        keys=api_keys.list_keys(me(), slug),
        scopes=SCOPE_WORDS,
        root=public_root(),
        now=runtime().clock(),
        **{"chosen": [], "made": None, "fault": None} | values,
    )
