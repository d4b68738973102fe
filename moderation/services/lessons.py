"""Decisions become lessons. The audit log is the outbox: a decision itself writes nothing more.

What a comment teaches is a function of its decisions that stand, so looking twice, or late, or by
two workers at once, comes to the same.
"""

import zlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import bindparam, delete, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from moderation.classifier.features import extract
from moderation.classifier.places import LAYOUT
from moderation.domain.actions import DECIDING, Action, standing_entry
from moderation.domain.evidence import Subject
from moderation.domain.status import Status
from moderation.domain.teaching import IS_SPAM
from moderation.domain.text import bands, shingles
from moderation.models import AuditEntry, AuditReader, Comment, Lesson, Revision, db
from moderation.models.base import writing
from moderation.services.judging import judging
from moderation.services.site_learning import note_taught, pack_bands
from moderation.services.subjects import subjects_of

_READER = "learning"
_TELLING = DECIDING | {Action.UNDO, Action.DELETE, Action.EXPIRE}
# Entries get their numbers before they are there to be read, so what is older than this is looked
# at again and again until it surely was there.
_OVERLAP = timedelta(seconds=60)
_STEP = 50  # comments; less than a tenth of a second, after which others who write get their turn


@dataclass(frozen=True, slots=True)
class _Taught:
    """What a comment teaches: the decision that stands, and up to which entry all was minded."""

    comment: Comment
    entry: Any
    newest_id: int

    @property
    def is_spam(self) -> bool:
        return IS_SPAM[self.entry.action]

    @property
    def lesson(self) -> tuple[int, int, bool]:
        """What is learned: of which comment, in which revision, which label."""
        return self.comment.id, self.entry.revision, self.is_spam


# By lesson what is kept of how the classifier sees it.
_Looked = dict[tuple[int, int, bool], dict[str, Any]]


def learn_some(after: int, undo_window: timedelta, now: datetime) -> int | None:
    """Bring the lessons up to date with the next decisions, in one transaction.

    Up to where the log was surely read is noted as it goes. What a call gives may lie beyond: what
    was too young by then, or not there to be read, is read by the next one that begins with 0.

    Args:
        after: 0 to begin where the log was surely read, else what the last call gave.
        undo_window: younger decisions are left: they may still be taken back.
        now: when.

    Returns:
        What to go on after; None where there is no more.
    """
    until = now - undo_window
    looked = _look_ahead(after, until)
    with writing():
        reader = _reader()
        rows = db.session.execute(_unread(max(after, reader.entry_id), until)).all()
        if rows:
            _bring_up_to_date({row.comment_id for row in rows}, until, looked)
        more = int(rows[-1].id) if len(rows) == _STEP else None
        if after <= reader.entry_id:  # else what this went on after may not all have been there
            sure = _surely_there(until)
            reader.entry_id = max(reader.entry_id, sure if more is None else min(sure, more))
        return more


def _look_ahead(after: int, until: datetime) -> _Looked:
    """How the classifier sees what is about to be learned. Of long comments that takes a while, in
    which nobody else could write.
    """
    db.session.rollback()
    read = select(AuditReader.entry_id).where(AuditReader.name == _READER)
    unread = _unread(max(after, db.session.scalar(read) or 0), until)
    comment_ids = {row.comment_id for row in db.session.execute(unread)}
    taught = _taught(comment_ids, until)
    old = {row.comment_id: row for row in db.session.execute(_known(comment_ids))}
    return _look([each for c, each in taught.items() if _differs(old.get(c), each)])


def _look(new: Sequence[_Taught]) -> _Looked:
    """How the classifier sees those that there is a text for."""
    subjects = _subjects({each.comment.id: each.entry.revision for each in new})
    return {
        each.lesson: _seen(subject, is_spam=each.is_spam)
        for each in new
        if (subject := subjects.get(each.comment.id)) is not None
    }


