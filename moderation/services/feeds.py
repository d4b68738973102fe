"""What feed readers follow: the newest comments of a page or of a whole site."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import aliased

from moderation.domain.page import PREVIEW_PATH
from moderation.domain.site import SiteProfile
from moderation.domain.status import Status
from moderation.domain.text import plain_html
from moderation.models import Comment, Site, Thread, db
from moderation.services.sites import find_thread
from moderation.words import N_

NEWEST = 50  # entries


@dataclass(frozen=True, slots=True)
class Entry:
    """A comment in a feed. `tag`: its id for ever; `parent_tag`, `parent_url`: of the comment that
    it replies to, if that is published; `html`: sanitised.
    """

    tag: str
    url: str
    title: str
    name: str
    website: str | None
    html: str
    published: datetime
    updated: datetime
    parent_tag: str | None
    parent_url: str | None


@dataclass(frozen=True, slots=True)
class Feed:
    """The newest comments, newest first. `page`: what they are about; `updated`: when the newest
    of them came or was edited, of none when their place was made.
    """

    tag: str
    title: str
    page: str
    updated: datetime
    entries: list[Entry]


def read_thread_feed(site: SiteProfile, page: str, now: datetime) -> Feed:
    """The feed of a page (`domain.page.page_of`) of the site; empty where nobody commented yet."""
    thread = find_thread(site, page)
    if thread is None:
        return Feed(
            f"{_authority(page, now)}:page",
            N_("Comments on “{title}”", title=_short(page)),
            page,
            now,
            [],
        )
    return _feed(
        tag=f"{_authority(thread.url, thread.created_at)}:thread-{thread.id}",
        title=N_("Comments on “{title}”", title=thread.title or _short(thread.url)),
        page=thread.url,
        made=thread.created_at,
        entries=_entries(site, thread),
    )


def read_site_feed(site: SiteProfile) -> Feed:
    """The feed of all pages of a site."""
    row = db.session.get_one(Site, site.site_id)
    return _feed(
        tag=f"{_authority(site.origins[0], row.created_at)}:site-{site.slug}",
        title=N_("Comments on {site}", site=site.name),
        page=f"{site.origins[0]}/",
        made=row.created_at,
        entries=_entries(site, None),
    )


def _feed(*, tag: str, title: str, page: str, made: datetime, entries: list[Entry]) -> Feed:
    updated = max((entry.updated for entry in entries), default=made)
    return Feed(tag, title, page, updated, entries)


def _entries(site: SiteProfile, thread: Thread | None) -> list[Entry]:
    """The newest comments: of one thread, or of all of the site's but those of its preview."""
    parent = aliased(Comment)
    of_site = (Comment.site_id == site.site_id) & ~Thread.key.endswith(PREVIEW_PATH)
    of_place = Comment.thread_id == thread.id if thread else of_site
    here = Thread.elsewhere.is_(False)
    rows = db.session.execute(
        select(Comment, Thread, parent)
        .join(Thread, Thread.id == Comment.thread_id)
        .outerjoin(parent, (parent.id == Comment.parent_id) & (parent.status == Status.PUBLISHED))
        .where(of_place, here, Comment.status == Status.PUBLISHED)
        .order_by(Comment.created_at.desc(), Comment.id.desc())
        .limit(NEWEST)
    ).all()
    return [
        _entry(comment, place, above, alone=thread is not None) for comment, place, above in rows
    ]


def _entry(comment: Comment, thread: Thread, parent: Comment | None, *, alone: bool) -> Entry:
    where = thread.title or _short(thread.url)
    return Entry(
        tag=_tag(thread, comment),
        url=_url(thread, comment),
        title=N_("By {name}", name=comment.name)
        if alone
        else N_("{name} on “{title}”", name=comment.name, title=where),
        name=comment.name,
        website=comment.website,
        html=comment.rendered or plain_html(comment.text),
        published=comment.created_at,
        updated=max(comment.edited_at or comment.created_at, comment.created_at),
        parent_tag=_tag(thread, parent) if parent else None,
        parent_url=_url(thread, parent) if parent else None,
    )


def _tag(thread: Thread, comment: Comment) -> str:
    return f"{_authority(thread.url, comment.created_at)}:comment-{comment.id}"


def _url(thread: Thread, comment: Comment) -> str:
    return f"{thread.url}#comment-{comment.id}"


def _authority(url: str, since: datetime) -> str:
    """How a tag URI (RFC 4151) of a page's site begins. The thread keeps its first address, so this
    stays as it is.
    """
    host = (urlsplit(url).hostname or "").replace(":", "-")  # an IPv6 address has no place in it
    return f"tag:{host},{since:%Y-%m-%d}"


def _short(url: str) -> str:
    return url.partition("://")[2]
