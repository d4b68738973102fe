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
SEND_MAIL = "workers.tasks.mail.send"
SPAM_CHECK = "workers.tasks.screening.spam_check"
SCREENING_QUEUE = "screening"
MAINTENANCE_QUEUE = "maintenance"
MOST_PER_MESSAGE = 16  # comments; a worker that dies with a message holds up no more than these
# Between two messages. A comment that comes alone is sent at once; of many, those that come
# meanwhile share the next message, or most of a busy process's time would go into messages.
_PAUSE = 0.02  # seconds
_MOST_WAITING = 10_000  # beyond that the sweeper is the better queue
_SOCKET_TIMEOUT = 2  # seconds

# A comment's id and revision, or the name of a task and the id of the row that it is about.
_Pair = tuple[int, int]
_Errand = tuple[str, int]


class TaskQueue:
    """Sends tasks in the background."""

    def __init__(self, settings: Settings) -> None:
        self._broker_url = settings.broker_url
        self._redis_url = settings.redis_url
        self._waiting: SimpleQueue[_Pair | _Errand] = SimpleQueue()
        self._sender: threading.Thread | None = None
        self._starting = threading.Lock()

    def nudge(self, comment_id: int, revision: int) -> None:
        """Tell the workers of a comment, soon. Never raises, never waits."""
        self._put((comment_id, revision))

    def send(self, task: str, row_id: int) -> None:
        """Send a task of the maintenance queue, soon: its name, and the id of the row that it is
        about, which is all that it may be told. Never raises, never waits; beat looks after what
        is lost.
        """
        self._put((task, row_id))

    def _put(self, item: _Pair | _Errand) -> None:
        if self._sender is None:
            # Not before the first one: a server may fork after the app is made.
            self._start()
        if self._waiting.qsize() < _MOST_WAITING:
            self._waiting.put(item)

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
            pairs, errands = self._gather()
            try:
                app = app or _make_app(self._broker_url)
                if pairs:
                    _publish(app, SPAM_CHECK, pairs, SCREENING_QUEUE)
                for task, row_id in errands:
                    _publish(app, task, row_id, MAINTENANCE_QUEUE)
            except Exception as error:  # noqa: BLE001 -- this thread must outlive whatever fails
                _LOG.warning(
                    "%d comments and %d other tasks wait for beat: the task queue does not "
                    "answer (%s)",
                    len(pairs),
                    len(errands),
                    type(error).__name__,
                )
            time.sleep(_PAUSE)

    def _gather(self) -> tuple[list[_Pair], list[_Errand]]:
        """What has come meanwhile: pairs for one message, and errands for one each."""
        pairs: list[_Pair] = []
        errands: list[_Errand] = []
        while (not pairs and not errands) or not self._waiting.empty():
            first, second = self._waiting.get()
            if isinstance(first, str):
                errands.append((first, second))
            else:
                pairs.append((first, second))
            if len(pairs) + len(errands) == MOST_PER_MESSAGE:
                break
        return pairs, errands


def _publish(app: Any, task: str, argument: Any, queue: str) -> None:
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
