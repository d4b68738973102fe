"""Finding out what kind of site each site is like, by its published comments. Only workers do,
since it takes the shipped model.
"""

import logging
import time
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from moderation.classifier.features import extract
from moderation.classifier.kinds import LOOKED_AT, kind_of, likeness
from moderation.classifier.model import Shipped
from moderation.domain.evidence import Subject
from moderation.domain.status import Status
from moderation.models import Comment, SiteLearning, db
from moderation.services.site_learning import set_kind, state_of

_LOG = logging.getLogger(__name__)


def recognise_some(shipped: Shipped, seconds: float) -> None:
    """Look at the sites that are due, as many as there is time for; the others' turn comes next.

    Args:
        shipped: the model, which knows the kinds.
        seconds: after which no other site is begun.
    """
    end = time.monotonic() + seconds
    for site_id, newest in _due():
        try:
            _recognise(site_id, newest, shipped)
        except IntegrityError:
            _LOG.info("Site %d was deleted while it was looked at.", site_id)
        if time.monotonic() > end:
            return


def _due() -> Sequence[tuple[int, int]]:
    """The sites with other published comments than were looked at, by the newest one's number, and
    that number; first those of which none was looked at.
    """
    newest = (
        select(Comment.site_id, func.max(Comment.id).label("newest"))
        .where(*_PUBLISHED)
        .group_by(Comment.site_id)
        .subquery()
    )
    seen = func.coalesce(SiteLearning.kind_seen, 0)
    rows = db.session.execute(
        select(newest.c.site_id, newest.c.newest)
        .outerjoin(SiteLearning, SiteLearning.site_id == newest.c.site_id)
        .where(seen != newest.c.newest)
        .order_by(seen, newest.c.site_id)
    ).all()
    return [(row.site_id, row.newest) for row in rows]


def _recognise(site_id: int, newest: int, shipped: Shipped) -> None:
    """Look at a site's latest published comments, and note what kind of site they are like.

    What was held or refused is not among them: nobody changes how a site is judged by what it does
    not publish.

    Args:
        site_id: whose.
        newest: its newest published comment.
        shipped: the model, which knows the kinds.
    """
    rows = db.session.execute(
        select(Comment.text, Comment.name, Comment.website)
        .where(Comment.site_id == site_id, *_PUBLISHED)
        .order_by(Comment.created_at.desc(), Comment.id.desc())  # as `ix_comments_queue` has them
        .limit(LOOKED_AT)
    ).all()
    before = state_of(site_id).kind
    db.session.rollback()
    said = [
        likeness(extract(Subject(row.text, row.name, row.website or "")), shipped.spam)
        for row in rows
    ]
    set_kind(site_id, kind_of(said, shipped.spam, before), newest)


_PUBLISHED = (Comment.status == Status.PUBLISHED, Comment.by_site.is_(False))
