"""Readers' reports: open until a moderator decides on the comment."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from moderation.domain.actions import Action
from moderation.domain.policy import Verdict, VerdictRule
from moderation.domain.reports import Grounds
from moderation.domain.site import SiteProfile
from moderation.domain.status import Actor, Status
from moderation.models import AuditEntry, Comment, Report, db
from moderation.models.base import writing
from moderation.services.readers import published_comment
from moderation.services.transitions import Change, change_status

_UNSYNCHRONISED = {"synchronize_session": False}


def report(site: SiteProfile, comment_id: int, said: Grounds, reader: bytes, now: datetime) -> None:
    """Report a comment, in one transaction. At as many open reports as the site holds for, the
    comment is held with it; what the site says itself stays, since no policy judges it. Each time
    that a moderator has looked at reports of it and left it published, twice as many are needed.

    Idempotent: of one reader a comment has one report, whatever became of it that day.

    Raises:
        UnknownCommentError: there is no such published comment.
    """
    with writing():
        # Locked, so that reports that come at once are counted one after the other.
        comment = published_comment(site.site_id, comment_id)
        if _has_reported(comment_id, reader):
            return
        db.session.add(
            Report(
                comment_id=comment_id,
                reason=said.reason,
                note=said.note,
                reader=reader,
                created_at=now,
            )
        )
        comment.open_reports += 1
        db.session.flush()
        most = site.settings.hold_at_reports
        if most is None or comment.by_site or comment.open_reports < most:
            return
        if comment.open_reports >= most * 2 ** _dismissals(comment_id):
            _hold(comment, now)


def _has_reported(comment_id: int, reader: bytes) -> bool:
    same = select(Report.id).where(Report.comment_id == comment_id, Report.reader == reader)
    return db.session.scalar(same) is not None


def _dismissals(comment_id: int) -> int:
    """How often its reports were closed: one decision closes those that are open at one time."""
    closed = select(func.count(Report.closed_at.distinct())).where(Report.comment_id == comment_id)
    return db.session.scalar(closed) or 0


def _hold(comment: Comment, now: datetime) -> None:
    score = comment.score or 0.0
    change = Change(
        Status.HELD,
        Actor.MACHINE,
        Action.VERDICT,
        VerdictRule.REPORTED.value,
        details={"score": score, "reports": comment.open_reports},
        verdict=Verdict(Status.HELD, VerdictRule.REPORTED, score),
    )
    change_status(comment, change, now)


def close(comments: Iterable[Comment], now: datetime) -> None:
    """Close the open reports of comments that are decided on, within the caller's transaction and
    before the comments change.
    """
    ids = [comment.id for comment in comments if comment.open_reports]
    if not ids:
        return
    db.session.execute(
        update(Report)
        .where(Report.comment_id.in_(ids), Report.closed_at.is_(None))
        .values(closed_at=now),
        execution_options=_UNSYNCHRONISED,
    )
    _recount(ids)


def reopen(decisions: Iterable[AuditEntry]) -> None:
    """Open again the reports that these decisions closed, within the transaction that takes them
    back. Those closed by another decision stay so.
    """
    closed_at = {entry.comment_id: entry.created_at for entry in decisions if entry.comment_id}
    closed = select(Report.id, Report.comment_id, Report.closed_at).where(
        Report.comment_id.in_(closed_at), Report.closed_at.is_not(None)
    )
    rows = [row for row in db.session.execute(closed) if row[2] == closed_at[row[1]]]
    if not rows:
        return
    db.session.execute(
        update(Report).where(Report.id.in_([row[0] for row in rows])).values(closed_at=None),
        execution_options=_UNSYNCHRONISED,
    )
    _recount({row[1] for row in rows})


def _recount(ids: Collection[int]) -> None:
    still = (
        select(func.count())
        .select_from(Report)
        .where(Report.comment_id == Comment.id, Report.closed_at.is_(None))
        .scalar_subquery()
    )
    db.session.execute(
        update(Comment).where(Comment.id.in_(ids)).values(open_reports=still),
        execution_options=_UNSYNCHRONISED,
    )
    for comment in db.session.identity_map.values():
        if isinstance(comment, Comment) and comment.id in ids:
            db.session.expire(comment, ["open_reports"])


def open_reports(comments: Iterable[Comment]) -> dict[int, Sequence[Report]]:
    """The open reports of those of the comments that have some, oldest first."""
    reported = [comment.id for comment in comments if comment.open_reports]
    found: dict[int, list[Report]] = {comment_id: [] for comment_id in reported}
    if reported:
        rows = select(Report).where(Report.comment_id.in_(reported), Report.closed_at.is_(None))
        for row in db.session.scalars(rows.order_by(Report.id)):
            found[row.comment_id].append(row)
    return dict(found)
