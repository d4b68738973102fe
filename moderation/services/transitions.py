"""The one way comments' statuses change, one at a time or many."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, update

from moderation.domain.actions import Action
from moderation.domain.policy import Verdict
from moderation.domain.status import STATUSES_WITHIN, Actor, Status, may_follow
from moderation.domain.text import plain_html
from moderation.errors import InvalidInputError, StaleDecisionError
from moderation.models import AuditEntry, Comment, SignalRow, db
from moderation.models.base import execute_each
from moderation.services.acting import signed
from moderation.services.counting import count
from moderation.words import N_


@dataclass(frozen=True, slots=True)
class Change:
    """What a comment becomes, and who wants that, why, as part of which bulk job, undoing what. A
    machine's change carries its verdict, which the comment keeps. One that `confirms` leaves the
    comment what it is: a person says what the policy said, or does not say so any more.
    """

    after: Status
    actor: Actor
    action: Action
    why: str = ""
    moderator_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)
    bulk_id: int | None = None
    undoes_id: int | None = None
    verdict: Verdict | None = None
    confirms: bool = False


def change_status(comment: Comment, change: Change, now: datetime) -> int:
    """Carry out one change within the caller's transaction; gives the id of its audit entry.

    Raises: as `change_statuses`.
    """
    entry = _entry(comment, change, now)
    _carry_out([(comment, change)], now)
    return db.session.execute(_INSERT_ENTRY_FOR_ID, entry).scalar_one()


def concluding(verdict: Verdict) -> Change:
    """The change that carries out a verdict."""
    return Change(
        verdict.status,
        Actor.MACHINE,
        Action.VERDICT,
        verdict.rule.value,
        details={"score": verdict.score},
        verdict=verdict,
    )


def change_statuses(changes: Sequence[tuple[Comment, Change]], now: datetime) -> None:
    """Carry out changes within the caller's transaction: statuses, counters, audit entries.

    Each comment must still have the status and revision that it was read with, so that of two who
    decide at once one loses and nothing is counted twice. One that is confirmed must have been
    locked when it was read.

    Raises:
        StaleDecisionError: a comment has changed since it was read; the transaction must be rolled
            back.
        InvalidInputError: the table of transitions does not know a change.
    """
    entries = [_entry(comment, change, now) for comment, change in changes]
    _carry_out(changes, now)
    execute_each(_INSERT_ENTRY, entries)


def _carry_out(changes: Sequence[tuple[Comment, Change]], now: datetime) -> None:
    """All but the audit entries, which tell of the comments as they were before."""
    changes = [(comment, change) for comment, change in changes if not change.confirms]
    for comment, change in changes:
        if not may_follow(change.actor, comment.status, change.after):
            raise InvalidInputError(
                N_(
                    "A comment that is {before} cannot become {after}.",
                    before=STATUSES_WITHIN[comment.status],
                    after=STATUSES_WITHIN[change.after],
                )
            )
    changed = execute_each(_CHANGE, [_values(comment, change, now) for comment, change in changes])
    if changed != len(changes):
        raise StaleDecisionError(N_("This comment was decided or changed meanwhile."))
    execute_each(
        _CHANGE_SIGNALS,
        [
            {"row": comment.id, "seen_revision": comment.screened_revision, "after": change.after}
            for comment, change in changes
            if comment.screened_revision is not None
        ],
    )
    count((comment, change.after) for comment, change in changes)
    for comment, _ in changes:
        db.session.expire(comment)


def _values(comment: Comment, change: Change, now: datetime) -> dict[str, Any]:
    after, verdict = change.after, change.verdict
    return {
        "row": comment.id,
        "seen_revision": comment.revision,
        "seen_status": comment.status,
        "seen_wave": comment.wave_id or 0,
        "status": after,
        "published_at": comment.published_at or (now if after is Status.PUBLISHED else None),
        "rendered": comment.rendered or plain_html(comment.text),
        "content_hash": None if after is Status.DELETED else comment.content_hash,
        "verdict_rule": verdict.rule if verdict else comment.verdict_rule,
        # A queue sorted by risk needs a number, of what the site says itself too.
        "score": verdict.score if verdict else comment.score or 0.0,
    }


def _entry(comment: Comment, change: Change, now: datetime) -> dict[str, Any]:
    return {
        "site_id": comment.site_id,
        "comment_id": comment.id,
        "revision": comment.revision,
        "actor": change.actor,
        "moderator_id": change.moderator_id,
        "action": change.action,
        "before": comment.status,
        "after": change.after,
        "why": change.why,
        "details": signed(change.details),
        "bulk_id": change.bulk_id,
        "undoes_id": change.undoes_id,
        "created_at": now,
    }


_CHANGE = (
    update(Comment)
    .where(
        Comment.id == bindparam("row"),
        Comment.revision == bindparam("seen_revision"),
        Comment.status == bindparam("seen_status"),
        # It may have been found to be of a wave, which counts what is held of it.
        func.coalesce(Comment.wave_id, 0) == bindparam("seen_wave"),
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
_CHANGE_SIGNALS = (
    update(SignalRow)
    .where(
        SignalRow.comment_id == bindparam("row"),
        SignalRow.revision == bindparam("seen_revision"),
    )
    .values(status=bindparam("after"))
)
_INSERT_ENTRY = insert(AuditEntry)
_INSERT_ENTRY_FOR_ID = _INSERT_ENTRY.returning(AuditEntry.id)
