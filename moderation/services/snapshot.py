"""A thread's public form: what it depends on, and the JSON that the widget shows."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from moderation.domain.page import key_of, page_of
from moderation.domain.site import SiteProfile
from moderation.domain.site_settings import Sort
from moderation.domain.text import plain_html
from moderation.models import Thread, db
from moderation.services.reading import Node, ThreadPage, read_thread
from moderation.services.sites import find_site
from moderation.services.submission import is_closed

_SETTINGS = (
    "language",
    "theme",
    "markup",
    "name_required",
    "email_required",
    "edit_minutes",
    "likes",
    "reports",
    "page_size",
)


@dataclass(frozen=True, slots=True)
class ThreadState:
    """All that a thread's public form depends on: what was built of one is good for as long as the
    state stays equal.

    Attributes:
        site: with its settings, policy and origins.
        page: as it was asked for (`domain.page.page_of`).
        thread_id: None where nobody has commented on the page yet.
        version: `threads.version`, which goes up with everything that readers see; 0 without one.
        closed: whether it takes no more comments: by hand, or by its age.
    """

    site: SiteProfile
    page: str
    thread_id: int | None
    version: int
    closed: bool


def read_state(slug: str, page: str, now: datetime) -> ThreadState:
    """The state of the thread of a page, as the database has it now. Holds no connection after.

    Raises:
        UnknownSiteError: there is no such site.
        UnknownThreadError: the page is not one of the site's.
    """
    try:
        site = find_site(slug)
        page_of(page, frozenset(site.origins))
        thread = db.session.execute(
            select(Thread.id, Thread.version, Thread.closed_at, Thread.created_at).where(
                Thread.site_id == site.site_id, Thread.key == key_of(page)
            )
        ).first()
    finally:
        db.session.rollback()
    if thread is None:
        return ThreadState(site, page, None, 0, closed=False)
    closed = is_closed(thread.closed_at, thread.created_at, site.policy, now)
    return ThreadState(site, page, thread.id, thread.version, closed)


def read_snapshot(
    state: ThreadState, sort: Sort | None, cursor: str | None, now: datetime
) -> ThreadPage:
    """One page of a thread. Never older than `state`: what was published since may be in it, and is
    built once more when the state has caught up.

    Raises:
        InvalidInputError: the cursor is not one that a page before gave.
    """
    settings = state.site.settings
    thread = db.session.get(Thread, state.thread_id) if state.thread_id else None
    return read_thread(
        thread,
        state.site.policy,
        now,
        limit=settings.page_size,
        cursor=cursor,
        sort=sort or settings.sort,
    )


def thread_json(state: ThreadState, found: ThreadPage, sort: Sort | None) -> bytes:
    """What the widget shows of a page of a thread, as JSON in UTF-8: the same bytes for the same
    content, in every process.
    """
    site, thread = state.site, found.thread
    settings = site.settings.model_dump(mode="json", include=set(_SETTINGS))
    body = {
        "url": thread.url if thread else state.page,
        "title": thread.title if thread else "",
        "count": found.count,
        "closed": state.closed,
        "version": state.version,
        "sort": sort or site.settings.sort,
        "next_cursor": found.next_cursor,
        "settings": {
            **{name: settings[name] for name in _SETTINGS},
            "max_depth": site.policy.max_depth,
        },
        "site": {"slug": site.slug, "name": site.name},
        "comments": [comment_json(node) for node in found.nodes],
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def comment_json(node: Node) -> dict[str, Any]:
    """A comment with its replies. A removed one keeps its place and tells nothing else."""
    shown = not node.removed
    return {
        "id": node.comment_id,
        "parent": node.parent_id,
        "depth": node.depth,
        "name": node.name if shown else None,
        "website": node.website if shown else None,
        "html": (node.rendered or plain_html(node.text)) if shown else None,
        "created_at": node.created_at.isoformat(),
        "edited_at": node.edited_at.isoformat() if shown and node.edited_at else None,
        "by_site": shown and node.by_site,
        "removed": node.removed,
        "likes": node.likes if shown else 0,
        "avatar": node.avatar if shown else 0,
        "initial": node.initial if shown else "",
        "replies": [comment_json(reply) for reply in node.replies],
    }
