"""The queue for programs: an API key reads it, decides, and takes decisions back."""

from typing import Annotated, Any

from flask import Blueprint, Response, jsonify, request
from pydantic import Field, ValidationError

from moderation.domain.api_keys import Scope
from moderation.domain.audit_words import who_did
from moderation.domain.queue_view import QueueView, parse_view
from moderation.domain.signals import MEANINGS, Signal
from moderation.errors import (
    InvalidInputError,
    MalformedRequestError,
    NotAllowedError,
    StaleDecisionError,
)
from moderation.models import AuditEntry
from moderation.services import keyed
from moderation.services.queue import QueueItem
from moderation.web.doors import read_json, read_limit
from moderation.web.key_auth import required_key
from moderation.web.moderation_models import (
    VIEW_PARAMETERS,
    Decided,
    DecisionRequest,
    ModeratedComment,
    ModeratedPage,
)
from moderation.web.openapi import Answer, Operation, Parameter, Tag, describes
from moderation.web.openapi.parts import CURSOR
from moderation.web.runtime import runtime

bp = Blueprint("moderation_api", __name__, url_prefix="/api/v1/sites/<slug>/moderation")

_DEFAULT_PAGE = 25
_LARGEST_PAGE = 100


@bp.after_request
def _keep_nothing(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Authorization")
    return response


@bp.get("/comments")
@describes(
    Operation(
        "list_queue",
        "Read a page of the queue",
        Tag.MODERATE,
        {200: Answer("The comments of the view.", ModeratedPage)},
        parameters=(
            *VIEW_PARAMETERS,
            Parameter(
                "limit",
                Annotated[int, Field(ge=1, le=_LARGEST_PAGE)],
                f"How many at once; {_DEFAULT_PAGE} if it is left out.",
            ),
            CURSOR,
        ),
        faults=(InvalidInputError,),
        scope=Scope.READ,
    )
)
def list_comments(slug: str) -> Response:
    """A page of a view of the queue, with the same arguments as its address."""
    key = required_key(slug, Scope.READ)
    page = keyed.read_page(
        key,
        _view(),
        runtime().clock(),
        limit=read_limit(_DEFAULT_PAGE, _LARGEST_PAGE),
        after=request.args.get("cursor", ""),
    )
    return jsonify(
        {"comments": [_as_json(item) for item in page.items], "next_cursor": page.next_after}
    )


def _view() -> QueueView:
    blank = [name for name in QueueView.model_fields if request.args.get(name) == ""]
    if blank:
        raise InvalidInputError(
            f"{', '.join(blank)}: nothing is said. Leave out what should not narrow the view."
        )
    return parse_view(request.args)


@bp.get("/comments/<id:comment_id>")
@describes(
    Operation(
        "read_queue_item",
        "Read one comment, whatever its status",
        Tag.MODERATE,
        {200: Answer("With all that bears on a decision.", ModeratedComment)},
        scope=Scope.READ,
    )
)
def show_comment(slug: str, comment_id: int) -> Response:
    """One comment, whatever its status."""
    key = required_key(slug, Scope.READ)
    return jsonify(_as_json(keyed.read_item(key, comment_id, runtime().clock())))


@bp.post("/comments/<id:comment_id>/decision")
@describes(
    Operation(
        "decide",
        "Decide on a comment",
        Tag.MODERATE,
        {200: Answer("It is decided, audited, and can be taken back.", Decided)},
        body=DecisionRequest,
        faults=(InvalidInputError, NotAllowedError, StaleDecisionError),
        scope=Scope.MODERATE,
    )
)
def decide(slug: str, comment_id: int) -> Response:
    """Approve, spam, reject or block, on the revision and status that were seen."""
    key, now = required_key(slug, Scope.MODERATE), runtime().clock()
    body = _read_decision()
    entry_id = keyed.decide(
        key,
        comment_id,
        body.decision,
        revision=body.revision,
        seen=body.seen,
        now=now,
        why=body.why,
    )
    return jsonify({"entry": entry_id, "comment": _as_json(keyed.read_item(key, comment_id, now))})


def _read_decision() -> DecisionRequest:
    fields = read_json()
    try:
        return DecisionRequest.model_validate(fields)
    except ValidationError as error:
        names = ", ".join(sorted({".".join(map(str, fault["loc"])) for fault in error.errors()}))
        raise InvalidInputError(
            f"The decision cannot be read: {names} is missing, unknown or not of its kind. "
            "It takes decision, revision, seen, and if you like why."
        ) from None


@bp.post("/decisions/<id:entry_id>/undo")
@describes(
    Operation(
        "undo_decision",
        "Take a decision back",
        Tag.MODERATE,
        {200: Answer("The comment is as it was before.", Decided)},
        faults=(MalformedRequestError, InvalidInputError, NotAllowedError, StaleDecisionError),
        scope=Scope.MODERATE,
    )
)
def undo(slug: str, entry_id: int) -> Response:
    """Take a decision back."""
    key, now = required_key(slug, Scope.MODERATE), runtime().clock()
    if request.get_data():
        raise MalformedRequestError("Taking a decision back takes no body.")
    undone, comment_id = keyed.undo(key, entry_id, now)
    return jsonify({"entry": undone, "comment": _as_json(keyed.read_item(key, comment_id, now))})


def _as_json(item: QueueItem) -> dict[str, Any]:
    comment, thread = item.comment, item.thread
    return {
        "id": comment.id,
        "status": comment.status,
        "revision": comment.revision,
        "thread": {"id": thread.id, "url": thread.url, "title": thread.title},
        "parent": {
            "id": item.parent.id,
            "name": item.parent.name,
            "text": item.parent.text,
        }
        if item.parent
        else None,
        "name": comment.name,
        "website": comment.website,
        "text": comment.text,
        "html": comment.rendered,
        "language": comment.language or None,
        "by_site": comment.by_site,
        "created_at": comment.created_at.isoformat(),
        "published_at": comment.published_at.isoformat() if comment.published_at else None,
        "edited_at": comment.edited_at.isoformat() if comment.edited_at else None,
        "likes": comment.likes,
        "open_reports": comment.open_reports,
        "commenter": {
            "id": item.commenter.id,
            "first_seen_at": item.commenter.first_seen_at.isoformat(),
            "published": item.commenter.published_count,
            "refused": item.commenter.refused_count,
        },
        "verdict": {
            "rule": comment.verdict_rule,
            "score": comment.score,
            "of_former_text": item.edited_since,
            "signals": [_signal(signal) for signal in item.signals],
        },
        "last": _entry(item.last, item.last_by) if item.last else None,
        "claimed_by": item.claimed_by,
        "second_opinion": {
            "by": item.opinion.by,
            "note": item.opinion.note,
            "asked_at": item.opinion.created_at.isoformat(),
        }
        if item.opinion
        else None,
    }


def _signal(signal: Signal) -> dict[str, Any]:
    return {
        "symbol": signal.symbol,
        "meaning": MEANINGS[signal.symbol],
        "score": signal.score,
        "evidence": signal.evidence,
        "check": signal.check,
        "version": signal.version,
    }


def _entry(entry: AuditEntry, who: str | None) -> dict[str, Any]:
    return {
        "entry": entry.id,
        "action": entry.action,
        "by": who_did(entry.actor, who),
        "before": entry.before,
        "after": entry.after,
        "why": entry.why,
        "at": entry.created_at.isoformat(),
    }
