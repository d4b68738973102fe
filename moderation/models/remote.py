"""Other services: a site's settings for each, how often they were asked, what they were told."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from moderation.domain.remote import SETTINGS, Service, ServiceSettings
from moderation.models.base import Base, Id, KeptMessage, UTCDateTime, by_value


class RemoteService(Base):
    """A service as a site has set it up. There is none until somebody does.

    Attributes of note:
        key_id, sealed: the site's key for it, sealed; nothing where it has none.
        changed_at: when settings or key were last changed.
        on_since: when it was last turned on.
        told_until: up to when moderators' decisions were looked through for what it is to be told.
    """

    __tablename__ = "remote_services"

    site_id: Mapped[int] = mapped_column(
        ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True
    )
    service: Mapped[Service] = mapped_column(by_value(Service), primary_key=True)
    settings_data: Mapped[dict[str, object]] = mapped_column("settings", JSON)
    key_id: Mapped[str] = mapped_column(String(16), default="")
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    on_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    told_until: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def settings(self) -> ServiceSettings:
        """The settings, with defaults for what the site has not set."""
        return SETTINGS[self.service].model_validate(self.settings_data)

    @property
    def has_key(self) -> bool:
        """Whether the site has given a key."""
        return self.sealed is not None


class RemoteCalls(Base):
    """How often a site has asked a service on a day (UTC), and what came of it.

    Attributes of note:
        calls: counted before each is made, up to the site's budget.
        failed: how many of them had no answer that could be used.
        fault, fault_at: what went wrong last, and when.
        answered_since: whether it has answered as it should after that.
        alert: what the service told the site's owner last.
    """

    __tablename__ = "remote_calls"

    site_id: Mapped[int] = mapped_column(
        ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True
    )
    service: Mapped[Service] = mapped_column(by_value(Service), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    calls: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0, server_default="0")
    fault: Mapped[str] = mapped_column(KeptMessage(500), default="", server_default="")
    fault_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_since: Mapped[bool] = mapped_column(default=False, server_default=false())
    alert: Mapped[str] = mapped_column(String(500), default="", server_default="")


class RemoteFeedback(Base):
    """What a service is to be told, or was, about a comment that moderators decided on.

    Attributes of note:
        is_spam: as the decision that stands says; None where there is nothing to tell.
        decided_at: when the last decision was made that was looked at.
        told: what the service was last told; None where nothing yet.
        due_at: when to try next; None where there is nothing to tell any more.
    """

    __tablename__ = "remote_feedback"
    __table_args__ = (Index("ix_remote_feedback_due", "due_at"),)

    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    service: Mapped[Service] = mapped_column(by_value(Service), primary_key=True)
    site_id: Mapped[int] = mapped_column(Id)
    is_spam: Mapped[bool | None]
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    told: Mapped[bool | None]
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
