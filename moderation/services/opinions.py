"""Second opinions: withdrawn with a decision, asked for again when that is taken back."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from moderation.models import AuditEntry, SecondOpinion, db

# Under this name the entry of a decision keeps what it has withdrawn.
_WITHDRAWN = "second_opinion"


def withdraw(comment_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Ask for no second opinion any more, within the caller's transaction.

    Returns:
        For each comment on which one was asked for, the details that the audit entry of its
        decision must have for `give_back`.
    """
    rows = db.session.execute(
        delete(SecondOpinion)
        .where(SecondOpinion.comment_id.in_(comment_ids))
        .returning(
            SecondOpinion.comment_id,
            SecondOpinion.moderator_id,
            SecondOpinion.note,
            SecondOpinion.created_at,
        )
    )
    return {
        comment_id: {
            _WITHDRAWN: {
                "moderator_id": moderator_id,
                "note": note,
                "created_at": created_at.isoformat(),
            }
        }
        for comment_id, moderator_id, note, created_at in rows
    }


def give_back(decisions: Iterable[AuditEntry]) -> None:
    """Ask again for the second opinions that these decisions withdrew, within the transaction that
    takes them back. One that was asked for since stands.
    """
    withdrawn = {
        entry.comment_id: entry.details[_WITHDRAWN]
        for entry in decisions
        if _WITHDRAWN in entry.details
    }
    asked = select(SecondOpinion.comment_id).where(SecondOpinion.comment_id.in_(withdrawn))
    for comment_id in withdrawn.keys() - set(db.session.scalars(asked)):
        told = withdrawn[comment_id]
        created_at = datetime.fromisoformat(told["created_at"])
        db.session.add(
            SecondOpinion(
                comment_id=comment_id,
                moderator_id=told["moderator_id"],
                note=told["note"],
                created_at=created_at,
            )
        )


def is_still_asked(entry: AuditEntry) -> bool:
    """Whether the second opinion that an entry asked for is still to be given."""
    asked = db.session.get(SecondOpinion, entry.comment_id, populate_existing=True)
    return asked is not None and (asked.moderator_id, asked.created_at) == (
        entry.moderator_id,
        entry.created_at,
    )
