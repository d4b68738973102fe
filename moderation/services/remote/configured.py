"""A site's settings for other services: read, checked, changed, audited. Keys go in, never out."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from moderation.config import Settings
from moderation.domain.actions import Action
from moderation.domain.changes import Changes, changes_between, version_of
from moderation.domain.page import origin_of
from moderation.domain.remote import (
    KEYED,
    NEEDS_KEY,
    SETTINGS,
    LlmSettings,
    LlmTask,
    Service,
    ServiceSettings,
)
from moderation.domain.roles import Permission
from moderation.errors import InvalidInputError, StaleSettingsError
from moderation.models import RemoteService, db
from moderation.models.base import writing
from moderation.privacy.sealing import EmailVault, SealedEmail
from moderation.services import audit
from moderation.services.permissions import site_for
from moderation.services.remote.wire import checked_address
from moderation.words import N_

LONGEST_KEY = 500  # characters
_SHORTEST_SECRET = 16  # characters of what requests are signed with
_KEY_OF_ANOTHER = N_(
    "The key that is kept is for another server. Type the key for this address, or forget it."
)


@dataclass(frozen=True, slots=True)
class Configured:
    """A service as a site has set it up; `version` names exactly this state."""

    service: Service
    settings: ServiceSettings
    has_key: bool
    version: str


def configured(site_id: int) -> dict[Service, Configured]:
    """Every service, set up or not."""
    rows = db.session.scalars(select(RemoteService).where(RemoteService.site_id == site_id))
    found = {row.service: row for row in rows}
    return {service: _configured(service, found.get(service)) for service in Service}


def _configured(service: Service, row: RemoteService | None) -> Configured:
    settings = row.settings if row else SETTINGS[service]()
    changed = f"-{row.changed_at.timestamp():.6f}" if row else ""
    return Configured(
        service, settings, bool(row and row.has_key), f"{version_of(settings)}{changed}"
    )


def faults_of(
    service: Service, wanted: ServiceSettings, config: Settings, *, has_key: bool
) -> dict[str, str]:
    """What keeps settings from being of use, by field, in words."""
    faults = {}
    address = getattr(wanted, "address", None)
    if address:
        try:
            checked_address(address, config)
        except InvalidInputError as error:
            faults["address"] = error.message
    elif address is not None and wanted.on:
        faults["address"] = N_("Without an address it cannot be asked.")
    if wanted.on and service in NEEDS_KEY and not has_key:
        faults["key"] = N_("Without a key it cannot be asked.")
    if isinstance(wanted, LlmSettings) and wanted.on and _lacks_model(wanted):
        faults["model"] = N_("A chat needs the name of a model.")
    return faults


def faults_of_change(
    before: Configured, wanted: ServiceSettings, config: Settings, *, key: str | None
) -> dict[str, str]:
    """What keeps settings from taking the place of others, by field, in words.

    Args:
        before: what is there.
        wanted: all settings, as they are to be.
        config: the installation's settings.
        key: a new key; nothing to forget the old one, None to leave it: it goes to no other server
            than the one that it was typed for.
    """
    has_key = before.has_key if key is None else bool(key)
    faults = faults_of(before.service, wanted, config, has_key=has_key)
    keeps = key is None and before.has_key
    if keeps and "address" not in faults and _leads_elsewhere(before.settings, wanted):
        faults["key"] = _KEY_OF_ANOTHER
    return faults


def _leads_elsewhere(before: ServiceSettings, wanted: ServiceSettings) -> bool:
    """Whether whatever is sent would go to another server. Where there is no address, nothing is
    sent; the next one leads elsewhere.
    """
    address = getattr(wanted, "address", "")
    return bool(address) and _server(address) != _server(getattr(before, "address", ""))


def _server(address: str) -> str | None:
    try:
        return origin_of(address)
    except InvalidInputError:
        return None


def _lacks_model(wanted: LlmSettings) -> bool:
    return wanted.task is LlmTask.CHAT and not wanted.model


def change_service(
    vault: EmailVault,
    config: Settings,
    by: int,
    slug: str,
    service: Service,
    *,
    wanted: ServiceSettings,
    key: str | None,
    seen: str,
    now: datetime,
) -> bool:
    """Change a service's settings, audited, in one transaction.

    Args:
        vault: seals the key.
        config: the installation's settings, which say what may be asked.
        by: who changes them.
        slug: the site.
        service: which.
        wanted: all its settings.
        key: a new key; nothing to forget the old one, None to leave it.
        seen: the version of what they had before them.
        now: when.

    Returns:
        Whether anything is different now.

    Raises:
        UnknownSiteError, NotAllowedError: as `permissions.site_for`.
        StaleSettingsError: somebody changed them since; nothing was written.
        InvalidInputError: it could not be asked so (`faults_of_change`).
    """
    with writing():
        site = site_for(by, slug, Permission.MANAGE_SITE)
        db.session.refresh(site, with_for_update={"key_share": True})
        row = db.session.get(RemoteService, (site.id, service))
        before = _configured(service, row)
        if seen != before.version:
            raise StaleSettingsError(N_("Somebody changed these settings while you did."))
        if faults := faults_of_change(before, wanted, config, key=key):
            raise InvalidInputError(next(iter(faults.values())))
        changes = changes_between(before.settings, wanted)
        told: Changes = {**changes, **_told_of_key(key, had=before.has_key)}
        if not told:
            return False
        row = row or RemoteService(site_id=site.id, service=service, key_id="", changed_at=now)
        row.settings_data = wanted.model_dump(mode="json", exclude_defaults=True)
        row.changed_at = now
        if key is not None:
            _keep_key(vault, row, key)
        if "on" in changes:
            row.on_since = now  # what was decided before is none of its business
        db.session.add(row)
        audit.record(site.id, by, Action.SERVICE_CHANGED, now, service=service.value, **told)
        return True


def _told_of_key(key: str | None, *, had: bool) -> Changes:
    if key:
        return {"key": "replaced" if had else "set"}
    return {"key": "removed"} if key is not None and had else {}


def _keep_key(vault: EmailVault, row: RemoteService, key: str) -> None:
    sealed = vault.seal_text(_purpose(row), key) if key else None
    row.key_id = sealed.key_id if sealed else ""
    row.sealed = sealed.sealed if sealed else None


def open_key(vault: EmailVault, row: RemoteService) -> str:
    """A site's key for a service; nothing where it has none.

    Raises:
        ConfigError: what it was sealed with is not among the keys any more.
    """
    if row.sealed is None:
        return ""
    return vault.open_text(_purpose(row), SealedEmail(row.key_id, row.sealed))


def _purpose(row: RemoteService) -> str:
    """Of one site and service: sealed under another, a key does not open."""
    return f"service-key\0{row.site_id}\0{row.service.value}"


def key_fault(service: Service, key: str) -> str | None:
    """What is wrong with a key that was typed, in words."""
    if service not in KEYED:
        return N_("This service has no key.")
    if len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable() or " " in key:
        return N_(
            "A key is up to {most} letters, digits and signs, without spaces.", most=LONGEST_KEY
        )
    if service is Service.SIGNED_HTTP and len(key) < _SHORTEST_SECRET:
        return N_("A secret to sign with needs {least} characters or more.", least=_SHORTEST_SECRET)
    return None
