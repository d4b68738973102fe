"""How Akismet's API answers, also what it cannot: in plain text, with headers of Akismet's names.

Every answer to a question that is neither `true` nor `false` makes a client hold the comment and
ask again.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import RequestEntityTooLarge

from moderation.errors import (
    InvalidInputError,
    InvalidKeyError,
    MalformedRequestError,
    ModerationError,
    TooManyRequestsError,
    WrongSiteError,
)
from moderation.web.akismet_form import MAX_QUESTION, MOST_FIELDS, OverdrawnError

_LOG = logging.getLogger(__name__)

_INVALID = "invalid"
_ASK_AGAIN_AFTER = 60  # seconds: by then the sweeper has looked after a comment, too
# None of Akismet's numbers: for those clients tell of a plan and of what was asked in a month.
_OVER_LIMIT = "429"


def plain(body: str, status: int = HTTPStatus.OK, **headers: str) -> Response:
    """An answer as clients read it; of the headers' names `_` stands for `-`."""
    named = {f"X-akismet-{name.replace('_', '-')}": text for name, text in headers.items()}
    return Response(body, status, mimetype="text/plain", headers=named)


def later(said: str, **headers: str) -> Response:
    """There is no answer yet."""
    seconds = str(_ASK_AGAIN_AFTER)
    answer = plain(
        said, HTTPStatus.SERVICE_UNAVAILABLE, error=said, recheck_after=seconds, **headers
    )
    answer.headers["Retry-After"] = seconds
    return answer


def make_blueprint(name: str) -> Blueprint:
    """A blueprint with the API's manners."""
    bp = Blueprint(name, __name__)
    bp.before_request(_take_more)
    bp.after_request(_keep_nothing)
    for fault, answer in _ANSWERS.items():
        bp.register_error_handler(fault, answer)
    return bp


def _take_more() -> None:
    request.max_content_length = MAX_QUESTION
    request.max_form_memory_size = MAX_QUESTION
    request.max_form_parts = MOST_FIELDS


def _keep_nothing(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _answer_invalid(error: ModerationError) -> Response:
    return plain(_INVALID, debug_help=_in_header(error.message))


def _answer_unreadable(error: ModerationError) -> Response:
    said = _in_header(error.message)
    return plain(said, HTTPStatus.BAD_REQUEST, debug_help=said, error=said)


def _answer_guessing(error: TooManyRequestsError) -> Response:
    said = _in_header(error.message)
    answer = plain(_INVALID, HTTPStatus.TOO_MANY_REQUESTS, debug_help=said)
    answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _answer_overdrawn(error: OverdrawnError) -> Response:
    said = f"This key asks more than {error.limit} times a minute."
    answer = plain(
        said,
        HTTPStatus.TOO_MANY_REQUESTS,
        error=said,
        recheck_after=str(error.seconds),
        alert_code=_OVER_LIMIT,
        alert_msg=f"{said} Comments are held until it may ask again.",
    )
    answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _answer_fault(error: ModerationError) -> Response:
    _LOG.error("%s: %s", error.code, error.message)
    return later("The comment could not be judged. Please ask again.")


def _answer_busy(error: OperationalError) -> Response:
    _LOG.error("The database did not answer an Akismet client (%s)", type(error.orig).__name__)
    return later("The database does not answer just now. Please ask again.")


def _answer_too_much(_error: RequestEntityTooLarge) -> Response:
    said = f"A question has {MAX_QUESTION // 1024} KiB and {MOST_FIELDS} fields at most."
    answer = plain(said, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, debug_help=said, error=said)
    # What was not read of the body would be taken for the next request.
    answer.headers["Connection"] = "close"
    return answer


def _in_header(text: str) -> str:
    """Words that a header can hold."""
    return text.translate({0x2019: "'", 0x201C: '"', 0x201D: '"'})


_ANSWERS: dict[type[Exception], Callable[[Any], Response]] = {
    InvalidKeyError: _answer_invalid,
    WrongSiteError: _answer_invalid,
    InvalidInputError: _answer_unreadable,
    MalformedRequestError: _answer_unreadable,
    TooManyRequestsError: _answer_guessing,
    OverdrawnError: _answer_overdrawn,
    ModerationError: _answer_fault,
    OperationalError: _answer_busy,
    RequestEntityTooLarge: _answer_too_much,
}
