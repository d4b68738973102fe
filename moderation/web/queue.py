"""The moderators' queue: its pages, decisions, and what else is done to a comment."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_security import auth_required
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.actions import Action
from moderation.domain.queue_view import QueueView, Tab, parse_view
from moderation.domain.remote_words import TITLES
from moderation.domain.status import Status
from moderation.domain.whole_number import whole_number
from moderation.errors import (
    InvalidInputError,
    InvalidSubmissionError,
    ModerationError,
    StaleDecisionError,
)
from moderation.services import bulk, moderating, queue, review
from moderation.services.recent import recent_actions
from moderation.services.remote.held import waiting
from moderation.services.wave_rows import NO_WAVES, read_waves
from moderation.web.auth import me
from moderation.web.errors import status_of
from moderation.web.latest import latest
from moderation.web.queue_words import queue_words
from moderation.web.runtime import runtime
from moderation.words import N_

bp = Blueprint("queue", __name__)

_PAGE = 25
_RECENT = 5
_NOT_WHOLE = N_("The form is not whole. Please reload the queue.")
ID = "int(max=9223372036854775807)"


@bp.before_request
@auth_required("session")
def _sign_in_first() -> None:
    """Every page of the queue is for moderators who are signed in."""


@bp.get("/")
def show() -> str:
    """A view of the queue."""
    return queue_page(_view())


@bp.get("/more")
def more() -> str:
    """The next comments of a view, for a page that is open."""
    view = _view()
    page = queue.read_queue(
        me(), view, runtime().clock(), limit=_PAGE, after=request.args.get("after", ""), fold=True
    )
    return render_template("queue/_items.html", page=page, **queue_words(view))


@bp.get("/news")
def news() -> str:
    """What has changed since a page was made: new comments, counts, who looks at what."""
    view = _view()
    newest = _number(request.args, "newest")
    now_newest = queue.newest_id()
    return render_template(
        "queue/_news.html",
        new=queue.count_new(me(), view, newest, fold=True),
        waves=read_waves(me(), view) if view.folds else NO_WAVES,
        waves_shown=[n for text in request.args.getlist("wave_shown") if (n := whole_number(text))],
        newest=now_newest,
        **(_counts(view, newest) if "counted" in request.args else {"found": None}),
        claims=queue.claims_of_others(me(), runtime().clock()),
        oob=True,
        **queue_words(view),
    )


@bp.get(f"/comment/<{ID}:comment_id>")
def comment(comment_id: int) -> str:
    """One comment with its history."""
    return _own_page(comment_id)


@bp.post(f"/<{ID}:comment_id>")
def decide(comment_id: int) -> BaseResponse:
    """Approve, spam, reject or block."""
    form = request.form
    decision = form.get("decision", "")
    # The form's list of reasons stands beside each decision; it is one for refusing alone.
    why = form.get("why", "") if decision in {Action.REJECT, Action.BLOCK} else ""
    return _carry_out(
        comment_id,
        lambda: review.decide(
            me(),
            comment_id,
            decision,
            revision=form_number("revision"),
            seen=_seen(),
            now=runtime().clock(),
            why=why,
        ),
    )


@bp.post(f"/undo/<{ID}:entry_id>")
def undo(entry_id: int) -> BaseResponse:
    """Take something back."""
    comment_id = review.comment_of(me(), entry_id)
    return _carry_out(
        comment_id, lambda: review.undo(me(), entry_id, now=runtime().clock()), whole=True
    )


@bp.get(f"/<{ID}:comment_id>/edit")
def edit_form(comment_id: int) -> str:
    """The form that edits a comment."""
    return _form("edit", comment_id)


@bp.post(f"/<{ID}:comment_id>/edit")
def edit(comment_id: int) -> BaseResponse:
    """Give a comment other words."""
    return _from_form(
        "edit",
        comment_id,
        lambda text: moderating.edit(
            me(),
            comment_id,
            text,
            revision=form_number("revision"),
            now=runtime().clock(),
        ),
    )


@bp.get(f"/<{ID}:comment_id>/reply")
def reply_form(comment_id: int) -> str:
    """The form that replies in the site's name."""
    return _form("reply", comment_id)


