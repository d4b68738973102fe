"""The sweeper: it comes back to what has been pending for too long."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select

from moderation.domain.policy import Verdict, VerdictRule
from moderation.domain.status import Status
from moderation.models import UNSCREENED, Comment, db
from moderation.models.base import writing
from moderation.services.transitions import change_statuses, concluding

_SWEPT_AT_ONCE = 500  # rows; a short transaction leaves the doors their turn
_NOT_SCREENED = Verdict(Status.HELD, VerdictRule.SCREENING_FAILED, 0.0)


def sweep(now: datetime, sweep_after: timedelta, max_attempts: int) -> tuple[tuple[int, int], ...]:
    """Look after what has been pending for too long, and after what is held with an edited text
    that has not been screened for as long.

    Each time the wait doubles; after `max_attempts` what is pending is HELD, with the reason, since
    a comment that ends every worker that touches it must not go round for ever.

    Returns:
        Id and revision of the comments to hand to the workers again.
    """
    again, given_up = [], []
    with writing():
        pending = _due(Comment.status == Status.PENDING, now)
        edited = _due(and_(UNSCREENED, Comment.attempts < max_attempts), now)
        for comment in (*pending, *edited):
            if comment.attempts >= max_attempts:
                given_up.append((comment, concluding(_NOT_SCREENED)))
                continue
            comment.attempts += 1
            comment.sweep_at = now + sweep_after * 2**comment.attempts
            again.append((comment.id, comment.revision))
        change_statuses(given_up, now)
    return tuple(again)


def _due(among: ColumnElement[bool], now: datetime) -> Sequence[Comment]:
    return db.session.scalars(
        select(Comment)
        .where(among, Comment.sweep_at <= now)
        .order_by(Comment.sweep_at)
        .limit(_SWEPT_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
