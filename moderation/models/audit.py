"""The audit log: what changed a comment, and who or what did it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from moderation.domain.status import Actor, Status
from moderation.models.base import Base, Id, UTCDateTime, by_value


class AuditEntry(Base):
    """One verdict or decision, written in the transaction that carried it out, never changed.

    `undoes_id` names the entry whose decision this one took back.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_comment", "comment_id", "id"),
        Index("ix_audit_entries_moderator", "moderator_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    revision: Mapped[int]
    actor: Mapped[Actor] = mapped_column(by_value(Actor))
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("moderators.id"))
    before: Mapped[Status] = mapped_column(by_value(Status))
    after: Mapped[Status] = mapped_column(by_value(Status))
    reason: Mapped[str] = mapped_column(String(200))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("audit_entries.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
