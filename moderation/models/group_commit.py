"""Writes of many threads in few transactions.

SQLite has one writer at a time, and a durable commit waits for the disk. So on SQLite the writes
that come while one transaction is on its way to the disk share the next. PostgreSQL does the like
by itself, so there each write has a transaction of its own.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError, OperationalError

from moderation.errors import ModerationError
from moderation.models.base import WRITE

T = TypeVar("T")
_MOST_TOGETHER = 64  # writes
_DEADLOCK = "40P01"  # PostgreSQL's error code
# How often others can be faster: with a thread, a commenter, the comment itself, and once to spare.
_MOST_LOST = 4


class Writer(Protocol):
    """Runs a piece of work in a transaction that is committed when it returns.

    The work may run several times, where a transaction had to be given up; a `ModerationError` must
    be raised before it has written anything.
    """

    def __call__(self, work: Callable[[Connection], T]) -> T:
        """Run `work`; what it returns or raises is returned or raised."""


def make_writer(engine: Engine) -> Writer:
    """The writer that suits the database."""
    return GroupWriter(engine) if engine.dialect.name == "sqlite" else SingleWriter(engine)


class SingleWriter:
    """A transaction for each piece of work, in the thread that asks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __call__(self, work: Callable[[Connection], T]) -> T:
        """Run `work`; again if somebody else made one of the same rows just then, or if each held
        what the other was waiting for and PostgreSQL chose this one to give way.
        """
        for _ in range(_MOST_LOST):
            try:
                return _alone(self._engine, work)
            except IntegrityError:
                continue
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", None) != _DEADLOCK:
                    raise
        return _alone(self._engine, work)


@dataclass(slots=True)
class _Job:
    work: Callable[[Connection], Any]
    done: threading.Event = field(default_factory=threading.Event)
    result: Any = None
    error: Exception | None = None

    def run(self, connection: Connection) -> None:
        try:
            self.result, self.error = self.work(connection), None
        except ModerationError as error:
            self.error = error


class GroupWriter:
    """One thread that does the writes of all others, as many in a transaction as are waiting."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: SimpleQueue[_Job] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def __call__(self, work: Callable[[Connection], T]) -> T:
        """Run `work` among others', and wait until it is on the disk."""
        if self._thread is None:
            self._start()
        job = _Job(work)
        self._jobs.put(job)
        job.done.wait()
        if job.error is not None:
            raise job.error
        result: T = job.result
        return result

    def _start(self) -> None:
        # Not before the first write: a server may fork after the app is made.
        with self._starting:
            if self._thread is None:
                thread = threading.Thread(target=self._work, name="writer", daemon=True)
                thread.start()
                self._thread = thread

    def _work(self) -> None:
        while True:
            jobs = [self._jobs.get()]
            while len(jobs) < _MOST_TOGETHER and not self._jobs.empty():
                jobs.append(self._jobs.get())
            try:
                _together(self._engine, jobs)
            except OperationalError as error:
                # The database is locked or gone: trying each alone would wait as often again.
                for job in jobs:
                    job.error = error
            except Exception:  # noqa: BLE001 -- which job is at fault shows when each runs alone
                for job in jobs:
                    _by_itself(self._engine, job)
            for job in jobs:
                job.done.set()


def _together(engine: Engine, jobs: list[_Job]) -> None:
    with engine.connect().execution_options(**WRITE) as connection, connection.begin():
        for job in jobs:
            job.run(connection)


def _by_itself(engine: Engine, job: _Job) -> None:
    try:
        _together(engine, [job])
    except Exception as error:  # noqa: BLE001 -- the thread that asked raises it
        job.error = error


def _alone(engine: Engine, work: Callable[[Connection], T]) -> T:
    with engine.connect().execution_options(**WRITE) as connection, connection.begin():
        return work(connection)
