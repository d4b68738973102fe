"""The one way a comment's status changes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Update, bindparam, case, func, insert, select, update

from moderation.domain.policy import Verdict
from moderation.domain.status import Actor, Status, may_follow
from moderation.domain.text import plain_html
from moderation.errors import InvalidInputError, StaleDecisionError
from moderation.models import AuditEntry, Comment, Commenter, Thread, db

_REFUSED = frozenset({Status.SPAM, Status.REJECTED})


@dataclass(frozen=True, slots=True)
class Change:
    """Who wants a comment to become what, and why. `reason` is a verdict rule or a decision; a
    machine's change carries its verdict, which the comment keeps.
    """

    after: Status
    actor: Actor
    reason: str
    moderator_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)
    undoes_id: int | None = None
    verdict: Verdict | None = None


def change_status(comment: Comment, change: Change, now: datetime) -> int:
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
    verdict = change.verdict
    changed = db.session.execute(
        _CHANGE,
        {
            "row": comment.id,
            "seen_revision": comment.revision,
            "seen_status": before,
            "status": after,
            "published_at": comment.published_at or (now if after is Status.PUBLISHED else None),
            "rendered": comment.rendered or plain_html(comment.text),
            "content_hash": None if after is Status.DELETED else comment.content_hash,
            "verdict_rule": verdict.rule if verdict else comment.verdict_rule,
            "score": verdict.score if verdict else comment.score,
        },
        execution_options=_UNSYNCHRONISED,
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise StaleDecisionError("This comment was decided or changed meanwhile.")
    _count(comment, before, after)
    entry = {
        "site_id": comment.site_id,
        "comment_id": comment.id,
        "revision": comment.revision,
        "actor": change.actor,
        "moderator_id": change.moderator_id,
        "before": before,
        "after": after,
        "reason": change.reason,
        "details": change.details,
        "undoes_id": change.undoes_id,
        "created_at": now,
    }
    db.session.expire(comment)
    return db.session.execute(_INSERT_ENTRY, entry).scalar_one()


def _count(comment: Comment, before: Status, after: Status) -> None:
    # Always in this order (comment, its root, thread, commenter), or two changes in one thread
    # could each wait for a row that the other holds.
    shown = (after is Status.PUBLISHED) - (before is Status.PUBLISHED)
    refused = (after in _REFUSED) - (before in _REFUSED)
    if shown and comment.root_id is not None:
        _execute(_COUNT_REPLY, row=comment.root_id, shown=shown)
    if shown:
        _execute(
            _COUNT_COMMENT,
            row=comment.thread_id,
            shown=shown,
            page_title=comment.page_title if shown > 0 else "",
        )
    if shown > 0 and comment.post_id is not None:
        _bind_number(comment)
    if shown or refused:
        _execute(_COUNT_STANDING, row=comment.commenter_id, shown=shown, refused=refused)


def _bind_number(comment: Comment) -> None:
    """Let the thread be found by WordPress's number from now on, unless another is. Like the title,
    that is a reader's word, so it waits until a moderator or the policy published it.
    """
    taken = select(Thread.id).where(
        Thread.site_id == comment.site_id, Thread.post_id == comment.post_id
    )
    if db.session.scalar(taken) is None:
        db.session.execute(
            update(Thread)
            .where(Thread.id == comment.thread_id, Thread.post_id.is_(None))
            .values(post_id=comment.post_id),
            execution_options=_UNSYNCHRONISED,
        )


def _execute(statement: Update, **values: int | str) -> None:
    db.session.execute(statement, values, execution_options=_UNSYNCHRONISED)


_UNSYNCHRONISED = {"synchronize_session": False}
_CHANGE = (
    update(Comment)
    .where(
        Comment.id == bindparam("row"),
        Comment.revision == bindparam("seen_revision"),
        Comment.status == bindparam("seen_status"),
    )
    .values(
        {
            name: bindparam(name)
            for name in (
                "status",
                "published_at",
                "rendered",
                "content_hash",
                "verdict_rule",
                "score",
            )
        }
    )
)
_INSERT_ENTRY = insert(AuditEntry).returning(AuditEntry.id)
_COUNT_REPLY = (
    update(Comment)
    .where(Comment.id == bindparam("row"))
    .values(published_replies=Comment.published_replies + bindparam("shown"))
)
_COUNT_COMMENT = (
    update(Thread)
    .where(Thread.id == bindparam("row"))
    .values(
        published_count=Thread.published_count + bindparam("shown"),
        version=Thread.version + 1,
        # A thread without a title takes over what a published comment tells of its page.
        title=case((func.length(Thread.title) > 0, Thread.title), else_=bindparam("page_title")),
    )
)
_COUNT_STANDING = (
    update(Commenter)
    .where(Commenter.id == bindparam("row"))
    .values(
        published_count=Commenter.published_count + bindparam("shown"),
        refused_count=Commenter.refused_count + bindparam("refused"),
    )
)
