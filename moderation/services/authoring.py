"""What authors do with their own comments: edit and delete them, for a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from moderation.domain.actions import Action
from moderation.domain.site_settings import SiteSettings
from moderation.domain.status import Actor, Status
from moderation.domain.submission import clean_comment
from moderation.errors import (
    DuplicateCommentError,
    EditClosedError,
    StaleCommentError,
    UnknownCommentError,
)
from moderation.models import Comment, Revision, Site, db
from moderation.models.base import writing
from moderation.services import opinions, reports
from moderation.services.audit import record
from moderation.services.editing import change_text
from moderation.services.submission import content_hash
from moderation.services.transitions import Change, change_status
from moderation.words import N_, Message

EDITABLE = frozenset({Status.PENDING, Status.HELD, Status.PUBLISHED})
MOST_EDITS = 20  # of one comment; each is kept, and judged


@dataclass(frozen=True, slots=True)
class Edited:
    """A comment after its edit; `changed`: whether there is a new revision to judge."""

    revision: int
    status: Status
    changed: bool


def edit_own(
    comment_id: int, text: object, *, revision: int, now: datetime, sweep_after: timedelta
) -> Edited:
    """Give a comment its author's other words, in one transaction. What it said before is kept.

    What is published is PENDING again, and nobody sees it until it is judged anew. What is pending
    or held stays that, since a person may have to decide; it is screened again too. The caller
    nudges the workers.

    Idempotent: of an edit sent twice the second changes nothing.

    Raises:
        InvalidSubmissionError: the text is empty, too long or not one that can be shown.
        UnknownCommentError: the comment is deleted, or there is none.
        EditClosedError: its time is over, or the comment was not accepted.
        StaleCommentError: it was changed since `revision`; nothing was written.
        DuplicateCommentError: the same words under the same name stand there already.
    """
    cleaned = clean_comment(text)
    with writing():
        comment, settings = _own(comment_id)
        if _is_sent_twice(comment, cleaned, revision):
            return Edited(comment.revision, comment.status, changed=False)
        _refuse_late(comment, settings, now)
        if comment.status not in EDITABLE:
            raise EditClosedError(
                N_("This comment was not accepted, so it cannot be edited. You can delete it.")
            )
        if comment.revision != revision:
            raise StaleCommentError(
                N_(
                    "This comment was changed meanwhile, by a moderator or in another window. "
                    "Please look at it as it is now, then edit it again; nothing was overwritten."
                )
            )
        if cleaned == comment.text:
            return Edited(comment.revision, comment.status, changed=False)
        if revision > MOST_EDITS:
            raise EditClosedError(
                N_(
                    "A comment can be edited {most} times at most. "
                    "You can add what you want to say in a reply.",
                    most=MOST_EDITS,
                )
            )
        _change(comment, cleaned, now, sweep_after)
        return Edited(comment.revision, comment.status, changed=True)


def delete_own(comment_id: int, *, now: datetime) -> None:
    """Delete a comment for its author, in one transaction: its place stays while replies below it
    are published.

    Raises:
        UnknownCommentError: the comment is deleted already, or there is none.
        EditClosedError: its time is over.
    """
    with writing():
        comment, settings = _own(comment_id)
        _refuse_late(comment, settings, now)
        details = opinions.withdraw([comment_id]).get(comment_id, {})
        reports.close([comment], now)
        change = Change(Status.DELETED, Actor.AUTHOR, Action.DELETE, details=details)
        change_status(comment, change, now)


def editable_until(
    created_at: datetime, status: Status, settings: SiteSettings, now: datetime
) -> datetime | None:
    """Until when an author may edit the comment; None if not, or not any more."""
    end = created_at + timedelta(minutes=settings.edit_minutes)
    return end if status in EDITABLE and now < end else None


def deletable(created_at: datetime, settings: SiteSettings, now: datetime) -> bool:
    """Whether an author may delete the comment still."""
    return now < created_at + timedelta(minutes=settings.edit_minutes)


def _own(comment_id: int) -> tuple[Comment, SiteSettings]:
    """The comment, locked for this transaction, and its site's settings."""
    found = db.session.execute(
        select(Comment, Site)
        .join(Site, Site.id == Comment.site_id)
        .where(Comment.id == comment_id, Comment.status != Status.DELETED)
        .with_for_update(of=Comment, key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise UnknownCommentError(N_("This comment is not here any more."))
    return found.Comment, found.Site.settings


def _refuse_late(comment: Comment, settings: SiteSettings, now: datetime) -> None:
    if deletable(comment.created_at, settings, now):
        return
    minutes = settings.edit_minutes
    if minutes == 0:
        raise EditClosedError(
            N_(
                "On this site a comment stays as it was sent. You can correct it in a reply, "
                "or ask the site’s owner to change or remove it."
            )
        )
    raise EditClosedError(
        Message.counted(
            "A comment can be edited or deleted for one minute after it was sent; this one is "
            "older. You can correct it in a reply, "
            "or ask the site’s owner to change or remove it.",
            "A comment can be edited or deleted for {n} minutes after it was sent; this one is "
            "older. You can correct it in a reply, "
            "or ask the site’s owner to change or remove it.",
            minutes,
        )
    )


def _is_sent_twice(comment: Comment, text: str, revision: int) -> bool:
    if comment.revision != revision + 1 or comment.text != text:
        return False
    former = db.session.get(Revision, (comment.id, revision))
    return former is not None and former.moderator_id is None


def _change(comment: Comment, text: str, now: datetime, sweep_after: timedelta) -> None:
    digest = content_hash(comment.parent_id, comment.name, text)
    same = select(Comment.id).where(
        Comment.thread_id == comment.thread_id,
        Comment.content_hash == digest,
        Comment.id != comment.id,
    )
    if db.session.scalar(same) is not None:
        raise _duplicate()
    if comment.status is Status.PUBLISHED:
        change_status(comment, Change(Status.PENDING, Actor.AUTHOR, Action.EDIT), now)
    else:
        record(comment.site_id, None, Action.EDIT, now, comment=comment, actor=Actor.AUTHOR)
    comment.content_hash = digest
    comment.screened_at = comment.ask_at = None
    comment.attempts, comment.sweep_at = 0, now + sweep_after
    if comment.status is Status.PENDING:
        # A verdict is on one text; of this one there is none yet.
        comment.verdict_rule = comment.score = None
    try:
        change_text(comment, text, None, None, now)
    except IntegrityError:
        # Another with these words came in between.
        raise _duplicate() from None


def _duplicate() -> DuplicateCommentError:
    return DuplicateCommentError(N_("These words under this name are here already."), None)
