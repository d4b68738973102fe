"""The JSON API's description: for programs, and as a page for people."""

import json
from functools import lru_cache
from typing import Any

from flask import Blueprint, Flask, Response, current_app, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from moderation.web.openapi import Answer, Operation, Tag, describes
from moderation.web.openapi.document import make_document
from moderation.web.openapi.page import chapters, introduction, models
from moderation.web.openapi.parts import ETAG, UNCHANGED
from moderation.web.openapi.prose import anchor, prose
from moderation.web.runtime import runtime

bp = Blueprint("api_docs", __name__, url_prefix="/api/v1")
bp.add_app_template_filter(prose)
bp.add_app_template_filter(anchor)

_HOSTS = 4  # names under which this is reached, and the document remembered


@bp.get("/openapi.json")
@describes(
    Operation(
        "describe_api",
        "Read this description as a program",
        Tag.ABOUT,
        {
            200: Answer("OpenAPI 3.1.", dict[str, Any], (ETAG,)),
            304: UNCHANGED,
        },
    )
)
def document() -> BaseResponse:
    """The OpenAPI document."""
    body = _document_for(_app(), _root())
    return _revalidated(Response(body, mimetype="application/json"))


@bp.get("/docs")
@describes(
    Operation(
        "read_docs",
        "Read this description as a person",
        Tag.ABOUT,
        {
            200: Answer("A page.", str, (ETAG,), media_type="text/html"),
            304: UNCHANGED,
        },
    )
)
def page() -> BaseResponse:
    """The same document as a page."""
    told = json.loads(_document_for(_app(), _root()))
    html = render_template(
        "api/docs.html",
        document=told,
        introduction=introduction(told),
        chapters=chapters(told),
        models=models(told),
    )
    return _revalidated(Response(html, mimetype="text/html"))


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return] # noqa: SLF001


def _root() -> str:
    return runtime().settings.public_url or request.host_url.rstrip("/")


@lru_cache(maxsize=_HOSTS)
def _document_for(app: Flask, root: str) -> bytes:
    return json.dumps(make_document(app, root), ensure_ascii=False, separators=(",", ":")).encode()


def _revalidated(response: Response) -> BaseResponse:
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)
