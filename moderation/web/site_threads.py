"""A site's threads: found, counted, closed, opened."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_security import auth_required
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.status import Status
from moderation.domain.whole_number import whole_number
from moderation.errors import InvalidInputError, UnknownThreadError
from moderation.services import threads
from moderation.services.threads import State
from moderation.web.auth import me
from moderation.web.languages import say
from moderation.web.runtime import runtime
from moderation.words import N_

bp = Blueprint("site_threads", __name__, url_prefix="/sites/<slug>/threads")

_PAGE = 25
_LONGEST_SEARCH = 200  # characters
_ID = "int(max=9223372036854775807)"
_STATES = ((State.ALL, N_("All")), (State.OPEN, N_("Open")), (State.CLOSED, N_("Closed")))


@bp.before_request
@auth_required("session")
def _sign_in_first() -> None:
    """Sites are for moderators who are signed in."""


@bp.get("")
def show(slug: str) -> str:
    """A site's threads, the newest first."""
    return _page(slug)


@bp.post("")
def close_page(slug: str) -> BaseResponse:
    """Close the thread of a page, also of one that has none yet."""
    url, now = request.form.get("url", ""), runtime().clock()
    try:
        thread = threads.set_page_closed(me(), slug, url, now, closed=True)
    except UnknownThreadError as error:
        page = _page(slug, url=url, url_fault=error.message)
        return Response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _done(slug, _closed(thread.url))


@bp.post(f"/<{_ID}:thread_id>/close")
def close(slug: str, thread_id: int) -> BaseResponse:
    """Take no more comments in a thread."""
    thread = threads.set_closed(me(), slug, thread_id, runtime().clock(), closed=True)
    return _done(slug, _closed(thread.title or thread.url))


@bp.post(f"/<{_ID}:thread_id>/open")
def reopen(slug: str, thread_id: int) -> BaseResponse:
    """Take comments in a thread again."""
    thread = threads.set_closed(me(), slug, thread_id, runtime().clock(), closed=False)
    name = thread.title or thread.url
    return _done(slug, say(N_("{thread} takes comments again."), thread=name))


def _page(slug: str, **values: Any) -> str:
    words = request.args.get("q", "")[:_LONGEST_SEARCH]
    state, now = _state(), runtime().clock()
    found = threads.list_threads(
        me(),
        slug,
        now,
        words=words,
        state=state,
        older_than=whole_number(request.args.get("after", "")),
        limit=_PAGE,
    )
    return render_template(
        "sites/threads.html",
        site=found.site,
        found=found,
        words=words,
        state=state,
        states=_STATES,
        statuses=Status,
        now=now,
        **values,
    )


def _closed(thread: str) -> str:
    return say(N_("{thread} takes no more comments."), thread=thread)


def _state() -> State:
    try:
        return State(request.args.get("state") or State.ALL)
    except ValueError:
        raise InvalidInputError(N_("Threads are all, open or closed.")) from None


def _done(slug: str, words: str) -> BaseResponse:
    flash(words, "success")
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("q", "state", "after") if name in request.args
    }
    there = url_for("site_threads.show", slug=slug, **kept)
    return redirect(there, HTTPStatus.SEE_OTHER)
