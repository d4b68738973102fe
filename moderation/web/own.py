"""What an author does to their own comment, through the JSON API or the hosted page."""

from datetime import timedelta

from flask import request

from moderation.domain.network import parse_address
from moderation.services import authoring
from moderation.services.authoring import Edited
from moderation.services.reading import OwnComment
from moderation.web.paces import Pace
from moderation.web.runtime import runtime


def edit_own(own: OwnComment, text: object, revision: int) -> Edited:
    """Edit it, and tell the workers.

    Raises: as `authoring.edit_own`, and TooManyRequestsError.
    """
    rt = runtime()
    _count()
    edited = authoring.edit_own(
        own.node.comment_id,
        text,
        revision=revision,
        now=rt.clock(),
        sweep_after=timedelta(seconds=rt.settings.sweep_after),
    )
    if edited.changed:
        rt.nudge(own.node.comment_id, edited.revision)
    return edited


def delete_own(own: OwnComment) -> None:
    """Delete it.

    Raises: as `authoring.delete_own`, and TooManyRequestsError.
    """
    _count()
    authoring.delete_own(own.node.comment_id, now=runtime().clock())


def _count() -> None:
    runtime().paces.count(Pace.OWN, parse_address(request.remote_addr))
