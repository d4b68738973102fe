"""The pool of a task worker, with real processes and pipes."""

import operator
import os
import signal
import time
from collections.abc import Iterator

import pytest
from kombu.asynchronous import Hub

from workers.pool import FreshPipesPool


class Pool:
    """One process of the pool, and the event loop that Celery would run."""

    def __init__(self) -> None:
        self.hub = Hub()
        self._pool = FreshPipesPool(processes=1, threads=False)
        self._pool.register_with_event_loop(self.hub)

    @property
    def process(self):
        """The process that is there now."""
        return self._pool._pool[0]

    def run_until(self, condition) -> None:
        """Run the event loop until a condition holds."""
        end = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < end
            self.hub.run_once()

    def add(self, one: int, other: int) -> int:
        """Have the process do a sum."""
        sums: list[int] = []
        self._pool.apply_async(operator.add, (one, other), callback=sums.append)
        self.run_until(lambda: sums)
        return sums[0]

    def stop(self) -> None:
        """End the process."""
        self._pool.terminate()
        self.hub.close()


@pytest.fixture
def pool() -> Iterator[Pool]:
    pool = Pool()
    yield pool
    pool.stop()


def test_what_a_killed_process_left_unread_does_not_reach_the_next(pool: Pool) -> None:
    assert pool.add(1, 2) == 3
    killed = pool.process
    os.kill(killed.pid, signal.SIGSTOP)
    os.write(killed.inqW_fd, b"the second half of a message")

    os.kill(killed.pid, signal.SIGKILL)
    pool.run_until(lambda: pool.process is not killed)

    assert pool.add(3, 4) == 7


def test_a_process_that_ended_in_good_order_is_replaced_too(pool: Pool) -> None:
    ended = pool.process
    os.kill(ended.pid, signal.SIGTERM)
    pool.run_until(lambda: pool.process is not ended)

    assert pool.add(3, 4) == 7
