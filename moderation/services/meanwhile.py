"""What became of a site's policy or settings while somebody was looking at them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic

from sqlalchemy import select

from moderation.domain.actions import Action
from moderation.domain.changes import Model, version_of, without
from moderation.models import AuditEntry, Moderator, db

_FURTHEST = 50  # changes; nobody's page is older than that


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed something when, and what, in words. None: the operator at the command line."""

    who: str | None
    when: datetime
    told: list[str]


@dataclass(frozen=True, slots=True)
class Meanwhile(Generic[Model]):
    """The state that somebody had before them, where it can still be told; what it is now; and
    what was changed between, the newest first.
    """

    shown: Model | None
    now: Model
    changes: list[Change]


def changed_since(
    site_id: int,
    present: Model,
    seen: str,
    actions: Sequence[Action],
    tell: Callable[[Mapping[str, Any]], list[str]],
) -> Meanwhile[Model]:
    """Go back through the audit log to the version that somebody had before them. The caller has
    seen that they may know of it.

    Args:
        site_id: whose.
        present: the state as it is now.
        seen: the version (`domain.changes.version_of`) that they had before them.
        actions: which entries tell of changes of such a state.
        tell: a change in words; none for one of something else.
    """
    rows = db.session.execute(
        select(AuditEntry, Moderator.name)
        .outerjoin(Moderator, Moderator.id == AuditEntry.moderator_id)
        .where(
            # As in `rulebook`: few entries are of no comment.
            AuditEntry.comment_id.is_(None),
            AuditEntry.site_id + 0 == site_id,
            AuditEntry.action.in_(actions),
        )
        .order_by(AuditEntry.id.desc())
        .limit(_FURTHEST)
    )
    state: Model | None = present
    changes: list[Change] = []
    for entry, who in rows:
        if state is None or version_of(state) == seen:
            break
        state = without(state, entry.details)
        if told := tell(entry.details):
            changes.append(Change(who, entry.created_at, told))
    found = state is not None and version_of(state) == seen
    return Meanwhile(state if found else None, present, changes if found else changes[:1])
