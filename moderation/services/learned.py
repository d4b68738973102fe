"""What a site has learned: to look at, and to begin anew. Knows nothing of models.

Beginning anew forgets nothing: lessons up to then count no more, and count again once that is taken
back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import aliased

from moderation.domain.actions import DECIDING, Action
from moderation.domain.costs import Decided
from moderation.domain.roles import Permission
from moderation.domain.signals import Symbol
from moderation.domain.teaching import IS_SPAM
from moderation.domain.text import excerpt
from moderation.errors import (
    InvalidInputError,
    StaleDecisionError,
    UnknownCommentError,
)
from moderation.models import AuditEntry, Comment, Lesson, Moderator, SignalRow, Site, SiteModel, db
from moderation.models.base import writing
from moderation.services import audit
from moderation.services.permissions import site_for
from moderation.services.site_learning import counting, set_since, state_of, weights_of
from moderation.services.sites import site_row
from moderation.words import N_

LATEST = 20
MOST_DECIDED = 1_000
_LEARNED = (Symbol.LEARNED_SPAM, Symbol.LEARNED_UNSURE, Symbol.LEARNED_GOOD)
_EXCERPT = 160  # characters
_CHUNK = 500

_Undo = aliased(AuditEntry, name="undo")


@dataclass(frozen=True, slots=True)
class Teacher:
    """Who taught: how many lessons that something is spam, and that it is good. None: a file."""

    name: str | None
    spam: int
    good: int


@dataclass(frozen=True, slots=True)
class ListedLesson:
    """A lesson with its comment, where it has one, who decided, and what it weighs."""

    comment_id: int | None
    name: str | None
    excerpt: str
    is_spam: bool
    decided_at: datetime
    by: str | None
    weight: float


@dataclass(frozen=True, slots=True)
class WhatWasLearned:
    """A site's learning.

    Attributes of note:
        shipped: the version of the shipped model that it adds to, with what kind of site this is
            like, if that is known; nothing before it was made.
        version: how often what it adds has changed.
        waiting: whether lessons are still to be learned.
        began: the site began anew then; None: it never did.
        reset_id: the entry of that in the audit log, while it can be taken back.
        weight: what all lessons weigh together.
        first, last: when the first and the last lesson were decided.
        size: of what was learned, in bytes.
    """

    site: Site
    shipped: str
    version: int
    waiting: bool
    began: datetime | None
    reset_id: int | None
    spam: int
    good: int
    weight: float
    first: datetime | None
    last: datetime | None
    size: int
    teachers: list[Teacher]
    latest: list[ListedLesson]


def look(moderator_id: int | None, slug: str) -> WhatWasLearned:
    """What a site has learned.

    Raises:
        UnknownSiteError: there is no such site, or the moderator is no member.
    """
    site = site_of(moderator_id, slug, Permission.DECIDE)
    state = state_of(site.id)
    where = counting(site.id, state.since)
    counts = db.session.execute(
        select(
            _count_if(Lesson.is_spam),
            _count_if(~Lesson.is_spam),
            func.min(Lesson.decided_at),
            func.max(Lesson.decided_at),
        ).where(*where)
    ).one()
    weights = weights_of(site.id, state.since)
    size = select(func.length(SiteModel.data)).where(SiteModel.id == state.model_id)
    return WhatWasLearned(
        site=site,
        shipped=f"{state.shipped} {state.folded_kind}".strip() if state.shipped else "",
        version=state.version,
        waiting=state.taught != state.folded,
        began=state.since,
        reset_id=_reset_id(site.id) if state.since else None,
        spam=counts[0],
        good=counts[1],
        weight=round(sum(weights.values()), 1),
        first=counts[2],
        last=counts[3],
        size=db.session.scalar(size) or 0,
        teachers=_teachers(where),
        latest=_latest(where, weights),
    )


def _count_if(condition: Any) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _teachers(where: Sequence[ColumnElement[bool]]) -> list[Teacher]:
    rows = db.session.execute(
        select(Moderator.name, _count_if(Lesson.is_spam), _count_if(~Lesson.is_spam))
        .select_from(Lesson)
        .outerjoin(Moderator, Moderator.id == Lesson.moderator_id)
        .where(*where)
        .group_by(Moderator.id, Moderator.name)
        .order_by(func.count().desc(), Moderator.name)
    )
    return [Teacher(*row) for row in rows]


def _latest(where: Sequence[ColumnElement[bool]], weights: dict[int, float]) -> list[ListedLesson]:
    rows = db.session.execute(
        select(
            Lesson.id,
            Lesson.comment_id,
            Lesson.is_spam,
            Lesson.decided_at,
            Comment.name,
            func.substr(Comment.text, 1, 4 * _EXCERPT).label("text"),
            Moderator.name.label("by"),
        )
        .outerjoin(Comment, Comment.id == Lesson.comment_id)
        .outerjoin(Moderator, Moderator.id == Lesson.moderator_id)
        .where(*where)
        .order_by(Lesson.decided_at.desc(), Lesson.comment_id.desc(), Lesson.id.desc())
        .limit(LATEST)
    )
    return [
        ListedLesson(
            row.comment_id,
            row.name,
            excerpt(row.text or "", _EXCERPT),
            row.is_spam,
            row.decided_at,
            row.by,
            weights.get(row.id, 0.0),
        )
        for row in rows
    ]


def judged_then_decided(site_id: int, most: int = MOST_DECIDED) -> list[Decided]:
    """The latest comments that moderators called good or spam, with the probability that each was
    given before that: what was judged, not what would be by now.
    """
    taken_back = exists().where(_Undo.undoes_id == AuditEntry.id)
    entries = db.session.execute(
        select(AuditEntry.comment_id, AuditEntry.revision, AuditEntry.action)
        .where(
            AuditEntry.site_id == site_id,
            AuditEntry.action.in_(DECIDING),
            AuditEntry.comment_id.is_not(None),
            ~taken_back,
        )
        .order_by(AuditEntry.id.desc())
        .limit(2 * most)
    )
    latest: dict[int, Any] = {}
    for entry in entries:
        latest.setdefault(entry.comment_id, entry)
    wanted = {c: e for c, e in list(latest.items())[:most] if e.action in IS_SPAM}
    return [
        Decided(row.probability, IS_SPAM[wanted[row.comment_id].action])
        for row in _probabilities(list(wanted))
        if row.revision == wanted[row.comment_id].revision
    ]


def _probabilities(comment_ids: Sequence[int]) -> Iterator[Any]:
    for start in range(0, len(comment_ids), _CHUNK):
        yield from db.session.execute(
            select(
                SignalRow.comment_id,
                SignalRow.revision,
                SignalRow.evidence["probability"].as_float().label("probability"),
            )
            .where(
                SignalRow.comment_id.in_(comment_ids[start : start + _CHUNK]),
                SignalRow.symbol.in_(_LEARNED),
                SignalRow.check_name == "learned",
            )
            .order_by(SignalRow.id)
        )


def reset(moderator_id: int | None, slug: str, now: datetime) -> int:
    """Begin anew: no lesson up to now counts any more. With its audit entry, whose id this gives,
    in one transaction.

    Raises:
        UnknownSiteError, NotAllowedError: the moderator may not manage the site.
        InvalidInputError: there is nothing to forget.
    """
    with writing():
        site = site_of(moderator_id, slug, Permission.MANAGE_SITE)
        before = state_of(site.id).since
        lessons = _count(counting(site.id, before))
        if not lessons:
            raise InvalidInputError(
                N_("This site has learned nothing yet, so there is nothing to do.")
            )
        set_since(site.id, now)
        since = before.isoformat() if before else ""
        return audit.record(
            site.id, moderator_id, Action.LEARNING_RESET, now, lessons=lessons, since=since
        )


def take_back_reset(moderator_id: int | None, slug: str, entry_id: int, now: datetime) -> None:
    """Let the lessons count again that counted before a reset, if it was the last one.

    Raises:
        UnknownSiteError, NotAllowedError: as `reset`.
        UnknownCommentError: there is no such entry of this site.
        StaleDecisionError: it was taken back already, or the site has begun anew again since.
    """
    with writing():
        site = site_of(moderator_id, slug, Permission.MANAGE_SITE)
        entry = db.session.get(AuditEntry, entry_id)
        is_reset = entry is not None and entry.action is Action.LEARNING_RESET
        if entry is None or entry.site_id != site.id or not is_reset:
            raise UnknownCommentError(N_("There is no such entry of this site."))
        if _reset_id(site.id) != entry_id:
            raise StaleDecisionError(N_("This cannot be taken back, or not any more."))
        since = entry.details.get("since")
        set_since(site.id, datetime.fromisoformat(since) if since else None)
        audit.record(site.id, moderator_id, Action.LEARNING_RESTORED, now, undoes_id=entry_id)


def _reset_id(site_id: int) -> int | None:
    """The last time that the site began anew, unless that was taken back."""
    taken_back = exists().where(_Undo.undoes_id == AuditEntry.id)
    return db.session.scalar(
        select(AuditEntry.id)
        .where(
            # Few entries are of no comment: the sum keeps the planner from walking all the site's.
            AuditEntry.comment_id.is_(None),
            AuditEntry.site_id + 0 == site_id,
            AuditEntry.action == Action.LEARNING_RESET,
            ~taken_back,
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )


def _count(where: Sequence[ColumnElement[bool]]) -> int:
    return db.session.scalar(select(func.count()).select_from(Lesson).where(*where)) or 0


def site_of(moderator_id: int | None, slug: str, permission: Permission) -> Site:
    """A site, for one who may do this there; None is the operator, who may do all.

    Raises:
        UnknownSiteError: there is no such site, or the moderator is no member.
        NotAllowedError: the moderator's role does not allow it.
    """
    return site_row(slug) if moderator_id is None else site_for(moderator_id, slug, permission)
