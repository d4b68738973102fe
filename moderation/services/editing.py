"""Giving a comment other words."""

from datetime import datetime

from sqlalchemy import update

from moderation.domain.status import Status
from moderation.models import Comment, Revision, Site, Thread, db
from moderation.services.search import reindex_text


def change_text(comment: Comment, text: str, moderator_id: int | None, now: datetime) -> None:
    """Give a comment other words, as a new revision; what it said before is kept. Readers are shown
    the new words where they saw the former.

    Args:
        comment: locked within the caller's transaction.
        text: as it is kept (`domain.submission.clean_comment`).
        moderator_id: who does it; None: its author.
        now: when.
    """
    former = comment.text
    db.session.add(
        Revision(
            comment_id=comment.id,
            revision=comment.revision,
            text=former,
            moderator_id=moderator_id,
            replaced_at=now,
        )
    )
    comment.text = text
    # An author's is rendered when it is judged, as a new comment is: of a long one that can take
    # seconds, for which everybody who writes would wait for this transaction.
    comment.rendered = None if moderator_id is None else _rendered(comment)
    comment.revision += 1
    comment.edited_at = now
    db.session.flush()
    reindex_text(comment, former)
    if comment.status is Status.PUBLISHED:
        db.session.execute(
            update(Thread).where(Thread.id == comment.thread_id).values(version=Thread.version + 1)
        )


def _rendered(comment: Comment) -> str:
    # What renders markup costs memory that a web process which never edits need not spend.
    from moderation.domain.markup import render  # noqa: PLC0415

    return render(comment.text, db.session.get_one(Site, comment.site_id).settings.markup)
