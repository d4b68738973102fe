"""What readers see: published comments, threaded; and what only an author sees."""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, select, tuple_

from moderation.domain.policy import SitePolicy
from moderation.domain.site import SiteProfile
from moderation.domain.status import Status
from moderation.errors import InvalidInputError, UnknownCommentError
from moderation.models import Comment, Site, Thread, db
from moderation.services.sites import profile_of
from moderation.services.submission import is_closed
from moderation.words import N_

MAX_PAGE = 100  # top comments
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Node:
    """A comment as readers see it, with its replies. `removed`: it only keeps its place, since
    replies below it are published. `awaiting`: only its author sees it. `edited_at`: when its text
    was last changed. `by_site`: the site itself says it.
    """

    comment_id: int
    parent_id: int | None
    depth: int
    name: str
    website: str | None
    rendered: str | None
    text: str
    created_at: datetime
    removed: bool = False
    awaiting: bool = False
    edited_at: datetime | None = None
    by_site: bool = False
    replies: list["Node"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """One page of a thread: top comments, oldest first, each with all its replies.

    Attributes:
        thread: the thread, or None where nobody has commented on the page yet.
        nodes: the top comments.
        next_cursor: where the next page begins, or None at the end.
        count: how many comments of the thread are published.
        closed: whether it takes no more comments.
    """

    thread: Thread | None
    nodes: list[Node]
    next_cursor: str | None
    count: int
    closed: bool


@dataclass(frozen=True, slots=True)
class OwnComment:
    """What an author may know of their comment through its private link."""

    node: Node
    status: Status
    site: SiteProfile
    thread: Thread


def read_thread(
    thread: Thread | None,
    policy: SitePolicy,
    now: datetime,
    *,
    limit: int,
    cursor: str | None = None,
) -> ThreadPage:
    """A page of at most `limit` top comments from `cursor` on.

    Raises:
        InvalidInputError: the cursor is not one that a page before gave.
    """
    if thread is None:
        return ThreadPage(None, [], None, 0, closed=False)
    roots = (
        select(Comment)
        .where(
            Comment.thread_id == thread.id,
            Comment.parent_id.is_(None),
            or_(Comment.status == Status.PUBLISHED, Comment.published_replies > 0),
        )
        .order_by(Comment.created_at, Comment.id)
        .limit(limit + 1)
    )
    if cursor:
        roots = roots.where(tuple_(Comment.created_at, Comment.id) > _read_cursor(cursor))
    found = db.session.scalars(roots).all()
    page = found[:limit]
    following = _cursor(page[-1]) if len(found) > limit else None
    closed = is_closed(thread.closed_at, thread.created_at, policy, now)
    return ThreadPage(thread, _trees(page), following, thread.published_count, closed)


def read_own(comment_id: int) -> OwnComment:
    """A comment for its author, whatever its status.

    Raises:
        UnknownCommentError: it is deleted, or there is none.
    """
    comment = db.session.get(Comment, comment_id, populate_existing=True)
    if comment is None or comment.status is Status.DELETED:
        raise UnknownCommentError(N_("This comment is not here any more."))
    node = _node(comment)
    node.removed, node.awaiting = False, comment.status is not Status.PUBLISHED
    site = profile_of(db.session.get_one(Site, comment.site_id))
    return OwnComment(node, comment.status, site, db.session.get_one(Thread, comment.thread_id))


def read_published(thread: Thread, comment_id: int) -> Node | None:
    """A published comment of a thread, without its replies; None if there is no such."""
    comment = db.session.get(Comment, comment_id)
    if comment is None or comment.thread_id != thread.id:
        return None
    return _node(comment) if comment.status is Status.PUBLISHED else None


def place_own(nodes: list[Node], own: Node) -> None:
    """Put an author's unpublished comment where it will stand, or at the end."""
    siblings = nodes
    if own.parent_id is not None:
        parent = next((n for n in walk(nodes) if n.comment_id == own.parent_id), None)
        siblings = parent.replies if parent else nodes
    siblings.append(own)


def walk(nodes: Iterable[Node]) -> Iterable[Node]:
    """All nodes, depth first."""
    for node in nodes:
        yield node
        yield from walk(node.replies)


def _trees(roots: Iterable[Comment]) -> list[Node]:
    nodes = {comment.id: _node(comment) for comment in roots}
    tops = list(nodes.values())
    parents: dict[int, int | None] = {}
    replies = db.session.scalars(
        select(Comment)
        .where(Comment.root_id.in_(nodes), Comment.status == Status.PUBLISHED)
        .order_by(Comment.created_at, Comment.id)
    ).all()
    nodes |= {comment.id: _node(comment) for comment in replies}
    parents = _missing_parents(replies, nodes)
    for comment in replies:
        # A reply to a removed reply moves up to the nearest comment that is shown; its root is.
        above = comment.parent_id or 0
        while above not in nodes:
            above = parents[above] or 0
        nodes[comment.id].parent_id = above
        nodes[above].replies.append(nodes[comment.id])
    return tops


def _missing_parents(replies: Iterable[Comment], nodes: dict[int, Node]) -> dict[int, int | None]:
    """The parents of removed replies that published ones hang on."""
    parents: dict[int, int | None] = {}
    missing = {c.parent_id for c in replies} - nodes.keys()
    while missing:
        rows = db.session.execute(
            select(Comment.id, Comment.parent_id).where(Comment.id.in_(missing))
        ).all()
        parents |= {row.id: row.parent_id for row in rows}
        missing = {row.parent_id for row in rows} - nodes.keys() - parents.keys()
    return parents


def _node(comment: Comment) -> Node:
    return Node(
        comment_id=comment.id,
        parent_id=comment.parent_id,
        depth=comment.depth,
        name=comment.name,
        website=comment.website,
        rendered=comment.rendered,
        text=comment.text,
        created_at=comment.created_at,
        removed=comment.status is not Status.PUBLISHED,
        edited_at=comment.edited_at,
        by_site=comment.by_site,
    )


def _cursor(comment: Comment) -> str:
    microseconds = (comment.created_at - _EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(f"{microseconds}.{comment.id}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, int]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        microseconds, comment_id = map(int, text.split("."))
        when = _EPOCH + timedelta(microseconds=microseconds)
    except (ValueError, OverflowError, binascii.Error):
        when, comment_id = _EPOCH, 0
    if not 0 < comment_id < 2**63:
        raise InvalidInputError("This cursor is not one that a page before it gave.")
    return when, comment_id
