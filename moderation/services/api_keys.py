"""API keys: made, shown once, listed, found again by their hash, revoked."""

import hashlib
import secrets
import string
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update

from moderation.domain.actions import Action
from moderation.domain.api_keys import (
    PREFIX_LENGTH,
    SECRET_LENGTH,
    SHORT_LENGTH,
    Scope,
    short_prefix,
    shown_prefix,
    write_key,
)
from moderation.domain.roles import MAY, Permission, SiteRole
from moderation.errors import InvalidInputError, InvalidKeyError, UnknownKeyError
from moderation.models import ApiKey, Membership, Moderator, Site, db
from moderation.models.base import writing
from moderation.services.accounts import account_of, clean_address, clean_name
from moderation.services.audit import record
from moderation.services.permissions import may, site_for, site_for_operator
from moderation.words import N_

_MOST_KEYS = 50  # in use on one site
_LOWER = string.ascii_lowercase + string.digits
_MIXED = string.ascii_letters + string.digits
_HEXADECIMAL = "0123456789abcdef"

# Makes the index of a short key (`EmailVault.short_key_index`).
ShortIndex = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made: its number, and the key itself, which nobody can read again."""

    key_id: int
    key: str


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key without its secret.

    Attributes:
        shown: the part of it that stays visible.
        member: for whom it acts.
        stopped: whether they may not manage keys here any more, so that it does nothing.
    """

    key_id: int
    name: str
    shown: str
    scopes: tuple[Scope, ...]
    member: str
    stopped: bool
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class ActiveKey:
    """A key that was shown to us and holds: for which site, for what, and for which member."""

    key_id: int
    name: str
    site_id: int
    slug: str
    scopes: frozenset[Scope]
    member_id: int


def add_key(
    by: int | None,
    slug: str,
    name: str,
    scopes: Collection[str],
    now: datetime,
    *,
    index: ShortIndex,
    acts_for: str = "",
) -> NewKey:
    """Make a key, audited, in one transaction. One for Akismet clients is short.

    Args:
        by: an owner, for whom the key will act; None: the operator.
        slug: the only site that the key is good for.
        name: for people.
        scopes: some of `Scope`.
        now: when.
        index: makes what is kept of a short key.
        acts_for: where the operator makes it, the address of the owner for whom it will act.

    Raises:
        UnknownSiteError, NotAllowedError: as `permissions.site_for`.
        InvalidInputError: no name, no scope, scopes that do not go together, too many keys, or no
            owner to act for.
    """
    chosen = _scopes(scopes)
    shown = clean_name(name)
    with writing():
        if by is None:
            site = site_for_operator(slug)
            member = _owner(acts_for, site.id)
        else:
            site, member = site_for(by, slug, Permission.MANAGE_KEYS), by
        _refuse_too_many(site.id)
        key, prefix, key_hash = _new_short(index) if Scope.AKISMET in chosen else _new_long()
        row = ApiKey(
            site_id=site.id,
            name=shown,
            prefix=prefix,
            key_hash=key_hash,
            scopes=[scope.value for scope in chosen],
            created_by=member,
            created_at=now,
        )
        db.session.add(row)
        db.session.flush()
        record(site.id, by, Action.KEY_ADDED, now, **_details(row))
        return NewKey(row.id, key)


def _scopes(words: Collection[str]) -> list[Scope]:
    chosen = [scope for scope in Scope if scope.value in words]
    if not chosen or len(chosen) != len(set(words)):
        raise InvalidInputError(
            N_("Choose what the key may do: one or more of {scopes}.", scopes=", ".join(Scope))
        )
    if Scope.AKISMET in chosen and len(chosen) > 1:
        raise InvalidInputError(
            N_(
                "A key for Akismet clients is short, so it can do nothing else. Make another key "
                "for the rest."
            )
        )
    return chosen


def _new_long() -> tuple[str, str, bytes]:
    """A key, what of it stays visible, and what is kept of it."""
    prefix = _random(_LOWER, PREFIX_LENGTH)
    key = write_key(prefix, _random(_MIXED, SECRET_LENGTH))
    return key, prefix, _hash(key)


def _new_short(index: ShortIndex) -> tuple[str, str, bytes]:
    """The same for Akismet clients."""
    key = _random(_HEXADECIMAL, SHORT_LENGTH)
    return key, short_prefix(key), index(key)


def _owner(email: str, site_id: int) -> int:
    account = account_of(clean_address(email))
    if account is None or not may(account.id, site_id, Permission.MANAGE_KEYS):
        raise InvalidInputError(N_("A key acts for an owner of its site, and this is none."))
    return account.id


def _refuse_too_many(site_id: int) -> None:
    count = select(func.count()).where(ApiKey.site_id == site_id, ApiKey.revoked_at.is_(None))
    if (db.session.scalar(count) or 0) >= _MOST_KEYS:
        raise InvalidInputError(
            N_(
                "This site has {most} keys in use. Revoke one that is not needed first.",
                most=_MOST_KEYS,
            )
        )


