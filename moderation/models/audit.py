"""The audit log: what was done, by whom, to what, and why."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from moderation.domain.actions import DECIDING, Action
from moderation.domain.status import Actor, Status
from moderation.models.base import Base, Id, UTCDateTime, by_value

# Not one of the thousands that a bulk job writes.
_SINGLE = text("bulk_id IS NULL")


class AuditEntry(Base):
    """One verdict, decision, change of rules or settings, or address shown.

    Written in the transaction that did it, then never changed or deleted: triggers refuse both.

    Attributes of note:
        comment_id, revision, before, after: of what was done to a comment; else None.
        why: a verdict's rule, a reason for rejecting, a note.
        details: for people, never an address.
        bulk_id: the bulk job that it is part of.
        undoes_id: the entry whose decision this one took back.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_comment", "comment_id", "id"),
        Index("ix_audit_entries_moderator", "moderator_id", "id"),
        Index(
            "ix_audit_entries_single",
            "moderator_id",
            "id",
            sqlite_where=_SINGLE,
            postgresql_where=_SINGLE,
        ),
        Index("ix_audit_entries_site", "site_id", "id"),
        Index("ix_audit_entries_time", "site_id", "created_at"),
        Index("ix_audit_entries_bulk", "bulk_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    revision: Mapped[int | None]
    actor: Mapped[Actor] = mapped_column(by_value(Actor))
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("moderators.id"))
    action: Mapped[Action] = mapped_column(by_value(Action))
    before: Mapped[Status | None] = mapped_column(by_value(Status))
    after: Mapped[Status | None] = mapped_column(by_value(Status))
    why: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    bulk_id: Mapped[int | None] = mapped_column(ForeignKey("bulk_jobs.id"))
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("audit_entries.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    @property
    def confirms(self) -> bool:
        """Whether it is a decision that left the comment what the policy had made of it."""
        return self.action in DECIDING and self.before is self.after
