"""What came in, what became of it, how soon, and what the machine's word was worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Select,
    Subquery,
    and_,
    case,
    distinct,
    extract,
    func,
    select,
)
from sqlalchemy.orm import aliased

from moderation.domain.actions import DECIDING, Action
from moderation.domain.page import PREVIEW_PATH
from moderation.domain.roles import Permission
from moderation.domain.signals import Symbol
from moderation.domain.status import Status
from moderation.errors import UnknownSiteError
from moderation.models import AuditEntry, Comment, Moderator, SignalRow, Site, Thread, db
from moderation.services.permissions import sites_where
from moderation.words import N_

PERIODS = (7, 30, 90)
_CONCLUDED = (Status.PUBLISHED, Status.SPAM, Status.REJECTED)

_Verdict = aliased(AuditEntry, name="verdict")
_Decision = aliased(AuditEntry, name="decision")
_Earlier = aliased(AuditEntry, name="earlier")
_Undo = aliased(AuditEntry, name="undo")


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day, in UTC: the comments submitted on it by what they are now, the decisions made on
    it, and half of what was decided on it was decided within `median` seconds.
    """

    day: date
    by_status: dict[Status, int]
    decisions: int
    median: float | None

    @property
    def submitted(self) -> int:
        """All that came in."""
        return sum(self.by_status.values())


@dataclass(frozen=True, slots=True)
class Pace:
    """Of so many decisions on held comments: seconds within which half and 90% were made."""

    decisions: int
    median: float | None
    ninety: float | None


@dataclass(frozen=True, slots=True)
class ModeratorFigures:
    """What one moderator did: decisions, of them those that others took back, and their pace."""

    name: str
    decisions: int
    undone_by_others: int
    median: float | None


