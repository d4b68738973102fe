"""Commenters: the one place of an email address, sealed."""

import secrets
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from moderation.models.base import Base, Id, UTCDateTime


class Commenter(Base):
    """Who wrote comments on a site: an unverified claim of an address. Of one who gave none the
    sealed address is empty, the indexes are random, and each comment has a commenter of its own.

    `avatar_seed` is random: a letter avatar's colour is made of it and the name, never of the
    address.
    """

    __tablename__ = "commenters"
    __table_args__ = (UniqueConstraint("site_id", "email_index"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    email_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    email_domain_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    email_key_id: Mapped[str] = mapped_column(String(16))
    email_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    published_count: Mapped[int] = mapped_column(default=0)
    refused_count: Mapped[int] = mapped_column(default=0)
    avatar_seed: Mapped[int] = mapped_column(
        default=lambda: secrets.randbits(31), server_default="0"
    )
    first_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)

    @property
    def has_address(self) -> bool:
        """Whether an address was given."""
        return bool(self.email_sealed)
