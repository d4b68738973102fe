"""Concluding on screened comments: the approval check."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, or_, select

from moderation.domain.policy import Verdict, VerdictRule, decide, elsewhere
from moderation.domain.status import Status
from moderation.models import Comment, Site, Thread, db
from moderation.models.base import writing
from moderation.services.receipts import load_receipts
from moderation.services.transitions import Change, change_statuses, concluding

Pair = tuple[int, int]


def approval_check(comment_id: int, revision: int, now: datetime) -> Verdict | None:
    """`approval_checks` of one comment; None where there was nothing to conclude."""
    return approval_checks([(comment_id, revision)], now).get((comment_id, revision))


def approval_checks(pairs: Collection[Pair], now: datetime) -> dict[Pair, Verdict]:
    """Conclude on screened revisions: verdicts, statuses and audit entries of all in one
    transaction.

    Idempotent: only a comment that is still pending in this revision is concluded on. One that was
    edited while it was held stays so, whatever the signals of its new text say: a person decides.
    Only what is told of it is brought up to date.

    Args:
        pairs: id and revision of each comment.
        now: when.

    Returns:
        By pair the verdict of each that was concluded on.
    """
    verdicts: dict[Pair, Verdict] = {}
    changes: list[tuple[Comment, Change]] = []
    with writing():
        rows = _screened(pairs)
        signals = load_receipts([row.Comment for row in rows])
        for row in rows:
            comment = row.Comment
            policy = elsewhere(row.Site.policy) if row.elsewhere else row.Site.policy
            verdict = decide(signals[comment.id], policy)
            if comment.status is Status.HELD:
                _tell_anew(comment, verdict)
                continue
            verdicts[comment.id, comment.revision] = verdict
            changes.append((comment, concluding(verdict)))
        change_statuses(changes, now)
    return verdicts


def _screened(pairs: Collection[Pair]) -> Sequence[Any]:
    """Of these, what awaits a conclusion, locked in the order in which all lock comments."""
    found = db.session.execute(_SELECT_SCREENED, {"comment_ids": [number for number, _ in pairs]})
    return [row for row in found if (row.Comment.id, row.Comment.revision) in pairs]


def _tell_anew(comment: Comment, verdict: Verdict) -> None:
    comment.score = verdict.score
    # Why it is held stays true where its new text gives no reason, and where readers gave theirs.
    stays = verdict.status is Status.PUBLISHED or comment.verdict_rule is VerdictRule.REPORTED
    comment.verdict_rule = comment.verdict_rule if stays else verdict.rule


_SELECT_SCREENED = (
    select(Comment, Site, Thread.elsewhere)
    .join(Site, Site.id == Comment.site_id)
    .join(Thread, Thread.id == Comment.thread_id)
    .where(
        Comment.id.in_(bindparam("comment_ids", expanding=True)),
        or_(
            Comment.status == Status.PENDING,
            and_(Comment.status == Status.HELD, Comment.revision > 1),
        ),
        Comment.screened_revision == Comment.revision,
        Comment.screened_at.is_not(None),
    )
    .order_by(Comment.id)
    .with_for_update(of=Comment, key_share=True)
)