@dataclass(frozen=True, slots=True)
class SignalFigures:
    """Of how many comments a signal told, and how many of these are published now."""

    symbol: Symbol
    comments: int
    published: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a period.

    Attributes of note:
        held: comments submitted in it that the machine left to a moderator, whatever became of
            them.
        concluded: those that it published, marked as spam or rejected by itself.
        overturned: those of them on which a moderator's decision stands that is another.
        oldest: the comment that has waited longest, of any time.
    """

    sites: Sequence[Site]
    first: date
    days: list[DayFigures]
    held: int
    concluded: int
    overturned: int
    pace: Pace
    oldest: Comment | None
    moderators: list[ModeratorFigures]
    signals: list[SignalFigures]

    def total(self, status: Status) -> int:
        """How many comments submitted in the period have a status now."""
        return sum(day.by_status.get(status, 0) for day in self.days)

    @property
    def submitted(self) -> int:
        """How many comments were submitted in the period."""
        return sum(day.submitted for day in self.days)


def readable_sites(moderator_id: int) -> Sequence[Site]:
    """The sites whose figures a moderator may read, by name."""
    return sites_where(moderator_id, Permission.READ_FIGURES)


def read_figures(moderator_id: int, slug: str | None, period: int, now: datetime) -> Figures:
    """The figures of the last `period` days in UTC, today included.

    Args:
        moderator_id: who asks.
        slug: of which site; None: of all of theirs.
        period: how many days.
        now: the time.

    Raises:
        UnknownSiteError: there is no such site among theirs.
    """
    sites = [s for s in readable_sites(moderator_id) if slug is None or s.slug == slug]
    if slug is not None and not sites:
        raise UnknownSiteError(N_("There is no such site among yours."))
    ids = [site.id for site in sites]
    first = now.astimezone(UTC).date() - timedelta(days=period - 1)
    start = datetime.combine(first, time(), UTC)
    held, concluded, overturned = _verdicts(ids, start)
    timed = _timed(ids, start)
    return Figures(
        sites=sites,
        first=first,
        days=_days(ids, start, period, timed),
        held=held,
        concluded=concluded,
        overturned=overturned,
        pace=_pace(timed),
        oldest=_oldest(ids),
        moderators=_moderators(ids, start, timed),
        signals=_signals(ids, start),
    )


def _submitted(ids: Sequence[int], start: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Comment.site_id.in_(ids),
        Comment.status.in_(list(Status)),  # the index has it between site and time
        Comment.created_at >= start,
        Comment.by_site.is_(False),
        Comment.thread_id.not_in(_previews(ids)),
    )


def _previews(ids: Sequence[int]) -> Select[int]:
    """The threads in which owners try their snippets: what is said there tells of no reader."""
    return select(Thread.id).where(Thread.site_id.in_(ids), Thread.key.endswith(PREVIEW_PATH))


def _day_of(when: Any) -> ColumnElement[str]:
    """The day of a time in UTC, as text, whatever zone the session is in."""
    if db.engine.dialect.name == "sqlite":
        return func.date(when)
    return func.to_char(func.timezone("UTC", when), "YYYY-MM-DD")


def _days(ids: Sequence[int], start: datetime, period: int, timed: Subquery) -> list[DayFigures]:
    day = _day_of(Comment.created_at).label("day")
    counts: dict[str, dict[Status, int]] = {}
    for row in db.session.execute(
        select(day, Comment.status, func.count().label("comments"))
        .where(*_submitted(ids, start))
        .group_by(day, Comment.status)
    ):
        counts.setdefault(row.day, {})[row.status] = row.comments
    decided = _day_of(_Decision.created_at).label("day")
    decisions: dict[str, int] = {
        row.day: row.decisions
        for row in db.session.execute(
            select(decided, func.count().label("decisions"))
            .where(*_decided(ids, start))
            .group_by(decided)
        )
    }
    medians = {row.key: row.median for row in db.session.execute(_medians(timed, timed.c.day))}
    days = (start.date() + timedelta(days=n) for n in range(period))
    return [
        DayFigures(
            day,
            counts.get(day.isoformat(), {}),
            decisions.get(day.isoformat(), 0),
            medians.get(day.isoformat()),
        )
        for day in days
    ]


def _verdicts(ids: Sequence[int], start: datetime) -> tuple[int, int, int]:
    """Of the comments submitted: held, concluded on, and of these overturned."""
    verdict = (
        select(_Verdict.after)
        .where(_Verdict.comment_id == Comment.id, _Verdict.action == Action.VERDICT)
        .order_by(_Verdict.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    taken_back = select(_Undo.id).where(_Undo.undoes_id == _Decision.id).exists()
    decision = (
        select(_Decision.after)
        .where(_Decision.comment_id == Comment.id, _Decision.action.in_(DECIDING), ~taken_back)
        .order_by(_Decision.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    both = (
        select(verdict.label("verdict"), decision.label("decision"))
        .where(*_submitted(ids, start))
        .subquery()
    )
    concluded = both.c.verdict.in_(_CONCLUDED)
    row = db.session.execute(
        select(
            _count_if(both.c.verdict == Status.HELD),
            _count_if(concluded),
            _count_if(and_(concluded, both.c.decision != both.c.verdict)),
        )
    ).one()
    return row[0], row[1], row[2]


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _decided(ids: Sequence[int], start: datetime) -> tuple[ColumnElement[bool], ...]:
    tried = select(Comment.id).where(Comment.thread_id.in_(_previews(ids)))
    return (
        _Decision.comment_id.not_in(tried),
        _Decision.site_id.in_(ids),
        _Decision.action.in_(DECIDING),
        _Decision.created_at >= start,
    )


def _timed(ids: Sequence[int], start: datetime) -> Subquery:
    """The first decision on each comment that the machine held, with the seconds it waited."""
    held = (
        select(func.max(_Verdict.id))
        .where(
            _Verdict.comment_id == _Decision.comment_id,
            _Verdict.id < _Decision.id,
            _Verdict.action == Action.VERDICT,
        )
        .correlate(_Decision)
        .scalar_subquery()
    )
    verdict = aliased(AuditEntry, name="held")
    decided_before = (
        select(_Earlier.id)
        .where(
            _Earlier.comment_id == _Decision.comment_id,
            _Earlier.id > verdict.id,
            _Earlier.id < _Decision.id,
            _Earlier.action.in_(DECIDING),
        )
        .exists()
    )
    return (
        select(
            _Decision.moderator_id,
            _day_of(_Decision.created_at).label("day"),
            _seconds(verdict.created_at, _Decision.created_at).label("seconds"),
        )
        .join(verdict, verdict.id == held)
        .where(*_decided(ids, start), verdict.after == Status.HELD, ~decided_before)
        .subquery("timed")
    )


def _seconds(since: Any, until: Any) -> ColumnElement[float]:
    if db.engine.dialect.name == "sqlite":
        # A Julian day has room for tenths of milliseconds; more digits are noise.
        days: ColumnElement[float] = func.julianday(until) - func.julianday(since)
        return func.round(days * 86_400, 2, type_=Float)
    return func.round(extract("epoch", until - since), 2, type_=Float)


def _medians(timed: Subquery, key: ColumnElement[Any]) -> Select[Any, Any]:
    """The median wait by `key`: the mean of the two in the middle, which may be one."""
    ranked = select(
        key.label("key"),
        timed.c.seconds,
        func.row_number().over(partition_by=key, order_by=timed.c.seconds).label("place"),
        func.count().over(partition_by=key).label("of"),
    ).subquery()
    middle = ranked.c.place.in_([(ranked.c.of + 1) // 2, (ranked.c.of + 2) // 2])
    median = func.avg(ranked.c.seconds, type_=Float).label("median")
    return select(ranked.c.key, median).where(middle).group_by(ranked.c.key)


def _pace(timed: Subquery) -> Pace:
    ranked = select(
        timed.c.seconds,
        func.row_number().over(order_by=timed.c.seconds).label("place"),
        func.count().over().label("of"),
    ).subquery()
    middle = ranked.c.place.in_([(ranked.c.of + 1) // 2, (ranked.c.of + 2) // 2])
    ninety = ranked.c.place == (ranked.c.of * 9 + 9) // 10  # the nearest rank
    row = db.session.execute(
        select(
            func.count(),
            func.avg(case((middle, ranked.c.seconds)), type_=Float),
            func.max(case((ninety, ranked.c.seconds)), type_=Float),
        ).select_from(ranked)
    ).one()
    return Pace(row[0], row[1], row[2])


def _oldest(ids: Sequence[int]) -> Comment | None:
    return db.session.scalar(
        select(Comment)
        .where(
            Comment.site_id.in_(ids),
            Comment.status == Status.HELD,
            Comment.thread_id.not_in(_previews(ids)),
        )
        .order_by(Comment.created_at, Comment.id)
        .limit(1)
    )


def _moderators(ids: Sequence[int], start: datetime, timed: Subquery) -> list[ModeratorFigures]:
    by_another = (
        select(_Undo.id)
        .where(_Undo.undoes_id == _Decision.id, _Undo.moderator_id != _Decision.moderator_id)
        .exists()
    )
    medians = {
        row.key: row.median for row in db.session.execute(_medians(timed, timed.c.moderator_id))
    }
    rows = db.session.execute(
        select(
            Moderator.id,
            Moderator.name,
            func.count().label("decisions"),
            _count_if(by_another).label("undone"),
        )
        .select_from(_Decision)
        .join(Moderator, Moderator.id == _Decision.moderator_id)
        .where(*_decided(ids, start))
        .group_by(Moderator.id, Moderator.name)
        .order_by(func.count().desc(), Moderator.name)
    )
    return [
        ModeratorFigures(row.name, row.decisions, row.undone, medians.get(row.id)) for row in rows
    ]


def _signals(ids: Sequence[int], start: datetime) -> list[SignalFigures]:
    comments = func.count(distinct(SignalRow.comment_id))
    published = func.count(
        distinct(case((Comment.status == Status.PUBLISHED, SignalRow.comment_id)))
    )
    rows = db.session.execute(
        select(SignalRow.symbol, comments.label("comments"), published.label("published"))
        .join(Comment, Comment.id == SignalRow.comment_id)
        .where(
            SignalRow.site_id.in_(ids),
            SignalRow.created_at >= start,
            SignalRow.revision == Comment.screened_revision,
            Comment.thread_id.not_in(_previews(ids)),
        )
        .group_by(SignalRow.symbol)
        .order_by(comments.desc(), SignalRow.symbol)
    )
    return [SignalFigures(row.symbol, row.comments, row.published) for row in rows]
