"""A thread as a file: everything that readers see of it, for other programs."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from moderation.domain.site import SiteProfile
from moderation.domain.status import Status
from moderation.domain.text import plain_html
from moderation.models import Comment, Thread, db
from moderation.services.sites import find_thread
from moderation.services.submission import is_closed

FORMAT = "leave-a-reply/thread"
VERSION = 1  # goes up when a member changes its meaning or goes; docs/api.md tells the members
_AT_ONCE = 500  # comments


def export_thread(site: SiteProfile, page: str, now: datetime) -> Iterator[str]:
    """The thread of a page (`domain.page.page_of`) as JSON, in parts: all published comments, in
    the order in which they came in, so that a reply comes after what it replies to.

    No transaction lasts from one part to the next: however slow the reader is, nothing waits for
    it. What is published or removed meanwhile may be in it or not.
    """
    thread = find_thread(site, page)
    yield _head(site, page, thread, now)
    if thread is not None:
        yield from _comments(thread.id)
    yield "\n]}\n"


def _head(site: SiteProfile, page: str, thread: Thread | None, now: datetime) -> str:
    head = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": now.isoformat(),
        "site": {"slug": site.slug, "name": site.name},
        "thread": {
            "url": thread.url if thread else page,
            "title": thread.title if thread else "",
            "created_at": thread.created_at.isoformat() if thread else None,
            "closed": thread is not None
            and is_closed(thread.closed_at, thread.created_at, site.policy, now),
            "count": thread.published_count if thread else 0,
        },
    }
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "comments": ['


def _comments(thread_id: int) -> Iterator[str]:
    last, comma = 0, ""
    removed = _removed_parents(thread_id)
    while True:
        rows = db.session.scalars(
            select(Comment)
            .where(
                Comment.thread_id == thread_id,
                Comment.status == Status.PUBLISHED,
                Comment.id > last,
            )
            .order_by(Comment.id)
            .limit(_AT_ONCE)
        ).all()
        lines = [json.dumps(_comment(row, removed), ensure_ascii=False) for row in rows]
        last = rows[-1].id if rows else last
        db.session.rollback()
        if lines:
            yield comma + "\n" + ",\n".join(lines)
            comma = ","
        if len(lines) < _AT_ONCE:
            return


def _removed_parents(thread_id: int) -> dict[int, int | None]:
    """What is not published of the thread and has replies: the comment above each."""
    replied_to = select(Comment.parent_id).where(Comment.thread_id == thread_id)
    rows = db.session.execute(
        select(Comment.id, Comment.parent_id).where(
            Comment.thread_id == thread_id,
            Comment.status != Status.PUBLISHED,
            Comment.id.in_(replied_to),
        )
    ).all()
    return {row.id: row.parent_id for row in rows}


def _comment(comment: Comment, removed: dict[int, int | None]) -> dict[str, Any]:
    parent = comment.parent_id
    while parent in removed:
        parent = removed[parent]
    return {
        "id": comment.id,
        "parent": parent,
        "name": comment.name,
        "website": comment.website,
        "html": comment.rendered or plain_html(comment.text),
        "text": comment.text,
        "created_at": comment.created_at.isoformat(),
        "edited_at": comment.edited_at.isoformat() if comment.edited_at else None,
        "by_site": comment.by_site,
        "likes": comment.likes,
    }
