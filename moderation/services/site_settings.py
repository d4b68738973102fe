"""A site's settings, and with them when its threads close."""

from datetime import datetime

from moderation.domain.actions import Action
from moderation.domain.changes import Changes, changes_between, version_of
from moderation.domain.policy import SitePolicy
from moderation.domain.roles import Permission
from moderation.domain.settings_words import tell_settings
from moderation.domain.site_settings import SettingsSheet, SiteSettings
from moderation.errors import StaleSettingsError
from moderation.models import Site, db
from moderation.models.base import writing
from moderation.services import audit
from moderation.services.meanwhile import Meanwhile, changed_since
from moderation.services.permissions import require, site_for
from moderation.words import N_

_OF_POLICY = "close_after_days"
_ACTIONS = (Action.SETTINGS_CHANGED, Action.POLICY_CHANGED)


def sheet_of(site: Site) -> SettingsSheet:
    """What a site's page of settings shows."""
    return SettingsSheet.model_validate(
        {**site.settings_data, _OF_POLICY: site.policy.close_after_days}
    )


def change_settings(by: int, slug: str, wanted: SettingsSheet, seen: str, now: datetime) -> Changes:
    """Change a site's settings, audited, in one transaction; what is of its policy is told as a
    change of that, so that those who are at the policy see it. What changes nothing leaves no
    entry.

    Args:
        by: who changes them.
        slug: the site.
        wanted: all of them.
        seen: the version (`domain.changes.version_of`) of what they had before them.
        now: when.

    Returns:
        What differs now.

    Raises:
        UnknownSiteError, NotAllowedError: as `permissions.site_for`.
        StaleSettingsError: somebody changed them since; nothing was written.
    """
    with writing():
        site = site_for(by, slug, Permission.MANAGE_SITE)
        # Of two who save at once, the second must see what the first did.
        db.session.refresh(site, with_for_update={"key_share": True})
        before = sheet_of(site)
        if seen != version_of(before):
            raise StaleSettingsError(N_("Somebody changed these settings while you did."))
        differences = changes_between(before, wanted)
        own = {name: pair for name, pair in differences.items() if name != _OF_POLICY}
        if own:
            # Only what differs, so that a default that was never set stays the default.
            changed = {name: pair[1] for name, pair in own.items()}
            data = SiteSettings.model_validate({**site.settings_data, **changed})
            site.settings_data = data.model_dump(mode="json", exclude_unset=True)
            audit.record(site.id, by, Action.SETTINGS_CHANGED, now, **own)
        if _OF_POLICY in differences:
            require(by, site.id, Permission.EDIT_POLICY)
            close = {_OF_POLICY: differences[_OF_POLICY][1]}
            policy = SitePolicy.model_validate({**site.policy_data, **close})
            site.policy_data = policy.model_dump(mode="json", exclude_unset=True)
            closing = {_OF_POLICY: differences[_OF_POLICY]}
            audit.record(site.id, by, Action.POLICY_CHANGED, now, **closing)
        return differences


def settings_meanwhile(site: Site, seen: str) -> Meanwhile[SettingsSheet]:
    """What became of the settings since somebody saw them. The caller has seen that they may."""
    return changed_since(site.id, sheet_of(site), seen, _ACTIONS, tell_settings)
