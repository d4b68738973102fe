"""What readers do through the JSON API besides writing: edit, delete, like, report, preview, and
counts for listings.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Any

from flask import Blueprint, Response, jsonify, request
from pydantic import Field
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.network import Address, customer, parse_address, widest_customer
from moderation.domain.page import key_of, page_of
from moderation.domain.reports import parse_report
from moderation.domain.site import SiteProfile
from moderation.domain.submission import clean_comment, unknown_fields
from moderation.errors import (
    DuplicateCommentError,
    EditClosedError,
    FieldFault,
    InvalidInputError,
    InvalidReceiptError,
    InvalidSubmissionError,
    NotOfferedError,
    OriginNotAllowedError,
    StaleCommentError,
    TooManyRequestsError,
    UnknownThreadError,
)
from moderation.services import likes, reports
from moderation.services.counts import count_published
from moderation.web.api import PUBLIC_STATUS, allow_cross_origin, find_own
from moderation.web.api_models import (
    Counts,
    EditedComment,
    EditRequest,
    Like,
    Likes,
    Preview,
    PreviewRequest,
    Reported,
    ReportRequest,
)
from moderation.web.doors import read_json, refuse_foreign_origin
from moderation.web.languages import say
from moderation.web.links import status_url
from moderation.web.openapi import Answer, Operation, Parameter, Tag, describes
from moderation.web.openapi.parts import ETAG, EXAMPLE_PAGE, UNCHANGED
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
# Rendering takes more time the longer a text is: the longest, made for that, seconds. A preview
# counts once more for each so many characters.
_PREVIEW_STEP = 2_000
_ACT_FAULTS = (OriginNotAllowedError, NotOfferedError, TooManyRequestsError)
_COMMENT = "/sites/<slug>/comments/<id:comment_id>"


@bp.patch("/status/<token>")
@describes(
    Operation(
        "edit_own_comment",
        "Edit a comment",
        Tag.OWN,
        {202: Answer("It is taken in, and will be judged again.", EditedComment)},
        description="For as long as `editable_until` says. What was published is not shown again "
        "until it is judged.",
        body=EditRequest,
        faults=(
            OriginNotAllowedError,
            EditClosedError,
            StaleCommentError,
            DuplicateCommentError,
            InvalidSubmissionError,
            TooManyRequestsError,
        ),
    )
)
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
@describes(
    Operation(
        "delete_own_comment",
        "Delete a comment",
        Tag.OWN,
        {204: Answer("It is gone. It keeps its place while replies below it are published.")},
        faults=(OriginNotAllowedError, EditClosedError, TooManyRequestsError),
    )
)
def delete(token: str) -> tuple[str, int]:
    """Delete the author's comment."""
    own = find_own(token)
    refuse_foreign_origin(own.site, allow_null=False)
    delete_own(own)
    return "", HTTPStatus.NO_CONTENT


@bp.post(f"{_COMMENT}/like")
@describes(
    Operation(
        "like_comment",
        "Like a comment",
        Tag.ACT,
        {200: Answer("It is liked. Liked twice on a day by one reader, it counts once.", Like)},
        faults=_ACT_FAULTS,
    )
)
def like(slug: str, comment_id: int) -> Response:
    """Like a comment: how many do, and the receipt that takes it back."""
    site = _offered(slug, "likes")
    rt = runtime()
    _count(Pace.LIKE)
    liked = likes.like(site.site_id, comment_id, _reader(comment_id, customer), rt.clock())
    receipt = rt.signer.sign_like(comment_id, liked.like_id, liked.liked_at)
    return _unstored({"likes": liked.likes, "receipt": receipt})


@bp.delete(f"{_COMMENT}/like")
@describes(
    Operation(
        "unlike_comment",
        "Take a like back",
        Tag.ACT,
        {200: Answer("It is taken back.", Likes)},
        parameters=(
            Parameter(
                "Like-Receipt",
                Annotated[str, Field(min_length=1)],
                "The `receipt` that the like was answered with.",
                place="header",
                required=True,
                example="eyJhIjo0MX0.c2ln",
            ),
        ),
        faults=(*_ACT_FAULTS, InvalidReceiptError),
    )
)
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
@describes(
    Operation(
        "report_comment",
        "Report a comment",
        Tag.ACT,
        {202: Answer("The moderators will see it.", Reported)},
        body=ReportRequest,
        faults=(*_ACT_FAULTS, InvalidSubmissionError),
    )
)
def report(slug: str, comment_id: int) -> tuple[Response, int]:
    """Report a comment to the site's moderators."""
    site = _offered(slug, "reports")
    said = parse_report(read_json())
    _count(Pace.REPORT)
    # A few reports hold a comment, so what one customer may have counts as one.
    reader = _reader(comment_id, widest_customer)
    reports.report(site, comment_id, said, reader, runtime().clock())
    return _unstored({}), HTTPStatus.ACCEPTED


@bp.post("/sites/<slug>/preview")
@describes(
    Operation(
        "preview_comment",
        "Preview a comment",
        Tag.ACT,
        {200: Answer("As it would be published. Nothing is kept.", Preview)},
        body=PreviewRequest,
        faults=(OriginNotAllowedError, InvalidSubmissionError, TooManyRequestsError),
    )
)
def preview(slug: str) -> Response:
    """A comment's HTML as it would be published."""
    site = _site(slug)
    fields = read_json()
    _refuse_unknown(fields, {"comment"})
    text = clean_comment(fields.get("comment"))
    _count(Pace.PREVIEW, 1 + len(text) // _PREVIEW_STEP)
    # What renders markup costs memory that a web process which shows no preview need not spend.
    from moderation.domain.markup import render  # noqa: PLC0415

    return _unstored({"html": render(text, site.settings.markup)})


@bp.get("/sites/<slug>/counts")
@describes(
    Operation(
        "count_comments",
        "Count the comments of pages",
        Tag.READ,
        {200: Answer("By page.", Counts, (ETAG,)), 304: UNCHANGED},
        parameters=(
            Parameter(
                "url",
                Annotated[list[str], Field(min_length=1, max_length=_MOST_PAGES)],
                f"The pages, up to {_MOST_PAGES}: `url=…&url=…`.",
                required=True,
                example=EXAMPLE_PAGE,
            ),
        ),
        faults=(InvalidInputError,),
    )
)
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


def _count(pace: Pace, cost: int = 1) -> None:
    runtime().paces.count(pace, parse_address(request.remote_addr), cost)


def _reader(comment_id: int, line_of: Callable[[Address], str]) -> bytes:
    rt = runtime()
    line = line_of(parse_address(request.remote_addr))
    return rt.readers.hash(comment_id, line, rt.clock())


def _unstored(body: Mapping[str, Any]) -> Response:
    response = jsonify(body)
    response.headers["Cache-Control"] = "no-store"
    return response
