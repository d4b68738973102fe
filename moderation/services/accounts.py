"""Moderators' accounts and the sites they work on."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select, update

from moderation.domain.addresses import holds_address
from moderation.domain.roles import SiteRole
from moderation.domain.site_settings import INTERFACE_LANGUAGES
from moderation.errors import AlreadyExistsError, InvalidInputError
from moderation.models import Membership, Moderator, Site, db
from moderation.models.base import writing
from moderation.services.sites import find_site
from moderation.words import N_

_LONGEST_NAME = 100  # characters, as in the column


@dataclass(frozen=True, slots=True)
class Account:
    """A moderator and their sites, by slug."""

    moderator: Moderator
    sites: dict[str, SiteRole]


def add_moderator(
    email: str,
    name: str,
    password_hash: str,
    now: datetime,
    *,
    sites: Iterable[str],
    role: SiteRole,
) -> Moderator:
    """Make an account that moderates the named sites, in one transaction.

    Args:
        email: what they sign in with.
        name: what colleagues see.
        password_hash: argon2, made by the caller's Flask-Security.
        now: the time of making.
        sites: slugs.
        role: on each of them.

    Raises:
        InvalidInputError: the address is none, or the name.
        AlreadyExistsError: there is an account with it.
        UnknownSiteError: there is no such site.
    """
    address = clean_address(email)
    shown = clean_name(name.strip() or address.partition("@")[0])
    with writing():
        if account_of(address) is not None:
            raise AlreadyExistsError("There is a moderator with this email address already.")
        moderator = new_account(address, shown, password_hash, now)
        for slug in dict.fromkeys(sites):
            site = find_site(slug)
            db.session.add(
                Membership(
                    moderator_id=moderator.id, site_id=site.site_id, role=role, created_at=now
                )
            )
    return moderator


def clean_address(email: str) -> str:
    """An account's address, as it is kept.

    Raises:
        InvalidInputError: it is none.
    """
    try:
        checked = validate_email(email.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise InvalidInputError("The moderator's email address is not a whole one.") from None
    return checked.normalized.casefold()


def clean_name(name: str) -> str:
    """An account's name, without spaces around it.

    Raises:
        InvalidInputError: it is none, too long, or an address, which colleagues would see.
    """
    name = " ".join(name.split())
    is_address = "@" in name or holds_address(name)
    if not name or len(name) > _LONGEST_NAME or is_address or not name.isprintable():
        raise InvalidInputError(
            N_(
                "A name has 1 to {most} characters, and is not an email address.",
                most=_LONGEST_NAME,
            )
        )
    return name


def account_of(address: str) -> Moderator | None:
    """The account with this address (`clean_address`), if there is one."""
    return db.session.scalar(select(Moderator).where(Moderator.email == address))


def new_account(address: str, name: str, password_hash: str, now: datetime) -> Moderator:
    """An account without a site, within the caller's transaction."""
    moderator = Moderator(
        email=address,
        name=name,
        password=password_hash,
        fs_uniquifier=secrets.token_hex(32),
        fs_webauthn_user_handle=secrets.token_hex(32),
        created_at=now,
    )
    db.session.add(moderator)
    db.session.flush()
    return moderator


def renew_hash(moderator_id: int, old: str, new: str) -> None:
    """Keep another hash of the same password, unless the account has another password meanwhile. In
    one transaction.
    """
    with writing():
        same = (Moderator.id == moderator_id, Moderator.password == old)
        db.session.execute(update(Moderator).where(*same).values(password=new))


def rename(moderator_id: int, name: str) -> None:
    """Change what colleagues see. In one transaction.

    Raises:
        InvalidInputError: as `clean_name`.
    """
    cleaned = clean_name(name)
    with writing():
        db.session.execute(
            update(Moderator).where(Moderator.id == moderator_id).values(name=cleaned)
        )


def use_single_keys(moderator_id: int, *, on: bool) -> None:
    """Let single keys be shortcuts in the queue, or not. In one transaction."""
    with writing():
        db.session.execute(
            update(Moderator).where(Moderator.id == moderator_id).values(single_keys=on)
        )


def choose_language(moderator_id: int, language: str | None) -> None:
    """Let an account read the pages and its mails in a language; None: as the browser says. In one
    transaction.

    Raises:
        InvalidInputError: there is no catalogue for it.
    """
    if language is not None and language not in INTERFACE_LANGUAGES:
        raise InvalidInputError(N_("There are no words in this language here."))
    with writing():
        db.session.execute(
            update(Moderator).where(Moderator.id == moderator_id).values(language=language)
        )


def language_of(email: str) -> str | None:
    """The language that whoever has this address chose, if somebody has it and chose one."""
    try:
        address = clean_address(email)
    except InvalidInputError:
        return None
    language = db.session.scalar(select(Moderator.language).where(Moderator.email == address))
    return language if language in INTERFACE_LANGUAGES else None


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
