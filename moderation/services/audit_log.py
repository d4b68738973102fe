"""Reading the audit log: filtered, in pages, whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select, union_all

from moderation.domain.actions import Action
from moderation.domain.audit_words import Told, tell, who_did
from moderation.domain.roles import Permission
from moderation.models import AuditEntry, Comment, Moderator, Site, db
from moderation.services.permissions import sites_where

_CHUNK = 500  # rows of an export read at once
_MOST_ASKEW = timedelta(hours=1)  # by which an entry's time and its number may be at odds


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which entries to show; None leaves a thing open.

    Attributes:
        site: a slug.
        moderator_id: who did it.
        action: what was done.
        comment_id: to which comment.
        since: the first day, in UTC.
        until: the last day, in UTC.
        machine: whether the machine's verdicts are shown too.
    """

    site: str | None = None
    moderator_id: int | None = None
    action: Action | None = None
    comment_id: int | None = None
    since: date | None = None
    until: date | None = None
    machine: bool = False


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An entry with what it tells of."""

    entry: AuditEntry
    site: Site
    who: str
    commenter: str | None

    @property
    def told(self) -> Told:
        """The entry in words."""
        e = self.entry
        return tell(
            e.action,
            self.who,
            self.commenter,
            why=e.why,
            details=e.details,
            confirms=e.confirms,
        )


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of the log, the newest first, and from where its neighbours go on."""

    entries: list[LogEntry]
    newer_than: int | None
    older_than: int | None


def read_log(
    moderator_id: int,
    wanted: LogFilter,
    *,
    limit: int,
    older_than: int | None = None,
    newer_than: int | None = None,
) -> LogPage:
    """A page of what the moderator may read: the newest, or what is next to an entry."""
    forward = newer_than is not None and older_than is None
    where: list[ColumnElement[bool]] = []
    if older_than is not None:
        where.append(AuditEntry.id < older_than)
    elif newer_than is not None:
        where.append(AuditEntry.id > newer_than)
    ids = _ids(_sites(moderator_id, wanted), wanted, where, limit + 1, forward=forward)
    more, ids = len(ids) > limit, sorted(ids[:limit], reverse=True)
    entries = _load(ids)
    has_newer = more if forward else older_than is not None
    has_older = more if not forward else True
    return LogPage(
        entries,
        ids[0] if ids and has_newer else None,
        ids[-1] if ids and has_older else None,
    )


def export_log(moderator_id: int, wanted: LogFilter) -> Iterator[list[LogEntry]]:
    """All of what the moderator may read, the newest first, in lists. No transaction is held
    between two of them.
    """
    sites = _sites(moderator_id, wanted)
    last: int | None = None
    while True:
        where = [] if last is None else [AuditEntry.id < last]
        ids = _ids(sites, wanted, where, _CHUNK, forward=False)
        if not ids:
            return
        last = ids[-1]
        entries = _load(ids)
        db.session.expunge_all()
        db.session.rollback()
        yield entries


def readable_sites(moderator_id: int) -> Sequence[Site]:
    """The sites whose log a moderator may read, by name."""
    return sites_where(moderator_id, Permission.READ_AUDIT_LOG)


def known_moderators(moderator_id: int) -> list[tuple[int, str]]:
    """Who has done something on these sites: id and name, by name."""
    sites = [site.id for site in readable_sites(moderator_id)]
    # For each account one look into an index, not one for each entry.
    acted = select(AuditEntry.id).where(
        AuditEntry.moderator_id == Moderator.id, AuditEntry.site_id.in_(sites)
    )
    rows = db.session.execute(
        select(Moderator.id, Moderator.name).where(acted.exists()).order_by(Moderator.name)
    )
    return [(row.id, row.name) for row in rows]


def _sites(moderator_id: int, wanted: LogFilter) -> list[int]:
    sites = readable_sites(moderator_id)
    return [site.id for site in sites if wanted.site is None or site.slug == wanted.site]


def _where(wanted: LogFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.moderator_id is not None:
        where.append(AuditEntry.moderator_id == wanted.moderator_id)
    if wanted.action is not None:
        where.append(AuditEntry.action == wanted.action)
    elif not wanted.machine:
        where.append(AuditEntry.action != Action.VERDICT)
    if wanted.comment_id is not None:
        where.append(AuditEntry.comment_id == wanted.comment_id)
    return where


def _within(wanted: LogFilter, site: int) -> list[ColumnElement[bool]]:
    """The days, and by the index of time between which numbers their entries are: by the days alone
    PostgreSQL would walk to them from the log's end, and SQLite would sort all of them.
    """
    where: list[ColumnElement[bool]] = []
    told = func.coalesce(AuditEntry.created_at, AuditEntry.created_at)  # no index leads to this
    if wanted.since is not None and wanted.since > date.min:
        start = _midnight(wanted.since)
        before = _nearest(site, AuditEntry.created_at < start - _MOST_ASKEW, forward=False)
        where += [AuditEntry.id > func.coalesce(before, 0), told >= start]
    if wanted.until is not None and wanted.until < date.max:
        end = _midnight(wanted.until + timedelta(days=1))
        after = _nearest(site, AuditEntry.created_at > end + _MOST_ASKEW, forward=True)
        where += [AuditEntry.id < func.coalesce(after, 2**63 - 1), told < end]
    return where


def _nearest(site: int, when: ColumnElement[bool], *, forward: bool) -> ScalarSelect[int]:
    time_ = AuditEntry.created_at
    return (
        select(AuditEntry.id)
        .where(AuditEntry.site_id == site, when)
        .order_by(time_.asc() if forward else time_.desc())
        .limit(1)
        .scalar_subquery()
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _ids(
    sites: Sequence[int],
    wanted: LogFilter,
    where: Sequence[ColumnElement[bool]],
    limit: int,
    *,
    forward: bool,
) -> list[int]:
    """The entries next in one direction. Each site's come out of an index in order."""
    if not sites:
        return []
    order = AuditEntry.id.asc() if forward else AuditEntry.id.desc()
    parts = [
        select(AuditEntry.id)
        .where(AuditEntry.site_id == site, *_where(wanted), *_within(wanted, site), *where)
        .order_by(order)
        .limit(limit)
        .subquery()
        for site in sites
    ]
    found = union_all(*(select(part.c.id) for part in parts)).subquery()
    next_ones = select(found.c.id).order_by(found.c.id.asc() if forward else found.c.id.desc())
    return list(db.session.scalars(next_ones.limit(limit)))


def _load(ids: Sequence[int]) -> list[LogEntry]:
    rows = db.session.execute(
        select(AuditEntry, Site, Moderator.name, Comment.name.label("commenter"))
        .join(Site, Site.id == AuditEntry.site_id)
        .outerjoin(Moderator, Moderator.id == AuditEntry.moderator_id)
        .outerjoin(Comment, Comment.id == AuditEntry.comment_id)
        .where(AuditEntry.id.in_(ids))
        .order_by(AuditEntry.id.desc())
    )
    return [_entry(row) for row in rows]


def _entry(row: Any) -> LogEntry:
    entry: AuditEntry = row.AuditEntry
    return LogEntry(entry, row.Site, who_did(entry.actor, row.name), row.commenter)
