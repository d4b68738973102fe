"""A worker that lives but begins no task any more ends itself: whoever started it starts it again.

That is the supervisor of `moderation run`, or Docker.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

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
        self._since = self._looked = 0.0

    @property
    def pause(self) -> float:
        """How long to wait between looks, in seconds."""
        return self._patience / _LOOKS

    def seen(self, begun: int, *, waiting: bool, now: float) -> bool:
        """Take in what is so now. After a long time without a look, the whole process was stopped
        or had no processor, and could not work: then the patience begins anew.

        Args:
            begun: how many tasks were begun since the start.
            waiting: whether one waits and none runs.
            now: seconds of a clock that only goes forward.

        Returns:
            Whether the worker stands still.
        """
        slept = now - self._looked > 3 * self.pause + 2 * _TIMEOUT
        if begun != self._begun or not waiting or slept:
            self._begun, self._since = begun, now
        self._looked = now
        return now - self._since >= self._patience


def watch(redis_url: str, queues: Sequence[str], patience: float) -> None:
    """Look after this worker in a thread from now on; where it stands still, end it at once.

    Args:
        redis_url: the broker.
        queues: the names of the task queues.
        patience: as `Standstill`.
    """
    broker = redis.Redis.from_url(
        redis_url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT
    )
    threading.Thread(
        target=_look,
        args=(Standstill(patience), lambda: is_waiting(broker, queues)),
        name="standstill",
        daemon=True,
    ).start()


def is_waiting(broker: "redis.Redis", queues: Sequence[str]) -> bool:
    """Whether a task waits, taken from its queue or not, and none runs; one that runs is looked
    after by its time limit. While the broker does not answer nothing waits: nobody can work.
    """
    try:
        waiting = sum(broker.llen(queue) for queue in queues)
    except redis.RedisError:
        return False
    return not state.active_requests and bool(waiting or state.reserved_requests)


def _look(standstill: Standstill, waiting: Callable[[], bool]) -> None:
    while not standstill.seen(state.all_total_count[0], waiting=waiting(), now=time.monotonic()):
        time.sleep(standstill.pause)
    try:
        _log.error("tasks wait and none is begun; this worker ends to be started again")
        for child in active_children():
            with suppress(OSError, ValueError):  # it has ended by itself
                os.kill(child.pid, signal.SIGKILL)
    finally:
        os._exit(_SOFTWARE_FAULT)
