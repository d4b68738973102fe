"""Invitations to a site's team: a link, for one person, once, for seven days."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from moderation.domain.actions import Action
from moderation.domain.roles import Permission, SiteRole
from moderation.errors import AlreadyExistsError, InvitationGoneError, UnknownMemberError
from moderation.models import Invitation, Moderator, Site, db
from moderation.models.base import writing
from moderation.privacy.sealing import EmailVault, SealedEmail
from moderation.services import mail, permissions, team
from moderation.services.accounts import account_of, clean_address, clean_name, new_account
from moderation.services.audit import record
from moderation.words import N_

LASTS = timedelta(days=7)

# Makes the mail of the link's secret and the site's name.
Compose = Callable[[str, str], mail.Letter]


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation just made. The secret is nowhere else: only its hash is kept."""

    invitation_id: int
    token: str = field(repr=False)
    mail_id: int


@dataclass(frozen=True, slots=True)
class Open:
    """An invitation that can be accepted."""

    invitation_id: int
    site: str
    role: SiteRole
    email: str = field(repr=False)
    expires_at: datetime


def invite(
    vault: EmailVault,
    by: int | None,
    slug: str,
    email: str,
    now: datetime,
    *,
    role: SiteRole,
    compose: Compose,
) -> Invited:
    """Invite somebody, and post the mail that says so. In one transaction, audited. An open
    invitation of the same address to this site is revoked by it.

    Args:
        vault: seals the address.
        by: the member who invites; None: the operator at the command line.
        slug: the site.
        email: whom; whether they have an account makes no difference.
        now: the time.
        role: as what.
        compose: makes the mail.

    Raises:
        InvalidInputError: the address is none.
        UnknownSiteError, NotAllowedError: as `permissions.site_for`.
    """
    address = clean_address(email)
    token = secrets.token_urlsafe(32)
    with writing():
        site = (
            permissions.site_for_operator(slug)
            if by is None
            else permissions.site_for(by, slug, Permission.MANAGE_TEAM)
        )
        invitation = _new(vault, site.id, address, token, now)
        invitation.inviter_id, invitation.role = by, role
        db.session.add(invitation)
        db.session.flush()
        record(site.id, by, Action.MEMBER_INVITED, now, invitation=invitation.id, role=role)
        mail_id = mail.post(vault, address, compose(token, site.name), now)
        return Invited(invitation.id, token, mail_id)


def _new(vault: EmailVault, site_id: int, address: str, token: str, now: datetime) -> Invitation:
    """The row, in place of one that is open for the same address."""
    index = vault.index(site_id, address)
    _close(now, Invitation.site_id == site_id, Invitation.email_index == index)
    sealed = vault.seal_text(_purpose(site_id), address)
    return Invitation(
        site_id=site_id,
        token_hash=_hash(token),
        email_index=index,
        email_key_id=sealed.key_id,
        email_sealed=sealed.sealed,
        created_at=now,
        expires_at=now + LASTS,
    )


def revoke(by: int, slug: str, invitation_id: int, now: datetime) -> None:
    """Take an open invitation back. In one transaction.

    Raises:
        UnknownSiteError, NotAllowedError: as `permissions.site_for`.
        UnknownMemberError: it is not open any more.
    """
    with writing():
        site = permissions.site_for(by, slug, Permission.MANAGE_TEAM)
        if not _close(now, Invitation.site_id == site.id, Invitation.id == invitation_id):
            raise UnknownMemberError(N_("This invitation is not open any more."))


def read_open(vault: EmailVault, by: int, site_id: int, now: datetime) -> Sequence[Open]:
    """A site's open invitations, the newest first, with the addresses, for who invites.

    Raises:
        UnknownSiteError, NotAllowedError: as `permissions.require`.
    """
    permissions.require(by, site_id, Permission.MANAGE_TEAM)
    rows = db.session.execute(
        select(Invitation, Site.name)
        .join(Site, Site.id == Invitation.site_id)
        .where(Invitation.site_id == site_id, _is_open(now))
        .order_by(Invitation.id.desc())
    ).all()
    return [_opened(vault, invitation, name) for invitation, name in rows]


