"""What other services say of a comment that awaits its screening: asked, and stored."""

from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, exists, select, update

from moderation.domain.markup import link_targets, render
from moderation.domain.status import Status
from moderation.models import Comment, Commenter, RemoteService, Site, db
from moderation.models.base import writing
from moderation.services.receipts import Screened, store_signals
from moderation.services.remote.asking import RemoteChecks
from moderation.services.remote.held import IS_ON
from moderation.services.remote.outcomes import Ask

# Of a comment: whether its site has turned other services on, which most have not.
HAS_SERVICES = exists().where(RemoteService.site_id == Comment.site_id, IS_ON).label("has_services")
# A comment with what else `asks_about` reads.
ASKED_ABOUT = (
    select(Comment, Site, Commenter)
    .join(Site, Site.id == Comment.site_id)
    .join(Commenter, Commenter.id == Comment.commenter_id)
)


class Unheard(NamedTuple):
    """A revision of a comment about which other services are to be asked.

    Attributes:
        again: whether it was screened, and is held because one of them failed.
    """

    site_id: int
    comment_id: int
    revision: int
    again: bool = False


def hear(services: RemoteChecks, comment_id: int, revision: int, now: datetime) -> bool:
    """Ask whom a comment's site wants asked about a revision, and store what they say.

    Idempotent: answers are stored once for each revision, in one transaction with the claim. No
    transaction is open while anybody is waited for.

    Args:
        services: asks.
        comment_id: which comment.
        revision: which of its revisions.
        now: when.

    Returns:
        Whether the revision can be screened. Not where there is nothing to be screened any more,
        and not where it waits, pending, for a service that will know more: the sweeper comes back
        to it then.
    """
    db.session.rollback()
    found = db.session.execute(_SELECT_ASKED, {"comment_id": comment_id}).first()
    if found is None or not found.Comment.is_judged_in(revision):
        return False
    comment: Comment = found.Comment
    if comment.heard_revision == revision or comment.screened_at is not None:
        return True
    if comment.ask_at is not None and now < comment.ask_at:
        return False
    may_wait = comment.status is Status.PENDING and comment.ask_at is None  # it waits once
    heard = services.ask(comment.site_id, asks_about(services, found), now, may_wait=may_wait)
    with writing():
        if heard.ask_again is not None:
            ask_at = now + heard.ask_again
            _change(comment, sweep_at=ask_at, ask_at=ask_at)
        elif _change(comment, heard_revision=revision):
            # They lead to a comment that is held once it is screened, and its receipt shows them.
            awaiting = replace(Screened.of(comment), status=Status.PENDING)
            store_signals((awaiting, signal) for signal in heard.signals)
    return heard.ask_again is None


def asks_about(services: RemoteChecks, found: Any) -> tuple[Ask, ...]:
    """What a comment's site wants to have asked about it. The row is read on after its transaction,
    and not read again for it.

    Args:
        services: asks.
        found: a row of `ASKED_ABOUT`.
    """
    comment: Comment = found.Comment

    def links() -> tuple[str, ...]:
        return tuple(link_targets(render(comment.text, found.Site.settings.markup)))

    asks = services.asks_for(comment, found.Site, found.Commenter, links)
    db.session.expunge_all()
    return asks


def _change(comment: Comment, **values: datetime | int) -> bool:
    """Change a comment unless it was changed, screened or answered on since it was read."""
    changed = db.session.connection().execute(
        update(Comment)
        .where(
            Comment.id == comment.id,
            Comment.revision == comment.revision,
            Comment.status == comment.status,
            Comment.screened_at.is_(None),
            Comment.heard_revision.is_distinct_from(comment.revision),
        )
        .values(values)
    )
    return bool(changed.rowcount)


_SELECT_ASKED = ASKED_ABOUT.where(Comment.id == bindparam("comment_id"))
