"""What an API key does in the queue: the very services that its pages use, on its site alone.

A key acts for the owner who made it, so what it does is theirs; the audit log names both.
"""

from datetime import datetime

from moderation.domain.queue_view import QueueView
from moderation.domain.status import Status
from moderation.errors import UnknownCommentError
from moderation.services import queue, review
from moderation.services.acting import acting_by_key
from moderation.services.api_keys import ActiveKey
from moderation.services.queue import QueueItem, QueuePage


def read_page(
    key: ActiveKey, view: QueueView, now: datetime, *, limit: int, after: str
) -> QueuePage:
    """A page of a view of the key's site.

    Raises:
        InvalidInputError: `after` is not what a page before gave.
    """
    own = view.model_copy(update={"site": key.slug})
    return queue.read_queue(key.member_id, own, now, limit=limit, after=after)


def read_item(key: ActiveKey, comment_id: int, now: datetime) -> QueueItem:
    """One comment of the key's site.

    Raises:
        UnknownCommentError: there is no such comment on it.
    """
    item = queue.read_item(key.member_id, comment_id, now)
    if item.comment.site_id != key.site_id:
        raise UnknownCommentError("There is no such comment on this site.")
    return item


def decide(
    key: ActiveKey,
    comment_id: int,
    decision: str,
    *,
    revision: int,
    seen: Status,
    now: datetime,
    why: str = "",
) -> int:
    """Decide as `review.decide` does; gives the audit entry's id.

    Raises: as that, and `UnknownCommentError` for a comment of another site.
    """
    read_item(key, comment_id, now)  # a comment never moves to another site
    with acting_by_key(key.name):
        return review.decide(
            key.member_id,
            comment_id,
            decision,
            revision=revision,
            seen=seen,
            now=now,
            why=why,
        )


def undo(key: ActiveKey, entry_id: int, now: datetime) -> tuple[int, int]:
    """Take back as `review.undo` does; gives the new audit entry's id, and the comment.

    Raises: as that, and `UnknownCommentError` for an entry of another site.
    """
    comment_id = review.comment_of(key.member_id, entry_id)
    read_item(key, comment_id, now)
    with acting_by_key(key.name):
        return review.undo(key.member_id, entry_id, now=now), comment_id
