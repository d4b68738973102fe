"""What a site has learned: to look at, to begin anew, to take elsewhere and bring here."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Request, Response, flash, redirect, render_template, request, url_for
from flask_security import auth_required, current_user
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.costs import Decided, reliability
from moderation.domain.roles import Permission
from moderation.errors import ModerationError
from moderation.services import learned, lesson_files
from moderation.services.permissions import permissions_on
from moderation.web.auth import me
from moderation.web.charts import dots
from moderation.web.comment_links import comment_url
from moderation.web.errors import status_of
from moderation.web.runtime import runtime
from moderation.words import N_

bp = Blueprint("site_learned", __name__, url_prefix="/sites/<slug>/learned")

_TOLD_THERE = frozenset({"invalid_input", "already_exists", "stale_decision", "unknown_lessons"})
_MOST_BYTES = 64 * 2**20  # of a file; a larger one is for the command line


class UploadRequest(Request):
    """A request that may be larger where a moderator brings a file of lessons; of whoever has not
    signed in the service does not read as much.
    """

    @property
    def max_content_length(self) -> int | None:
        """How many bytes it may have."""
        if self.endpoint == "site_learned.bring" and current_user.is_authenticated:
            return _MOST_BYTES
        return super().max_content_length

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        Request.max_content_length.__set__(self, value)  # type: ignore[attr-defined]


@bp.before_request
@auth_required("session")
def _sign_in_first() -> None:
    """Sites are for moderators who are signed in."""


@bp.get("")
def show(slug: str) -> str:
    """What the site has learned, by whom, and how good it was."""
    return _page(slug)


@bp.post("/reset")
def reset(slug: str) -> BaseResponse:
    """Begin anew."""
    if request.form.get("sure") != "yes":
        return Response(_page(slug, fault=N_("Nothing was changed.")), HTTPStatus.BAD_REQUEST)
    return _done(slug, lambda: learned.reset(me(), slug, runtime().clock()), N_("It begins anew."))


@bp.post("/restore/<int(max=9223372036854775807):entry_id>")
def restore(slug: str, entry_id: int) -> BaseResponse:
    """Let the former lessons count again."""
    return _done(
        slug,
        lambda: learned.take_back_reset(me(), slug, entry_id, runtime().clock()),
        N_("All lessons count again."),
    )


@bp.get("/lessons.jsonl")
def take(slug: str) -> Response:
    """All lessons as a file."""
    lines = "".join(lesson_files.export(me(), slug))
    headers = {"Content-Disposition": f'attachment; filename="{slug}-lessons.jsonl"'}
    return Response(lines, mimetype="application/jsonl", headers=headers)


@bp.post("/lessons")
def bring(slug: str) -> BaseResponse:
    """Learn from a file."""
    file = request.files.get("file")
    content = file.read() if file else b""
    return _done(
        slug,
        lambda: lesson_files.import_file(me(), slug, content, runtime().clock()),
        N_("The lessons are here. They count within seconds."),
    )


@bp.post("/lessons/<origin>/forget")
def forget(slug: str, origin: str) -> BaseResponse:
    """Forget what a file has taught."""
    return _done(
        slug,
        lambda: lesson_files.forget_file(me(), slug, origin, runtime().clock()),
        N_("They are forgotten. Within seconds the site judges without them."),
    )


def _done(slug: str, act: Any, words: str) -> BaseResponse:
    try:
        act()
    except ModerationError as error:
        if error.code not in _TOLD_THERE:
            raise
        return Response(_page(slug, fault=error.message), status_of(error))
    flash(words, "success")
    return redirect(url_for("site_learned.show", slug=slug), HTTPStatus.SEE_OTHER)


def _page(slug: str, fault: str | None = None) -> str:
    found = learned.look(me(), slug)
    decided = learned.judged_then_decided(found.site.id)
    return render_template(
        "sites/learned.html",
        site=found.site,
        learned=found,
        files=lesson_files.brought_files(found.site.id),
        fault=fault,
        may_manage=Permission.MANAGE_SITE in permissions_on(me(), slug),
        comment_url=comment_url,
        now=runtime().clock(),
        **_reliability(decided),
    )


def _reliability(decided: Sequence[Decided]) -> dict[str, Any]:
    bins = reliability(decided)
    return {
        "decided": len(decided),
        "bins": bins,
        "dots": dots([(one.said, one.spam, one.count) for one in bins]),
    }
