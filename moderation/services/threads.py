"""A site's threads for those who look after it: found, counted, closed and opened again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select

from moderation.domain.actions import Action
from moderation.domain.page import key_of, page_of
from moderation.domain.roles import Permission
from moderation.domain.status import Status
from moderation.errors import UnknownThreadError
from moderation.models import Comment, Site, Thread, db
from moderation.models.base import writing
from moderation.services.audit import record
from moderation.services.permissions import site_for, site_for_operator
from moderation.services.sites import find_thread, profile_of
from moderation.services.submission import is_closed
from moderation.words import N_


class State(StrEnum):
    """Which threads to show."""

    ALL = "all"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class ListedThread:
    """A thread with its counts.

    Attributes:
        closed: whether it takes no comments.
        by_age: whether it closed by itself, as the policy says.
        closes_at: when it will close by itself, if it will.
        counts: its comments by status; none of those that are deleted.
    """

    thread: Thread
    closed: bool
    by_age: bool
    closes_at: datetime | None
    counts: dict[Status, int]


@dataclass(frozen=True, slots=True)
class ThreadList:
    """Some of a site's threads, the newest first, and where the next ones begin."""

    site: Site
    threads: list[ListedThread]
    older_than: int | None


def list_threads(
    moderator_id: int,
    slug: str,
    now: datetime,
    *,
    words: str = "",
    state: State = State.ALL,
    older_than: int | None = None,
    limit: int,
) -> ThreadList:
    """The threads whose address or title holds some words.

    Raises:
        UnknownSiteError, NotAllowedError: as `permissions.site_for`.
    """
    site = site_for(moderator_id, slug, Permission.CLOSE_THREAD)
    where = [
        Thread.site_id == site.id,
        Thread.elsewhere.is_(False),
        *_holding(words),
        *_in_state(site, state, now),
    ]
    if older_than is not None:
        where.append(Thread.id < older_than)
    found = db.session.scalars(
        select(Thread).where(*where).order_by(Thread.id.desc()).limit(limit + 1)
    ).all()
    shown = found[:limit]
    counts = _count([thread.id for thread in shown])
    return ThreadList(
        site,
        [_listed(thread, site, counts.get(thread.id, {}), now) for thread in shown],
        shown[-1].id if len(found) > limit else None,
    )


def _holding(words: str) -> list[ColumnElement[bool]]:
    # SQLite makes only ASCII letters small, so others are also looked for as they were typed.
    return [
        or_(
            *(
                shown.contains(spelling, autoescape=True)
                for column in (Thread.url, Thread.title)
                for shown, spelling in ((column, word), (func.lower(column), word.lower()))
            )
        )
        for word in words.split()
    ]


def _in_state(site: Site, state: State, now: datetime) -> list[ColumnElement[bool]]:
    if state is State.ALL:
        return []
    days = site.policy.close_after_days
    is_open: list[ColumnElement[bool]] = [Thread.closed_at.is_(None)]
    if days is not None:
        is_open.append(Thread.created_at > now - timedelta(days=days))
    return is_open if state is State.OPEN else [~and_(*is_open)]


def _count(ids: Sequence[int]) -> dict[int, dict[Status, int]]:
    rows = db.session.execute(
        select(Comment.thread_id, Comment.status, func.count())
        .where(Comment.thread_id.in_(ids), Comment.status != Status.DELETED)
        .group_by(Comment.thread_id, Comment.status)
    )
    counts: dict[int, dict[Status, int]] = {}
    for thread_id, status, count in rows:
        counts.setdefault(thread_id, {})[status] = count
    return counts


def _listed(thread: Thread, site: Site, counts: dict[Status, int], now: datetime) -> ListedThread:
    closed = is_closed(thread.closed_at, thread.created_at, site.policy, now)
    days = site.policy.close_after_days
    closes_at = None if days is None or closed else thread.created_at + timedelta(days=days)
    return ListedThread(thread, closed, closed and thread.closed_at is None, closes_at, counts)


def set_closed(by: int, slug: str, thread_id: int, now: datetime, *, closed: bool) -> Thread:
    """Close a thread or open it again, audited, in one transaction. Again is no change.

    Raises:
        UnknownSiteError, NotAllowedError: as `permissions.site_for`.
        UnknownThreadError: the site has no such thread.
    """
    with writing():
        site = site_for(by, slug, Permission.CLOSE_THREAD)
        thread = db.session.scalar(
            select(Thread)
            .where(Thread.id == thread_id, Thread.site_id == site.id)
            .with_for_update(key_share=True)
        )
        if thread is None:
            raise UnknownThreadError(N_("This site has no such thread."))
        _set(thread, by, now, closed=closed)
        return thread


def set_page_closed(by: int | None, slug: str, url: str, now: datetime, *, closed: bool) -> Thread:
    """Close a page's thread or open it again, audited, in one transaction. A page without comments
    gets its thread, so that it can be closed before the first.

    Args:
        by: a moderator; None: the operator at the command line.
        slug: the site.
        url: the page.
        now: when.
        closed: whether it takes no comments from now on.

    Raises:
        UnknownSiteError, NotAllowedError: as `permissions.site_for`.
        UnknownThreadError: the page is not one of the site's, or has no thread to open.
    """
    with writing():
        if by is None:
            site = profile_of(site_for_operator(slug))
        else:
            site = profile_of(site_for(by, slug, Permission.CLOSE_THREAD))
        page = page_of(url, frozenset(site.origins))
        thread = find_thread(site, page)
        if thread is None:
            if not closed:
                raise UnknownThreadError(N_("There are no comments on this page, and it is open."))
            thread = Thread(
                site_id=site.site_id, key=key_of(page), url=page, title="", created_at=now
            )
            db.session.add(thread)
            db.session.flush()
        _set(thread, by, now, closed=closed)
        return thread


def _set(thread: Thread, by: int | None, now: datetime, *, closed: bool) -> None:
    if closed == (thread.closed_at is not None):
        return
    thread.closed_at = now if closed else None
    thread.version = Thread.version + 1  # readers see whether they can reply
    action = Action.THREAD_CLOSED if closed else Action.THREAD_OPENED
    record(thread.site_id, by, action, now, url=thread.url)
