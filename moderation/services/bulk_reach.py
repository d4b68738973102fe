"""Which comments a bulk job decides on: those selected, or what a view held when it was ordered."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased

from moderation.domain.actions import Action
from moderation.domain.queue_view import QueueView
from moderation.domain.roles import Permission
from moderation.domain.status import Status
from moderation.domain.teaching import IS_SPAM
from moderation.models import AuditEntry, BulkJob, Comment, Site, db
from moderation.services.permissions import memberships_where
from moderation.services.queue_query import matching_ids, own_sites
from moderation.services.review import DECISIONS
from moderation.services.standing import as_judged


def store_view(moderator_id: int, view: QueueView) -> dict[str, Any]:
    """A view, and its sites as they are now: the moderator may lose some before the job is done."""
    sites = _sites(moderator_id, view)
    return {"view": view.model_dump(mode="json", exclude_defaults=True), "sites": sites}


def _sites(moderator_id: int, view: QueueView) -> list[int]:
    return list(db.session.scalars(select(own_sites(moderator_id, view).c.site_id)))


def find_reachable(
    moderator_id: int, action: Action, stored: dict[str, Any], sites: Select[int] | None = None
) -> Any:
    """The ids of what a job is still to decide, on the moderator's sites or on others: what it has
    decided is not among them any more. None where that can be nothing.
    """
    view = QueueView.model_validate(stored["view"])
    statuses = list(view.statuses) if "ids" in stored else _others(view, action)
    matching = matching_ids(moderator_id, view, statuses, sites) if statuses else None
    if matching is None:
        return None
    chosen = matching.subquery()
    statement = select(chosen.c.id)
    if "ids" in stored:
        return statement.where(chosen.c.id.in_(_decidable(stored["ids"], action)))
    since = exists().where(
        AuditEntry.comment_id == chosen.c.id,
        AuditEntry.id > stored["newest"],
        AuditEntry.after.is_not(None),
    )
    return statement.where(~since)


def count_reachable(
    moderator_id: int, action: Action, stored: dict[str, Any], sites: Select[int] | None = None
) -> int:
    """How many that are."""
    reachable = find_reachable(moderator_id, action, stored, sites)
    return 0 if reachable is None else _count(reachable)


def still_reached(job: BulkJob, comments: Sequence[Comment]) -> Sequence[Comment]:
    """Those still to be decided: a colleague may have been faster since they were found and before
    they were locked.
    """
    view = QueueView.model_validate(job.view["view"])
    if "ids" not in job.view:
        others = _others(view, job.action)
        return [comment for comment in comments if comment.status in others]
    decidable = _decidable([comment.id for comment in comments], job.action)
    return [c for c in comments if c.status in view.statuses and c.id in decidable]


def count_lost(job: BulkJob) -> int:
    """How many a job would still decide or take back on sites that are not its moderator's now."""
    return _undos_lost(job) if job.action is Action.UNDO else _decisions_lost(job)


def _decisions_lost(job: BulkJob) -> int:
    view = QueueView.model_validate(job.view["view"])
    # A job that was ordered before an upgrade names no sites.
    lost = set(job.view.get("sites", ())) - set(_sites(job.moderator_id, view))
    if not lost:
        return 0
    sites = select(Site.id).where(Site.id.in_(lost))
    return count_reachable(job.moderator_id, job.action, job.view, sites)


def _undos_lost(job: BulkJob) -> int:
    own = memberships_where(job.moderator_id, Permission.DECIDE)
    undo = aliased(AuditEntry)
    lost = select(AuditEntry.id).where(
        AuditEntry.bulk_id == job.undoes_id,
        AuditEntry.site_id.not_in(select(own.c.site_id)),
        ~exists().where(undo.undoes_id == AuditEntry.id),
    )
    return _count(lost)


def _others(view: QueueView, action: Action) -> list[Status]:
    return [status for status in view.statuses if status is not DECISIONS[action]]


def _decidable(ids: Sequence[int], action: Action) -> set[int]:
    """Those of the comments selected that a decision changes or confirms."""
    same = select(Comment.id).where(Comment.id.in_(ids), Comment.status == DECISIONS[action])
    there = set(db.session.scalars(same))
    confirmed = as_judged(there) if action in IS_SPAM else frozenset[int]()
    return set(ids) - there | confirmed


def _count(statement: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