def find(vault: EmailVault, token: str, now: datetime) -> Open:
    """The open invitation of this link.

    Raises:
        InvitationGoneError: there is none.
    """
    row = db.session.execute(
        select(Invitation, Site.name)
        .join(Site, Site.id == Invitation.site_id)
        .where(Invitation.token_hash == _hash(token), _is_open(now))
    ).one_or_none()
    if row is None:
        raise InvitationGoneError(_GONE)
    return _opened(vault, row[0], row[1])


def accepted_by(token: str) -> int | None:
    """Whose account accepted the invitation of this link, if one did."""
    return db.session.scalar(
        select(Invitation.accepted_by).where(Invitation.token_hash == _hash(token))
    )


def accept(token: str, moderator_id: int, now: datetime) -> str:
    """Make an account a member by its invitation; gives the site's name. In one transaction,
    audited, once.

    Raises:
        InvitationGoneError: there is no such open invitation.
        AlreadyExistsError: the account is a member already; the invitation stays open.
    """
    with writing():
        invitation = _take(token, moderator_id, now)
        site = db.session.get_one(Site, invitation.site_id)
        moderator = db.session.get_one(Moderator, moderator_id)
        if not team.join(moderator, site.id, invitation.role, now, invitation=invitation.id):
            raise AlreadyExistsError(N_("You are a member of {site} already.", site=site.name))
        return site.name


def accept_as_new(
    vault: EmailVault, token: str, name: str, password_hash: str, now: datetime
) -> None:
    """Make the account that an invitation is for, a member at once. In one transaction, audited,
    once. Where the address has an account already, nothing happens, and nothing tells: who opens
    the link signs in to it, and accepts.

    Raises:
        InvitationGoneError: there is no such open invitation.
        InvalidInputError: the name is none.
    """
    cleaned = clean_name(name)
    with writing():
        opened = find(vault, token, now)
        if account_of(opened.email) is not None:
            return
        moderator = new_account(opened.email, cleaned, password_hash, now)
        invitation = _take(token, moderator.id, now)
        team.join(moderator, invitation.site_id, invitation.role, now, invitation=invitation.id)


_GONE = N_(
    "This invitation was used already, taken back, or is older than seven days. Whoever invited "
    "you can send another."
)


def _take(token: str, moderator_id: int, now: datetime) -> Invitation:
    taken = db.session.scalars(
        update(Invitation)
        .where(Invitation.token_hash == _hash(token), _is_open(now))
        .values(accepted_at=now, accepted_by=moderator_id, email_key_id=None, email_sealed=None)
        .returning(Invitation)
    ).one_or_none()
    if taken is None:
        raise InvitationGoneError(_GONE)
    return taken


def _close(now: datetime, *where: ColumnElement[bool]) -> bool:
    closed = db.session.scalars(
        update(Invitation)
        .where(*where, _is_open(now))
        .values(revoked_at=now, email_key_id=None, email_sealed=None)
        .returning(Invitation.id)
    ).all()
    return bool(closed)


def _is_open(now: datetime) -> ColumnElement[bool]:
    return (
        Invitation.accepted_at.is_(None)
        & Invitation.revoked_at.is_(None)
        & (Invitation.expires_at > now)
    )


def _opened(vault: EmailVault, invitation: Invitation, site: str) -> Open:
    sealed = SealedEmail(invitation.email_key_id or "", invitation.email_sealed or b"")
    email = vault.open_text(_purpose(invitation.site_id), sealed)
    return Open(invitation.id, site, invitation.role, email, invitation.expires_at)


def _purpose(site_id: int) -> str:
    return f"invitation {site_id}"


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