@bp.post(f"/<{ID}:comment_id>/reply")
def reply(comment_id: int) -> BaseResponse:
    """Reply in the site's name."""
    return _from_form(
        "reply",
        comment_id,
        lambda text: moderating.reply(
            runtime().vault,
            me(),
            comment_id,
            text,
            revision=form_number("revision"),
            seen=_seen(),
            now=runtime().clock(),
        ),
    )


@bp.get(f"/<{ID}:comment_id>/opinion")
def opinion_form(comment_id: int) -> str:
    """The form that asks for a second opinion."""
    return _form("opinion", comment_id)


@bp.post(f"/<{ID}:comment_id>/opinion")
def opinion(comment_id: int) -> BaseResponse:
    """Ask for a second opinion."""
    return _from_form(
        "opinion",
        comment_id,
        lambda text: moderating.ask_second_opinion(me(), comment_id, text, now=runtime().clock()),
    )


@bp.post(f"/<{ID}:comment_id>/dismiss")
def dismiss(comment_id: int) -> BaseResponse:
    """Close readers' reports of a comment and leave it as it is."""
    return _carry_out(
        comment_id,
        lambda: moderating.dismiss_reports(me(), comment_id, now=runtime().clock()),
        whole=True,
    )


@bp.post(f"/<{ID}:comment_id>/address")
def address(comment_id: int) -> str:
    """The commenter's address: shown once, on a page that is not stored, and audited."""
    shown = moderating.show_address(runtime().vault, me(), comment_id, now=runtime().clock())
    item = queue.read_item(me(), comment_id, runtime().clock())
    name = "queue/_address.html" if _by_htmx() else "queue/address.html"
    return render_template(name, address=shown, item=item, **queue_words(_view()))


@bp.post(f"/<{ID}:comment_id>/claim")
def claim(comment_id: int) -> tuple[str, HTTPStatus]:
    """Note who is looking at a comment."""
    moderating.claim(me(), comment_id, runtime().clock())
    return "", HTTPStatus.NO_CONTENT


@bp.get("/help")
def keys() -> str:
    """The keyboard's keys: a page, or for a page that is open what is laid over it."""
    if _by_htmx():
        return render_template("queue/_help.html")
    return render_template("queue/help.html", **queue_words(_view()))


def _carry_out(
    comment_id: int, act: Callable[[], int], *, whole: bool = False, done: Action | None = None
) -> BaseResponse:
    """Do it, then show the view again; or for a page that is open, what is left of the comment.

    Args:
        comment_id: what it is done to.
        act: gives the audit entry's id.
        whole: whether the comment is shown in full after it, as after an undo.
        done: what it is, where it is no decision on this comment.
    """
    try:
        entry_id = act()
    except StaleDecisionError as error:
        if _by_htmx():
            return _fragment("queue/_stale.html", comment_id, fault=error, whole=False)
        page = _own_page(comment_id, error) if _is_alone() else queue_page(_view(), error)
        return Response(page, HTTPStatus.CONFLICT)
    if _by_htmx():
        name = "queue/_restored.html" if whole else "queue/_decided.html"
        return _fragment(name, comment_id, entry_id=entry_id, done=done, whole=whole)
    arguments: dict[str, Any] = _view().arguments(done=entry_id)
    if _is_alone():
        arguments["comment_id"] = comment_id
        return redirect(url_for("queue.comment", **arguments), HTTPStatus.SEE_OTHER)
    return redirect(url_for("queue.show", **arguments), HTTPStatus.SEE_OTHER)


