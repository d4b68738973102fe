"""Sites, their policies, and their threads' doors."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select

from moderation.domain.actions import Action
from moderation.domain.changes import Changes, changes_between, version_of
from moderation.domain.page import key_of, origin_of
from moderation.domain.policy import SitePolicy
from moderation.domain.roles import Permission
from moderation.domain.site import SiteProfile
from moderation.errors import (
    AlreadyExistsError,
    InvalidInputError,
    StalePolicyError,
    UnknownSiteError,
)
from moderation.models import Site, Thread, db
from moderation.models.base import writing
from moderation.services import audit
from moderation.services.permissions import site_for
from moderation.words import N_

_REMEMBERED = 1.0  # seconds: a changed policy holds everywhere after that
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_LONGEST_NAME = 200  # characters, as in the column
_NO_SITE = N_("There is no site of this name here.")


class SiteDirectory:
    """Finds sites by name, and remembers each for a moment, since every request asks.

    Args:
        timer: a monotonic clock in seconds.
    """

    def __init__(self, timer: Callable[[], float]) -> None:
        self._timer = timer
        self._known: dict[str, tuple[float, SiteProfile]] = {}
        self._all: tuple[float, list[SiteProfile]] | None = None

    def find(self, slug: str) -> SiteProfile:
        """The site of this name, as it was a second ago at most.

        Raises:
            UnknownSiteError: there is none.
        """
        if not _SLUG.fullmatch(slug):
            raise UnknownSiteError(_NO_SITE)
        now = self._timer()
        expires, profile = self._known.get(slug, (now, None))
        if profile is None or now >= expires:
            try:
                profile = find_site(slug)
            finally:
                db.session.rollback()  # a request that goes on to write must not hold a connection
            self._known[slug] = (now + _REMEMBERED, profile)
        return profile

    def all(self) -> list[SiteProfile]:
        """All sites by name, as they were a second ago at most."""
        now = self._timer()
        if self._all is None or now >= self._all[0]:
            try:
                self._all = (now + _REMEMBERED, list_sites())
            finally:
                db.session.rollback()
        return self._all[1]


def profile_of(site: Site) -> SiteProfile:
    """The site as the doors know it."""
    return SiteProfile(
        site.id, site.slug, site.name, tuple(site.origins), site.policy, site.settings
    )


def find_site(slug: str) -> SiteProfile:
    """The site of this name.

    Raises:
        UnknownSiteError: there is none.
    """
    return profile_of(site_row(slug))


def site_row(slug: str) -> Site:
    """The row of the site of this name.

    Raises:
        UnknownSiteError: there is none.
    """
    site = db.session.scalar(select(Site).where(Site.slug == slug))
    if site is None:
        raise UnknownSiteError(_NO_SITE)
    return site


def list_sites() -> list[SiteProfile]:
    """All sites, by name."""
    return [profile_of(site) for site in db.session.scalars(select(Site).order_by(Site.slug))]


def add_site(
    slug: str, name: str, origins: Iterable[str], policy: Mapping[str, Any], now: datetime
) -> SiteProfile:
    """Make a site, in one transaction.

    Args:
        slug: lower-case letters, digits and hyphens, 63 at most, as in a host name.
        name: for people.
        origins: such as `https://blog.example`; at least one.
        policy: what differs from `SitePolicy`'s defaults.
        now: the time of making.

    Raises:
        InvalidInputError: a value is not usable.
        AlreadyExistsError: a site has this slug.
    """
    with writing():
        return make_site(slug, name, origins, policy, now)


def make_site(
    slug: str, name: str, origins: Iterable[str], policy: Mapping[str, Any], now: datetime
) -> SiteProfile:
    """As `add_site`, within the caller's transaction."""
    if not _SLUG.fullmatch(slug):
        raise InvalidInputError(
            N_(
                "“{name}” cannot be a site’s name: use up to 63 lower-case letters, digits and "
                "hyphens.",
                name=slug,
            )
        )
    known = list(dict.fromkeys(origin_of(origin) for origin in origins))
    if not known:
        raise InvalidInputError(
            N_("A site needs at least one origin, such as https://blog.example.")
        )
    if db.session.scalar(select(Site.id).where(Site.slug == slug)):
        raise AlreadyExistsError(N_("There is a site named “{name}” already.", name=slug))
    site = Site(
        slug=slug,
        name=site_name(name.strip() or slug),
        origins=known,
        policy_data=_checked_policy(policy),
        created_at=now,
    )
    db.session.add(site)
    db.session.flush()
    return profile_of(site)


def site_name(name: str) -> str:
    """A site's name for people, without spaces around it.

    Raises:
        InvalidInputError: it is none, or too long.
    """
    shown = " ".join(name.split())
    if not 0 < len(shown) <= _LONGEST_NAME or not shown.isprintable():
        raise InvalidInputError(N_("A site’s name has 1 to {most} characters.", most=_LONGEST_NAME))
    return shown


def change_policy(
    slug: str,
    changes: Mapping[str, Any],
    moderator_id: int | None,
    now: datetime,
    seen: str | None = None,
) -> Changes:
    """Change parts of a site's policy, with its audit entry, in one transaction. What changes
    nothing leaves no entry.

    Args:
        slug: the site.
        changes: values by setting.
        moderator_id: who changes it; None: the operator at the command line, who may do anything.
        now: when.
        seen: the version (`domain.policy_words.version_of`) that they had before them; None
            overwrites whatever is there.

    Returns:
        What differs now.

    Raises:
        UnknownSiteError: there is no such site, or the moderator is no member.
        NotAllowedError: their role does not allow it.
        InvalidInputError: a name or value is not one of `SitePolicy`'s.
        StalePolicyError: somebody changed it since; nothing was written.
    """
    with writing():
        site = _site_to_judge(slug, moderator_id)
        before = site.policy
        if seen is not None and seen != version_of(before):
            raise StalePolicyError(N_("Somebody changed this policy while you did."))
        data = _checked_policy({**site.policy_data, **changes})
        differences = changes_between(before, SitePolicy.model_validate(data))
        if differences:
            site.policy_data = data
            audit.record(site.id, moderator_id, Action.POLICY_CHANGED, now, **differences)
        return differences


def _site_to_judge(slug: str, moderator_id: int | None) -> Site:
    if moderator_id is None:
        site = site_row(slug)
    else:
        site = site_for(moderator_id, slug, Permission.EDIT_POLICY)
    # Of two who save at once, the second must see what the first did.
    db.session.refresh(site, with_for_update={"key_share": True})
    return site


def _checked_policy(data: Mapping[str, Any]) -> dict[str, object]:
    try:
        policy = SitePolicy.model_validate(dict(data))
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        lines = (f"{'.'.join(map(str, f['loc'])) or 'policy'}: {f['msg']}" for f in faults)
        raise InvalidInputError("; ".join(lines)) from None
    return policy.model_dump(mode="json", exclude_unset=True)


def find_thread(site: SiteProfile, page: str) -> Thread | None:
    """The thread of a page of the site (`domain.page.page_of`), if it has one."""
    return db.session.scalar(
        select(Thread).where(Thread.site_id == site.site_id, Thread.key == key_of(page))
    )
