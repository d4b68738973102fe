"""Lessons in a file: taken elsewhere, brought here, and forgotten again."""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from moderation.domain import lesson_file
from moderation.domain.actions import Action
from moderation.domain.lesson_file import PackedLesson
from moderation.domain.roles import Permission
from moderation.errors import AlreadyExistsError, InvalidInputError, UnknownLessonsError
from moderation.models import Lesson, db
from moderation.models.base import writing
from moderation.services import audit
from moderation.services.learned import site_of
from moderation.services.site_learning import counting, note_taught, state_of, weights_of
from moderation.words import N_

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class BroughtFile:
    """A file that a site has learned from.

    Attributes:
        origin: its name, which is made of what it holds.
        lessons: how many of it count.
        imported_at: since when.
    """

    origin: str
    lessons: int
    imported_at: datetime


def brought_files(site_id: int) -> Sequence[BroughtFile]:
    """The files whose lessons count, the latest first."""
    latest = func.max(Lesson.imported_at)
    where = (*counting(site_id, state_of(site_id).since), Lesson.imported_at.is_not(None))
    rows: Sequence[Any] = db.session.execute(
        select(Lesson.origin, func.count(), latest)
        .where(*where)
        .group_by(Lesson.origin)
        .order_by(latest.desc(), Lesson.origin)
    ).all()
    return [BroughtFile(*row) for row in rows]


def forget_file(moderator_id: int | None, slug: str, origin: str, now: datetime) -> int:
    """Forget what a file has taught, and give how many lessons these were: the site is as if it had
    never been brought here. With its audit entry, in one transaction. It can be imported again.

    Raises:
        UnknownSiteError, NotAllowedError: as `learned.reset`.
        UnknownLessonsError: nothing of such a file counts, or not any more.
    """
    with writing():
        site = site_of(moderator_id, slug, Permission.MANAGE_SITE)
        note_taught([site.id])
        of_it = (Lesson.site_id == site.id, Lesson.origin == origin)
        same = (*of_it, Lesson.imported_at.is_not(None))
        forgotten = db.session.execute(delete(Lesson).where(*same).returning(Lesson.id)).all()
        if not forgotten:
            raise UnknownLessonsError(N_("What this file taught is forgotten already."))
        lessons = len(forgotten)
        audit.record(site.id, moderator_id, Action.LESSONS_FORGOTTEN, now, lessons=lessons)
    return lessons


def export(moderator_id: int | None, slug: str) -> Iterator[str]:
    """The lines of a file with all lessons of a site that count (`domain.lesson_file`).

    Raises:
        UnknownSiteError, NotAllowedError: as `learned.reset`.
    """
    site = site_of(moderator_id, slug, Permission.MANAGE_SITE)
    state = state_of(site.id)
    weights = weights_of(site.id, state.since)
    return lesson_file.write(_packed(list(weights.items())))


def _packed(lessons: Sequence[tuple[int, float]]) -> Iterator[PackedLesson]:
    for start in range(0, len(lessons), _CHUNK):
        chunk = lessons[start : start + _CHUNK]
        rows = db.session.scalars(select(Lesson).where(Lesson.id.in_([one for one, _ in chunk])))
        found = {row.id: row for row in rows}
        for lesson_id, weight in chunk:
            if (row := found.get(lesson_id)) is not None:
                yield PackedLesson(
                    row.decided_at, row.is_spam, weight, row.surprise, row.features, row.bands
                )


def import_file(moderator_id: int | None, slug: str, content: bytes, now: datetime) -> int:
    """Learn what a file holds, but for what the site has learned already, such as lessons that it
    exported itself; gives how many lessons these are. With its audit entry, in one transaction.

    Raises:
        UnknownSiteError, NotAllowedError: as `learned.reset`.
        InvalidInputError: it is no file of lessons, holds none, or more than a moderator may
            bring at once.
        AlreadyExistsError: the site has learned all of it already.
    """
    site_of(moderator_id, slug, Permission.MANAGE_SITE)  # before the work that a large file makes
    db.session.rollback()
    most = None if moderator_id is None else lesson_file.MOST_LESSONS
    origin, lessons = lesson_file.read(content, most)
    if not lessons:
        raise InvalidInputError(N_("There is no lesson in this file."))
    with writing():
        site = site_of(moderator_id, slug, Permission.MANAGE_SITE)
        note_taught([site.id])  # first: it locks, so that a file brought twice at once counts once
        same = (Lesson.site_id == site.id, Lesson.origin == origin)
        known = _known(site.id)
        rows = [_row(site.id, origin, one, now) for one in lessons]
        rows = [row for row in rows if _told(row) not in known]
        if not rows:
            raise AlreadyExistsError(N_("This site has learned from this file already."))
        # Those of the same file that count no more, from before it began anew.
        counted = select(Lesson.id).where(*counting(site.id, state_of(site.id).since))
        db.session.execute(delete(Lesson).where(*same, Lesson.id.not_in(counted)))
        db.session.execute(insert(Lesson), rows)
        audit.record(site.id, moderator_id, Action.LESSONS_IMPORTED, now, lessons=len(rows))
    return len(rows)


def _known(site_id: int) -> frozenset[tuple[datetime, bool, int]]:
    """What the lessons of a site that count say, and when it was decided."""
    where = counting(site_id, state_of(site_id).since)
    rows = db.session.execute(
        select(Lesson.decided_at, Lesson.is_spam, Lesson.checksum).where(*where)
    )
    return frozenset((row.decided_at, row.is_spam, row.checksum) for row in rows)


def _told(row: Mapping[str, Any]) -> tuple[datetime, bool, int]:
    return row["decided_at"], row["is_spam"], row["checksum"]


def _row(site_id: int, origin: str, one: PackedLesson, now: datetime) -> dict[str, Any]:
    return {
        "site_id": site_id,
        "is_spam": one.is_spam,
        "features": one.features,
        "layout": lesson_file.LAYOUT,
        "checksum": zlib.crc32(one.features),
        "bands": one.bands,
        "surprise": one.surprise,
        "weight": one.weight,
        "decided_at": one.decided_at,
        "origin": origin,
        "imported_at": now,
    }
