"""The command lines of the service's long-running parts, the same under every supervisor."""

import sys

from moderation.config import Settings


def web(settings: Settings) -> list[str]:
    """Granian with the web application."""
    return [
        *(sys.executable, "-m", "granian", "moderation.web.wsgi:create", "--factory"),
        *("--interface", "wsgi", "--http", "1", "--no-ws"),
        *("--host", settings.host, "--port", str(settings.port)),
        *("--workers", str(settings.web_workers)),
        *("--blocking-threads", str(settings.web_threads)),
        # It counts connections, idle ones too, not requests.
        *("--backlog", "2048", "--backpressure", "1024"),
        *("--http1-header-read-timeout", "15000"),
        *("--respawn-failed-workers", "--respawn-interval", "0.5"),
        *("--workers-kill-timeout", "8", "--log-level", "error"),
    ]


def worker(_: Settings) -> list[str]:
    """A Celery worker for all task queues."""
    return [sys.executable, "-m", "workers", "worker"]


def beat(_: Settings) -> list[str]:
    """Celery beat."""
    return [sys.executable, "-m", "workers", "beat"]


PARTS = {"web": web, "worker": worker, "beat": beat}
