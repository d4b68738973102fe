"""How much Akismet clients ask, month by month."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects import postgresql, sqlite

from moderation.errors import InvalidInputError
from moderation.models import AkismetCount, db
from moderation.models.base import writing

_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])", re.ASCII)
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Counted(StrEnum):
    """What is counted, besides how much was asked; also the columns' names."""

    SPAM = "spam"
    HAM = "ham"
    MISSED_SPAM = "missed_spam"
    FALSE_POSITIVES = "false_positives"


@dataclass(frozen=True, slots=True)
class BlogCounts:
    """What one blog asked in a month."""

    blog: str
    asked: int
    spam: int
    ham: int
    missed_spam: int
    false_positives: int


@dataclass(frozen=True, slots=True)
class BlogPage:
    """Some of the blogs that asked in a month, those with the most first; `total`: how many."""

    blogs: list[BlogCounts]
    total: int


def month_of(now: datetime) -> str:
    """The month of a moment (UTC)."""
    return f"{now.astimezone(UTC):%Y-%m}"


def read_month(text: str) -> str:
    """A month as a client writes it.

    Raises:
        InvalidInputError: it is none.
    """
    if not _MONTH.fullmatch(text):
        raise InvalidInputError("A month is written as YYYY-MM.")
    return text


def count(key_id: int, blog: str, now: datetime, what: Counted | None) -> None:
    """Count one question, in one transaction: of which kind the answer was, if it got one."""
    ones = {"asked": 1} | ({what.value: 1} if what else {})
    table = AkismetCount.__table__.c
    row = _INSERT[db.engine.dialect.name](AkismetCount).values(
        key_id=key_id,
        month=month_of(now),
        blog=blog,
        **{name: ones.get(name, 0) for name in ("asked", *Counted)},
    )
    with writing():
        db.session.execute(
            row.on_conflict_do_update(
                index_elements=["key_id", "month", "blog"],
                set_={name: table[name] + more for name, more in ones.items()},
            )
        )


def asked_in(key_id: int, month: str) -> int:
    """How much was asked with a key in a month."""
    total = select(func.coalesce(func.sum(AkismetCount.asked), 0)).where(
        AkismetCount.key_id == key_id, AkismetCount.month == month
    )
    return int(db.session.scalar(total) or 0)


def read_blogs(
    key_id: int, month: str, *, holding: str, order: Counted | None, limit: int, offset: int
) -> BlogPage:
    """The blogs that asked with a key in a month.

    Args:
        key_id: which key.
        month: as `YYYY-MM`.
        holding: only those whose address holds this.
        order: by what; None: by how much they asked.
        limit: how many at most.
        offset: how many to leave out before them.
    """
    where: list[ColumnElement[bool]] = [AkismetCount.key_id == key_id, AkismetCount.month == month]
    if holding:
        where.append(AkismetCount.blog.contains(holding.lower(), autoescape=True))
    by = getattr(AkismetCount, order.value if order else "asked")
    rows = db.session.scalars(
        select(AkismetCount)
        .where(*where)
        .order_by(by.desc(), AkismetCount.blog)
        .limit(limit)
        .offset(offset)
    ).all()
    total = db.session.scalar(select(func.count()).select_from(AkismetCount).where(*where)) or 0
    return BlogPage([_counts(row) for row in rows], total)


def read_months(key_id: int, blog: str, since: str) -> Sequence[tuple[str, BlogCounts]]:
    """What one blog asked with a key, by month, from one on."""
    rows = db.session.scalars(
        select(AkismetCount)
        .where(
            AkismetCount.key_id == key_id,
            AkismetCount.blog == blog,
            AkismetCount.month >= since,
        )
        .order_by(AkismetCount.month)
    )
    return [(row.month, _counts(row)) for row in rows]


def _counts(row: AkismetCount) -> BlogCounts:
    return BlogCounts(row.blog, row.asked, row.spam, row.ham, row.missed_spam, row.false_positives)