def _fragment(name: str, comment_id: int, **values: Any) -> Response:
    """What takes a comment's place: on its own page all of it, and its history."""
    now, view = runtime().clock(), _view()
    item = queue.read_item(me(), comment_id, now)
    if _is_alone():
        name, values["history"] = "queue/_whole.html", queue.read_history(comment_id)
    else:
        values |= _counts(view, whole_number(request.values.get("newest", "")))
    return Response(render_template(name, item=item, oob=True, **values, **queue_words(view)))


def _counts(view: QueueView, newest: int | None) -> dict[str, Any]:
    """What a view holds now, and how much of it is newer than the page that is open."""
    unseen = None if newest is None or view.q else queue.count_unseen(me(), view, newest)
    return {"found": queue.count_view(me(), view, runtime().clock()), "unseen": unseen}


def _form(
    kind: str, comment_id: int, text: str | None = None, fault: ModerationError | None = None
) -> str:
    item = queue.read_item(me(), comment_id, runtime().clock())
    name = "queue/_form.html" if _by_htmx() else "queue/form.html"
    typed = text if text is not None else item.comment.text if kind == "edit" else ""
    return render_template(
        name, kind=kind, item=item, typed=typed, fault=fault, **queue_words(_view())
    )


def _from_form(kind: str, comment_id: int, act: Callable[[str], int]) -> BaseResponse:
    """Do it with what was typed; where that cannot be done, it comes back with the fault."""
    text = request.form.get("text", "")
    try:
        entry_id = act(text)
    except (InvalidSubmissionError, InvalidInputError, StaleDecisionError) as error:
        form = _form(kind, comment_id, text, error)
        if not _by_htmx():
            return Response(form, status_of(error))
        # What succeeds takes the comment's place; a fault only the form's.
        place = {"HX-Retarget": f"#form-{comment_id}", "HX-Reswap": "innerHTML"}
        return Response(form, headers=place)
    if kind == "reply":
        return _carry_out(comment_id, lambda: entry_id, done=Action.REPLY)
    return _carry_out(comment_id, lambda: entry_id, whole=True)


def queue_page(view: QueueView, fault: ModerationError | None = None) -> str:
    """A view of the queue; `fault` is what could not be done there."""
    now = runtime().clock()
    page = queue.read_queue(
        me(), view, now, limit=_PAGE, after=request.args.get("after", ""), fold=True
    )
    return render_template(
        "queue/queue.html",
        page=page,
        waves=page.waves,
        newest=page.newest_id,
        latest=latest(recent_actions(me(), limit=_RECENT), bulk.recent_jobs(me(), limit=1), now),
        done=request.args.get("done"),
        fault=fault,
        waiting=waiting(me(), now) if view.tab is Tab.HELD else (),
        titles=TITLES,
        **queue_words(view),
    )


def _own_page(comment_id: int, fault: ModerationError | None = None) -> str:
    """A comment with its history; after a decision on this page, what takes that back."""
    item = queue.read_item(me(), comment_id, runtime().clock())
    last, done = item.last, request.args.get("done")
    undoable = last is not None and last.action in review.UNDOABLE and str(last.id) == done
    return render_template(
        "queue/comment.html",
        item=item,
        history=queue.read_history(comment_id),
        entry_id=done if undoable else None,
        fault=fault,
        **queue_words(_view()),
    )


def _is_alone() -> bool:
    """Whether it was sent from a comment's own page."""
    return request.values.get("shown") == "comment"


def _view() -> QueueView:
    """The view that the address, or the form's hidden field, tells of."""
    return parse_view(request.args)


def _seen() -> Status:
    try:
        return Status(request.form.get("seen", ""))
    except ValueError:
        raise InvalidInputError(_NOT_WHOLE) from None


def form_number(name: str) -> int:
    """A whole number of the form sent.

    Raises:
        InvalidInputError: it is missing or no such number.
    """
    return _number(request.form, name)


def _number(values: Any, name: str) -> int:
    number = whole_number(values.get(name, ""))
    if number is None:
        raise InvalidInputError(_NOT_WHOLE)
    return number


def _by_htmx() -> bool:
    return request.headers.get("HX-Request") == "true"
