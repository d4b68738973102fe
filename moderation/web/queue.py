"""The moderators' queue."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_security import auth_required
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.policy import RULE_MEANINGS
from moderation.domain.signals import MEANINGS
from moderation.domain.status import Status
from moderation.errors import InvalidInputError, ModerationError, StaleDecisionError
from moderation.services import review
from moderation.web.auth import me
from moderation.web.runtime import runtime

bp = Blueprint("queue", __name__)

_PAGE = 25
_RECENT = 8


@bp.get("/")
@auth_required("session")
def show() -> str:
    """What is held, oldest first, with its signals; and what was decided just now."""
    return _page()


@bp.post("/<int(max=9223372036854775807):comment_id>")
@auth_required("session")
def decide(comment_id: int) -> BaseResponse:
    """Approve, spam or reject."""
    form = request.form
    try:
        seen = Status(form.get("seen", ""))
    except ValueError:
        raise InvalidInputError("The form is not whole. Please reload the queue.") from None
    return _carry_out(
        lambda: review.decide(
            me(),
            comment_id,
            form.get("decision", ""),
            revision=_number("revision"),
            seen=seen,
            now=runtime().clock(),
        )
    )


@bp.post("/undo/<int(max=9223372036854775807):entry_id>")
@auth_required("session")
def undo(entry_id: int) -> BaseResponse:
    """Take a decision back."""
    return _carry_out(lambda: review.undo(me(), entry_id, now=runtime().clock()))


def _carry_out(act: Callable[[], int]) -> BaseResponse:
    try:
        entry_id = act()
    except StaleDecisionError as error:
        return Response(_page(error), HTTPStatus.CONFLICT)
    return redirect(url_for("queue.show", done=entry_id), HTTPStatus.SEE_OTHER)


def _page(fault: ModerationError | None = None) -> str:
    return render_template(
        "queue/queue.html",
        queue=review.read_queue(me(), limit=_PAGE, after=_after()),
        recent=review.recent_decisions(me(), limit=_RECENT),
        sites=review.own_sites(me()),
        done=request.args.get("done"),
        fault=fault,
        meanings=MEANINGS,
        rule_meanings=RULE_MEANINGS,
        now=runtime().clock(),
    )


def _after() -> int:
    text = request.args.get("after", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0  # noqa: PLR2004


def _number(name: str) -> int:
    text = request.form.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004
        raise InvalidInputError("The form is not whole. Please reload the queue.")
    return int(text)