def _random(letters: str, length: int) -> str:
    return "".join(secrets.choice(letters) for _ in range(length))


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def _details(row: ApiKey) -> dict[str, Any]:
    return {
        "key_id": row.id,
        "name": row.name,
        "key": shown_prefix(row.prefix),
        "scopes": ", ".join(row.scopes),
    }


def list_keys(by: int | None, slug: str) -> list[ListedKey]:
    """A site's keys, the newest first; those revoked last.

    Raises:
        UnknownSiteError, NotAllowedError: as `permissions.site_for`.
    """
    site = site_for_operator(slug) if by is None else site_for(by, slug, Permission.MANAGE_KEYS)
    rows = db.session.execute(
        select(ApiKey, Moderator, Membership.role)
        .outerjoin(Moderator, Moderator.id == ApiKey.created_by)
        .outerjoin(
            Membership,
            (Membership.moderator_id == ApiKey.created_by) & (Membership.site_id == ApiKey.site_id),
        )
        .where(ApiKey.site_id == site.id)
        .order_by(ApiKey.id.desc())
    )
    keys = [_listed(key, member, role) for key, member, role in rows]
    return sorted(keys, key=lambda key: key.revoked_at is not None)


def _listed(key: ApiKey, member: Moderator | None, role: SiteRole | None) -> ListedKey:
    return ListedKey(
        key.id,
        key.name,
        shown_prefix(key.prefix),
        tuple(map(Scope, key.scopes)),
        member.name if member else "",
        not _acts(role, active=member is not None and member.active),
        key.created_at,
        key.used_at,
        key.revoked_at,
    )


def _acts(role: SiteRole | None, *, active: bool | None) -> bool:
    """Whether a key acts for somebody who has this role on its site."""
    return bool(active) and role is not None and Permission.MANAGE_KEYS in MAY[role]


def revoke_key(by: int | None, slug: str, key_id: int, now: datetime) -> None:
    """Let a key be good for nothing from now on, audited, in one transaction. Again is no change.

    Raises:
        UnknownSiteError, NotAllowedError: as `permissions.site_for`.
        UnknownKeyError: the site has no such key.
    """
    with writing():
        site = site_for_operator(slug) if by is None else site_for(by, slug, Permission.MANAGE_KEYS)
        key = db.session.scalar(
            select(ApiKey)
            .where(ApiKey.id == key_id, ApiKey.site_id == site.id)
            .with_for_update(key_share=True)
        )
        if key is None:
            raise UnknownKeyError(N_("This site has no such key."))
        if key.revoked_at is None:
            key.revoked_at = now
            record(site.id, by, Action.KEY_REVOKED, now, **_details(key))


def find_key(presented: str, now: datetime) -> ActiveKey:
    """The key that was shown to us; notes when, to the minute. Whatever is shown, one look-up by
    its hash is made, so that time tells nothing of how near it comes to a key.

    Raises:
        InvalidKeyError: it is no key, is revoked, or acts for somebody who may not have it any
            more: which is not told.
    """
    return _find(_hash(presented), now)


def find_short_key(presented: str, index: ShortIndex, now: datetime) -> ActiveKey:
    """As `find_key`, for the short key of an Akismet client, however its letters are written."""
    return _find(index(presented.lower()), now)


def _find(key_hash: bytes, now: datetime) -> ActiveKey:
    row = db.session.execute(
        select(ApiKey, Site.slug, Membership.role, Moderator.active)
        .join(Site, Site.id == ApiKey.site_id)
        .outerjoin(Moderator, Moderator.id == ApiKey.created_by)
        .outerjoin(
            Membership,
            (Membership.moderator_id == ApiKey.created_by) & (Membership.site_id == ApiKey.site_id),
        )
        .where(ApiKey.key_hash == key_hash)
    ).one_or_none()
    found = None if row is None else _active(row.ApiKey, row.slug, row.role, active=row.active)
    last = row.ApiKey.used_at if row else None
    db.session.rollback()  # a request that goes on to write must not hold a connection
    if found is None:
        raise InvalidKeyError(
            N_("This API key is not known here, or is good for nothing any more.")
        )
    _note_use(found.key_id, last, now)
    return found


def _active(
    key: ApiKey, slug: str, role: SiteRole | None, *, active: bool | None
) -> ActiveKey | None:
    if key.revoked_at is not None or key.created_by is None or not _acts(role, active=active):
        return None
    scopes = frozenset(map(Scope, key.scopes))
    return ActiveKey(key.id, key.name, key.site_id, slug, scopes, key.created_by)


def _note_use(key_id: int, last: datetime | None, now: datetime) -> None:
    minute = now.replace(second=0, microsecond=0)
    if last is not None and last >= minute:
        return
    with writing():
        db.session.execute(
            update(ApiKey)
            .where(ApiKey.id == key_id, or_(ApiKey.used_at.is_(None), ApiKey.used_at < minute))
            .values(used_at=minute)
        )
