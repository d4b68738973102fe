"""What readers do besides writing: likes and reports.

Who did it is told by a keyed hash of the day, so that nobody does it twice; after that day it is
taken out, and what is left tells nothing of anybody.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from moderation.domain.reports import Reason
from moderation.models.base import Base, Id, UTCDateTime, by_value

# The few of the day, whose hashes are to be taken out.
_KNOWN = text("reader IS NOT NULL")
_OPEN = text("closed_at IS NULL")


class Like(Base):
    """One reader's like of a comment."""

    __tablename__ = "likes"
    __table_args__ = (
        UniqueConstraint("comment_id", "reader"),
        Index("ix_likes_created", "created_at", sqlite_where=_KNOWN, postgresql_where=_KNOWN),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    reader: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Report(Base):
    """One reader's report of a published comment, open until a moderator decides."""

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("comment_id", "reader"),
        Index("ix_reports_created", "created_at", sqlite_where=_KNOWN, postgresql_where=_KNOWN),
        Index("ix_reports_open", "comment_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    reason: Mapped[Reason] = mapped_column(by_value(Reason, 16))
    note: Mapped[str] = mapped_column(String(500))
    reader: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
