"""Who works on a site, as what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from moderation.domain.actions import Action
from moderation.domain.roles import Permission, SiteRole
from moderation.errors import LastOwnerError, UnknownMemberError
from moderation.models import Membership, Moderator, Site, db
from moderation.models.base import writing
from moderation.services import permissions
from moderation.services.audit import record
from moderation.words import N_, Message


@dataclass(frozen=True, slots=True)
class Member:
    """A moderator on one site. `since` is when they joined it, or made their account."""

    moderator_id: int
    name: str
    email: str
    role: SiteRole
    since: datetime


def read_members(moderator_id: int, site_id: int) -> Sequence[Member]:
    """A site's members, its owners first.

    Raises:
        UnknownSiteError: the one who asks is no member.
        NotAllowedError: their role does not allow this.
    """
    permissions.require(moderator_id, site_id, Permission.MANAGE_TEAM)
    rows = db.session.execute(
        select(
            Moderator.id,
            Moderator.name,
            Moderator.email,
            Membership.role,
            func.coalesce(Membership.created_at, Moderator.created_at).label("since"),
        )
        .join(Membership, Membership.moderator_id == Moderator.id)
        .where(Membership.site_id == site_id)
    ).all()
    order = [SiteRole.OWNER, SiteRole.ADMIN, SiteRole.MODERATOR]
    members = [Member(r.id, r.name, r.email, r.role, r.since) for r in rows]
    return sorted(members, key=lambda m: (order.index(m.role), m.name.casefold(), m.moderator_id))


def change_role(by: int, slug: str, member_id: int, role: SiteRole, now: datetime) -> None:
    """Give a member another role. In one transaction, audited; the same role again is no change.

    Raises:
        UnknownSiteError, NotAllowedError: as `permissions.site_for`.
        UnknownMemberError: there is no such member.
        LastOwnerError: the site would be without an owner.
    """
    with writing():
        site, member, name = _locked_member(by, slug, member_id)
        if member.role is role:
            return
        if member.role is SiteRole.OWNER:
            _keep_an_owner(
                site,
                N_("{name} is the only owner of {site}, and stays it.", name=name, site=site.name),
            )
        before, member.role = member.role, role
        record(
            site.id,
            by,
            Action.ROLE_CHANGED,
            now,
            member=member_id,
            name=name,
            before=before,
            after=role,
        )


def remove_member(by: int, slug: str, member_id: int, now: datetime) -> None:
    """Take a member off a site; their account and what they decided stay. In one transaction,
    audited.

    Raises: as `change_role`.
    """
    with writing():
        site, member, name = _locked_member(by, slug, member_id)
        if member.role is SiteRole.OWNER:
            _keep_an_owner(
                site,
                N_(
                    "{name} is the only owner of {site}, and cannot be removed.",
                    name=name,
                    site=site.name,
                ),
            )
        db.session.execute(delete(Membership).where(Membership.id == member.id))
        record(
            site.id, by, Action.MEMBER_REMOVED, now, member=member_id, name=name, role=member.role
        )


def join(
    moderator: Moderator, site_id: int, role: SiteRole, now: datetime, *, invitation: int
) -> bool:
    """Make an account a member, audited, within the caller's transaction; False where it is one."""
    found = db.session.scalar(
        select(Membership.id).where(
            Membership.moderator_id == moderator.id, Membership.site_id == site_id
        )
    )
    if found is not None:
        return False
    db.session.add(
        Membership(moderator_id=moderator.id, site_id=site_id, role=role, created_at=now)
    )
    record(
        site_id,
        moderator.id,
        Action.MEMBER_JOINED,
        now,
        member=moderator.id,
        name=moderator.name,
        role=role,
        invitation=invitation,
    )
    return True


def _locked_member(by: int, slug: str, member_id: int) -> tuple[Site, Membership, str]:
    site = permissions.site_for(by, slug, Permission.MANAGE_TEAM)
    # Two owners who demote each other at once would leave none: one waits for the other here.
    db.session.execute(select(Site.id).where(Site.id == site.id).with_for_update())
    # Asked again: while this waited, the other may have taken the right away.
    permissions.require(by, site.id, Permission.MANAGE_TEAM)
    row = db.session.execute(
        select(Membership, Moderator.name)
        .join(Moderator, Moderator.id == Membership.moderator_id)
        .where(Membership.site_id == site.id, Membership.moderator_id == member_id)
    ).one_or_none()
    if row is None:
        raise UnknownMemberError(N_("There is no such member of this site any more."))
    return site, row[0], row[1]


def _keep_an_owner(site: Site, words: str) -> None:
    owners = db.session.scalar(
        select(func.count()).where(Membership.site_id == site.id, Membership.role == SiteRole.OWNER)
    )
    if owners == 1:
        raise LastOwnerError(Message.both(words, N_("Make somebody else an owner first.")))
