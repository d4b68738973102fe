"""Answers that are sent as they are read.

Such an answer keeps a thread for as long as the client takes, which may be for ever. One in four of
a process's threads may be kept so.
"""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from threading import Lock

from flask import Response, stream_with_context

from moderation.errors import TooManyRequestsError
from moderation.web.runtime import runtime
from moderation.words import N_

_SHARE = 4
_BUSY_SECONDS = 10
_under_way: set[object] = set()
_counting = Lock()


def stream_file(parts: Iterator[str], mimetype: str, name: str) -> Response:
    """A file to be kept, whose text is read while it is sent.

    Args:
        parts: of its text.
        mimetype: of what kind it is.
        name: what it is called.

    Raises:
        TooManyRequestsError: as many as may be are under way.
    """
    done = _begin(runtime().settings.web_threads)
    response = Response(
        stream_with_context(_until_done(parts, done)), status=HTTPStatus.OK, mimetype=mimetype
    )
    response.call_on_close(done)  # also of what was never begun, such as the answer to a HEAD
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _begin(threads: int) -> Callable[[], None]:
    """Begin one; gives what ends it, once or several times."""
    export = object()
    with _counting:
        if len(_under_way) >= max(1, threads // _SHARE):
            raise TooManyRequestsError(
                N_(
                    "Many exports are under way just now. Please try again in {n} seconds.",
                    n=_BUSY_SECONDS,
                ),
                _BUSY_SECONDS,
            )
        _under_way.add(export)
    return lambda: _under_way.discard(export)


def _until_done(parts: Iterator[str], done: Callable[[], None]) -> Iterator[str]:
    try:
        yield from parts
    finally:
        done()
