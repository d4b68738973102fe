"""Moderators' accounts, in the columns that Flask-Security expects.

The library's own mixins are added in `web.auth`, so that a worker need not load it.
"""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.domain.roles import SiteRole
from moderation.models.base import Base, Id, UTCDateTime, by_value

moderator_roles = Table(
    "moderator_roles",
    Base.metadata,
    Column("moderator_id", ForeignKey("moderators.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("roles.id", ondelete="CASCADE"), primary_key=True),
)


class Role(Base):
    """A role for the whole installation, as Flask-Security models it."""

    __tablename__ = "roles"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    description: Mapped[str | None] = mapped_column(String(255))


class Moderator(Base):
    """An account. `password` is an argon2 hash; `fs_uniquifier` ends all sessions when changed."""

    __tablename__ = "moderators"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    password: Mapped[str] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    roles: Mapped[list[Role]] = relationship(secondary=moderator_roles)


class Membership(Base):
    """Which site a moderator works on, as what."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("moderator_id", "site_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("moderators.id", ondelete="CASCADE"))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    role: Mapped[SiteRole] = mapped_column(by_value(SiteRole), default=SiteRole.MODERATOR)
