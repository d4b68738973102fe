"""Which decisions on comments stand, and which comments are still what the policy made of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import select

from moderation.domain.actions import DECIDING, Action, is_as_judged, standing_decision
from moderation.models import AuditEntry, db

_TELLING = DECIDING | {Action.VERDICT, Action.UNDO}


def decisions_on(comment_ids: Collection[int]) -> dict[int, Action | None]:
    """By comment the decision of a moderator that stands, if there is one."""
    return {one: standing_decision(told) for one, told in _entries(comment_ids).items()}


def as_judged(comment_ids: Collection[int]) -> frozenset[int]:
    """Those of these comments whose status a verdict gave, and on which no decision stands since.
    What the site says itself has no verdict.
    """
    told = _entries(comment_ids)
    return frozenset(one for one, entries in told.items() if is_as_judged(entries))


def _entries(
    comment_ids: Collection[int],
) -> Mapping[int, list[tuple[int, Action, int | None]]]:
    """By comment its verdicts, decisions and undos, oldest first."""
    found: dict[int, list[tuple[int, Action, int | None]]] = defaultdict(list)
    if not comment_ids:
        return found
    rows = db.session.execute(
        select(AuditEntry.comment_id, AuditEntry.id, AuditEntry.action, AuditEntry.undoes_id)
        .where(AuditEntry.comment_id.in_(comment_ids), AuditEntry.action.in_(_TELLING))
        .order_by(AuditEntry.id)
    )
    for comment_id, entry_id, action, undoes_id in rows:
        if comment_id is not None:
            found[comment_id].append((entry_id, action, undoes_id))
    return found
