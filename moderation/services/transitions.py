"""The one way a comment's status changes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, update

from moderation.domain.status import Actor, Status, may_follow
from moderation.domain.text import plain_html
from moderation.errors import InvalidInputError, StaleDecisionError
from moderation.models import AuditEntry, Comment, Commenter, Thread, db

_REFUSED = frozenset({Status.SPAM, Status.REJECTED})


@dataclass(frozen=True, slots=True)
class Change:
    """Who wants a comment to become what, and why. `reason` is a verdict rule or a decision."""

    after: Status
    actor: Actor
    reason: str
    moderator_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)
    undoes_id: int | None = None


def change_status(comment: Comment, change: Change, now: datetime) -> AuditEntry:
    """Carry out `change` within the caller's transaction: status, counters, audit row.

    The comment must still have the status and revision that `comment` was read with, so that of
    two who decide at once one loses and nothing is counted twice.

    Raises:
        StaleDecisionError: the comment has changed since it was read; nothing was written.
        InvalidInputError: the table of transitions does not know this change.
    """
    before, after = comment.status, change.after
    if not may_follow(change.actor, before, after):
        raise InvalidInputError(f"A comment that is {before} cannot become {after}.")
    values: dict[str, Any] = {"status": after}
    if after is Status.PUBLISHED:
        values["published_at"] = func.coalesce(Comment.published_at, now)
        values["rendered"] = comment.rendered or plain_html(comment.text)
    if after is Status.DELETED:
        values["content_hash"] = None
    changed = db.session.execute(
        update(Comment)
        .where(
            Comment.id == comment.id,
            Comment.revision == comment.revision,
            Comment.status == before,
        )
        .values(values)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise StaleDecisionError("This comment was decided or changed meanwhile.")
    _count(comment, before, after)
    entry = AuditEntry(
        site_id=comment.site_id,
        comment_id=comment.id,
        revision=comment.revision,
        actor=change.actor,
        moderator_id=change.moderator_id,
        before=before,
        after=after,
        reason=change.reason,
        details=change.details,
        undoes_id=change.undoes_id,
        created_at=now,
    )
    db.session.add(entry)
    db.session.flush()
    db.session.expire(comment)
    return entry


def _count(comment: Comment, before: Status, after: Status) -> None:
    # Always in this order (comment, its root, thread, commenter), or two changes in one thread
    # could each wait for a row that the other holds.
    shown = (after is Status.PUBLISHED) - (before is Status.PUBLISHED)
    refused = (after in _REFUSED) - (before in _REFUSED)
    if shown and comment.root_id is not None:
        _add(Comment, comment.root_id, published_replies=shown)
    if shown:
        _add(Thread, comment.thread_id, published_count=shown, version=1)
    if shown or refused:
        _add(Commenter, comment.commenter_id, published_count=shown, refused_count=refused)


def _add(table: type[Comment | Thread | Commenter], row_id: int, **amounts: int) -> None:
    values = {name: getattr(table, name) + amount for name, amount in amounts.items() if amount}
    db.session.execute(
        update(table)
        .where(table.id == row_id)
        .values(values)
        .execution_options(synchronize_session=False)
    )
