"""Comments, and what the checks found about them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from moderation.domain.evidence import EmailClass, FormToken
from moderation.domain.policy import VerdictRule
from moderation.domain.signals import Symbol
from moderation.domain.status import Status
from moderation.models.base import Base, Id, UTCDateTime, by_value

_PENDING = text("status = 'pending'")
_PUBLISHED = text("status = 'published'")
HELD = text("status = 'held'")
# What its author edited while it was held, and no check has read yet.
UNSCREENED = text("status = 'held' AND screened_at IS NULL AND revision > 1")
_WAVED = text("wave_id IS NOT NULL")
_OF_AN_HOUR = text("hour IS NOT NULL")
# What stands in the queue by itself, not in the one row of its wave.
_ALONE = text("status = 'held' AND wave_id IS NULL")
# A removed comment keeps its place while replies below it are published.
_SHOWN_ROOT = text("parent_id IS NULL AND (status = 'published' OR published_replies > 0)")


def _alone(name: str, order: str) -> tuple[Index, Index]:
    """The index of what is held and of no wave in an order, as each database can use it."""
    # SQLite, without statistics, needs as many columns to prefer it.
    sqlite = Index(
        f"ix_comments_{name}_alone",
        *("site_id", "status", "wave_id", order, "id"),
        sqlite_where=_ALONE,
        info={"only": "sqlite"},
    )
    # PostgreSQL takes no order from behind a column that only the condition makes constant.
    postgresql = Index(
        f"ix_comments_{name}_of_no_wave",
        *("site_id", order, "id"),
        postgresql_where=_ALONE,
        info={"only": "postgresql"},
    )
    return sqlite.ddl_if(dialect="sqlite"), postgresql.ddl_if(dialect="postgresql")


class Comment(Base):
    """A comment in its current revision, its circumstances, and where it stands.

    Attributes of note:
        root_id: the top comment of its tree; None for a top comment itself.
        depth: 1 for a top comment.
        published_replies: of a top comment: how many comments below it are published.
        page_title, post_id: what the submission told of its page; the thread takes it over when
            the comment is published.
        text: as typed; rendered: the sanitised HTML, there once screened.
        content_hash: what makes it a duplicate in its thread; none once deleted.
        network: the truncated network it came from; network_index: keyed, of the line.
        email_class: of the address's domain, which is sealed with the address.
        screened_at: when the checks' findings on this revision were stored.
        sweep_at, attempts: when the sweeper hands it to the workers again if it is still pending,
            or held with an edited text that is not screened, and how often it did; of one that is
            held because a service failed, when that is asked about it again.
        verdict_rule, score: the machine's conclusion.
        screened_revision: the revision that the receipt is of.
        heard_revision: the revision on which what other services say is stored.
        ask_at: until when nobody is asked, since a service will know more then; None: none said so.
        language: ISO 639-1, as the text shows it; nothing where it does not.
        edited_at: when a moderator or its author last changed its text.
        by_site: whether the site itself wrote it.
        likes: how many readers like it.
        open_reports: how many readers' reports of it no moderator has decided on yet.
        notify: whether its author wants a mail when somebody replies.
        wave_id: the wave of near-identical comments that it was found to be one of.
    """

    __tablename__ = "comments"
    __table_args__ = (
        UniqueConstraint("site_id", "idempotency_key"),
        UniqueConstraint("thread_id", "content_hash"),
        Index(
            "ix_comments_roots",
            "thread_id",
            "created_at",
            "id",
            sqlite_where=_SHOWN_ROOT,
            postgresql_where=_SHOWN_ROOT,
        ),
        Index(
            "ix_comments_replies", "root_id", sqlite_where=_PUBLISHED, postgresql_where=_PUBLISHED
        ),
        Index("ix_comments_queue", "site_id", "status", "created_at", "id"),
        Index("ix_comments_risk", "site_id", "status", "score", "id"),
        Index("ix_comments_language", "site_id", "status", "language", "created_at", "id"),
        Index("ix_comments_thread", "thread_id", "status", "created_at", "id"),
        Index("ix_comments_pending", "sweep_at", sqlite_where=_PENDING, postgresql_where=_PENDING),
        Index("ix_comments_held", "id", sqlite_where=HELD, postgresql_where=HELD),
        Index(
            "ix_comments_unscreened",
            "sweep_at",
            sqlite_where=UNSCREENED,
            postgresql_where=UNSCREENED,
        ),
        Index(
            "ix_comments_wave",
            "wave_id",
            "site_id",
            "status",
            "created_at",
            "id",
            sqlite_where=_WAVED,
            postgresql_where=_WAVED,
        ),
        *_alone("queue", "created_at"),
        *_alone("risk", "score"),
        Index("ix_comments_network", "site_id", "network", "created_at"),
        Index("ix_comments_commenter", "commenter_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"))
    commenter_id: Mapped[int] = mapped_column(ForeignKey("commenters.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"))
    root_id: Mapped[int | None] = mapped_column(Id)
    depth: Mapped[int] = mapped_column(default=1)
    published_replies: Mapped[int] = mapped_column(default=0)

    page_title: Mapped[str] = mapped_column(String(500), default="")
    post_id: Mapped[int | None] = mapped_column(Id)

    name: Mapped[str] = mapped_column(String(245))
    website: Mapped[str | None] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    rendered: Mapped[str | None] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    status: Mapped[Status] = mapped_column(by_value(Status), default=Status.PENDING)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    content_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))

    door: Mapped[str] = mapped_column(String(16))
    network: Mapped[str] = mapped_column(String(49))
    network_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    user_agent: Mapped[str] = mapped_column(String(254))
    form_token: Mapped[FormToken] = mapped_column(by_value(FormToken))
    form_seconds: Mapped[float | None]
    honeypot: Mapped[bool]
    email_class: Mapped[EmailClass] = mapped_column(
        by_value(EmailClass), default=EmailClass.NONE, server_default=EmailClass.NONE.value
    )

    sweep_at: Mapped[datetime] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    screened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    verdict_rule: Mapped[VerdictRule | None] = mapped_column(by_value(VerdictRule))
    score: Mapped[float | None]
    screened_revision: Mapped[int | None]
    heard_revision: Mapped[int | None]
    ask_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    language: Mapped[str] = mapped_column(String(8), default="")
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    by_site: Mapped[bool] = mapped_column(default=False)

    likes: Mapped[int] = mapped_column(default=0, server_default="0")
    open_reports: Mapped[int] = mapped_column(default=0, server_default="0")
    notify: Mapped[bool] = mapped_column(default=False, server_default=false())
    wave_id: Mapped[int | None] = mapped_column(Id)

    def is_judged_in(self, revision: int) -> bool:
        """Whether this revision is judged: it is the current one, and pending; or held, since
        whoever decides on what its author edited sees signals, too.
        """
        edited = self.status is Status.HELD and self.revision > 1
        return self.revision == revision and (self.status is Status.PENDING or edited)


class Revision(Base):
    """What a comment said before it was edited, and who edited it."""

    __tablename__ = "revisions"

    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    revision: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("moderators.id"))
    replaced_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SignalRow(Base):
    """A stored signal (`domain.signals.Signal`) of one revision: the receipt.

    The comment's site, status and time stand here once more, so that the queue finds "everything
    held for LINK_FLOOD" in one index; `status` changes with the comment's.
    """

    __tablename__ = "signals"
    __table_args__ = (
        UniqueConstraint("comment_id", "revision", "symbol", "check_name"),
        Index("ix_signals_queue", "site_id", "symbol", "status", "created_at", "comment_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    revision: Mapped[int]
    symbol: Mapped[Symbol] = mapped_column(by_value(Symbol))
    check_name: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    score: Mapped[float]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    duration_us: Mapped[int]
    site_id: Mapped[int] = mapped_column(Id)
    status: Mapped[Status] = mapped_column(by_value(Status))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Fingerprint(Base):
    """One band of a comment's MinHash (`domain.text.bands`), by which near-copies are found.

    Attributes of note:
        hour: in which it was screened, since 1970; None where near-copies are not looked for on all
            sites.
    """

    __tablename__ = "fingerprints"
    __table_args__ = (
        Index("ix_fingerprints_band", "site_id", "band", "comment_id"),
        Index(
            "ix_fingerprints_hour",
            "band",
            "hour",
            "comment_id",
            sqlite_where=_OF_AN_HOUR,
            postgresql_where=_OF_AN_HOUR,
        ),
    )

    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    band: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(Id)
    hour: Mapped[int | None]
