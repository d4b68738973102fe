"""Whether this process lives, and whether it is ready."""

from http import HTTPStatus

from flask import Blueprint, Response, jsonify

from moderation.services.health import WORKER, database_fault, seconds_since_heartbeat
from moderation.web.runtime import runtime

bp = Blueprint("health", __name__)

# Workers are heard every ten seconds; three missed beats are no chance.
SILENT_AFTER = 35.0  # seconds


@bp.get("/healthz")
def healthz() -> Response:
    """200 as long as the process answers at all."""
    return _fresh({"status": "alive"}, HTTPStatus.OK)


@bp.get("/readyz")
def readyz() -> Response:
    """200 when the database answers at the right migration, else 503 and why.

    Redis and the workers only degrade: comments are taken in without them, and judged later.
    """
    rt = runtime()
    fault = database_fault()
    redis = rt.redis_fault()
    seen = None if fault else seconds_since_heartbeat(WORKER, rt.clock())
    working = seen is not None and seen < SILENT_AFTER
    status = "unready" if fault else "ready" if working and redis is None else "degraded"
    body: dict[str, object] = {
        "status": status,
        "database": fault or "ok",
        "redis": redis or "ok",
        "workers": {
            "status": "ok" if working else "silent",
            "seen_seconds_ago": None if seen is None else round(seen, 1),
        },
    }
    return _fresh(body, HTTPStatus.SERVICE_UNAVAILABLE if fault else HTTPStatus.OK)


def _fresh(body: dict[str, object], status: HTTPStatus) -> Response:
    response = jsonify(body)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response