def _reader() -> AuditReader:
    """How far the log was read; locked, so that one at a time goes on."""
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    row = dialect.insert(AuditReader).values(name=_READER, entry_id=0)
    db.session.execute(row.on_conflict_do_nothing(index_elements=[AuditReader.name]))
    locked = select(AuditReader).where(AuditReader.name == _READER).with_for_update()
    return db.session.scalars(locked.execution_options(populate_existing=True)).one()


def _unread(after: int, until: datetime) -> Any:
    known = exists().where(
        Lesson.comment_id == AuditEntry.comment_id, Lesson.entry_id >= AuditEntry.id
    )
    return (
        select(AuditEntry.id, AuditEntry.comment_id)
        .where(
            AuditEntry.id > after,
            AuditEntry.comment_id.is_not(None),
            AuditEntry.action.in_(_TELLING),
            AuditEntry.created_at <= until,
            ~known,
        )
        .order_by(AuditEntry.id)
        .limit(_STEP)
    )


def _surely_there(until: datetime) -> int:
    newest = (
        select(AuditEntry.id)
        .where(AuditEntry.created_at <= until - _OVERLAP)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return db.session.scalar(newest) or 0


def _bring_up_to_date(comment_ids: Collection[int], until: datetime, looked: _Looked) -> None:
    taught = _taught(comment_ids, until)
    old = {row.comment_id: row for row in db.session.execute(_known(comment_ids))}
    gone = [row for comment_id, row in old.items() if comment_id not in taught]
    new = [each for comment_id, each in taught.items() if _differs(old.get(comment_id), each)]
    forgotten = [*gone, *(old[t.comment.id] for t in new if t.comment.id in old)]
    _forget(forgotten)
    added = _add(new, looked)
    stays = taught.keys() - {each.comment.id for each in new}
    _note_read([{"row": old[c].id, "newest": taught[c].newest_id} for c in sorted(stays)])
    note_taught({row.site_id for row in forgotten} | {each.comment.site_id for each in added})


def _known(comment_ids: Collection[int]) -> Any:
    return select(
        Lesson.id,
        Lesson.site_id,
        Lesson.comment_id,
        Lesson.is_spam,
        Lesson.revision,
        Lesson.decided_at,
    ).where(Lesson.comment_id.in_(comment_ids))


def _note_read(rows: list[dict[str, int]]) -> None:
    if rows:
        db.session.connection().execute(_READ, rows)


_READ = update(Lesson).where(Lesson.id == bindparam("row")).values(entry_id=bindparam("newest"))


def _differs(row: Any, taught: _Taught) -> bool:
    if row is None:
        return True
    entry = taught.entry
    return (row.is_spam, row.revision, row.decided_at) != (
        taught.is_spam,
        entry.revision,
        entry.created_at,
    )


def _taught(comment_ids: Collection[int], until: datetime) -> dict[int, _Taught]:
    """By comment what it teaches now."""
    entries: dict[int, list[Any]] = defaultdict(list)
    rows = db.session.execute(
        select(
            AuditEntry.id,
            AuditEntry.comment_id,
            AuditEntry.revision,
            AuditEntry.action,
            AuditEntry.undoes_id,
            AuditEntry.moderator_id,
            AuditEntry.created_at,
        )
        .where(AuditEntry.comment_id.in_(comment_ids), AuditEntry.action.in_(_TELLING))
        .order_by(AuditEntry.id)
    )
    for row in rows:
        entries[row.comment_id].append(row)
    comments = db.session.scalars(
        select(Comment)
        .where(
            Comment.id.in_(comment_ids),
            Comment.status != Status.DELETED,
            Comment.by_site.is_(False),
        )
        .execution_options(populate_existing=True)
    )
    found = {}
    for comment in comments:
        # A decision that is too young counts for nothing yet, but what is taken back is.
        minded = [
            e for e in entries[comment.id] if e.undoes_id is not None or e.created_at <= until
        ]
        standing = standing_entry((e.id, e.action, e.undoes_id) for e in minded)
        if standing is not None and standing[1] in IS_SPAM:
            entry = next(e for e in minded if e.id == standing[0])
            found[comment.id] = _Taught(comment, entry, _all_minded(entries[comment.id], minded))
    return found


def _all_minded(entries: Sequence[Any], minded: Sequence[Any]) -> int:
    """The newest entry before the first that counts for nothing yet: that is to be read again, also
    where something later, such as an undo, counts already.
    """
    minded_ids = {entry.id for entry in minded}
    together = takewhile(minded_ids.__contains__, (entry.id for entry in entries))
    return max(together, default=0)


def _forget(rows: Sequence[Any]) -> None:
    if rows:
        db.session.execute(
            delete(Lesson).where(Lesson.id.in_([row.id for row in rows])),
            execution_options={"synchronize_session": False},
        )


def _add(new: Sequence[_Taught], looked: _Looked) -> Sequence[_Taught]:
    """Store lessons; gives those that there was a text for."""
    # What was decided just then was not looked at yet.
    looked = looked | _look([each for each in new if each.lesson not in looked])
    ready = [each for each in new if each.lesson in looked]
    if ready:
        db.session.execute(insert(Lesson), [_row(each, looked[each.lesson]) for each in ready])
    return ready


def renew_some() -> bool:
    """Bring some lessons up to date whose features are of an older layout, in one transaction.

    Returns:
        Whether there may be more.
    """
    with writing():
        rows = db.session.execute(_OUTDATED).all()
        subjects = _subjects({row.comment_id: row.revision for row in rows})
        _forget([row for row in rows if row.comment_id not in subjects])
        for row in rows:
            if (subject := subjects.get(row.comment_id)) is not None:
                seen = _seen(subject, is_spam=row.is_spam)
                db.session.execute(
                    update(Lesson).where(Lesson.id == row.id).values(seen),
                    execution_options={"synchronize_session": False},
                )
        note_taught({row.site_id for row in rows})
        return len(rows) == _STEP


_OUTDATED = (
    select(Lesson.id, Lesson.site_id, Lesson.comment_id, Lesson.revision, Lesson.is_spam)
    .where(Lesson.layout < LAYOUT, Lesson.comment_id.is_not(None))
    .order_by(Lesson.id)
    .limit(_STEP)
    .with_for_update(skip_locked=True)
)


def _subjects(revisions: dict[int, int]) -> dict[int, Subject]:
    """What each comment said in a revision, as the classifier is told of it."""
    texts, edited = {}, {}
    now = select(Comment.id, Comment.revision, Comment.text).where(Comment.id.in_(revisions))
    for row in db.session.execute(now):
        if row.revision == revisions[row.id]:
            texts[row.id] = row.text
        else:
            edited[row.id] = revisions[row.id]
    if edited:
        former = select(Revision.comment_id, Revision.revision, Revision.text)
        for row in db.session.execute(former.where(Revision.comment_id.in_(edited))):
            if edited[row.comment_id] == row.revision:
                texts[row.comment_id] = row.text
    return subjects_of(texts)


def _seen(subject: Subject, *, is_spam: bool) -> dict[str, Any]:
    """What is kept of how a comment is seen, by the classifier and beside others."""
    features = extract(subject)
    packed = features.pack()
    chance = judging.chance_of_spam(features)
    return {
        "features": packed,
        "layout": LAYOUT,
        "checksum": zlib.crc32(packed),
        "bands": pack_bands(bands(shingles(subject.text))),
        "surprise": round(1 - chance if is_spam else chance, 4),
    }


def _row(taught: _Taught, looked: dict[str, Any]) -> dict[str, Any]:
    return looked | {
        "site_id": taught.comment.site_id,
        "comment_id": taught.comment.id,
        "revision": taught.entry.revision,
        "is_spam": taught.is_spam,
        "weight": 1.0,
        "moderator_id": taught.entry.moderator_id,
        "entry_id": taught.newest_id,
        "decided_at": taught.entry.created_at,
        "origin": "",
    }
