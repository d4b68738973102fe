"""What became of a policy while somebody was looking at it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from moderation.domain.actions import Action
from moderation.domain.policy import SitePolicy
from moderation.domain.policy_words import tell_changes, version_of, without
from moderation.domain.roles import Permission
from moderation.models import AuditEntry, Moderator, db
from moderation.services.permissions import site_for

_FURTHEST = 50  # changes; nobody's page is older than that


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """Who changed a policy when, and what, in words. None: the operator at the command line."""

    who: str | None
    when: datetime
    told: list[str]


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """The policy that somebody had before them, where it can still be told; what it is now; and
    what was changed between, the newest first.
    """

    shown: SitePolicy | None
    now: SitePolicy
    changes: list[PolicyChange]


def changed_since(moderator_id: int, slug: str, seen: str) -> Meanwhile:
    """Go back through the audit log to the version that somebody had before them.

    Raises:
        UnknownSiteError, NotAllowedError: the moderator may not edit the site's policy.
    """
    site = site_for(moderator_id, slug, Permission.EDIT_POLICY)
    rows = db.session.execute(
        select(AuditEntry, Moderator.name)
        .outerjoin(Moderator, Moderator.id == AuditEntry.moderator_id)
        .where(
            # As in `rulebook`: few entries are of no comment.
            AuditEntry.comment_id.is_(None),
            AuditEntry.site_id + 0 == site.id,
            AuditEntry.action == Action.POLICY_CHANGED,
        )
        .order_by(AuditEntry.id.desc())
        .limit(_FURTHEST)
    )
    policy: SitePolicy | None = site.policy
    changes: list[PolicyChange] = []
    for entry, who in rows:
        if policy is None or version_of(policy) == seen:
            break
        policy = without(policy, entry.details)
        changes.append(PolicyChange(who, entry.created_at, tell_changes(entry.details)))
    found = policy is not None and version_of(policy) == seen
    return Meanwhile(policy if found else None, site.policy, changes if found else changes[:1])
