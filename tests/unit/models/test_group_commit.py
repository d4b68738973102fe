"""Writes of many threads in few transactions, on an engine that only counts them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from moderation.errors import ThreadClosedError
from moderation.models.group_commit import GroupWriter, SingleWriter, _Job, make_writer


class Engine:
    """Keeps what was committed; each transaction is the list of its writes."""

    def __init__(self, dialect: str = "sqlite") -> None:
        self.dialect = SimpleNamespace(name=dialect)
        self.committed: list[list[str]] = []
        self.options: list[dict[str, Any]] = []
        self.rolled_back = 0
        self.before_commit: Callable[[], None] = lambda: None

    @property
    def real(self) -> sa.Engine:
        """Itself, as what a writer takes it for."""
        return cast(sa.Engine, self)

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        yield self

    def connect(self) -> Any:
        return SimpleNamespace(execution_options=self._with_options)

    def _with_options(self, **options: Any) -> Any:
        self.options.append(options)
        return self._connection()

    @contextmanager
    def begin(self) -> Iterator[None]:
        self.writes: list[str] = []
        try:
            yield
        except BaseException:
            self.rolled_back += 1
            raise
        self.before_commit()
        self.committed.append(self.writes)


def writing(text: str) -> Callable[[Any], str]:
    """Work that writes `text`."""

    def work(connection: Any) -> str:
        connection.writes.append(text)
        return text

    return work


def failing(error: Exception) -> Callable[[Any], str]:
    """Work that writes and then fails."""

    def work(connection: Any) -> str:
        connection.writes.append("half")
        raise error

    return work


def refusing(_connection: Any) -> str:
    """Work that is refused before it writes."""
    raise ThreadClosedError("Closed.")


def run(engine: Engine, *work: Callable[[Any], str]) -> list[_Job]:
    """Have a group writer do `work` that was all waiting when it began."""
    writer = GroupWriter(engine.real)
    jobs = [_Job(each) for each in work]
    for job in jobs:
        writer._jobs.put(job)
    writer._start()
    assert all(job.done.wait(timeout=30) for job in jobs)
    return jobs


def test_sqlite_commits_in_groups_and_postgresql_does_not() -> None:
    assert isinstance(make_writer(Engine("sqlite").real), GroupWriter)
    assert isinstance(make_writer(Engine("postgresql").real), SingleWriter)


def test_writes_that_wait_together_share_a_transaction() -> None:
    engine = Engine()

    jobs = run(engine, *(writing(str(n)) for n in range(10)))

    assert engine.committed == [[str(n) for n in range(10)]]
    assert [job.result for job in jobs] == [str(n) for n in range(10)]


def test_no_more_than_64_share_one() -> None:
    engine = Engine()

    run(engine, *(writing(str(n)) for n in range(100)))

    assert [len(writes) for writes in engine.committed] == [64, 36]


def test_one_that_is_refused_does_not_touch_the_others() -> None:
    engine = Engine()

    jobs = run(engine, writing("a"), refusing, writing("b"))

    assert engine.committed == [["a", "b"]]
    assert [type(job.error) for job in jobs] == [type(None), ThreadClosedError, type(None)]


def test_one_that_fails_is_undone_and_the_others_are_kept() -> None:
    engine, error = Engine(), ZeroDivisionError()

    jobs = run(engine, writing("a"), failing(error), writing("b"))

    assert engine.committed == [["a"], ["b"]]
    assert [job.error for job in jobs] == [None, error, None]
    assert [job.result for job in jobs] == ["a", None, "b"]
    assert engine.rolled_back == 2


def test_the_error_is_raised_to_who_asked_and_the_writer_goes_on() -> None:
    engine, error = Engine(), ZeroDivisionError()
    writer = GroupWriter(engine.real)

    with pytest.raises(ZeroDivisionError) as raised:
        writer(failing(error))

    assert raised.value is error
    assert writer(writing("a")) == "a"
    assert engine.committed == [["a"]]


def test_nobody_is_told_before_the_commit() -> None:
    engine, told = Engine(), []
    writer, job = GroupWriter(engine.real), _Job(writing("a"))
    engine.before_commit = lambda: told.append(job.done.is_set())
    writer._jobs.put(job)

    writer._start()

    assert job.done.wait(timeout=30)
    assert told == [False]


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_transaction_says_that_it_will_write(dialect: str) -> None:
    engine = Engine(dialect)

    make_writer(engine.real)(writing("a"))

    assert engine.options == [{"begin": "BEGIN IMMEDIATE"}]


@pytest.mark.parametrize("lost", [1, 4])
def test_a_single_write_is_tried_again_if_others_made_its_rows(lost: int) -> None:
    engine = Engine("postgresql")
    answers: list[Exception | None] = [*[IntegrityError("", {}, Exception())] * lost, None]

    def work(connection: Any) -> str:
        if error := answers.pop(0):
            raise error
        return writing("a")(connection)

    assert SingleWriter(engine.real)(work) == "a"
    assert (engine.committed, engine.rolled_back) == ([["a"]], lost)


@pytest.mark.parametrize(
    ("error", "tries"), [(IntegrityError("", {}, Exception()), 5), (ThreadClosedError("x"), 1)]
)
def test_a_single_write_gives_up(error: Exception, tries: int) -> None:
    engine = Engine("postgresql")

    with pytest.raises(type(error)):
        SingleWriter(engine.real)(failing(error))

    assert (engine.committed, engine.rolled_back) == ([], tries)
