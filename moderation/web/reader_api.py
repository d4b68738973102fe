"""What readers do through the JSON API besides writing: edit, delete, like, report, preview, and
counts for listings.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.network import parse_address
from moderation.domain.page import key_of, page_of
from moderation.domain.reports import parse_report
from moderation.domain.site import SiteProfile
from moderation.domain.submission import clean_comment, unknown_fields
from moderation.errors import (
    FieldFault,
    InvalidInputError,
    InvalidReceiptError,
    InvalidSubmissionError,
    NotOfferedError,
    UnknownThreadError,
)
from moderation.services import likes, reports
from moderation.services.counts import count_published
from moderation.web.api import PUBLIC_STATUS, allow_cross_origin, find_own
from moderation.web.doors import read_json, refuse_foreign_origin
from moderation.web.languages import say
from moderation.web.links import status_url
from moderation.web.own import delete_own, edit_own
from moderation.web.paces import Pace
from moderation.web.runtime import runtime
from moderation.words import N_

bp = Blueprint("reader_api", __name__, url_prefix="/api/v1")
bp.after_request(allow_cross_origin)

_NOT_OFFERED = {
    "likes": N_("This site does not offer likes."),
    "reports": N_("This site does not offer reports."),
}
_MOST_PAGES = 100  # in one request for counts
_ID = "int(max=9223372036854775807)"
_COMMENT = f"/sites/<slug>/comments/<{_ID}:comment_id>"


@bp.patch("/status/<token>")
def edit(token: str) -> tuple[Response, int]:
    """Give the author's comment other words: 202, as it is judged again."""
    own = find_own(token)
    refuse_foreign_origin(own.site, allow_null=False)
    fields = read_json()
    _refuse_unknown(fields, {"comment", "revision"})
    edited = edit_own(own, fields.get("comment"), _revision(fields))
    comment_id = own.node.comment_id
    body = {
        "id": comment_id,
        "status": PUBLIC_STATUS[edited.status],
        "status_url": status_url(comment_id),
        "revision": edited.revision,
    }
    return _unstored(body), HTTPStatus.ACCEPTED


def _revision(fields: Mapping[str, Any]) -> int:
    revision = fields.get("revision")
    if type(revision) is int and 0 < revision < 2**31:
        return revision
    message = "This must be the number of the revision that was edited, as the status tells it."
    raise InvalidSubmissionError((FieldFault("revision", "invalid_number", message),))


def _refuse_unknown(fields: Mapping[str, Any], known: set[str]) -> None:
    if faults := unknown_fields(fields, known):
        raise InvalidSubmissionError(tuple(faults))


@bp.delete("/status/<token>")
def delete(token: str) -> tuple[str, int]:
    """Delete the author's comment."""
    own = find_own(token)
    refuse_foreign_origin(own.site, allow_null=False)
    delete_own(own)
    return "", HTTPStatus.NO_CONTENT


@bp.post(f"{_COMMENT}/like")
def like(slug: str, comment_id: int) -> Response:
    """Like a comment: how many do, and the receipt that takes it back."""
    site = _offered(slug, "likes")
    rt = runtime()
    _count(Pace.LIKE)
    liked = likes.like(site.site_id, comment_id, _reader(comment_id), rt.clock())
    receipt = rt.signer.sign_like(comment_id, liked.like_id, liked.liked_at)
    return _unstored({"likes": liked.likes, "receipt": receipt})


@bp.delete(f"{_COMMENT}/like")
def unlike(slug: str, comment_id: int) -> Response:
    """Take a like back with its receipt."""
    site = _offered(slug, "likes")
    _count(Pace.LIKE)
    receipt = request.headers.get("Like-Receipt", "")
    known = runtime().signer.read_like(receipt, comment_id)
    if known is None:
        raise InvalidReceiptError(
            "A like is taken back with the receipt that it was answered with, in the header "
            "Like-Receipt. This one is missing, not whole, or of another comment."
        )
    return _unstored({"likes": likes.unlike(site.site_id, comment_id, *known)})


@bp.post(f"{_COMMENT}/report")
def report(slug: str, comment_id: int) -> tuple[Response, int]:
    """Report a comment to the site's moderators."""
    site = _offered(slug, "reports")
    said = parse_report(read_json())
    _count(Pace.REPORT)
    reports.report(site, comment_id, said, _reader(comment_id), runtime().clock())
    return _unstored({}), HTTPStatus.ACCEPTED


@bp.post("/sites/<slug>/preview")
def preview(slug: str) -> Response:
    """A comment's HTML as it would be published."""
    site = _site(slug)
    fields = read_json()
    _refuse_unknown(fields, {"comment"})
    text = clean_comment(fields.get("comment"))
    _count(Pace.PREVIEW)
    # What renders markup costs memory that a web process which shows no preview need not spend.
    from moderation.domain.markup import render  # noqa: PLC0415

    return _unstored({"html": render(text, site.settings.markup)})


@bp.get("/sites/<slug>/counts")
def counts(slug: str) -> BaseResponse:
    """How many comments are published on each of the pages asked for."""
    site = runtime().sites.find(slug)
    urls = request.args.getlist("url")
    if not 0 < len(urls) <= _MOST_PAGES:
        raise InvalidInputError(f"Give the pages' addresses as url, 1 to {_MOST_PAGES} times.")
    keys: dict[str, str] = {}
    faults: dict[str, str] = {}
    origins = frozenset(site.origins)
    for url in urls:
        try:
            keys[url] = key_of(page_of(url, origins))
        except UnknownThreadError as error:
            faults[url] = say(error.message)
    found = count_published(site.site_id, set(keys.values()))
    body = {"counts": {url: found.get(key, 0) for url, key in keys.items()}}
    response = jsonify(body | ({"faults": faults} if faults else {}))
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)


def _offered(slug: str, what: str) -> SiteProfile:
    site = _site(slug)
    if not getattr(site.settings, what):
        raise NotOfferedError(_NOT_OFFERED[what])
    return site


def _site(slug: str) -> SiteProfile:
    site = runtime().sites.find(slug)
    refuse_foreign_origin(site, allow_null=False)
    return site


def _count(pace: Pace) -> None:
    runtime().paces.count(pace, parse_address(request.remote_addr))


def _reader(comment_id: int) -> bytes:
    rt = runtime()
    return rt.readers.hash(comment_id, parse_address(request.remote_addr), rt.clock())


def _unstored(body: Mapping[str, Any]) -> Response:
    response = jsonify(body)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route(f"{_COMMENT}/like", methods=["OPTIONS"])
@bp.route(f"{_COMMENT}/report", methods=["OPTIONS"])
@bp.route("/sites/<slug>/preview", methods=["OPTIONS"])
@bp.route("/sites/<slug>/counts", methods=["OPTIONS"])
def preflight(slug: str, comment_id: int = 0) -> Response:  # noqa: ARG001
    """A browser asks before a cross-origin request; `allow_cross_origin` answers."""
    return Response(status=HTTPStatus.NO_CONTENT)
