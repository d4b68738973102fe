"""Waves of near-identical comments."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from moderation.models.base import Base, Id, UTCDateTime

_HELD = text("held > 0")


class Wave(Base):
    """Many near-identical comments that came within a short time, on whichever sites: those whose
    `wave_id` is this.
    """

    __tablename__ = "waves"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)


class WaveSite(Base):
    """What a site has of a wave.

    Attributes of note:
        members: how many comments; held: how many of them are held. Both change in the transaction
            that changes a comment.
        first_at, last_at: when the first and the latest of them came.
    """

    __tablename__ = "wave_sites"
    __table_args__ = (
        Index("ix_wave_sites_latest", "site_id", "last_at"),
        Index(
            "ix_wave_sites_held", "site_id", "wave_id", sqlite_where=_HELD, postgresql_where=_HELD
        ),
    )

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("waves.id", ondelete="CASCADE"), primary_key=True
    )
    site_id: Mapped[int] = mapped_column(
        ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True
    )
    members: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime)
