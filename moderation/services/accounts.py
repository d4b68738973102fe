"""Moderators' accounts and the sites they work on."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select

from moderation.domain.roles import SiteRole
from moderation.errors import AlreadyExistsError, InvalidInputError
from moderation.models import Membership, Moderator, Site, db
from moderation.models.base import writing
from moderation.services.sites import find_site


@dataclass(frozen=True, slots=True)
class Account:
    """A moderator and their sites, by slug."""

    moderator: Moderator
    sites: dict[str, SiteRole]


def add_moderator(  # noqa: PLR0917 -- an account is all of these
    email: str, name: str, password_hash: str, sites: Iterable[str], role: SiteRole, now: datetime
) -> Moderator:
    """Make an account that moderates the named sites, in one transaction.

    Args:
        email: what they sign in with.
        name: what colleagues see.
        password_hash: argon2, made by the caller's Flask-Security.
        sites: slugs.
        role: on each of them.
        now: the time of making.

    Raises:
        InvalidInputError: the address is none.
        AlreadyExistsError: there is an account with it.
        UnknownSiteError: there is no such site.
    """
    try:
        checked = validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise InvalidInputError("The moderator's email address is not a whole one.") from None
    address = checked.normalized.casefold()
    with writing():
        if db.session.scalar(select(Moderator.id).where(Moderator.email == address)):
            raise AlreadyExistsError("There is a moderator with this email address already.")
        moderator = Moderator(
            email=address,
            name=name.strip() or address.partition("@")[0],
            password=password_hash,
            fs_uniquifier=secrets.token_hex(32),
            created_at=now,
        )
        db.session.add(moderator)
        db.session.flush()
        for slug in dict.fromkeys(sites):
            site = find_site(slug)
            db.session.add(Membership(moderator_id=moderator.id, site_id=site.site_id, role=role))
    return moderator


def list_moderators() -> list[Account]:
    """All accounts, by address."""
    moderators = db.session.scalars(select(Moderator).order_by(Moderator.email)).all()
    rows = db.session.execute(
        select(Membership.moderator_id, Site.slug, Membership.role)
        .join(Site, Site.id == Membership.site_id)
        .order_by(Site.slug)
    ).all()
    return [
        Account(m, {row.slug: row.role for row in rows if row.moderator_id == m.id})
        for m in moderators
    ]
