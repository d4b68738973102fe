"""Hands for tests of learning: decisions of moderators, and what the workers make of them."""

from datetime import timedelta

import numpy as np
from sqlalchemy import select

from moderation.classifier.heads import Head, Weights
from moderation.classifier.model import Shipped
from moderation.classifier.places import PLACES
from moderation.domain.status import Status
from moderation.models import AuditEntry, Lesson, SiteLearning, SiteModel, db
from moderation.services import learning, lessons, review, site_learning
from moderation.services.judging import judging
from tests.factories import House

WINDOW = timedelta(seconds=10)


def without_opinions() -> Shipped:
    """A model to which every comment is rather good, whatever it says."""
    nothing = Weights(np.zeros(PLACES, np.int8), 1.0)
    return Shipped("without opinions", Head(nothing, -3.0), Head(nothing, -5.0), {})


def decide(house: House, moderator_id: int, comment_id: int, decision: str) -> int:
    """A moderator's decision, as on the comment as it is now; gives its audit entry's id."""
    with house.rows():
        comment = house.comment(comment_id)
        return review.decide(
            moderator_id,
            comment_id,
            decision,
            revision=comment.revision,
            seen=comment.status,
            now=house.clock(),
        )


def undo(house: House, moderator_id: int, entry_id: int) -> None:
    """Take a decision back."""
    with house.rows():
        review.undo(moderator_id, entry_id, now=house.clock())


def learn(house: House, *, wait: bool = True) -> None:
    """Do what the workers would when the time to take a decision back is over."""
    if wait:
        house.clock.move(seconds=11)
    with house.rows():
        more: int | None = 0
        while more is not None:
            more = lessons.learn_some(more, WINDOW, house.clock())
        shipped = judging.shipped()
        for site_id in list(site_learning.due(shipped.version)):
            while learning.fold(site_id, shipped, house.clock()):
                pass


def taught(house: House) -> dict[int | None, bool]:
    """By comment whether it was learned as spam."""
    with house.rows():
        rows = db.session.execute(select(Lesson.comment_id, Lesson.is_spam))
        return {row.comment_id: row.is_spam for row in rows}


def current_model(house: House) -> bytes | None:
    """What the site's lessons came to."""
    with house.rows():
        return db.session.scalar(
            select(SiteModel.data).join(SiteLearning, SiteLearning.model_id == SiteModel.id)
        )


def latest_entry(comment_id: int) -> AuditEntry:
    """The newest entry on a comment, within an app context."""
    newest = select(AuditEntry).where(AuditEntry.comment_id == comment_id)
    found = db.session.scalar(newest.order_by(AuditEntry.id.desc()).limit(1))
    assert found is not None
    return found


def refused(house: House, comment_id: int) -> bool:
    """Whether a comment is where no reader sees it."""
    return house.status(comment_id) in {Status.HELD, Status.SPAM, Status.REJECTED}
