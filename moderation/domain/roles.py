"""What an account may be on a site, and what it may do there."""

from enum import StrEnum


class SiteRole(StrEnum):
    """What an account is on one site. Stored by value."""

    MODERATOR = "moderator"
    ADMIN = "admin"
    OWNER = "owner"


class Permission(StrEnum):
    """What needs a role."""

    DECIDE = "decide"
    READ_AUDIT_LOG = "read_audit_log"
    READ_FIGURES = "read_figures"
    SHOW_ADDRESS = "show_address"
    BLOCK_COMMENTER = "block_commenter"
    EDIT_RULES = "edit_rules"
    EDIT_POLICY = "edit_policy"
    MANAGE_TEAM = "manage_team"
    CLOSE_THREAD = "close_thread"
    MANAGE_SITE = "manage_site"
    MANAGE_KEYS = "manage_keys"


_MODERATOR = frozenset(
    {
        Permission.DECIDE,
        Permission.READ_FIGURES,
        Permission.READ_AUDIT_LOG,
        Permission.BLOCK_COMMENTER,
        Permission.CLOSE_THREAD,
    }
)
_ADMIN = _MODERATOR | {
    Permission.SHOW_ADDRESS,
    Permission.EDIT_RULES,
    Permission.EDIT_POLICY,
    Permission.MANAGE_SITE,
}

MAY: dict[SiteRole, frozenset[Permission]] = {
    SiteRole.MODERATOR: _MODERATOR,
    SiteRole.ADMIN: _ADMIN,
    SiteRole.OWNER: _ADMIN | {Permission.MANAGE_TEAM, Permission.MANAGE_KEYS},
}
