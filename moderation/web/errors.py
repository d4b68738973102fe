"""Faults become answers: the one place that maps a code to an HTTP status."""

import logging
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from moderation.errors import FloodError, InvalidSubmissionError, ModerationError

_LOG = logging.getLogger(__name__)

STATUS: dict[str, HTTPStatus] = {
    "already_exists": HTTPStatus.CONFLICT,
    "bad_setting": HTTPStatus.INTERNAL_SERVER_ERROR,
    "comment_closed": HTTPStatus.FORBIDDEN,
    "comment_duplicate": HTTPStatus.CONFLICT,
    "comment_flood": HTTPStatus.TOO_MANY_REQUESTS,
    "idempotency_key_reused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "invalid_input": HTTPStatus.BAD_REQUEST,
    "invitation_gone": HTTPStatus.NOT_FOUND,
    "last_owner": HTTPStatus.CONFLICT,
    "invalid_submission": HTTPStatus.UNPROCESSABLE_ENTITY,
    "malformed_request": HTTPStatus.BAD_REQUEST,
    "not_allowed": HTTPStatus.FORBIDDEN,
    "origin_not_allowed": HTTPStatus.FORBIDDEN,
    "page_unreachable": HTTPStatus.BAD_GATEWAY,
    "parent_not_found": HTTPStatus.FORBIDDEN,
    "stale_decision": HTTPStatus.CONFLICT,
    "stale_policy": HTTPStatus.CONFLICT,
    "unknown_member": HTTPStatus.NOT_FOUND,
    "unknown_comment": HTTPStatus.NOT_FOUND,
    "unknown_page": HTTPStatus.NOT_FOUND,
    "unknown_rule": HTTPStatus.NOT_FOUND,
    "unknown_site": HTTPStatus.NOT_FOUND,
    "unsupported_media_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
}

TITLES = {
    "comment_closed": "Comments are closed",
    "comment_duplicate": "This comment is here already",
    "comment_flood": "Too many comments at once",
    "idempotency_key_reused": "Idempotency key used before",
    "invalid_input": "A value cannot be used",
    "invitation_gone": "No open invitation",
    "last_owner": "A site needs an owner",
    "invalid_submission": "The comment is not complete",
    "malformed_request": "The request cannot be read",
    "not_allowed": "Your role does not allow this",
    "origin_not_allowed": "This origin is not one of the site's",
    "page_unreachable": "The page gives no answer",
    "parent_not_found": "The comment replied to is not there",
    "stale_decision": "Somebody was faster",
    "stale_policy": "Somebody was faster",
    "unknown_member": "No such member",
    "unknown_comment": "No such comment",
    "unknown_page": "No such page",
    "unknown_rule": "No such rule",
    "unknown_site": "No such site",
    "unsupported_media_type": "The request's type is not one this reads",
}

_WORDS_FOR_STATUS = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take such a request.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "This is too much to send at once: a request may have 256 KiB at most."
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        "Something went wrong here, and it has been noted. Please try again in a minute."
    ),
}


def status_of(error: ModerationError) -> HTTPStatus:
    """The HTTP status of a fault."""
    return STATUS.get(error.code, HTTPStatus.INTERNAL_SERVER_ERROR)


def extra_headers(error: ModerationError) -> dict[str, str]:
    """The headers that go with a fault."""
    return {"Retry-After": str(error.retry_after)} if isinstance(error, FloodError) else {}


def install(app: Flask) -> None:
    """Let the app answer faults: problem details (RFC 9457) under /api, else a page."""
    app.register_error_handler(ModerationError, _answer_fault)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(OperationalError, _answer_busy)
    app.register_error_handler(Exception, _answer_unexpected)


def problem(status: int, code: str, title: str, detail: str, **members: Any) -> Response:
    """A problem details response (RFC 9457), with the fault's stable `code`."""
    body = {
        "type": f"urn:moderation:problem:{code}",
        "title": title,
        "status": int(status),
        "detail": detail,
        "code": code,
        **members,
    }
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    response.headers["Cache-Control"] = "no-store"
    return response


def _answer_fault(error: ModerationError) -> Response:
    status = status_of(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        _LOG.error("%s: %s", error.code, error.message)
    title = TITLES.get(error.code, status.phrase)
    if _wants_problem():
        members = {"errors": faults_of(error)} if isinstance(error, InvalidSubmissionError) else {}
        response = problem(status, error.code, title, error.message, **members)
    else:
        response = page(status, title, error.message)
    response.headers.update(extra_headers(error))
    return response


def faults_of(error: InvalidSubmissionError) -> list[dict[str, str]]:
    """The faults as JSON: field, code, message."""
    return [{"field": f.field, "code": f.code, "message": f.message} for f in error.faults]


def _answer_http(error: HTTPException) -> BaseResponse:
    if error.response is not None or error.code is None or error.code < 400:  # noqa: PLR2004
        return error.get_response()  # a redirect, or an answer that is ready
    status = HTTPStatus(error.code)
    detail = _WORDS_FOR_STATUS.get(status, error.description or status.phrase)
    if _wants_problem():
        response = problem(status, status.phrase.lower().replace(" ", "_"), status.phrase, detail)
    else:
        response = page(status, status.phrase, detail)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    if isinstance(error, RequestEntityTooLarge):
        # What was not read of the body would be taken for the next request.
        response.headers["Connection"] = "close"
    return response


def _answer_busy(error: OperationalError) -> Response:
    _LOG.error("The database did not answer on %s (%s)", _where(), type(error.orig).__name__)
    status = HTTPStatus.SERVICE_UNAVAILABLE
    detail = "The database does not answer just now. Please try again in a few seconds."
    if _wants_problem():
        response = problem(status, "database_busy", "The database does not answer", detail)
    else:
        response = page(status, "Please try again", detail)
    response.headers["Retry-After"] = "5"
    return response


def _answer_unexpected(error: Exception) -> Response:
    _LOG.error("Unexpected %s on %s", type(error).__name__, _where(), exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    detail = _WORDS_FOR_STATUS[status]
    if _wants_problem():
        return problem(status, "internal_error", "Internal error", detail)
    return page(status, "Something went wrong", detail)


def page(status: HTTPStatus, title: str, detail: str) -> Response:
    """A fault as a page for people."""
    html = render_template("errors/error.html", title=title, detail=detail)
    return Response(html, status, mimetype="text/html", headers={"Cache-Control": "no-store"})


def _where() -> str:
    """Which address was asked, without what stands in it: that may be a private link's secret."""
    return str(request.url_rule or "an address that is none")


def _wants_problem() -> bool:
    return request.path.startswith("/api/")
