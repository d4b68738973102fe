"""Signs of life."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from moderation.models.base import Base, UTCDateTime


class Heartbeat(Base):
    """When a part of the installation was last seen at work."""

    __tablename__ = "heartbeats"

    part: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
