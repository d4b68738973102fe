"""The team of a site: who works on it, as what."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_security import auth_required, current_user
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.roles import Permission, SiteRole
from moderation.errors import InvalidInputError, ModerationError
from moderation.models import Site
from moderation.services import invitations, permissions, team
from moderation.web import errors, languages, letters
from moderation.web.auth import me
from moderation.web.runtime import runtime
from moderation.web.taskqueue import SEND_MAIL
from moderation.words import N_

bp = Blueprint("team", __name__, url_prefix="/team")

_ROLE_NAMES = {
    SiteRole.MODERATOR: N_("Moderator"),
    SiteRole.ADMIN: N_("Admin"),
    SiteRole.OWNER: N_("Owner"),
}
ROLE_MEANINGS = {
    SiteRole.MODERATOR: N_("decides on comments and blocks commenters"),
    SiteRole.ADMIN: N_("also sees addresses and changes rules, policy and settings"),
    SiteRole.OWNER: N_("also manages the team and API keys"),
}


@bp.get("")
@auth_required("session")
def choose() -> BaseResponse:
    """The sites whose team is the moderator's to manage; a single one at once."""
    sites = permissions.sites_where(me(), Permission.MANAGE_TEAM)
    if len(sites) == 1:
        return redirect(url_for("team.show", slug=sites[0].slug))
    return Response(render_template("team/choose.html", sites=sites))


@bp.get("/<slug>")
@auth_required("session")
def show(slug: str) -> str:
    """A site's members and open invitations."""
    return _page(_site(slug))


@bp.post("/<slug>/invite")
@auth_required("session")
def invite(slug: str) -> BaseResponse:
    """Invite somebody by mail; the link is shown once, in this answer."""
    site, rt, email = _site(slug), runtime(), request.form.get("email", "")
    role, name = _role(), current_user.name
    language = languages.of_letter(email, rt.sites.find(slug))
    try:
        made = invitations.invite(
            rt.vault,
            me(),
            slug,
            email,
            rt.clock(),
            role=role,
            compose=lambda token, title: letters.invitation(token, title, role, name, language),
        )
    except InvalidInputError:
        fault = N_("This is not a whole email address.")
        page = _page(site, email_fault=fault, email=email, role=role)
        return Response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    rt.send_task(SEND_MAIL, made.mail_id)
    link = url_for("invitations.show", token=made.token, _external=True)
    return Response(_page(site, link=link, invited=email.strip()), HTTPStatus.CREATED)


@bp.post("/<slug>/members/<int(max=9223372036854775807):member_id>/role")
@auth_required("session")
def change_role(slug: str, member_id: int) -> BaseResponse:
    """Give a member another role."""
    try:
        team.change_role(me(), slug, member_id, _role(), runtime().clock())
    except ModerationError as error:
        return _refused(slug, error)
    return _done(slug, N_("The role is changed."))


@bp.post("/<slug>/members/<int(max=9223372036854775807):member_id>/remove")
@auth_required("session")
def remove(slug: str, member_id: int) -> BaseResponse:
    """Take a member off the site."""
    try:
        team.remove_member(me(), slug, member_id, runtime().clock())
    except ModerationError as error:
        return _refused(slug, error)
    return _done(slug, N_("The member is removed from this site."))


@bp.post("/<slug>/invitations/<int(max=9223372036854775807):invitation_id>/revoke")
@auth_required("session")
def revoke(slug: str, invitation_id: int) -> BaseResponse:
    """Take an invitation back."""
    try:
        invitations.revoke(me(), slug, invitation_id, runtime().clock())
    except ModerationError as error:
        return _refused(slug, error)
    return _done(slug, N_("The invitation is taken back; its link leads nowhere now."))


def _site(slug: str) -> Site:
    return permissions.site_for(me(), slug, Permission.MANAGE_TEAM)


def _role() -> SiteRole:
    try:
        return SiteRole(request.form.get("role", ""))
    except ValueError:
        raise InvalidInputError(N_("The form is not whole. Please reload the page.")) from None


def _page(site: Site, **values: Any) -> str:
    rt = runtime()
    now = rt.clock()
    return render_template(
        "team/show.html",
        site=site,
        sites=permissions.sites_where(me(), Permission.MANAGE_TEAM),
        members=team.read_members(me(), site.id),
        invitations=invitations.read_open(rt.vault, me(), site.id, now),
        roles=list(SiteRole),
        role_names=_ROLE_NAMES,
        meanings=ROLE_MEANINGS,
        now=now,
        **{"link": None} | values,
    )


def _refused(slug: str, error: ModerationError) -> Response:
    """The page with the reason; where the page itself is refused, that reason."""
    return Response(_page(_site(slug), fault=error.message), errors.status_of(error))


def _done(slug: str, words: str) -> BaseResponse:
    """Back to the page, or where the moderator has given the team away, to the choice of sites."""
    flash(words, "success")
    mine = permissions.sites_where(me(), Permission.MANAGE_TEAM)
    if any(site.slug == slug for site in mine):
        return redirect(url_for("team.show", slug=slug), HTTPStatus.SEE_OTHER)
    return redirect(url_for("team.choose"), HTTPStatus.SEE_OTHER)
