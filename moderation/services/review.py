"""The moderators' queue: what waits, deciding, taking back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from moderation.domain.actions import Action
from moderation.domain.signals import Signal
from moderation.domain.status import Actor, Status
from moderation.errors import InvalidInputError, StaleDecisionError, UnknownCommentError
from moderation.models import (
    AuditEntry,
    Comment,
    Commenter,
    Membership,
    Moderator,
    Site,
    Thread,
    db,
)
from moderation.models.base import writing
from moderation.services.receipts import load_signals
from moderation.services.transitions import Change, change_status

# What a moderator may make of a comment, by the word used in forms and in the audit log.
DECISIONS = {"approve": Status.PUBLISHED, "spam": Status.SPAM, "reject": Status.REJECTED}


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A held comment with what a moderator needs to decide."""

    comment: Comment
    site: Site
    thread: Thread
    commenter: Commenter
    parent: Comment | None
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue: the items, how many wait in all, and where the next page begins."""

    items: list[QueueItem]
    waiting: int
    next_after: int | None


def read_queue(moderator_id: int, *, limit: int, after: int = 0) -> Queue:
    """Held comments of the moderator's sites, oldest first, from the one after `after` on."""
    held = (Comment.status == Status.HELD, Comment.site_id.in_(_own_sites(moderator_id)))
    waiting = db.session.scalar(select(func.count()).select_from(Comment).where(*held)) or 0
    found = db.session.scalars(
        select(Comment).where(*held, Comment.id > after).order_by(Comment.id).limit(limit + 1)
    ).all()
    items = [_item(comment) for comment in found[:limit]]
    return Queue(items, waiting, items[-1].comment.id if len(found) > limit else None)


def _item(comment: Comment) -> QueueItem:
    return QueueItem(
        comment=comment,
        site=db.session.get_one(Site, comment.site_id),
        thread=db.session.get_one(Thread, comment.thread_id),
        commenter=db.session.get_one(Commenter, comment.commenter_id),
        parent=db.session.get(Comment, comment.parent_id) if comment.parent_id else None,
        signals=load_signals(comment.id, comment.revision),
    )


def decide(
    moderator_id: int,
    comment_id: int,
    decision: str,
    *,
    revision: int,
    seen: Status,
    now: datetime,
) -> int:
    """Carry out a moderator's decision: status, counters and audit row in one transaction.

    Args:
        moderator_id: who decides; must be a member of the comment's site.
        comment_id: on what.
        decision: a key of `DECISIONS`.
        revision: the revision that was judged.
        seen: the status that the moderator saw.
        now: when.

    Returns:
        The id of the decision's audit entry.

    Raises:
        InvalidInputError: there is no such decision.
        UnknownCommentError: there is no such comment on the moderator's sites.
        StaleDecisionError: somebody was faster, or the comment was changed; nothing was written.
    """
    if decision not in DECISIONS:
        raise InvalidInputError("There is no such decision.")
    with writing():
        comment = db.session.scalar(
            select(Comment)
            .where(Comment.id == comment_id, Comment.site_id.in_(_own_sites(moderator_id)))
            .with_for_update(key_share=True)
        )
        if comment is None:
            raise UnknownCommentError("There is no such comment on your sites.")
        if comment.revision != revision or comment.status is not seen:
            raise StaleDecisionError(_who_was_faster(comment, now))
        change = Change(
            DECISIONS[decision], Actor.MODERATOR, Action(decision), moderator_id=moderator_id
        )
        return change_status(comment, change, now)


def undo(moderator_id: int, entry_id: int, *, now: datetime) -> int:
    """Take a decision back: the comment gets the status it had before, in one transaction.

    Returns:
        The id of the audit entry that tells of it.

    Raises:
        UnknownCommentError: there is no such decision on the moderator's sites.
        StaleDecisionError: it was taken back already, or the comment was decided again since.
    """
    with writing():
        entry = db.session.scalar(
            select(AuditEntry).where(
                AuditEntry.id == entry_id,
                AuditEntry.actor == Actor.MODERATOR,
                AuditEntry.site_id.in_(_own_sites(moderator_id)),
            )
        )
        if entry is None or entry.before is None:
            raise UnknownCommentError("There is no such decision on your sites.")
        comment = db.session.scalars(
            select(Comment).where(Comment.id == entry.comment_id).with_for_update(key_share=True)
        ).one()
        latest = _latest(comment)
        if latest is None or latest.id != entry.id:
            raise StaleDecisionError(_who_was_faster(comment, now))
        change = Change(
            entry.before,
            Actor.MODERATOR,
            Action.UNDO,
            moderator_id=moderator_id,
            undoes_id=entry.id,
        )
        return change_status(comment, change, now)


@dataclass(frozen=True, slots=True)
class RecentDecision:
    """One of a moderator's latest decisions, still to be taken back."""

    entry: AuditEntry
    comment: Comment


def recent_decisions(moderator_id: int, *, limit: int) -> list[RecentDecision]:
    """The moderator's latest decisions that nothing has followed, newest first."""
    newest = (
        select(func.max(AuditEntry.id))
        .where(AuditEntry.comment_id == Comment.id)
        .correlate(Comment)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(AuditEntry, Comment)
        .join(Comment, Comment.id == AuditEntry.comment_id)
        .where(
            AuditEntry.moderator_id == moderator_id,
            AuditEntry.site_id.in_(_own_sites(moderator_id)),
            AuditEntry.action.in_(DECISIONS),
            AuditEntry.id == newest,
        )
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    return [RecentDecision(entry, comment) for entry, comment in rows]


def own_sites(moderator_id: int) -> Sequence[Site]:
    """The sites a moderator works on, by name."""
    return db.session.scalars(
        select(Site).where(Site.id.in_(_own_sites(moderator_id))).order_by(Site.slug)
    ).all()


def _own_sites(moderator_id: int) -> ColumnElement[int]:
    return select(Membership.site_id).where(Membership.moderator_id == moderator_id)  # type: ignore[return-value]


def _latest(comment: Comment) -> AuditEntry | None:
    return db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.comment_id == comment.id)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()


def _who_was_faster(comment: Comment, now: datetime) -> str:
    entry = _latest(comment)
    if entry is None:
        return "This comment is still being judged. Please reload the queue in a moment."
    who = "The policy"
    if entry.moderator_id is not None:
        who = db.session.get_one(Moderator, entry.moderator_id).name
    seconds = max(0, round((now - entry.created_at).total_seconds()))
    ago = f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"  # noqa: PLR2004
    return f"{who} decided this {ago} ago: {entry.after}. Nothing was overwritten."
