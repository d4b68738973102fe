"""The pool of a task worker, with real processes and pipes."""

import operator
import os
import signal
import time
from collections.abc import Iterator

import psutil
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

    def replace(self) -> None:
        """Kill the process, and wait for the next."""
        killed = self.process
        os.kill(killed.pid, signal.SIGKILL)
        self.run_until(lambda: self.process is not killed)

    def read_from(self) -> list:
        """The processes whose pipes are read."""
        return list(self._pool._fileno_to_outq.values())

    def descriptors(self) -> int:
        """How many files this process has open."""
        return psutil.Process().num_fds()

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


def test_nothing_is_left_of_processes_that_were_killed(pool: Pool) -> None:
    pool.replace()
    before = pool.descriptors()

    for _ in range(5):
        pool.replace()
        assert pool.add(3, 4) == 7

    assert pool.read_from() == [pool.process]
    assert pool.descriptors() == before


def test_a_process_that_ended_in_good_order_is_replaced_too(pool: Pool) -> None:
    ended = pool.process
    os.kill(ended.pid, signal.SIGTERM)
    pool.run_until(lambda: pool.process is not ended)

    assert pool.add(3, 4) == 7
