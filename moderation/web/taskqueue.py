"""The web side's one way to the workers: tasks by name, without importing them.

Publishing costs about half a millisecond of Python, as much as all the rest of accepting a comment,
so one thread of the process does it, and puts what has gathered meanwhile into one message. A
message that is lost (Redis down, process killed) is made good by the sweeper.
"""

import logging
import threading
import time
from queue import SimpleQueue
from typing import Any

import redis
from celery import Celery

from moderation.config import Settings

_LOG = logging.getLogger(__name__)

BULK = "workers.tasks.bulk.carry_out"
SPAM_CHECK = "workers.tasks.screening.spam_check"
SCREENING_QUEUE = "screening"
MAINTENANCE_QUEUE = "maintenance"
MOST_PER_MESSAGE = 16  # comments; a worker that dies with a message holds up no more than these
# Between two messages. A comment that comes alone is sent at once; of many, those that come
# meanwhile share the next message, or most of a busy process's time would go into messages.
_PAUSE = 0.02  # seconds
_MOST_WAITING = 10_000  # comments; beyond that the sweeper is the better queue
_SOCKET_TIMEOUT = 2  # seconds


class TaskQueue:
    """Sends nudges in the background."""

    def __init__(self, settings: Settings) -> None:
        self._broker_url = settings.broker_url
        self._redis_url = settings.redis_url
        self._waiting: SimpleQueue[_Message] = SimpleQueue()
        self._sender: threading.Thread | None = None
        self._starting = threading.Lock()

    def nudge(self, comment_id: int, revision: int) -> None:
        """Tell the workers of a comment, soon. Never raises, never waits."""
        self._put((SPAM_CHECK, (comment_id, revision)))

    def send(self, task: str, row_id: int) -> None:
        """Tell the workers of a row that is work for `task`, soon. Never raises, never waits; a
        message that is lost is made good by beat, which looks for such rows.
        """
        self._put((task, row_id))

    def _put(self, message: "_Message") -> None:
        if self._sender is None:
            # Not before the first message: a server may fork after the app is made.
            self._start()
        if self._waiting.qsize() < _MOST_WAITING:
            self._waiting.put(message)

    def redis_fault(self) -> str | None:
        """What keeps Redis from answering, in words, or None."""
        client = redis.Redis.from_url(
            self._redis_url, socket_timeout=1, socket_connect_timeout=1, retry=None
        )
        try:
            client.ping()
        except redis.RedisError as error:
            return f"Redis does not answer ({type(error).__name__})."
        finally:
            client.close()
        return None

    def _start(self) -> None:
        with self._starting:
            if self._sender is None:
                sender = threading.Thread(target=self._send_all, name="nudge", daemon=True)
                sender.start()
                self._sender = sender

    def _send_all(self) -> None:
        app = None
        while True:
            pairs, others = self._gather()
            try:
                app = app or _make_app(self._broker_url)
                for task, row_id in others:
                    _send(app, task, row_id, MAINTENANCE_QUEUE)
                if pairs:
                    _send(app, SPAM_CHECK, pairs, SCREENING_QUEUE)
            except Exception as error:  # noqa: BLE001 -- this thread must outlive whatever fails
                _LOG.warning(
                    "%d pieces of work wait for beat: the task queue does not answer (%s)",
                    len(pairs) + len(others),
                    type(error).__name__,
                )
            time.sleep(_PAUSE)

    def _gather(self) -> tuple[list[tuple[int, int]], list[tuple[str, int]]]:
        """What waits: comments, which share a message, and other rows by their task."""
        messages = [self._waiting.get()]
        while len(messages) < MOST_PER_MESSAGE and not self._waiting.empty():
            messages.append(self._waiting.get())
        pairs = [work for _, work in messages if isinstance(work, tuple)]
        return pairs, [(task, work) for task, work in messages if isinstance(work, int)]


_Message = tuple[str, tuple[int, int] | int]


def _send(app: Any, task: str, argument: Any, queue: str) -> None:
    app.send_task(task, args=[argument], queue=queue, ignore_result=True, retry=False)


def _make_app(broker_url: str) -> Any:
    app = Celery("moderation", broker=broker_url, set_as_current=False)
    app.conf.update(
        broker_transport_options={
            "socket_timeout": _SOCKET_TIMEOUT,
            "socket_connect_timeout": _SOCKET_TIMEOUT,
        },
        broker_connection_timeout=_SOCKET_TIMEOUT,
    )
    return app
