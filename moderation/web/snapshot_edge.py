"""Answers what is in memory before Flask hears of it."""

from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from moderation.web.snapshot_cache import Headers, SnapshotCache, answer, target_of


class SnapshotEdge:
    """Middleware that answers GET and HEAD of hot snapshots, and hands everything else on.

    Args:
        app: what answers the rest. It gives its answers their protective headers itself.
        cache: gives the snapshots.
        protective: the headers for a scheme.
    """

    def __init__(
        self,
        app: WSGIApplication,
        cache: Callable[[], SnapshotCache],
        protective: Callable[[str], Headers],
    ) -> None:
        self._app = app
        self._cache = cache
        self._protective = protective

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, or hand on."""
        method = environ["REQUEST_METHOD"]
        if method not in {"GET", "HEAD"} or environ.get("CONTENT_LENGTH", "0") not in {"", "0"}:
            return self._app(environ, start_response)
        target = target_of(environ)
        snapshot = self._cache().hot(target)
        origin = environ.get("HTTP_ORIGIN")
        if snapshot is None or (origin is not None and origin not in snapshot.cors):
            return self._app(environ, start_response)
        status, headers, body = answer(snapshot, environ)
        start_response(status, headers + self._protective(target[0]))
        return [b"" if method == "HEAD" else body]
