"""Writing the audit log. Verdicts and decisions write theirs in `services.transitions`."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from moderation.domain.actions import Action
from moderation.domain.status import Actor
from moderation.models import AuditEntry, Comment, db
from moderation.services.acting import signed


def record(
    site_id: int,
    moderator_id: int | None,
    action: Action,
    now: datetime,
    *,
    why: str = "",
    comment: Comment | None = None,
    undoes_id: int | None = None,
    actor: Actor | None = None,
    **details: Any,
) -> int:
    """Add an entry within the caller's transaction; gives its id.

    Args:
        site_id: where it was done.
        moderator_id: by whom; None: by the operator at the command line.
        action: what.
        now: when.
        why: a reason or note that a person gave.
        comment: to which comment, if to one.
        undoes_id: the entry that this one takes back.
        actor: who acts, where it is neither of these two.
        details: for people; never an address.
    """
    entry = {
        "site_id": site_id,
        "comment_id": comment.id if comment else None,
        "revision": comment.revision if comment else None,
        "actor": actor or (Actor.MODERATOR if moderator_id else Actor.OPERATOR),
        "moderator_id": moderator_id,
        "action": action,
        "why": why,
        "details": signed(details),
        "undoes_id": undoes_id,
        "created_at": now,
    }
    return db.session.execute(insert(AuditEntry).returning(AuditEntry.id), entry).scalar_one()
