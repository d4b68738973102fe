"""Who may do what on which site. Every use case asks here, within its own transaction."""

from collections.abc import Sequence

from sqlalchemy import Subquery, select

from moderation.domain.roles import MAY, Permission, SiteRole
from moderation.errors import NotAllowedError, UnknownSiteError
from moderation.models import Membership, Site, db
from moderation.words import N_, Message


def require(moderator_id: int, site_id: int, permission: Permission) -> SiteRole:
    """The moderator's role on a site, if it allows this.

    Raises:
        UnknownSiteError: they are no member; whether there is such a site is not told.
        NotAllowedError: their role does not allow it.
    """
    role = db.session.scalar(
        select(Membership.role).where(
            Membership.moderator_id == moderator_id, Membership.site_id == site_id
        )
    )
    if role is None:
        raise UnknownSiteError(N_("There is no such site among yours."))
    if permission not in MAY[role]:
        raise NotAllowedError(
            N_(
                "Your role on this site, {role}, does not allow this. Its owner can change that.",
                role=Message(role.value),
            )
        )
    return role


def may(moderator_id: int, site_id: int, permission: Permission) -> bool:
    """Whether the moderator may do this on a site."""
    try:
        require(moderator_id, site_id, permission)
    except (UnknownSiteError, NotAllowedError):
        return False
    return True


def permissions_on(moderator_id: int, slug: str) -> frozenset[Permission]:
    """All that the moderator may do on the site of this name."""
    role = db.session.scalar(
        select(Membership.role)
        .join(Site, Site.id == Membership.site_id)
        .where(Membership.moderator_id == moderator_id, Site.slug == slug)
    )
    return MAY[role] if role is not None else frozenset()


def site_for(moderator_id: int, slug: str, permission: Permission) -> Site:
    """The site of this name, if the moderator may do this there.

    Raises: as `require`.
    """
    site = db.session.scalar(select(Site).where(Site.slug == slug))
    if site is None:
        raise UnknownSiteError(N_("There is no such site among yours."))
    require(moderator_id, site.id, permission)
    return site


def site_for_operator(slug: str) -> Site:
    """The site of this name, for the operator, who may do anything.

    Raises:
        UnknownSiteError: there is none.
    """
    site = db.session.scalar(select(Site).where(Site.slug == slug))
    if site is None:
        raise UnknownSiteError(N_("There is no site of this name here."))
    return site


def sites_where(moderator_id: int, permission: Permission) -> Sequence[Site]:
    """The sites on which a moderator may do this, by name."""
    sites = memberships_where(moderator_id, permission)
    return db.session.scalars(
        select(Site).join(sites, sites.c.site_id == Site.id).order_by(Site.name, Site.id)
    ).all()


def site_names_where(moderator_id: int, permission: Permission) -> tuple[tuple[str, str], ...]:
    """Slug and name of the same, in the same order."""
    sites = memberships_where(moderator_id, permission)
    rows = db.session.execute(
        select(Site.slug, Site.name)
        .join(sites, sites.c.site_id == Site.id)
        .order_by(Site.name, Site.id)
    )
    return tuple((row.slug, row.name) for row in rows)


def memberships_where(moderator_id: int, permission: Permission) -> Subquery:
    """The same as a table of `site_id`, for queries over many sites."""
    roles = [role for role, may in MAY.items() if permission in may]
    return (
        select(Membership.site_id)
        .where(Membership.moderator_id == moderator_id, Membership.role.in_(roles))
        .subquery("own_sites")
    )
