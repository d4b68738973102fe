"""Sites and their rules."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from moderation.domain.policy import SitePolicy
from moderation.domain.rules import RuleEffect, RuleKind
from moderation.domain.site_settings import SiteSettings
from moderation.models.base import Base, Id, UTCDateTime, by_value


class Site(Base):
    """A tenant: its name in addresses, its origins, its policy, its settings."""

    __tablename__ = "sites"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(String(63), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    origins: Mapped[list[str]] = mapped_column(JSON)
    policy_data: Mapped[dict[str, object]] = mapped_column("policy", JSON, default=dict)
    settings_data: Mapped[dict[str, object]] = mapped_column(
        "settings", JSON, default=dict, server_default="{}"
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    @property
    def settings(self) -> SiteSettings:
        """The settings, with defaults for what the site has not set."""
        return SiteSettings.model_validate(self.settings_data)

    @property
    def policy(self) -> SitePolicy:
        """The policy, with defaults for what the site has not set."""
        return SitePolicy.model_validate(self.policy_data)


class SiteRule(Base):
    """One line of a site's blocklist or allowlist.

    An address is kept as its blind index alone: `value` is empty then, and `note` tells people
    which rule it is.
    """

    __tablename__ = "site_rules"
    __table_args__ = (UniqueConstraint("site_id", "kind", "value", "email_index"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    kind: Mapped[RuleKind] = mapped_column(by_value(RuleKind))
    effect: Mapped[RuleEffect] = mapped_column(by_value(RuleEffect))
    value: Mapped[str] = mapped_column(String(255))
    email_index: Mapped[bytes] = mapped_column(LargeBinary(32), default=b"")
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ApiKey(Base):
    """What a program shows to act for a site. Of the key itself only a hash is kept.

    Attributes of note:
        prefix: the key's first characters, by which people tell keys apart.
        key_hash: SHA-256 of the whole key, which is long and random: a slow hash would add nothing.
        scopes: what it may do, see `domain.api_keys`.
        used_at: when it was last shown, to the minute.
    """

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    prefix: Mapped[str] = mapped_column(String(16))
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("moderators.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
