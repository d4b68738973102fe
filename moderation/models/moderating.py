"""What moderators' work needs beside the comments: counts, bulk jobs, claims, second opinions."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from moderation.domain.actions import Action
from moderation.domain.bulk import BulkStatus
from moderation.domain.status import Status
from moderation.models.base import Base, Id, UTCDateTime, by_value


class SiteCount(Base):
    """How many comments of a site have a status. Changes in the transaction that changes one.

    Of PENDING it knows nothing: every reader would wait for this row.
    """

    __tablename__ = "site_counts"

    site_id: Mapped[int] = mapped_column(
        ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True
    )
    status: Mapped[Status] = mapped_column(by_value(Status), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class BulkJob(Base):
    """One decision on many comments, carried out by a task worker in steps.

    Attributes of note:
        action: the decision, or UNDO of `undoes_id`.
        view: the filter, or the ids of the comments selected.
        last_id: up to which comment (of an undo: audit entry) it has come; moves in the
            transaction of each step.
        total: how many there were to decide when it was ordered.
        changed, skipped: how many it has decided; how many had changed meanwhile.
        lost: how many were left since their sites are the moderator's no more.
    """

    __tablename__ = "bulk_jobs"
    __table_args__ = (Index("ix_bulk_jobs_moderator", "moderator_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("moderators.id"))
    action: Mapped[Action] = mapped_column(by_value(Action))
    why: Mapped[str] = mapped_column(Text, default="")
    view: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("bulk_jobs.id"), unique=True)
    status: Mapped[BulkStatus] = mapped_column(by_value(BulkStatus), default=BulkStatus.WAITING)
    total: Mapped[int]
    changed: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    last_id: Mapped[int] = mapped_column(Id, default=0)
    fault: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    stepped_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Claim(Base):
    """Who is looking at a comment. Soft: it keeps nobody from deciding."""

    __tablename__ = "claims"

    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    moderator_id: Mapped[int] = mapped_column(ForeignKey("moderators.id", ondelete="CASCADE"))
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SecondOpinion(Base):
    """A moderator's wish for a colleague's view of a comment; gone once it is decided."""

    __tablename__ = "second_opinions"

    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    moderator_id: Mapped[int] = mapped_column(ForeignKey("moderators.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
