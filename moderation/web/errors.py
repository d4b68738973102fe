"""Faults become answers: the one place that maps a code to an HTTP status."""

import logging
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from moderation.errors import (
    FloodError,
    InvalidKeyError,
    InvalidSubmissionError,
    MissingScopeError,
    ModerationError,
    TooManyRequestsError,
)
from moderation.web.doors import MAX_BODY
from moderation.web.languages import say
from moderation.words import N_

_LOG = logging.getLogger(__name__)

STATUS: dict[str, HTTPStatus] = {
    "already_exists": HTTPStatus.CONFLICT,
    "bad_setting": HTTPStatus.INTERNAL_SERVER_ERROR,
    "comment_closed": HTTPStatus.FORBIDDEN,
    "comment_duplicate": HTTPStatus.CONFLICT,
    "comment_flood": HTTPStatus.TOO_MANY_REQUESTS,
    "edit_closed": HTTPStatus.FORBIDDEN,
    "idempotency_key_reused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "invalid_input": HTTPStatus.BAD_REQUEST,
    "invalid_receipt": HTTPStatus.FORBIDDEN,
    "invalid_key": HTTPStatus.UNAUTHORIZED,
    "invitation_gone": HTTPStatus.NOT_FOUND,
    "last_owner": HTTPStatus.CONFLICT,
    "invalid_submission": HTTPStatus.UNPROCESSABLE_ENTITY,
    "malformed_request": HTTPStatus.BAD_REQUEST,
    "missing_scope": HTTPStatus.FORBIDDEN,
    "not_allowed": HTTPStatus.FORBIDDEN,
    "not_offered": HTTPStatus.FORBIDDEN,
    "origin_not_allowed": HTTPStatus.FORBIDDEN,
    "page_unreachable": HTTPStatus.BAD_GATEWAY,
    "parent_not_found": HTTPStatus.FORBIDDEN,
    "stale_comment": HTTPStatus.CONFLICT,
    "stale_decision": HTTPStatus.CONFLICT,
    "stale_policy": HTTPStatus.CONFLICT,
    "stale_settings": HTTPStatus.CONFLICT,
    "too_many_requests": HTTPStatus.TOO_MANY_REQUESTS,
    "unknown_key": HTTPStatus.NOT_FOUND,
    "unknown_member": HTTPStatus.NOT_FOUND,
    "unknown_comment": HTTPStatus.NOT_FOUND,
    "unknown_lessons": HTTPStatus.NOT_FOUND,
    "unknown_page": HTTPStatus.NOT_FOUND,
    "unknown_rule": HTTPStatus.NOT_FOUND,
    "unknown_site": HTTPStatus.NOT_FOUND,
    "unsupported_media_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "wrong_site": HTTPStatus.FORBIDDEN,
}

TITLES = {
    "comment_closed": N_("Comments are closed"),
    "comment_duplicate": N_("This comment is here already"),
    "comment_flood": N_("Too many comments at once"),
    "edit_closed": N_("The comment cannot be changed by its author"),
    "idempotency_key_reused": N_("Idempotency key used before"),
    "invalid_input": N_("A value cannot be used"),
    "invalid_receipt": N_("The receipt is not valid"),
    "invalid_key": N_("No API key that is good for this"),
    "invitation_gone": N_("No open invitation"),
    "last_owner": N_("A site needs an owner"),
    "invalid_submission": N_("The comment is not complete"),
    "malformed_request": N_("The request cannot be read"),
    "missing_scope": N_("The API key may not do this"),
    "not_allowed": N_("Your role does not allow this"),
    "not_offered": N_("This site does not offer it"),
    "origin_not_allowed": N_("This origin is not one of the site’s"),
    "parent_not_found": N_("The comment replied to is not there"),
    "stale_comment": N_("The comment was changed meanwhile"),
    "page_unreachable": N_("The page gives no answer"),
    "stale_decision": N_("Somebody was faster"),
    "stale_policy": N_("Somebody was faster"),
    "stale_settings": N_("Somebody was faster"),
    "too_many_requests": N_("Asked too often"),
    "unknown_key": N_("No such API key"),
    "unknown_member": N_("No such member"),
    "unknown_comment": N_("No such comment"),
    "unknown_lessons": N_("No such lessons"),
    "unknown_page": N_("No such page"),
    "unknown_rule": N_("No such rule"),
    "unknown_site": N_("No such site"),
    "unsupported_media_type": N_("The request’s type is not one that can be read here"),
    "wrong_site": N_("The API key is another site’s"),
}

