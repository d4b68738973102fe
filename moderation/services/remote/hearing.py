"""What other services say of a comment that is being screened."""

from datetime import datetime
from typing import Any

from sqlalchemy import update

from moderation.domain.markup import link_targets
from moderation.domain.status import Status
from moderation.models import Comment, db
from moderation.models.base import writing
from moderation.services.remote.asking import RemoteChecks
from moderation.services.remote.outcomes import Heard


def hear(services: RemoteChecks | None, found: Any, rendered: str, now: datetime) -> Heard | None:
    """Ask whom the comment's site wants asked. Ends the caller's transaction before anybody is
    waited for.

    Args:
        services: asks; None: nobody is asked.
        found: the comment's row, its site's, its commenter's, and whether its site has set up
            services, which most have not.
        rendered: its HTML.
        now: when.

    Returns:
        What they say; None where the comment waits, pending, for one that will know more: the
        sweeper comes back to it then.
    """
    if services is None or not found.has_services:
        return Heard()
    comment = found.Comment
    asks = services.asks_for(comment, found.Site, found.Commenter, lambda: link_targets(rendered))
    if not asks:
        return Heard()
    # What the sweeper has come back to has waited once.
    may_wait = comment.status is Status.PENDING and comment.attempts == 0
    comment_id, revision = comment.id, comment.revision
    heard = services.ask(comment.site_id, asks, now, may_wait=may_wait)
    if heard.ask_again is None:
        return heard
    with writing():
        db.session.execute(
            update(Comment)
            .where(
                Comment.id == comment_id,
                Comment.revision == revision,
                Comment.status == Status.PENDING,
                Comment.screened_at.is_(None),
            )
            .values(sweep_at=now + heard.ask_again),
            execution_options={"synchronize_session": False},
        )
    return None
