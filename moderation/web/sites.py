"""Sites: those of a moderator, adding one, and each one's name and origins."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_security import auth_required
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.roles import Permission
from moderation.domain.status import Status
from moderation.errors import AlreadyExistsError, InvalidInputError, ModerationError
from moderation.services import site_admin
from moderation.services.permissions import permissions_on, site_for
from moderation.web.auth import me
from moderation.web.errors import status_of
from moderation.web.languages import say
from moderation.web.runtime import runtime
from moderation.words import N_, Message

bp = Blueprint("sites", __name__, url_prefix="/sites")

_COUNTED = tuple(
    (status, (words.template, words.many))
    for status, words in (
        (Status.HELD, Message.counted("{n} held", "{n} held", 0)),
        (Status.PUBLISHED, Message.counted("{n} published", "{n} published", 0)),
        (Status.SPAM, Message.counted("{n} spam", "{n} spam", 0)),
        (Status.REJECTED, Message.counted("{n} rejected", "{n} rejected", 0)),
    )
)


@bp.before_request
@auth_required("session")
def _sign_in_first() -> None:
    """Sites are for moderators who are signed in."""


@bp.get("")
def show_all() -> str:
    """The moderator's sites with their counts, and for owners a form to add one."""
    return _list()


@bp.post("")
def add() -> BaseResponse:
    """Add a site; whoever adds it owns it."""
    form = request.form
    try:
        made = site_admin.add_site(
            me(),
            form.get("slug", "").strip(),
            form.get("name", ""),
            form.get("origins", "").split(),
            runtime().clock(),
        )
    except (InvalidInputError, AlreadyExistsError) as error:
        return Response(_list(fault=error.message, typed=form), status_of(error))
    flash(
        say(
            N_("{site} is added. Put the snippet on its pages, and it takes comments."),
            site=made.name,
        ),
        "success",
    )
    return redirect(url_for("sites.show", slug=made.slug), HTTPStatus.SEE_OTHER)


def _list(**values: Any) -> str:
    return render_template(
        "sites/list.html",
        sites=site_admin.list_own_sites(me()),
        counted=_COUNTED,
        may_add=site_admin.may_add_sites(me()),
        **{"fault": None, "typed": {}} | values,
    )


@bp.get("/<slug>")
def show(slug: str) -> str:
    """A site's overview: what is where, its name, its origins."""
    return _overview(slug)


@bp.post("/<slug>/name")
def rename(slug: str) -> BaseResponse:
    """Give a site another name for people."""
    name = request.form.get("name", "")
    try:
        site_admin.rename_site(me(), slug, name, runtime().clock())
    except InvalidInputError as error:
        return _refused(slug, error, name_fault=error.message, name=name)
    return _done(slug, N_("The name is saved."))


@bp.post("/<slug>/origins")
def add_origin(slug: str) -> BaseResponse:
    """Let pages of another origin have comments."""
    typed = request.form.get("origin", "")
    try:
        origin, is_new = site_admin.add_origin(me(), slug, typed, runtime().clock())
    except InvalidInputError as error:
        return _refused(slug, error, origin_fault=error.message, origin=typed)
    words = (
        N_("Pages of {origin} can have comments now.")
        if is_new
        else N_("{origin} was there already.")
    )
    return _done(slug, say(words, origin=origin))


@bp.post("/<slug>/origins/remove")
def remove_origin(slug: str) -> BaseResponse:
    """Let pages of an origin have comments no more."""
    origin = request.form.get("origin", "")
    try:
        site_admin.remove_origin(me(), slug, origin, runtime().clock())
    except InvalidInputError as error:
        return _refused(slug, error, fault=error.message)
    return _done(slug, say(N_("Pages of {origin} can have no comments any more."), origin=origin))


def _overview(slug: str, **values: Any) -> str:
    site = site_for(me(), slug, Permission.DECIDE)
    listed = next(one for one in site_admin.list_own_sites(me()) if one.site.id == site.id)
    return render_template(
        "sites/show.html",
        site=site,
        listed=listed,
        counted=_COUNTED,
        mine=permissions_on(me(), site.slug),
        permissions=Permission,
        **values,
    )


def _refused(slug: str, error: ModerationError, **values: Any) -> Response:
    return Response(_overview(slug, **values), status_of(error))


def _done(slug: str, words: str) -> BaseResponse:
    flash(words, "success")
    return redirect(url_for("sites.show", slug=slug), HTTPStatus.SEE_OTHER)
