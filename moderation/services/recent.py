"""What a moderator did lately, for the queue's list of what can be taken back."""

from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from moderation.domain.actions import Action
from moderation.domain.roles import Permission
from moderation.models import AuditEntry, Comment, db
from moderation.services.opinions import is_still_asked
from moderation.services.permissions import memberships_where
from moderation.services.review import APPROVED_WITH, UNDOABLE

_Undoing = aliased(AuditEntry, name="undoing")
_Later = aliased(AuditEntry, name="later")


@dataclass(frozen=True, slots=True)
class RecentAction:
    """One of a moderator's latest actions, still to be taken back."""

    entry: AuditEntry
    comment: Comment


def recent_actions(moderator_id: int, *, limit: int) -> list[RecentAction]:
    """The moderator's latest actions that can still be taken back, newest first. Those that were
    part of a bulk job are taken back with it, and an approval that came with a reply with that.
    """
    own = memberships_where(moderator_id, Permission.DECIDE)
    newest = (
        select(func.max(_Later.id))
        .where(_Later.comment_id == AuditEntry.comment_id, _Later.after.is_not(None))
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(AuditEntry, Comment, newest)
        .join(Comment, Comment.id == AuditEntry.comment_id)
        .where(
            AuditEntry.moderator_id == moderator_id,
            AuditEntry.site_id.in_(select(own.c.site_id)),
            AuditEntry.action.in_(UNDOABLE),
            AuditEntry.bulk_id.is_(None),
            ~exists().where(_Undoing.undoes_id == AuditEntry.id),
        )
        .order_by(AuditEntry.id.desc())
        .limit(limit * 2)
    )
    standing = [RecentAction(row[0], row[1]) for row in rows if _stands(row[0], row[1], row[2])]
    with_replies = {action.entry.details.get(APPROVED_WITH) for action in standing}
    return [action for action in standing if action.entry.id not in with_replies][:limit]


def _stands(entry: AuditEntry, comment: Comment, newest: int | None) -> bool:
    """Whether nothing that followed keeps an action from being taken back.

    Args:
        entry: tells of the action.
        comment: on which.
        newest: the entry that gave the comment its status.
    """
    if entry.action is Action.SECOND_OPINION:
        return is_still_asked(entry)
    if entry.after is None:
        return comment.revision == (entry.revision or 0) + 1
    return newest == entry.id
