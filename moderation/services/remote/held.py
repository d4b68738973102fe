"""What is held because a service failed. Apart from asking again, so that the web side, which only
tells how many there are, does not load what asks.

Only comments that nobody but the policy has done anything to. What a person has acted on, or its
author edited, is a person's to decide; what another system publishes was decided there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, select

from moderation.domain.policy import VerdictRule
from moderation.domain.remote import OVER_BUDGET, Service
from moderation.domain.roles import Permission
from moderation.domain.signals import Symbol
from moderation.domain.status import Actor, Status
from moderation.models import AuditEntry, Comment, RemoteService, SignalRow, Site, Thread, db
from moderation.services.permissions import memberships_where

ASKED_FOR = timedelta(days=7)  # after that a comment is left to people alone
# Of a `RemoteService`: whether the site asks it.
IS_ON = RemoteService.settings_data["on"].as_boolean()
# Of a signal: that a service said nothing, which the site holds comments for, and still asks it.
# Where its budget was used up, that is the site's own word: what a flood left would use up the next
# day's.
IS_MISSED = (
    SignalRow.symbol == Symbol.REMOTE_FAILED,
    SignalRow.status == Status.HELD,
    SignalRow.evidence["holds"].as_boolean(),
    SignalRow.evidence[OVER_BUDGET].as_boolean().is_(None),
    exists().where(
        RemoteService.site_id == SignalRow.site_id,
        RemoteService.service == SignalRow.check_name,
        IS_ON,
    ),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many comments of a site are held because a service failed, and asked about again."""

    slug: str
    name: str
    service: Service
    count: int


def waiting(moderator_id: int, now: datetime) -> tuple[Waiting, ...]:
    """The same of all services and sites whose comments a moderator decides on, by name."""
    sites = memberships_where(moderator_id, Permission.DECIDE)
    rows = db.session.execute(
        select(Site.slug, Site.name, SignalRow.check_name, func.count())
        .join(sites, sites.c.site_id == SignalRow.site_id)
        .join(Site, Site.id == SignalRow.site_id)
        .join(Comment, Comment.id == SignalRow.comment_id)
        .where(
            *IS_MISSED,
            SignalRow.revision == Comment.revision,
            is_held_for_services(),
            Comment.created_at > now - ASKED_FOR,
        )
        .group_by(Site.slug, Site.name, SignalRow.check_name)
        .order_by(Site.name, Site.slug, SignalRow.check_name)
    )
    return tuple(Waiting(slug, name, Service(check), n) for slug, name, check, n in rows)


def is_held_for_services() -> ColumnElement[bool]:
    """Of a `Comment`: whether the policy holds it since a check or a service failed, and nobody has
    acted on it.
    """
    by_others = exists().where(
        AuditEntry.comment_id == Comment.id, AuditEntry.actor != Actor.MACHINE
    )
    return and_(
        Comment.status == Status.HELD,
        Comment.verdict_rule == VerdictRule.CHECK_ERROR,
        Comment.screened_revision == Comment.revision,
        ~by_others,
        ~exists().where(Thread.id == Comment.thread_id, Thread.elsewhere),
    )
