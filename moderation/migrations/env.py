"""Runs migrations within the app, one process at a time."""

from typing import Literal

from alembic import context
from flask import current_app
from sqlalchemy import text

from moderation.models.base import UTCDateTime

_ADVISORY_LOCK = 7_213_004  # any number that only this use has


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """A migration names SQLAlchemy's types, not the models', which may change after it."""
    return (
        "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UTCDateTime) else False
    )


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """The tables of the full text search are made by hand: each database has its own kind."""
    return not (kind == "table" and (name or "").startswith("comment_search"))


def include_object(
    item: object, _name: str | None, _kind: str, _reflected: object, _other: object
) -> bool:
    """An index that only another database has is none here."""
    only = getattr(item, "info", {}).get("only")
    return only in {None, context.get_context().dialect.name}


def run() -> None:
    database = current_app.extensions["migrate"].db
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # SQLite changes a table by making it anew; what refers to it must not go with the old
            # one. It hears this only outside a transaction.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        on_postgresql = connection.dialect.name == "postgresql"
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=not on_postgresql,
            compare_type=True,
            render_item=render_item,
            include_name=include_name,
            include_object=include_object,
            transaction_per_migration=True,
        )
        if on_postgresql:
            # A migration that cannot get its lock must fail, not hold up every request behind it.
            connection.execute(text("SET lock_timeout = '10s'"))
            connection.execute(text(f"SELECT pg_advisory_lock({_ADVISORY_LOCK})"))
            connection.commit()
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if not on_postgresql:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


run()
