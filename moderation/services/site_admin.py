"""Looking after sites: adding one, its name, its origins. Each change is audited with itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from moderation.domain.actions import Action
from moderation.domain.page import origin_of
from moderation.domain.roles import Permission, SiteRole
from moderation.domain.site import SiteProfile
from moderation.domain.status import Status
from moderation.errors import InvalidInputError, NotAllowedError
from moderation.models import Membership, Site, SiteCount, Thread, db
from moderation.models.base import writing
from moderation.services.audit import record
from moderation.services.permissions import site_for
from moderation.services.sites import make_site, site_name
from moderation.words import N_

_MOST_ORIGINS = 50


@dataclass(frozen=True, slots=True)
class ListedSite:
    """A site with the moderator's role there, its comments by status, and its threads."""

    site: Site
    role: SiteRole
    counts: dict[Status, int]
    threads: int


def list_own_sites(moderator_id: int) -> list[ListedSite]:
    """A moderator's sites, by name."""
    rows = db.session.execute(
        select(Site, Membership.role)
        .join(Membership, Membership.site_id == Site.id)
        .where(Membership.moderator_id == moderator_id)
        .order_by(Site.name, Site.id)
    ).all()
    ids = [row.Site.id for row in rows]
    counts: dict[int, dict[Status, int]] = {site_id: {} for site_id in ids}
    for kept in db.session.scalars(select(SiteCount).where(SiteCount.site_id.in_(ids))):
        counts[kept.site_id][kept.status] = kept.count
    rows_of_threads = db.session.execute(
        select(Thread.site_id, func.count())
        .where(Thread.site_id.in_(ids), Thread.elsewhere.is_(False))
        .group_by(Thread.site_id)
    )
    threads = {row[0]: row[1] for row in rows_of_threads}
    return [
        ListedSite(row.Site, row.role, counts[row.Site.id], threads.get(row.Site.id, 0))
        for row in rows
    ]


def may_add_sites(moderator_id: int) -> bool:
    """Whether somebody may add a site: who owns one already."""
    owned = select(Membership.id).where(
        Membership.moderator_id == moderator_id, Membership.role == SiteRole.OWNER
    )
    return db.session.scalar(owned.limit(1)) is not None


def add_site(
    by: int | None,
    slug: str,
    name: str,
    origins: Iterable[str],
    now: datetime,
    *,
    policy: Mapping[str, Any] | None = None,
) -> SiteProfile:
    """Add a site; whoever adds it is its owner. The operator (None) may always.

    Raises:
        NotAllowedError: they own no site.
        InvalidInputError, AlreadyExistsError: as `sites.make_site`.
    """
    with writing():
        if by is not None and not may_add_sites(by):
            raise NotAllowedError(
                N_("Whoever owns a site can add another. The operator can add your first one.")
            )
        made = make_site(slug, name, origins, policy or {}, now)
        _refuse_too_many(made.origins)
        if by is not None:
            owner = Membership(
                moderator_id=by, site_id=made.site_id, role=SiteRole.OWNER, created_at=now
            )
            db.session.add(owner)
        record(
            made.site_id,
            by,
            Action.SITE_ADDED,
            now,
            name=made.name,
            slug=made.slug,
            origins=", ".join(made.origins),
        )
        return made


def rename_site(by: int, slug: str, name: str, now: datetime) -> None:
    """Give a site another name for people. The same again is no change.

    Raises:
        UnknownSiteError, NotAllowedError: as `permissions.site_for`.
        InvalidInputError: it is none, or too long.
    """
    shown = site_name(name)
    with writing():
        site = _locked(by, slug)
        if site.name != shown:
            record(site.id, by, Action.SITE_RENAMED, now, before=site.name, after=shown)
            site.name = shown


def add_origin(by: int, slug: str, url: str, now: datetime) -> tuple[str, bool]:
    """Let pages of another origin have comments; gives it, and whether it was not there yet.

    Raises:
        UnknownSiteError, NotAllowedError: as `permissions.site_for`.
        InvalidInputError: it is no origin, or there are too many.
    """
    origin = origin_of(url.strip())
    with writing():
        site = _locked(by, slug)
        if origin in site.origins:
            return origin, False
        wanted = [*site.origins, origin]
        _refuse_too_many(wanted)
        site.origins = wanted
        record(site.id, by, Action.ORIGIN_ADDED, now, origin=origin)
        return origin, True


def remove_origin(by: int, slug: str, origin: str, now: datetime) -> None:
    """Let pages of an origin have no comments any more; what is there stays. One that is not there
    is no change.

    Raises:
        UnknownSiteError, NotAllowedError: as `permissions.site_for`.
        InvalidInputError: it is the last one.
    """
    with writing():
        site = _locked(by, slug)
        left = [one for one in site.origins if one != origin]
        if not left:
            raise InvalidInputError(
                N_("A site needs at least one origin. Add the new one before you remove the last.")
            )
        if len(left) < len(site.origins):
            site.origins = left
            record(site.id, by, Action.ORIGIN_REMOVED, now, origin=origin)


def _locked(by: int, slug: str) -> Site:
    site = site_for(by, slug, Permission.MANAGE_SITE)
    # Of two who change it at once, the second must see what the first did.
    db.session.refresh(site, with_for_update={"key_share": True})
    return site


def _refuse_too_many(origins: Iterable[str]) -> None:
    if len(tuple(origins)) > _MOST_ORIGINS:
        raise InvalidInputError(N_("A site can have {most} origins at most.", most=_MOST_ORIGINS))
