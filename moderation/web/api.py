"""The JSON API, version 1."""

from http import HTTPStatus
from typing import Annotated, Any

from flask import Blueprint, Response, jsonify, redirect, request
from pydantic import Field
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.api_keys import Scope
from moderation.domain.page import page_of
from moderation.domain.site import SiteProfile
from moderation.domain.status import Status
from moderation.domain.submission import parse_submission
from moderation.errors import (
    DuplicateCommentError,
    FloodError,
    IdempotencyConflictError,
    InvalidInputError,
    InvalidSubmissionError,
    OriginNotAllowedError,
    ParentNotFoundError,
    ThreadClosedError,
    UnknownCommentError,
    UnknownSiteError,
)
from moderation.services.authoring import editable_until
from moderation.services.reading import MAX_PAGE, OwnComment, read_own, read_thread, site_of
from moderation.services.sites import find_thread
from moderation.services.snapshot import comment_json
from moderation.web.api_models import CommentPage, CommentRequest, OwnStatus, PostedComment
from moderation.web.doors import (
    circumstances,
    read_json,
    read_limit,
    refuse_foreign_origin,
    required_by,
)
from moderation.web.key_auth import reader_address, shown_key
from moderation.web.links import own_page_url, status_url
from moderation.web.openapi import Answer, Header, Operation, Parameter, Tag, describes
from moderation.web.openapi.parts import CURSOR, ETAG, PAGE_URL, UNCHANGED
from moderation.web.runtime import runtime
from moderation.web.snapshot_cache import EXPOSED
from moderation.words import N_

bp = Blueprint("api", __name__, url_prefix="/api/v1")

_ALLOWED_HEADERS = "Content-Type, Idempotency-Key, Like-Receipt"
_DEFAULT_PAGE = 50  # top comments
_LONGEST_KEY = 196  # characters; with its prefix it fills the column

# What an author is told. Spam and rejected are one word: the difference helps only spammers.
PUBLIC_STATUS = {
    Status.PENDING: "pending",
    Status.PUBLISHED: "published",
    Status.HELD: "held",
    Status.SPAM: "not_accepted",
    Status.REJECTED: "not_accepted",
}


@bp.post("/sites/<slug>/comments")
@describes(
    Operation(
        "post_comment",
        "Post a comment",
        Tag.WRITE,
        {202: Answer("It is taken in, and will be judged in a moment.", PostedComment)},
        description="Nothing is published unseen: the answer is 202, and `status_url` tells what "
        "became of it.",
        parameters=(
            Parameter(
                "Idempotency-Key",
                Annotated[str, Field(min_length=1, max_length=_LONGEST_KEY)],
                "Made up by you, of printable ASCII: a request repeated with it is answered as the "
                "first one was, and posts nothing more.",
                place="header",
                example="5f0c7d1e",
            ),
            Parameter(
                "X-Reader-Address",
                str,
                "The IP address of the reader for whom a server posts. Believed of who shows a "
                "key.",
                place="header",
            ),
        ),
        body=CommentRequest,
        faults=(
            InvalidInputError,
            OriginNotAllowedError,
            ThreadClosedError,
            ParentNotFoundError,
            DuplicateCommentError,
            InvalidSubmissionError,
            IdempotencyConflictError,
            FloodError,
        ),
        scope=Scope.SUBMIT,
        is_key_optional=True,
    )
)
def post_comment(slug: str) -> tuple[Response, int]:
    """Take a comment in: 202 with its id, status and private status link. A server with an API key
    may tell the reader's address.
    """
    rt = runtime()
    site = rt.sites.find(slug)
    key = shown_key(slug, Scope.SUBMIT)
    refuse_foreign_origin(site, allow_null=False)
    now = rt.clock()
    fields = read_json()
    stamp = rt.signer.read_form_stamp(site.site_id, _token(fields), now)
    address = reader_address() if key else None
    how = circumstances("api", stamp, idempotency_key=_idempotency_key(), address=address)
    submission = parse_submission(fields, site.origins, required_by(site))
    accepted = rt.submissions.accept(site, submission, how, now)
    if not accepted.replayed:
        rt.nudge(accepted.comment_id, accepted.revision)
    body = {
        "id": accepted.comment_id,
        "status": PUBLIC_STATUS.get(accepted.status, "not_accepted"),
        "status_url": status_url(accepted.comment_id),
    }
    response = jsonify(body)
    response.headers["Cache-Control"] = "no-store"
    return response, HTTPStatus.ACCEPTED


