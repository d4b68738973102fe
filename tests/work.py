"""How much work something is: counted, so that no clock is asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from cProfile import Profile
from typing import Any

from flask import Flask
from sqlalchemy import event

from moderation.models import db


def calls_of(work: Callable[[], object]) -> int:
    """How many calls it takes, of Python and of C."""
    with Profile(subcalls=False) as profile:
        work()
    return sum(entry.callcount for entry in profile.getstats())


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """What an application asks the database meanwhile."""
    asked: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", hear)
