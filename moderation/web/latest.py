"""A moderator's latest decisions as the queue shows them: one in full, the others folded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from moderation.domain.bulk import ENDED
from moderation.models import BulkJob
from moderation.services.recent import RecentAction

FRESH = timedelta(minutes=10)  # as long as one may still think of taking it back


@dataclass(frozen=True, slots=True)
class Done:
    """A decision on one comment, or an order on many.

    Attributes:
        at: when.
        action: the one on a comment.
        job: the order.
    """

    at: datetime
    action: RecentAction | None = None
    job: BulkJob | None = None


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest decisions, newest first.

    Attributes:
        shown: the newest, if it is fresh or still at work.
        folded: the others.
    """

    shown: Done | None
    folded: Sequence[Done]


def latest(actions: Sequence[RecentAction], jobs: Sequence[BulkJob], now: datetime) -> Latest:
    """What a moderator did lately, on single comments and by orders."""
    done = [Done(action.entry.created_at, action=action) for action in actions]
    done += [Done(job.created_at, job=job) for job in jobs]
    done.sort(key=lambda one: one.at, reverse=True)
    if done and _is_fresh(done[0], now):
        return Latest(done[0], done[1:])
    return Latest(None, done)


def _is_fresh(done: Done, now: datetime) -> bool:
    at_work = done.job is not None and done.job.status not in ENDED
    return at_work or now - done.at < FRESH
