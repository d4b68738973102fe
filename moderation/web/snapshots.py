"""Threads as the widget and pages of a site show them: equal for all readers, kept in memory."""

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, render_template, request

from moderation.domain.page import page_of
from moderation.domain.site_settings import Sort
from moderation.errors import InvalidInputError, OriginNotAllowedError
from moderation.services.snapshot import ThreadState, read_snapshot, read_state, thread_json
from moderation.web import languages
from moderation.web.api import allow_cross_origin
from moderation.web.api_models import FormToken, ThreadSnapshot
from moderation.web.doors import refuse_foreign_origin
from moderation.web.links import public_root, thread_url
from moderation.web.openapi import Answer, Operation, Parameter, Tag, describes
from moderation.web.openapi.parts import CURSOR, ETAG, PAGE_URL, UNCHANGED
from moderation.web.runtime import runtime
from moderation.web.snapshot_cache import Asked, Headers, answer, target_of

bp = Blueprint("snapshots", __name__)
bp.after_request(allow_cross_origin)

_Build = Callable[[ThreadState, Asked], tuple[Headers, bytes]]


@bp.get("/api/v1/sites/<slug>/thread")
@describes(
    Operation(
        "read_thread",
        "Read a thread with all that a widget needs",
        Tag.READ,
        {200: Answer("Equal for all readers.", ThreadSnapshot, (ETAG,)), 304: UNCHANGED},
        description="Answered from memory, in gzip too. What changes shows within a second.",
        parameters=(
            PAGE_URL,
            Parameter("title", str, "Passed over: a published comment tells it."),
            Parameter("sort", Sort, "How the top comments stand; if left out, as the site says."),
            CURSOR,
        ),
        faults=(OriginNotAllowedError, InvalidInputError),
    )
)
def thread(slug: str) -> Response:
    """What the widget shows of a page. The page's title, if the query tells it, is passed over: a
    thread has the title that a published comment told.
    """
    return _answer("thread", slug, _json)


@bp.get("/s/<slug>/fragment")
def fragment(slug: str) -> Response:
    """The comments of a page as HTML to put into it."""
    return _answer("fragment", slug, _html, root=public_root(), language=languages.asked())


@bp.get("/api/v1/sites/<slug>/form")
@describes(
    Operation(
        "stamp_form",
        "Ask for a form's stamp",
        Tag.WRITE,
        {200: Answer("A new one, each time.", FormToken)},
        description="Ask when the reader begins to write: it tells how long they took, which tells "
        "people from programs.",
        faults=(OriginNotAllowedError,),
    )
)
def form(slug: str) -> Response:
    """The signed time stamp that a form begins with."""
    rt = runtime()
    site = rt.sites.find(slug)
    refuse_foreign_origin(site, allow_null=False)
    response = jsonify({"form_token": rt.signer.stamp_form(site.site_id, rt.clock())})
    response.headers["Cache-Control"] = "no-store"
    return response


def _answer(
    document: str, slug: str, build: _Build, *, root: str = "", language: str | None = None
) -> Response:
    rt = runtime()
    site = rt.sites.find(slug)
    refuse_foreign_origin(site, allow_null=False)
    page = page_of(request.args.get("url", ""), frozenset(site.origins))
    cursor = request.args.get("cursor") or None
    asked = Asked(document, slug, page, _sort(), cursor, root, language)
    snapshot = rt.snapshots.find(
        target_of(request.environ),
        asked,
        lambda: read_state(slug, page, rt.clock()),
        lambda state: build(state, asked),
    )
    status, headers, body = answer(snapshot, request.environ)
    return Response(body, status, headers)


def _sort() -> Sort | None:
    sort = request.args.get("sort")
    if sort is None:
        return None
    if sort not in set(Sort):
        raise InvalidInputError(f"sort must be one of {', '.join(Sort)}.")
    return Sort(sort)


def _json(state: ThreadState, asked: Asked) -> tuple[Headers, bytes]:
    sort = Sort(asked.sort) if asked.sort else None
    found = read_snapshot(state, sort, asked.cursor, runtime().clock())
    return [("Content-Type", "application/json")], thread_json(state, found, sort)


def _html(state: ThreadState, asked: Asked) -> tuple[Headers, bytes]:
    sort = Sort(asked.sort) if asked.sort else None
    found = read_snapshot(state, sort, asked.cursor, runtime().clock())
    # It is one for all readers, whatever their browsers ask for.
    spoken = asked.language or state.site.settings.language or languages.DEFAULT
    with languages.speaking(spoken):
        html = render_template(
            "widget/fragment.html",
            site=state.site,
            state=state,
            found=found,
            url=found.thread.url if found.thread else state.page,
            sort=sort or state.site.settings.sort,
            thread_page=asked.root + thread_url(state.site, state.page, lang=asked.language),
        )
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Language", spoken)]
    return headers, html.encode()
