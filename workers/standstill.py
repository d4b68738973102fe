"""A worker that lives but begins no task any more ends itself: whoever started it starts it again.

That is the supervisor of `moderation run`, or Docker.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence

import redis
from billiard.process import active_children
from celery.worker import state

_LOOKS = 10  # within the patience
_TIMEOUT = 5.0  # seconds for Redis
_SOFTWARE_FAULT = 70  # EX_SOFTWARE of sysexits.h

_log = logging.getLogger(__name__)


class Standstill:
    """Tells when tasks have waited for too long while none was begun.

    Args:
        patience: how long is too long, in seconds.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._begun = -1
        self._since = 0.0

    def seen(self, begun: int, *, waiting: bool, now: float) -> bool:
        """Take in what is so now.

        Args:
            begun: how many tasks were begun since the start.
            waiting: whether one waits.
            now: seconds of a clock that only goes forward.

        Returns:
            Whether the worker stands still.
        """
        if begun != self._begun or not waiting:
            self._begun, self._since = begun, now
        return now - self._since >= self._patience


def watch(redis_url: str, queues: Sequence[str], patience: float) -> None:
    """Look after this worker in a thread from now on; where it stands still, end it at once.

    Args:
        redis_url: the broker. While it does not answer, nobody can work.
        queues: the names of the task queues.
        patience: as `Standstill`; more than a task's time limit, or a long one is ended.
    """
    broker = redis.Redis.from_url(
        redis_url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT
    )

    def waiting() -> bool:
        try:
            return bool(state.reserved_requests) or any(broker.llen(queue) for queue in queues)
        except redis.RedisError:
            return False

    threading.Thread(target=_look, args=(waiting, patience), name="standstill", daemon=True).start()


def _look(waiting: Callable[[], bool], patience: float) -> None:
    standstill = Standstill(patience)
    while not standstill.seen(state.all_total_count[0], waiting=waiting(), now=time.monotonic()):
        time.sleep(patience / _LOOKS)
    _log.error(
        "tasks have waited for %g s and none was begun; this worker ends to be started again",
        patience,
    )
    for child in active_children():
        os.kill(child.pid, signal.SIGKILL)
    os._exit(_SOFTWARE_FAULT)
