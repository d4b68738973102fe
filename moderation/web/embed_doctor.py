"""The embed doctor's page: a site's owner gives an address, and is told what is wrong there.

The page is fetched by the web process, one at a time: it takes five seconds at most, so that of
its threads one can be kept for so long and never two. A task for the workers would need a table
for its result and a page that waits for it, and a moderator would still wait for the same seconds.
"""

from codecs import BOM_UTF8
from http import HTTPStatus
from threading import Lock
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_security import auth_required

from moderation.domain.embed_report import Report
from moderation.domain.page import origin_of
from moderation.domain.roles import Permission
from moderation.domain.site import SiteProfile
from moderation.errors import InvalidInputError
from moderation.models import db
from moderation.services.embed_doctor import diagnose, read_file, visit
from moderation.services.fetching import Reach
from moderation.services.permissions import site_for
from moderation.services.sites import profile_of
from moderation.web.auth import me
from moderation.web.errors import status_of
from moderation.web.runtime import runtime
from moderation.words import N_

bp = Blueprint("embed_doctor", __name__, url_prefix="/sites")

REACH = Reach()
_BUSY_SECONDS = 5
_AT_WORK = Lock()


@bp.get("/<slug>/doctor")
@auth_required("session")
def show(slug: str) -> str:
    """The form."""
    return _page(_site(slug))


@bp.post("/<slug>/doctor")
@auth_required("session")
def examine(slug: str) -> Response:
    """What the doctor says of a page."""
    site, form = _site(slug), request.form
    url, source = form.get("page", "").strip(), form.get("source", "").strip()
    try:
        if url or not source:
            origin_of(url)
        report = _pasted(site, url, source) if source else _fetched(site, url)
    except InvalidInputError as error:
        return Response(_page(site, typed=form, fault=error.message), status_of(error))
    if report is None:
        words = N_(
            "The doctor is looking at another page just now. Please try again in a few seconds."
        )
        response = Response(_page(site, typed=form, busy=words), HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(_BUSY_SECONDS)
        return response
    return Response(_page(site, typed=form, report=report))


def _site(slug: str) -> SiteProfile:
    return profile_of(site_for(me(), slug, Permission.MANAGE_SITE))


def _pasted(site: SiteProfile, url: str, source: str) -> Report:
    # It came as text, whatever encoding the page says it is in: the mark overrules that.
    page = read_file("", BOM_UTF8 + source.encode(), url)
    return diagnose(page, site, _server())


def _fetched(site: SiteProfile, url: str) -> Report | None:
    """The report, or None if another page is being fetched."""
    db.session.rollback()  # a server that is slow must not keep a connection to the database
    if not _AT_WORK.acquire(blocking=False):
        return None
    try:
        page = visit(url, REACH)
        return page if isinstance(page, Report) else diagnose(page, site, _server())
    finally:
        _AT_WORK.release()


def _server() -> str:
    return runtime().settings.public_url or request.host_url.rstrip("/")


def _page(site: SiteProfile, **extra: Any) -> str:
    return render_template(
        "sites/doctor.html",
        site=site,
        **{"typed": {}, "fault": None, "busy": None, "report": None} | extra,
    )
