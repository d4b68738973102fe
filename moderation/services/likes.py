"""Likes: one a reader for a comment, taken back with the receipt."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from moderation.errors import UnknownCommentError
from moderation.models import Comment, Like, Thread, db
from moderation.models.base import writing
from moderation.services.readers import published_comment
from moderation.words import N_


@dataclass(frozen=True, slots=True)
class Liked:
    """How many like the comment, and what the reader's receipt must tell."""

    likes: int
    like_id: int
    liked_at: datetime


def like(site_id: int, comment_id: int, reader: bytes, now: datetime) -> Liked:
    """Like a comment, in one transaction. Idempotent for a day: a reader who likes it already gets
    the same receipt again.

    Args:
        site_id: whose comment it must be.
        comment_id: which.
        reader: what the reader is known by at this comment today (`ReaderHasher`).
        now: when.

    Raises:
        UnknownCommentError: there is no such published comment.
    """
    with writing():
        # Locked, so that of one reader's two requests the second finds what the first did.
        comment = published_comment(site_id, comment_id)
        known = db.session.scalar(
            select(Like).where(Like.comment_id == comment_id, Like.reader == reader)
        )
        if known is not None:
            return Liked(comment.likes, known.id, known.created_at)
        added = Like(comment_id=comment_id, reader=reader, created_at=now)
        db.session.add(added)
        db.session.flush()
        return Liked(_count(comment, 1), added.id, now)


def unlike(site_id: int, comment_id: int, like_id: int, liked_at: datetime) -> int:
    """Take a like back, in one transaction. Idempotent: one that is gone stays so.

    Returns:
        How many like the comment.

    Raises:
        UnknownCommentError: there is no such comment on the site.
    """
    with writing():
        comment = db.session.scalar(
            select(Comment)
            .where(Comment.id == comment_id, Comment.site_id == site_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        if comment is None:
            raise UnknownCommentError(N_("This comment is not here any more."))
        known = db.session.get(Like, like_id)
        if known is None or (known.comment_id, known.created_at) != (comment_id, liked_at):
            return comment.likes
        db.session.delete(known)
        return _count(comment, -1)


def _count(comment: Comment, more: int) -> int:
    """Count likes, and let readers be shown them."""
    comment.likes += more
    db.session.flush()
    db.session.execute(
        update(Thread).where(Thread.id == comment.thread_id).values(version=Thread.version + 1)
    )
    return comment.likes
