"""What an account may be on a site."""

from enum import StrEnum


class SiteRole(StrEnum):
    """What an account may do on one site. Stored by value."""

    MODERATOR = "moderator"
    ADMIN = "admin"
    OWNER = "owner"
