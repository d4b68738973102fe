"""Threads: one for each page of a site."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from moderation.models.base import Base, Id, UTCDateTime


class Thread(Base):
    """The comments of one page.

    `version` goes up whenever what readers see changes; `published_count` is how many comments
    they see. Both change in the transaction that changes a comment's status.

    `elsewhere`: another system publishes its comments and asks for verdicts on them; here no reader
    ever sees one. Its key is no page's (`domain.page.key_elsewhere`).
    """

    __tablename__ = "threads"
    __table_args__ = (UniqueConstraint("site_id", "key"), UniqueConstraint("site_id", "post_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(2000))
    post_id: Mapped[int | None] = mapped_column(Id)
    url: Mapped[str] = mapped_column(String(2000))
    title: Mapped[str] = mapped_column(String(500))
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=0)
    published_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    elsewhere: Mapped[bool] = mapped_column(default=False, server_default=false())
