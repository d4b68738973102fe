"""How often services are asked, counted in the database: each site says how often a day at most."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from moderation.domain.remote import Service
from moderation.models import RemoteCalls, db
from moderation.models.base import writing

_KEPT = timedelta(days=32)
_LONGEST_ALERT = 500  # characters, as in the column


def today(now: datetime) -> date:
    """The day that counts: UTC's."""
    return now.astimezone(UTC).date()


def spend(
    site_id: int, budgets: Iterable[tuple[Service, int]], now: datetime
) -> dict[Service, bool]:
    """Count one question to each service, in one transaction.

    Returns:
        Of those that may be asked, whether no good answer has followed the day's last fault yet:
        then the next one is worth a note.
    """
    may: dict[Service, bool] = {}
    with writing():
        statement = _SPEND[db.engine.dialect.name]
        for service, budget in budgets:
            values = {"site_id": site_id, "service": service, "day": today(now), "budget": budget}
            if (row := db.session.execute(statement, values).first()) is not None:
                may[service] = row.is_failing
    return may


def note(site_id: int, noted: Iterable[tuple[Service, bool, str, str]], now: datetime) -> None:
    """Note what came of questions, in one transaction.

    Args:
        site_id: whose.
        noted: of each service whether it failed, how, and what it tells the owner.
        now: when.
    """
    with writing():
        for service, failed, fault, alert in noted:
            values: dict[str, Any] = {"answered_since": not failed}
            if failed:
                values |= {"failed": RemoteCalls.failed + 1, "fault": fault, "fault_at": now}
            if alert:
                values["alert"] = alert[:_LONGEST_ALERT]
            db.session.execute(
                update(RemoteCalls)
                .where(
                    RemoteCalls.site_id == site_id,
                    RemoteCalls.service == service,
                    RemoteCalls.day == today(now),
                )
                .values(values),
                execution_options={"synchronize_session": False},
            )


def latest(site_id: int) -> dict[Service, RemoteCalls]:
    """Of each service that was asked lately, the last day's row."""
    rows = db.session.scalars(
        select(RemoteCalls).where(RemoteCalls.site_id == site_id).order_by(RemoteCalls.day)
    )
    return {row.service: row for row in rows}


def forget_old(now: datetime) -> None:
    """Drop the days that nobody looks at any more."""
    with writing():
        db.session.execute(delete(RemoteCalls).where(RemoteCalls.day < today(now) - _KEPT))


def _spend(dialect: Any) -> Any:
    row = dialect.insert(RemoteCalls).values(
        site_id=bindparam("site_id"),
        service=bindparam("service"),
        day=bindparam("day"),
        calls=1,
        failed=0,
        fault="",
        alert="",
        answered_since=False,
    )
    return row.on_conflict_do_update(
        index_elements=[RemoteCalls.site_id, RemoteCalls.service, RemoteCalls.day],
        set_={"calls": RemoteCalls.calls + 1},
        where=RemoteCalls.calls < bindparam("budget"),
    ).returning(
        and_(RemoteCalls.fault != "", RemoteCalls.answered_since.is_(False)).label("is_failing")
    )


_SPEND = {"sqlite": _spend(sqlite), "postgresql": _spend(postgresql)}
