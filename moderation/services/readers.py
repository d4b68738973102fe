"""What likes and reports share: the comments that readers can see, and forgetting who did it."""

from datetime import UTC, datetime, time

from sqlalchemy import select, update

from moderation.domain.status import Status
from moderation.errors import UnknownCommentError
from moderation.models import Comment, Like, Report, Thread, db
from moderation.models.base import writing
from moderation.words import N_


def published_comment(site_id: int, comment_id: int) -> Comment:
    """A comment that readers of a site see, locked for this transaction.

    Raises:
        UnknownCommentError: there is no such.
    """
    comment = db.session.scalar(
        select(Comment)
        .join(Thread, Thread.id == Comment.thread_id)
        .where(
            Comment.id == comment_id,
            Comment.site_id == site_id,
            Comment.status == Status.PUBLISHED,
            Thread.elsewhere.is_(False),
        )
        .with_for_update(of=Comment, key_share=True)
        .execution_options(populate_existing=True)
    )
    if comment is None:
        raise UnknownCommentError(N_("This comment is not here any more. Please reload the page."))
    return comment


def forget_readers(now: datetime) -> int:
    """Take out of likes and reports who did them, of all days before this one (UTC), in one
    transaction. Idempotent.

    Returns:
        How many were forgotten.
    """
    today = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    forgotten = 0
    with writing():
        for table in (Like, Report):
            result = db.session.connection().execute(
                update(table)
                .where(table.reader.is_not(None), table.created_at < today)
                .values(reader=None)
            )
            forgotten += result.rowcount
    return forgotten
