"""What Akismet clients asked, counted."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from moderation.models.base import Base


class AkismetCount(Base):
    """What one blog asked with one key in one month (UTC, `YYYY-MM`). It outlives the comments.

    Attributes of note:
        asked: verdicts asked for, and decisions told.
        spam, ham: verdicts of each kind.
        missed_spam, false_positives: decisions of the site's people against them.
    """

    __tablename__ = "akismet_counts"

    key_id: Mapped[int] = mapped_column(
        ForeignKey("api_keys.id", ondelete="CASCADE"), primary_key=True
    )
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    blog: Mapped[str] = mapped_column(String(300), primary_key=True)
    asked: Mapped[int] = mapped_column(default=0)
    spam: Mapped[int] = mapped_column(default=0)
    ham: Mapped[int] = mapped_column(default=0)
    missed_spam: Mapped[int] = mapped_column(default=0)
    false_positives: Mapped[int] = mapped_column(default=0)