def _token(fields: dict[str, Any]) -> str | None:
    token = fields.pop("form_token", None)
    if token is not None and not isinstance(token, str):
        raise InvalidInputError("form_token must be text.")
    return token


def _idempotency_key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not key.isascii() or not key.isprintable() or not 0 < len(key) <= _LONGEST_KEY:
        raise InvalidInputError(
            f"Idempotency-Key must have 1 to {_LONGEST_KEY} printable ASCII characters."
        )
    return f"api:{key}"


@bp.get("/sites/<slug>/comments")
@describes(
    Operation(
        "list_comments",
        "Read the comments of a page",
        Tag.READ,
        {
            200: Answer("Those that are published, oldest first.", CommentPage, (ETAG,)),
            304: UNCHANGED,
        },
        parameters=(
            PAGE_URL,
            Parameter(
                "limit",
                Annotated[int, Field(ge=1, le=MAX_PAGE)],
                f"How many top comments at once; {_DEFAULT_PAGE} if it is left out. Each comes "
                "with all its replies.",
            ),
            CURSOR,
        ),
        faults=(InvalidInputError,),
    )
)
def list_comments(slug: str) -> BaseResponse:
    """What is published on a page, threaded, paged by top comments."""
    site = runtime().sites.find(slug)
    page = page_of(request.args.get("url", ""), frozenset(site.origins))
    found = read_thread(
        find_thread(site, page),
        site.policy,
        runtime().clock(),
        limit=read_limit(_DEFAULT_PAGE, MAX_PAGE),
        cursor=request.args.get("cursor"),
    )
    thread = found.thread
    response = jsonify(
        {
            "url": thread.url if thread else page,
            "title": thread.title if thread else "",
            "count": found.count,
            "closed": found.closed,
            "comments": [comment_json(node) for node in found.nodes],
            "next_cursor": found.next_cursor,
        }
    )
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)


@bp.get("/status/<token>")
@describes(
    Operation(
        "read_own_comment",
        "See what became of a comment",
        Tag.OWN,
        {
            200: Answer("What its author may know.", OwnStatus),
            303: Answer(
                "A browser that asks for HTML is led to the comment on its page.",
                headers=(Header("Location", str, "The hosted page of the thread."),),
            ),
        },
        description="Whether a comment was taken for spam or rejected is not told: both are "
        "`not_accepted`.",
    )
)
def status(token: str) -> BaseResponse:
    """The author's private link: JSON for programs, the comment on its page for people."""
    own = find_own(token)
    if request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html":
        response: BaseResponse = redirect(own_page_url(own, token), HTTPStatus.SEE_OTHER)
    else:
        until = editable_until(
            own.node.created_at, own.status, own.site.settings, runtime().clock()
        )
        body = {
            "id": own.node.comment_id,
            "status": PUBLIC_STATUS[own.status],
            "url": f"{own.thread.url}#comment-{own.node.comment_id}",
            "comment": comment_json(own.node) | {"text": own.node.text},
            "editable_until": until.isoformat() if until else None,
            "revision": own.revision,
        }
        response = jsonify(body)
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response


def find_own(token: str) -> OwnComment:
    """The comment of a private link.

    Raises:
        UnknownCommentError: the link is not one of ours, or the comment is deleted.
    """
    comment_id = runtime().signer.read_status_link(token)
    if comment_id is None:
        raise UnknownCommentError(
            N_("This link is not whole, or the comment is not here any more.")
        )
    return read_own(comment_id)


@bp.after_request
def allow_cross_origin(response: Response) -> Response:
    """CORS, for the site's own origins only, and without credentials."""
    response.vary.add("Origin")
    origin = request.headers.get("Origin")
    site = _site_asked_for() if origin else None
    if origin and site is not None and origin in site.origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "GET, POST, PATCH, DELETE"
            response.headers["Access-Control-Allow-Headers"] = _ALLOWED_HEADERS
            response.headers["Access-Control-Max-Age"] = "7200"
    elif origin and site is None and response.status_code == HTTPStatus.NOT_FOUND:
        # That there is no such site is no secret, and the page that names it should tell it.
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _site_asked_for() -> SiteProfile | None:
    arguments = request.view_args or {}
    try:
        if "slug" in arguments:
            return runtime().sites.find(arguments["slug"])
    except UnknownSiteError:
        return None
    comment_id = runtime().signer.read_status_link(arguments.get("token", ""))
    # Of a deleted comment too: the author's page must be able to read that it is.
    return site_of(comment_id) if comment_id is not None else None
