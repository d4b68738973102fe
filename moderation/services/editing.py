"""Giving a comment other words."""

from datetime import datetime

from sqlalchemy import select, update

from moderation.domain.status import Status
from moderation.domain.text import plain_html
from moderation.models import Comment, Revision, Site, Thread, WaveSite, db
from moderation.services.search import reindex_text


def change_text(
    comment: Comment, text: str, rendered: str | None, moderator_id: int | None, now: datetime
) -> None:
    """Give a comment other words, as a new revision; what it said before is kept. Readers are shown
    the new words where they saw the former.

    Args:
        comment: locked within the caller's transaction.
        text: as it is kept (`domain.submission.clean_comment`).
        rendered: by `rendered_for`. An author's is rendered when it is judged, as a new comment is:
            None.
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
    comment.rendered = rendered
    comment.revision += 1
    comment.edited_at = now
    db.session.flush()
    reindex_text(comment, former)
    if comment.status is Status.PUBLISHED:
        db.session.execute(
            update(Thread).where(Thread.id == comment.thread_id).values(version=Thread.version + 1)
        )
    _leave_wave(comment)


def _leave_wave(comment: Comment) -> None:
    """With other words it is none of a wave any more, until it is found to be one again."""
    if comment.wave_id is None:
        return
    db.session.execute(
        update(WaveSite)
        .where(WaveSite.wave_id == comment.wave_id, WaveSite.site_id == comment.site_id)
        .values(
            members=WaveSite.members - 1,
            held=WaveSite.held - int(comment.status is Status.HELD),
        ),
        execution_options={"synchronize_session": False},
    )
    comment.wave_id = None


def rendered_for(comment_id: int, text: str) -> str:
    """A text as readers of a comment's site are shown it. Of a long one that takes a while, in
    which nobody else could write: call it before the transaction that keeps it.
    """
    # What renders markup costs memory that a web process which never edits need not spend.
    from moderation.domain.markup import render  # noqa: PLC0415

    of_comment = select(Site).join(Comment, Comment.site_id == Site.id)
    site = db.session.scalar(of_comment.where(Comment.id == comment_id))
    if site is None:
        return ""  # whoever changes a comment will find that there is none
    return render(text, site.settings.markup) or plain_html(text)
