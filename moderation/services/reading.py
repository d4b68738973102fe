"""What readers see: published comments, threaded; and what only an author sees."""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Row, and_, or_, select, tuple_

from moderation.domain.avatar import avatar_of, initial_of
from moderation.domain.policy import SitePolicy
from moderation.domain.site import SiteProfile
from moderation.domain.site_settings import Sort
from moderation.domain.status import Status
from moderation.errors import InvalidInputError, UnknownCommentError
from moderation.models import Comment, Commenter, Site, Thread, db
from moderation.services.sites import profile_of
from moderation.services.submission import is_closed
from moderation.words import N_

MAX_PAGE = 100  # top comments
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_CURSOR = "This cursor is not one that a page before it gave."


@dataclass(slots=True)
class Node:
    """A comment as readers see it, with its replies. `removed`: it only keeps its place, since
    replies below it are published. `awaiting`: only its author sees it. `edited_at`: when its text
    was last changed. `by_site`: the site itself says it. `avatar`, `initial`: see `domain.avatar`.
    `likes`: how many readers like it.
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
    likes: int = 0
    avatar: int = 0
    initial: str = ""
    replies: list["Node"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """One page of a thread: top comments as sorted, each with all its replies, oldest first.

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
    revision: int


def read_thread(
    thread: Thread | None,
    policy: SitePolicy,
    now: datetime,
    *,
    limit: int,
    cursor: str | None = None,
    sort: Sort = Sort.OLDEST,
) -> ThreadPage:
    """A page of at most `limit` top comments from `cursor` on. Of comments liked as often the
    older comes first. Nothing new comes between two pages of those sorted by age; likes that come
    meanwhile can put a comment on both, or on neither.

    Raises:
        InvalidInputError: the cursor is not one that a page before gave.
    """
    place = _read_cursor(cursor, sort) if cursor else None
    if thread is None:
        return ThreadPage(None, [], None, 0, closed=False)
    roots = (
        _SHOWN.where(
            Comment.thread_id == thread.id,
            Comment.parent_id.is_(None),
            or_(Comment.status == Status.PUBLISHED, Comment.published_replies > 0),
        )
        .order_by(*_ORDER[sort])
        .limit(limit + 1)
    )
    if place is not None:
        roots = roots.where(_after(place, sort))
    found = db.session.execute(roots).all()
    page = found[:limit]
    following = _cursor(page[-1][0], sort) if len(found) > limit else None
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
    node = _alone(comment)
    node.removed, node.awaiting = False, comment.status is not Status.PUBLISHED
    site = profile_of(db.session.get_one(Site, comment.site_id))
    thread = db.session.get_one(Thread, comment.thread_id)
    return OwnComment(node, comment.status, site, thread, comment.revision)


def site_of(comment_id: int) -> SiteProfile | None:
    """The site of a comment, whatever became of it; None if there is no such comment."""
    site = db.session.scalar(
        select(Site).join(Comment, Comment.site_id == Site.id).where(Comment.id == comment_id)
    )
    return profile_of(site) if site else None


def read_published(thread: Thread, comment_id: int) -> Node | None:
    """A published comment of a thread, without its replies; None if there is no such."""
    comment = db.session.get(Comment, comment_id)
    if comment is None or comment.thread_id != thread.id:
        return None
    return _alone(comment) if comment.status is Status.PUBLISHED else None


def _alone(comment: Comment) -> Node:
    commenter = db.session.get_one(Commenter, comment.commenter_id)
    return _node(comment, commenter.avatar_seed)


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


def _trees(roots: Sequence[Row[Comment, int]]) -> list[Node]:
    tops = [comment.id for comment, _ in roots]
    rows = db.session.execute(
        _SHOWN.where(Comment.root_id.in_(tops), Comment.status == Status.PUBLISHED).order_by(
            Comment.created_at, Comment.id
        )
    ).all()
    nodes = {comment.id: _node(comment, seed) for comment, seed in [*roots, *rows]}
    replies = [comment for comment, _ in rows]
    parents = _missing_parents(replies, nodes)
    for comment in replies:
        # A reply to a removed reply moves up to the nearest comment that is shown; its root is.
        above = comment.parent_id or 0
        while above not in nodes:
            above = parents[above] or 0
        nodes[comment.id].parent_id = above
        nodes[above].replies.append(nodes[comment.id])
    return [nodes[top] for top in tops]


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


def _node(comment: Comment, seed: int) -> Node:
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
        likes=comment.likes,
        avatar=avatar_of(seed, comment.name),
        initial=initial_of(comment.name),
    )


_SHOWN = select(Comment, Commenter.avatar_seed).join(
    Commenter, Commenter.id == Comment.commenter_id
)
_ORDER = {
    Sort.OLDEST: (Comment.created_at, Comment.id),
    Sort.NEWEST: (Comment.created_at.desc(), Comment.id.desc()),
    Sort.LIKED: (Comment.likes.desc(), Comment.created_at, Comment.id),
}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a sorted thread the last comment of a page stands."""

    likes: int
    when: datetime
    comment_id: int


def _after(place: _Place, sort: Sort) -> ColumnElement[bool]:
    """What comes after a place."""
    age = tuple_(Comment.created_at, Comment.id)
    here = (place.when, place.comment_id)
    if sort is Sort.NEWEST:
        return age < here
    if sort is Sort.LIKED:
        return or_(Comment.likes < place.likes, and_(Comment.likes == place.likes, age > here))
    return age > here


def _cursor(comment: Comment, sort: Sort) -> str:
    return _write_cursor(_Place(comment.likes, comment.created_at, comment.id), sort)


def _write_cursor(place: _Place, sort: Sort) -> str:
    microseconds = (place.when - _EPOCH) // timedelta(microseconds=1)
    text = f"{sort}.{place.likes}.{microseconds}.{place.comment_id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str, sort: Sort) -> _Place:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        order, *numbers = text.split(".")
        likes, microseconds, comment_id = map(int, numbers)
        when = _EPOCH + timedelta(microseconds=microseconds)
    except (ValueError, OverflowError, binascii.Error):
        order, likes, when, comment_id = "", 0, _EPOCH, 0
    if order != sort or not (0 < comment_id < 2**63 and 0 <= likes < 2**31):
        raise InvalidInputError(_NO_CURSOR)
    place = _Place(likes, when, comment_id)
    # In its one spelling: what is kept of an answer is kept by what was asked for.
    if cursor != _write_cursor(place, sort):
        raise InvalidInputError(_NO_CURSOR)
    return place
