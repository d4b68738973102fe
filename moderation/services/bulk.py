"""One decision on many comments: ordered by a moderator, carried out in steps by a task worker.

Each step is one transaction that decides some hundred comments and moves the job on, so a worker
that dies takes at most the step it was in with it, and nothing is decided twice.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from moderation.domain.actions import Action
from moderation.domain.bulk import ENDED, BulkStatus
from moderation.domain.queue_view import QueueView, Tab
from moderation.domain.roles import Permission
from moderation.domain.status import Actor
from moderation.domain.text import noted
from moderation.errors import InvalidInputError, StaleDecisionError, UnknownCommentError
from moderation.models import AuditEntry, BulkJob, Comment, db
from moderation.models.base import writing
from moderation.services import opinions, reports
from moderation.services.bulk_reach import (
    count_lost,
    count_reachable,
    find_reachable,
    still_reached,
    store_view,
)
from moderation.services.permissions import memberships_where
from moderation.services.review import DECISIONS, LONGEST_WHY, decision_of, is_there_by
from moderation.services.transitions import Change, change_statuses
from moderation.words import N_

STEP = 500  # comments; some tenths of a second, after which others get their turn
MOST_SELECTED = 1_000  # ids that a form may name
_SILENT_FOR = timedelta(seconds=15)  # then a job's worker is taken for dead
_DECISIONS = DECISIONS.keys() - {Action.BLOCK}


def order_by_ids(
    moderator_id: int,
    decision: str,
    ids: Sequence[int],
    now: datetime,
    *,
    tab: Tab = Tab.ALL,
    why: str = "",
) -> int:
    """Order a decision on the comments selected; gives the job's id. What of them the policy
    published or marked as spam is confirmed by it. An order on a whole view leaves that alone:
    it would teach what nobody looked at.

    Args:
        moderator_id: who orders it.
        decision: approve, spam or reject.
        ids: the comments selected.
        now: when.
        tab: where they were selected. What a colleague has meanwhile given a status that the tab
            does not show is left as it is.
        why: a reason, for colleagues.

    Raises:
        InvalidInputError: there is no such decision, or nothing is selected, or too much.
    """
    chosen = sorted(set(ids))
    if len(chosen) > MOST_SELECTED:
        raise InvalidInputError(
            N_("Select {most} comments at most, or choose all of a view.", most=MOST_SELECTED)
        )
    action = decision_of(decision, _DECISIONS)
    view = QueueView(tab=tab)
    with writing():
        stored = store_view(moderator_id, view) | {"ids": chosen}
        if not count_reachable(moderator_id, action, stored):
            raise InvalidInputError(N_("Nothing is selected that this would change."))
        job = BulkJob(action=action, why=why, view=stored, total=len(chosen))
        return _add(job, moderator_id, now)


def order_by_view(
    moderator_id: int, decision: str, view: QueueView, newest: int, now: datetime, *, why: str = ""
) -> int:
    """Order a decision on all that a view holds; gives the job's id.

    Args:
        moderator_id: who orders it.
        decision: approve, spam or reject.
        view: which comments.
        newest: the newest entry of the audit log when the moderator looked; what came into the
            view after it was not seen and is left alone.
        now: when.
        why: a reason, for colleagues.

    Raises:
        InvalidInputError: there is no such decision, or the view holds nothing to decide.
    """
    action = decision_of(decision, _DECISIONS)
    with writing():
        stored = store_view(moderator_id, view) | {"newest": newest}
        total = count_reachable(moderator_id, action, stored)
        if not total:
            raise InvalidInputError(N_("There is nothing in this view that this would change."))
        job = BulkJob(action=action, why=why, view=stored, total=total)
        return _add(job, moderator_id, now)


def preview(moderator_id: int, decision: str, view: QueueView, newest: int) -> int:
    """How many comments `order_by_view` would decide."""
    action = decision_of(decision, _DECISIONS)
    stored = store_view(moderator_id, view) | {"newest": newest}
    return count_reachable(moderator_id, action, stored)


def order_undo(moderator_id: int, job_id: int, now: datetime) -> int:
    """Order that all a job has decided is taken back; gives the new job's id.

    Raises:
        UnknownCommentError: there is no such job of the moderator's.
        StaleDecisionError: it was taken back already, or is still at work.
    """
    with writing():
        job = own_job(moderator_id, job_id, locked=True)
        if job.action is Action.UNDO or job.status not in ENDED:
            raise StaleDecisionError(
                N_("This is still at work. Cancel it first, then take it back.")
            )
        if is_undone(job_id):
            raise StaleDecisionError(N_("This was taken back already."))
        undo = BulkJob(action=Action.UNDO, undoes_id=job_id, total=job.changed)
        return _add(undo, moderator_id, now)


def cancel(moderator_id: int, job_id: int) -> None:
    """Let a job end after the step it is in. What it has decided stands, and can be taken back.

    Raises:
        UnknownCommentError: there is no such job of the moderator's.
    """
    with writing():
        job = own_job(moderator_id, job_id, locked=True)
        if job.status not in ENDED:
            job.status = BulkStatus.CANCELLED


def own_job(moderator_id: int, job_id: int, *, locked: bool = False) -> BulkJob:
    """A job as it is now; locked, it stays so until the caller's transaction ends.

    Raises:
        UnknownCommentError: there is no such job of the moderator's.
    """
    own = select(BulkJob).where(BulkJob.id == job_id, BulkJob.moderator_id == moderator_id)
    job = db.session.scalar(
        (own.with_for_update() if locked else own).execution_options(populate_existing=True)
    )
    if job is None:
        raise UnknownCommentError(N_("There is no such bulk job of yours."))
    return job


def is_undone(job_id: int) -> bool:
    """Whether it was ordered that a job is taken back."""
    return db.session.scalar(select(BulkJob.id).where(BulkJob.undoes_id == job_id)) is not None


def recent_jobs(moderator_id: int, *, limit: int) -> Sequence[BulkJob]:
    """A moderator's latest jobs, newest first; those that were taken back only as their undo."""
    undone = select(BulkJob.undoes_id).where(BulkJob.undoes_id.is_not(None))
    return db.session.scalars(
        select(BulkJob)
        .where(BulkJob.moderator_id == moderator_id, BulkJob.id.not_in(undone))
        .order_by(BulkJob.id.desc())
        .limit(limit)
    ).all()


