"""Deciding many comments at once: the order, its progress, its undo."""

from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_security import auth_required
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.queue_view import QueueView, parse_view
from moderation.domain.whole_number import whole_number
from moderation.errors import InvalidInputError
from moderation.services import bulk
from moderation.web.auth import me
from moderation.web.bulk_words import asked, told
from moderation.web.errors import status_of
from moderation.web.queue import ID, form_number, queue_page
from moderation.web.runtime import runtime
from moderation.web.taskqueue import BULK
from moderation.words import N_

bp = Blueprint("bulk", __name__, url_prefix="/bulk")


@bp.before_request
@auth_required("session")
def _sign_in_first() -> None:
    """Every page of the queue is for moderators who are signed in."""


@bp.post("/")
def order() -> BaseResponse | str:
    """Order a decision on the comments selected, or on all of a view once that is confirmed."""
    view = parse_view(request.args)
    try:
        return _order(view)
    except InvalidInputError as fault:
        return Response(queue_page(view, fault), status_of(fault))


def _order(view: QueueView) -> BaseResponse | str:
    form, now = request.form, runtime().clock()
    decision, why = form.get("decision", ""), form.get("why", "")
    if form.get("which") != "all":
        ids = [number for text in form.getlist("ids") if (number := whole_number(text))]
        if not ids:
            raise InvalidInputError(N_("Nothing is selected. Choose some comments first."))
        return _at_work(bulk.order_by_ids(me(), decision, ids, now, tab=view.tab, why=why))
    newest = form_number("newest")
    if not form.get("confirmed"):
        return render_template(
            "queue/bulk_preview.html",
            count=(count := bulk.preview(me(), decision, view, newest)),
            words=asked(decision, count),
            decision=decision,
            newest=newest,
            view=view,
        )
    return _at_work(bulk.order_by_view(me(), decision, view, newest, now, why=why))


@bp.get(f"/<{ID}:job_id>")
def show(job_id: int) -> str:
    """How far a job is."""
    return _render("queue/bulk.html", job_id)


@bp.get(f"/<{ID}:job_id>/progress")
def progress(job_id: int) -> str:
    """The same, for a page that is open."""
    return _render("queue/_progress.html", job_id)


@bp.post(f"/<{ID}:job_id>/cancel")
def cancel(job_id: int) -> BaseResponse:
    """Let a job end after the step it is in."""
    bulk.cancel(me(), job_id)
    return _show(job_id)


@bp.post(f"/<{ID}:job_id>/undo")
def undo(job_id: int) -> BaseResponse:
    """Take back all that a job has decided."""
    return _at_work(bulk.order_undo(me(), job_id, runtime().clock()))


def _at_work(job_id: int) -> BaseResponse:
    runtime().send_task(BULK, job_id)
    return _show(job_id)


def _show(job_id: int) -> BaseResponse:
    return redirect(url_for("bulk.show", job_id=job_id), HTTPStatus.SEE_OTHER)


def _render(template: str, job_id: int) -> str:
    job = bulk.own_job(me(), job_id)
    return render_template(template, job=job, words=told(job), undone=bulk.is_undone(job_id))
