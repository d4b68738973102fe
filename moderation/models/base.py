"""The database: its types, its engine's manners, its transactions."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    String,
    event,
)
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from moderation.config import Settings
from moderation.words import Message


class Base(DeclarativeBase):
    """What all tables share: names of constraints that migrations can rely on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)

# SQLite numbers rows by itself only in a column declared INTEGER.
Id = BigInteger().with_variant(Integer(), "sqlite")


class UTCDateTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC. SQLite has no time zones, so there it is kept without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: refuses a naive time, which could mean any zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be kept.")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From the database: always aware, and in UTC, whatever zone the server is set to."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class KeptMessage(TypeDecorator[str]):
    """A sentence for people, kept with its values, so that it can be said in any language later. It
    comes back as a `Message`. One that is too long to be kept so is cut, and English alone.

    Args:
        length: characters.
    """

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """To the database: JSON where there are values, else the sentence itself."""
        if value is None:
            return None
        if isinstance(value, Message) and value.values:
            kept = json.dumps(value.kept(), ensure_ascii=False)
            if len(kept) <= self.length:
                return kept
        return str(value)[: self.length]

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """From the database: also what was kept as English alone."""
        if value is None:
            return None
        return Message.from_kept(json.loads(value)) if value.startswith(_KEPT) else Message(value)


_KEPT = '{"message": '


def by_value(enum: type[StrEnum], length: int = 32) -> Enum:
    """A column type that keeps an enum's values as text, so that adding one needs no migration."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=False,
        length=length,
        values_callable=lambda members: [member.value for member in members],
    )


def init_database(app: Flask, settings: Settings) -> None:
    """Bind the tables to the app's database. Opens no connection."""
    if settings.uses_sqlite:
        Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(
            parents=True, exist_ok=True
        )
    # `hide_parameters` keeps what readers typed out of exceptions and logs.
    options: dict[str, Any] = {
        "hide_parameters": True,
        # One for each thread that serves, one for the writer: none ever waits for another's.
        "pool_size": settings.web_threads + 2,
        # The connection used last has its pages and statements at hand.
        "pool_use_lifo": True,
    }
    if settings.uses_sqlite:
        options["connect_args"] = {"timeout": 15}
    else:
        options["pool_pre_ping"] = True
        options["connect_args"] = {"connect_timeout": 5}
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    if settings.uses_sqlite:
        with app.app_context():
            _teach_sqlite(db.engine, settings.sqlite_synchronous)


def _teach_sqlite(engine: Engine, synchronous: str) -> None:
    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        # We begin transactions ourselves: the driver would begin none before a SELECT.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            # Copying the log into the database every 4 MB, the default, is work done twice: pages
            # of the indexes change again with the next comments.
            "wal_autocheckpoint=8000",
            "cache_size=-8000",  # kB; the default's 2,000 hold few of the indexes
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


# Execution options of a transaction that will write. On SQLite it takes the write lock at once: one
# that has read first cannot get it any more once another has written.
WRITE = {"begin": "BEGIN IMMEDIATE"}


@contextmanager
def writing() -> Iterator[None]:
    """One transaction that writes: committed at the end, rolled back if anything raises.

    Whatever the session held before is given up.
    """
    session = db.session
    session.rollback()
    session.connection(execution_options=WRITE)
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


def execute_each(statement: Any, rows: list[dict[str, Any]]) -> int:
    """Run a ready-made statement once for each row, in the session's transaction.

    Returns:
        How many rows of the table it changed.
    """
    if not rows:
        return 0
    result = db.session.connection().execute(statement, rows if len(rows) > 1 else rows[0])
    return int(result.rowcount)
