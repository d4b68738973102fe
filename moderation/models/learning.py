"""What moderators' decisions taught, and what was made of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from moderation.models.base import Base, Id, UTCDateTime


class Lesson(Base):
    """One decision as a lesson: a comment's features, and whether it is spam.

    A comment has at most one: that of the decision that stands. It goes with the comment, and when
    the decision is taken back.

    Attributes of note:
        comment_id: None for a lesson that was brought from another installation.
        revision: that was decided on.
        features: what the model sees (`classifier.features`), packed. Not the text.
        layout: of the features; one that is not today's counts for nothing until it is renewed.
        checksum: CRC-32 of the features.
        bands: of the text (`domain.text.bands`), packed, by which near-copies are known.
        surprise: by how much the decision went against the shipped model for any kind of site, 0
            to 1; by the one there was when the features were made.
        weight: what it may count at most.
        moderator_id: who decided.
        entry_id: the newest entry of the audit log that this was derived from.
        origin: of what was brought here: a name for the file it came in.
        imported_at: when that was.
    """

    __tablename__ = "lessons"
    __table_args__ = (
        Index("ix_lessons_order", "site_id", "decided_at", "comment_id", "id"),
        Index("ix_lessons_origin", "site_id", "origin"),
        Index("ix_lessons_layout", "layout", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    comment_id: Mapped[int | None] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), unique=True
    )
    revision: Mapped[int] = mapped_column(default=1)
    is_spam: Mapped[bool]
    features: Mapped[bytes] = mapped_column(LargeBinary)
    layout: Mapped[int]
    checksum: Mapped[int] = mapped_column(Id)
    bands: Mapped[bytes] = mapped_column(LargeBinary)
    surprise: Mapped[float]
    weight: Mapped[float] = mapped_column(default=1.0)
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("moderators.id"))
    entry_id: Mapped[int] = mapped_column(Id, default=0)
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    origin: Mapped[str] = mapped_column(String(64), default="")
    imported_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SiteLearning(Base):
    """Where a site's learning stands.

    Attributes of note:
        taught: goes up when its lessons change, in the same transaction.
        folded: what `taught` was when the current model was made.
        shipped: the version of the shipped model that it was made for.
        version: of the current model; workers keep one in memory by it. 0: there is none yet.
        model_id: the current model.
        since: earlier lessons do not count: the site has begun anew.
        folding_until: while somebody makes a model, nobody else begins.
        language: in which most of its published comments are.
        kind: what kind of site it is like, as the shipped model tells by its published comments;
            nothing where they do not tell.
        kind_seen: the newest of the comments that this was told by.
        folded_kind: what `kind` was when the current model was made; it goes with that one alone.
    """

    __tablename__ = "site_learning"

    site_id: Mapped[int] = mapped_column(
        ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True
    )
    taught: Mapped[int] = mapped_column(default=0)
    folded: Mapped[int] = mapped_column(default=0)
    shipped: Mapped[str] = mapped_column(String(64), default="")
    version: Mapped[int] = mapped_column(default=0)
    model_id: Mapped[int | None] = mapped_column(Id)
    since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    folding_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    language: Mapped[str] = mapped_column(String(8), default="")
    kind: Mapped[str] = mapped_column(String(64), default="")
    kind_seen: Mapped[int] = mapped_column(Id, default=0)
    folded_kind: Mapped[str] = mapped_column(String(64), default="")


class SiteModel(Base):
    """What came of the first so many of a site's lessons: the current model, or a point from which
    the next one can be made without beginning again.

    Attributes of note:
        lessons: how many were folded into it.
        digest: of which lessons these are, in what order, with what weights, and for which shipped
            model; it is good as long as that is true.
    """

    __tablename__ = "site_models"
    __table_args__ = (Index("ix_site_models_site", "site_id", "lessons"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    lessons: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    data: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)


class AuditReader(Base):
    """How far somebody has read the audit log, from which things follow that decisions set off."""

    __tablename__ = "audit_readers"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    entry_id: Mapped[int] = mapped_column(Id, default=0)
