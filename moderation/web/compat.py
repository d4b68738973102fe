"""The WordPress-style form: `wp-comments-post.php` with WordPress's field names.

A static export of a WordPress blog keeps its form; only the form's `action` changes. Statuses are
WordPress 6.8's where they make sense. Not copied: status 200 for a form with faults, a preview
address made of a time stamp, cookies with the reader's address.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.site import SiteProfile
from moderation.errors import UnknownSiteError
from moderation.web import languages
from moderation.web.doors import pick, read_form
from moderation.web.runtime import runtime
from moderation.web.threads import HONEYPOT, answer_form
from moderation.words import N_

bp = Blueprint("compat", __name__)

# Our names for what WordPress's form calls otherwise. It may send more: plugins add fields.
_NAMES = {
    "comment": "comment",
    "name": "author",
    "email": "email",
    "website": "url",
    "post_id": "comment_post_ID",
    "parent": "comment_parent",
    "notify": "notify",
}
_SUBSCRIBES = "subscribe_comments"  # the box that Jetpack adds to WordPress's form
_TRAP = "ak_hp_textarea"  # what the Akismet plugin hides in it, and an export keeps
_METHODS = ["GET", "HEAD", "PUT", "PATCH", "DELETE"]


@bp.post("/wp-comments-post.php")
@bp.post("/s/<slug>/wp-comments-post.php")
def submit(slug: str | None = None) -> BaseResponse:
    """Take WordPress's form."""
    fields = read_form()
    site = runtime().sites.find(slug) if slug else _site_of_page(fields)
    languages.keep_to(site)
    submitted = pick(fields, _NAMES)
    if page := _page(fields):
        submitted["url"] = page
    if fields.get(_SUBSCRIBES):
        submitted["notify"] = "yes"
    if fields.get(_TRAP, "").strip():
        fields[HONEYPOT] = fields[_TRAP]
    response = answer_form(site, "wordpress", fields, submitted)
    if response.status_code == HTTPStatus.SEE_OTHER:
        response.status_code = HTTPStatus.FOUND  # as WordPress answers
    return response


@bp.route("/wp-comments-post.php", methods=_METHODS, provide_automatic_options=False)
@bp.route("/s/<slug>/wp-comments-post.php", methods=_METHODS, provide_automatic_options=False)
def refuse(**_: str) -> Response:
    """Anything but POST, as WordPress answers it."""
    return Response("", 405, mimetype="text/plain", headers={"Allow": "POST"})


def _page(fields: dict[str, str]) -> str:
    """The page the form stands on: `redirect_to`, else the Referer, which by browsers' default
    (strict-origin-when-cross-origin) tells the origin alone and then tells nothing.
    """
    if page := fields.get("redirect_to", "").strip():
        return page
    referer = request.headers.get("Referer", "")
    try:
        parts = urlsplit(referer)
    except ValueError:
        return ""
    return referer if parts.path.strip("/") or parts.query else ""


def _site_of_page(fields: dict[str, str]) -> SiteProfile:
    """The site whose form this is, where the address does not say: by the page's origin, or the
    only one there is.
    """
    sites = runtime().sites.all()
    hints = (fields.get("redirect_to"), request.headers.get("Origin"), request.referrer)
    for hint in filter(None, hints):
        for site in sites:
            if any(hint == o or hint.startswith(f"{o}/") for o in site.origins):
                return site
    if len(sites) == 1:
        return sites[0]
    raise UnknownSiteError(
        N_(
            "Which site this form belongs to cannot be told. "
            "Let it post to /s/<site>/wp-comments-post.php instead."
        )
    )
