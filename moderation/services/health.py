"""Whether the parts are there: database, migrations, workers."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from moderation.migrations import HEAD
from moderation.models import Heartbeat, db
from moderation.models.base import writing

WORKER = "worker"


def database_fault() -> str | None:
    """What keeps the database from serving, in words; None where nothing does."""
    try:
        db.session.rollback()
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        return f"The database does not answer ({type(error).__name__})."
    try:
        revision = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        db.session.rollback()
        revision = None
    if revision == HEAD:
        return None
    found = f"at migration {revision}" if revision else "empty"
    return f"The database is {found}; it must be at {HEAD}. Run `moderation db upgrade`."


def record_heartbeat(part: str, now: datetime) -> None:
    """Note that a part is at work, in one transaction."""
    with writing():
        db.session.merge(Heartbeat(part=part, seen_at=now))


def seconds_since_heartbeat(part: str, now: datetime) -> float | None:
    """How long ago a part was seen at work, in seconds; None if never."""
    row = db.session.get(Heartbeat, part, populate_existing=True)
    return None if row is None else max(0.0, (now - row.seen_at).total_seconds())
