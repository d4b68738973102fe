"""Mails on their way."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from moderation.models.base import Base, Id, UTCDateTime


class Mail(Base):
    """A mail that was not sent yet; gone once it was.

    Attributes of note:
        key_id, sealed: recipient, subject and text, sealed; None once it was given up.
        due_at: when to try next; None once it was given up.
    """

    __tablename__ = "mails"
    __table_args__ = (Index("ix_mails_due", "due_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key_id: Mapped[str] = mapped_column(String(16))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
