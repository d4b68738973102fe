"""Sites, their threads' doors, and their rules."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email
from pydantic import ValidationError
from sqlalchemy import select

from moderation.domain.network import parse_range
from moderation.domain.page import key_of, origin_of, page_of
from moderation.domain.policy import SitePolicy
from moderation.domain.rules import RuleEffect, RuleKind
from moderation.domain.site import SiteProfile
from moderation.domain.text import fold
from moderation.errors import (
    AlreadyExistsError,
    InvalidInputError,
    UnknownSiteError,
    UnknownThreadError,
)
from moderation.models import Site, SiteRule, Thread, db
from moderation.models.base import writing
from moderation.privacy.sealing import EmailVault

_REMEMBERED = 1.0  # seconds: a changed policy holds everywhere after that
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_NO_SITE = "There is no site of this name here."
_DOMAIN = re.compile(r"(?:[a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63}", re.ASCII)


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
    return SiteProfile(site.id, site.slug, site.name, tuple(site.origins), site.policy)


def find_site(slug: str) -> SiteProfile:
    """The site of this name.

    Raises:
        UnknownSiteError: there is none.
    """
    return profile_of(_site(slug))


def _site(slug: str) -> Site:
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
    if not _SLUG.fullmatch(slug):
        raise InvalidInputError(
            f"{slug!r} is no name for a site: use up to 63 lower-case letters, digits and hyphens."
        )
    known = list(dict.fromkeys(origin_of(origin) for origin in origins))
    if not known:
        raise InvalidInputError("A site needs at least one origin, such as https://blog.example.")
    with writing():
        if db.session.scalar(select(Site.id).where(Site.slug == slug)):
            raise AlreadyExistsError(f"There is a site named {slug!r} already.")
        site = Site(
            slug=slug,
            name=name.strip() or slug,
            origins=known,
            policy_data=_checked_policy(policy),
            created_at=now,
        )
        db.session.add(site)
        db.session.flush()
        return profile_of(site)


def change_policy(slug: str, changes: Mapping[str, Any]) -> SitePolicy:
    """Change parts of a site's policy, in one transaction.

    Raises:
        UnknownSiteError: there is no such site.
        InvalidInputError: a name or value is not one of `SitePolicy`'s.
    """
    with writing():
        site = _site(slug)
        site.policy_data = _checked_policy({**site.policy_data, **changes})
        return site.policy


def _checked_policy(data: Mapping[str, Any]) -> dict[str, object]:
    try:
        policy = SitePolicy.model_validate(dict(data))
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        lines = (f"{'.'.join(map(str, f['loc'])) or 'policy'}: {f['msg']}" for f in faults)
        raise InvalidInputError("; ".join(lines)) from None
    return policy.model_dump(mode="json", exclude_unset=True)


def set_thread_closed(slug: str, url: str, now: datetime | None) -> Thread:
    """Close a page's thread (`now`), or open it again (None). A page without comments gets its
    thread, so that it can be closed before the first.

    Raises:
        UnknownSiteError: there is no such site.
        UnknownThreadError: the page is not one of the site's.
    """
    with writing():
        site = find_site(slug)
        page = page_of(url, frozenset(site.origins))
        thread = find_thread(site, page)
        if thread is None:
            if now is None:
                raise UnknownThreadError("There are no comments on this page, and it is open.")
            thread = Thread(
                site_id=site.site_id, key=key_of(page), url=page, title="", created_at=now
            )
            db.session.add(thread)
        thread.closed_at = now
    return thread


def find_thread(site: SiteProfile, page: str) -> Thread | None:
    """The thread of a page of the site (`domain.page.page_of`), if it has one."""
    return db.session.scalar(
        select(Thread).where(Thread.site_id == site.site_id, Thread.key == key_of(page))
    )


def add_rule(  # noqa: PLR0917 -- a rule is all of these
    vault: EmailVault,
    slug: str,
    kind: RuleKind,
    effect: RuleEffect,
    value: str,
    note: str,
    now: datetime,
) -> SiteRule:
    """Add a line to a site's blocklist or allowlist, in one transaction.

    Of an address only its blind index is kept; `note` says whose it is.

    Raises:
        UnknownSiteError: there is no such site.
        InvalidInputError: the value is not of its kind.
        AlreadyExistsError: the site has a rule for this value.
    """
    with writing():
        site = find_site(slug)
        index = b""
        if kind is RuleKind.EMAIL:
            index, value = vault.index(site.site_id, _checked_email(value)), ""
        else:
            value = _checked_value(kind, value)
        same = (SiteRule.site_id == site.site_id, SiteRule.kind == kind, SiteRule.value == value)
        if db.session.scalar(select(SiteRule.id).where(*same, SiteRule.email_index == index)):
            raise AlreadyExistsError("The site has a rule for this already.")
        rule = SiteRule(
            site_id=site.site_id,
            kind=kind,
            effect=effect,
            value=value,
            email_index=index,
            note=note,
            created_at=now,
        )
        db.session.add(rule)
    return rule


def list_rules(slug: str) -> Sequence[SiteRule]:
    """A site's rules, oldest first.

    Raises:
        UnknownSiteError: there is no such site.
    """
    site = find_site(slug)
    rules = select(SiteRule).where(SiteRule.site_id == site.site_id).order_by(SiteRule.id)
    return db.session.scalars(rules).all()


def remove_rule(slug: str, rule_id: int) -> None:
    """Take a line off a site's lists, in one transaction.

    Raises:
        UnknownSiteError: there is no such site.
        InvalidInputError: the site has no such rule.
    """
    with writing():
        site = find_site(slug)
        rule = db.session.get(SiteRule, rule_id)
        if rule is None or rule.site_id != site.site_id:
            raise InvalidInputError(f"Site {slug!r} has no rule {rule_id}.")
        db.session.delete(rule)


def _checked_email(value: str) -> str:
    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        raise InvalidInputError("This is not a whole email address.") from None


def _checked_value(kind: RuleKind, value: str) -> str:
    value = value.strip()
    if kind is RuleKind.IP_RANGE:
        return str(parse_range(value))
    if kind is RuleKind.DOMAIN:
        value = value.lower().removeprefix("*.").strip(".")
        if not _DOMAIN.fullmatch(value):
            raise InvalidInputError(f"{value!r} is not a domain, such as example.com.")
        return value
    if not fold(value).strip("* ") or len(value) > 255:  # noqa: PLR2004 -- the column's length
        raise InvalidInputError("A word may not be empty or longer than 255 characters.")
    return value