_WORDS_FOR_STATUS = {
    HTTPStatus.NOT_FOUND: N_("There is nothing at this address."),
    HTTPStatus.METHOD_NOT_ALLOWED: N_("This address does not take such a request."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: N_(
        "This is too much to send at once: a request may have {most} KiB at most.",
        most=MAX_BODY // 1024,
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: N_(
        "Something went wrong here, and it has been noted. Please try again in a minute."
    ),
}

# Of a form whose secret is not that of the session.
_FORM_TOO_OLD = N_(
    "This page was open for too long, or meanwhile in another window. Please go back, reload it, "
    "and try again."
)

# Python's phrases, for people.
_TITLES_FOR_STATUS = {
    HTTPStatus.NOT_FOUND: N_("Not Found"),
    HTTPStatus.METHOD_NOT_ALLOWED: N_("Method Not Allowed"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: N_("Too Much at Once"),
}


def status_of(error: ModerationError) -> HTTPStatus:
    """The HTTP status of a fault."""
    return STATUS.get(error.code, HTTPStatus.INTERNAL_SERVER_ERROR)


def extra_headers(error: ModerationError) -> dict[str, str]:
    """The headers that go with a fault; those of keys as in RFC 6750, section 3."""
    if isinstance(error, FloodError | TooManyRequestsError):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, InvalidKeyError):
        has_key = request.headers.get("Authorization", "").lower().startswith("bearer")
        shown = ', error="invalid_token"' if has_key else ""
        return {"WWW-Authenticate": f'Bearer realm="moderation"{shown}'}
    if isinstance(error, MissingScopeError):
        lacks = f'error="insufficient_scope", scope="{error.scope}"'
        return {"WWW-Authenticate": f'Bearer realm="moderation", {lacks}'}
    return {}


def install(app: Flask) -> None:
    """Let the app answer faults: problem details (RFC 9457) under /api, else a page."""
    app.register_error_handler(ModerationError, _answer_fault)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(OperationalError, _answer_busy)
    app.register_error_handler(Exception, _answer_unexpected)


def problem(status: int, code: str, title: str, detail: str, **members: Any) -> Response:
    """A problem details response (RFC 9457), with the fault's stable `code`. Title and detail are
    said in the reader's language.
    """
    body = {
        "type": f"urn:moderation:problem:{code}",
        "title": say(title),
        "status": int(status),
        "detail": say(detail),
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
    """The faults as JSON: field, code, and the message in the reader's language."""
    return [{"field": f.field, "code": f.code, "message": say(f.message)} for f in error.faults]


def _answer_http(error: HTTPException) -> BaseResponse:
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()  # a redirect, or an answer that is ready
    status = HTTPStatus(error.code)
    detail = _WORDS_FOR_STATUS.get(status, error.description or status.phrase)
    title = _TITLES_FOR_STATUS.get(status, status.phrase)
    if isinstance(error, CSRFError):
        title, detail = N_("Please try again"), _FORM_TOO_OLD
    if _wants_problem():
        response = problem(status, status.phrase.lower().replace(" ", "_"), title, detail)
    else:
        response = page(status, title, detail)
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
    detail = N_("The database does not answer just now. Please try again in a few seconds.")
    if _wants_problem():
        title = N_("The database does not answer")
        response = problem(status, "database_busy", title, detail)
    else:
        response = page(status, N_("Please try again"), detail)
    response.headers["Retry-After"] = "5"
    return response


def _answer_unexpected(error: Exception) -> Response:
    _LOG.error("Unexpected %s on %s", type(error).__name__, _where(), exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    detail = _WORDS_FOR_STATUS[status]
    if _wants_problem():
        return problem(status, "internal_error", N_("Internal error"), detail)
    return page(status, N_("Something went wrong"), detail)


def page(status: HTTPStatus, title: str, detail: str) -> Response:
    """A fault as a page for people, in their language."""
    html = render_template("errors/error.html", title=say(title), detail=say(detail))
    return Response(html, status, mimetype="text/html", headers={"Cache-Control": "no-store"})


def _where() -> str:
    """Which address was asked, without what stands in it: that may be a private link's secret."""
    return str(request.url_rule or "an address that is none")


def _wants_problem() -> bool:
    return request.path.startswith("/api/")