def step(job_id: int, now: datetime) -> bool:
    """Decide the next comments of a job, in one transaction. Idempotent in the whole: what a lost
    step did not commit, the next one does.

    Returns:
        Whether there is more to do.
    """
    with writing():
        job = db.session.scalar(
            select(BulkJob)
            .where(BulkJob.id == job_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if job is None or job.status in ENDED:
            return False
        job.stepped_at = now
        if not _is_moderator(job):
            job.status = BulkStatus.FAILED
            job.fault = str(
                N_("You do not moderate any site any more. What was decided before stands.")
            )
            return False
        job.status = BulkStatus.RUNNING
        more = _undo_some(job, now) if job.action is Action.UNDO else _decide_some(job, now)
        if not more:
            job.lost = count_lost(job)
            # What a colleague decided before its turn came is out of the job's reach by now.
            job.skipped = max(job.skipped, job.total - job.changed - job.lost)
            job.status = BulkStatus.DONE
        return more


def abandoned(now: datetime) -> Sequence[int]:
    """The jobs whose worker has been silent for so long that another must go on with them. They
    count as touched, so that they are named once in that time.
    """
    with writing():
        late = (
            update(BulkJob)
            .where(BulkJob.status.not_in(ENDED), BulkJob.stepped_at < now - _SILENT_FOR)
            .values(stepped_at=now)
            .returning(BulkJob.id)
        )
        return db.session.scalars(late).all()


def _add(job: BulkJob, moderator_id: int, now: datetime) -> int:
    job.moderator_id, job.created_at, job.stepped_at = moderator_id, now, now
    job.why = noted(job.why or "", LONGEST_WHY)
    db.session.add(job)
    db.session.flush()
    return job.id


def _decide_some(job: BulkJob, now: datetime) -> bool:
    reachable = find_reachable(job.moderator_id, job.action, job.view)
    comments = [] if reachable is None else _locked(reachable.limit(STEP))
    ready = still_reached(job, comments)
    withdrawn = opinions.withdraw([comment.id for comment in ready])
    reports.close(ready, now)
    changes = [
        (
            comment,
            Change(
                DECISIONS[job.action],
                Actor.MODERATOR,
                job.action,
                job.why,
                moderator_id=job.moderator_id,
                details=withdrawn.get(comment.id, {}),
                bulk_id=job.id,
                confirms=is_there_by(comment, job.action),
            ),
        )
        for comment in ready
    ]
    change_statuses(changes, now)
    job.changed += len(ready)
    job.skipped += len(comments) - len(ready)
    return len(comments) == STEP


def _is_moderator(job: BulkJob) -> bool:
    own = memberships_where(job.moderator_id, Permission.DECIDE)
    return db.session.scalar(select(own.c.site_id).limit(1)) is not None


def _locked(ids: Any) -> Sequence[Comment]:
    chosen = db.session.scalars(ids).all()
    return db.session.scalars(
        select(Comment)
        .where(Comment.id.in_(chosen))
        .order_by(Comment.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def _undo_some(job: BulkJob, now: datetime) -> bool:
    own = memberships_where(job.moderator_id, Permission.DECIDE)
    entries = db.session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.bulk_id == job.undoes_id,
            AuditEntry.id > job.last_id,
            AuditEntry.site_id.in_(select(own.c.site_id)),
        )
        .order_by(AuditEntry.id)
        .limit(STEP)
    ).all()
    comments = {c.id: c for c in _locked(_ids_of(entries))} if entries else {}
    latest = _latest_of(list(comments))
    changes, undone = [], []
    for entry in entries:
        comment = comments.get(entry.comment_id or 0)
        if comment is None or entry.before is None or latest.get(comment.id) != entry.id:
            continue
        change = Change(
            entry.before,
            Actor.MODERATOR,
            Action.UNDO,
            moderator_id=job.moderator_id,
            bulk_id=job.id,
            undoes_id=entry.id,
            confirms=entry.before is entry.after,
        )
        changes.append((comment, change))
        undone.append(entry)
    change_statuses(changes, now)
    opinions.give_back(undone)
    reports.reopen(undone)
    job.changed += len(undone)
    job.skipped += len(entries) - len(undone)
    job.last_id = entries[-1].id if entries else job.last_id
    return len(entries) == STEP


def _ids_of(entries: Sequence[AuditEntry]) -> Any:
    return select(Comment.id).where(Comment.id.in_([entry.comment_id for entry in entries]))


def _latest_of(ids: Sequence[int]) -> dict[int | None, int]:
    rows = db.session.execute(
        select(AuditEntry.comment_id, func.max(AuditEntry.id))
        .where(AuditEntry.comment_id.in_(ids), AuditEntry.after.is_not(None))
        .group_by(AuditEntry.comment_id)
    )
    return {row[0]: row[1] for row in rows}
