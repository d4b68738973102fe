"""A site as the doors know it."""

from dataclasses import dataclass

from moderation.domain.policy import SitePolicy
from moderation.domain.site_settings import SiteSettings


@dataclass(frozen=True, slots=True)
class SiteProfile:
    """A tenant: its number, its name in addresses, its name for people, its origins, how it judges,
    and how it shows.
    """

    site_id: int
    slug: str
    name: str
    origins: tuple[str, ...]
    policy: SitePolicy
    settings: SiteSettings
