"""Erasing comments of Akismet clients: what their site keeps no longer, and what was a trial."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, delete, exists, select, update

from moderation.domain.actions import Action
from moderation.domain.akismet_door import DOOR, TEST_DOOR
from moderation.domain.status import Actor, Status
from moderation.domain.submission import ANONYMOUS
from moderation.models import AuditEntry, Comment, Commenter, Site, db
from moderation.models.base import writing
from moderation.privacy.sealing import INDEX_BYTES, NO_ADDRESS
from moderation.services.search import forget_text
from moderation.services.transitions import Change, change_statuses

_AT_ONCE = 200  # comments; a short transaction leaves the doors their turn
_TRIALS_LAST = timedelta(hours=1)  # those whose answer was not waited for
_UNSYNCHRONISED = {"synchronize_session": False}


def forget_old(now: datetime) -> int:
    """Erase what sites keep no longer, each batch in one transaction. Idempotent.

    Returns:
        How many comments were erased.
    """
    sites = [(site.id, site.settings.akismet_days) for site in db.session.scalars(select(Site))]
    db.session.rollback()
    forgotten = _all_of(now, Comment.door == TEST_DOOR, Comment.created_at <= now - _TRIALS_LAST)
    for site_id, days in sites:
        old = Comment.created_at <= now - timedelta(days=days)
        forgotten += _all_of(now, Comment.site_id == site_id, Comment.door == DOOR, old)
    return forgotten


def forget_trial(comment_id: int, now: datetime) -> None:
    """Erase the comment of a trial, in one transaction."""
    _batch(now, (Comment.id == comment_id, Comment.door == TEST_DOOR))


def _all_of(now: datetime, *where: ColumnElement[bool]) -> int:
    total = 0
    while count := _batch(now, where):
        total += count
    return total


def _batch(now: datetime, where: Collection[ColumnElement[bool]]) -> int:
    """Erase some of these; how many. Their audit entries stay and tell nothing of what was said."""
    with writing():
        comments = db.session.scalars(
            select(Comment)
            .where(*where, Comment.status != Status.DELETED)
            .order_by(Comment.id)
            .limit(_AT_ONCE)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        ).all()
        if comments:
            _erase(comments, now)
        return len(comments)


def _erase(comments: Sequence[Comment], now: datetime) -> None:
    ids = [comment.id for comment in comments]
    commenters = {comment.commenter_id for comment in comments}
    for comment in comments:
        if comment.screened_at is not None:
            forget_text(comment.id, comment.name, comment.text)
    expire = Change(Status.DELETED, Actor.MACHINE, Action.EXPIRE)
    change_statuses([(comment, expire) for comment in comments], now)
    for table in _hanging_on_comments():
        db.session.execute(delete(table).where(table.c.comment_id.in_(ids)))
    db.session.execute(
        update(Comment)
        .where(Comment.id.in_(ids))
        .values(
            name=ANONYMOUS,
            website=None,
            text="",
            rendered="",
            page_title="",
            user_agent="",
            network="",
            network_index=b"",
            idempotency_key=None,
            language="",
        ),
        execution_options=_UNSYNCHRONISED,
    )
    _forget_commenters(commenters)


def _hanging_on_comments() -> list[Table]:
    """The tables that hold more of a comment, but for the audit log, which is never changed."""
    of_comments = Comment.__table__
    return [
        table
        for table in db.metadata.sorted_tables
        if table not in {of_comments, AuditEntry.__table__}
        and "comment_id" in table.c
        and any(key.column.table is of_comments for key in table.c.comment_id.foreign_keys)
    ]


def _forget_commenters(ids: Collection[int]) -> None:
    """Take the address from those of whom no comment is left."""
    others = exists().where(Comment.commenter_id == Commenter.id, Comment.status != Status.DELETED)
    gone = db.session.scalars(
        select(Commenter.id).where(Commenter.id.in_(ids), ~others).order_by(Commenter.id)
    ).all()
    for commenter_id in gone:
        db.session.execute(
            update(Commenter)
            .where(Commenter.id == commenter_id)
            .values(
                email_index=secrets.token_bytes(INDEX_BYTES),
                email_domain_index=secrets.token_bytes(INDEX_BYTES),
                email_key_id=NO_ADDRESS.key_id,
                email_sealed=NO_ADDRESS.sealed,
            ),
            execution_options=_UNSYNCHRONISED,
        )
