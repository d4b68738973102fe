"""A site's lessons as a list with weights, and the state of its learning. Knows nothing of models,
so that web processes can use it.
"""

import hashlib
import struct
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from moderation.domain.lesson_file import LAYOUT
from moderation.domain.network import NOWHERE
from moderation.domain.status import Status
from moderation.domain.teaching import Source, weigh
from moderation.models import Comment, Lesson, SiteLearning, SiteModel, db
from moderation.models.base import writing


@dataclass(frozen=True, slots=True)
class Weighed:
    """A lesson in its place: its row's number, what it says, its weight, the how-manieth of the
    site's teachers it is by, and the digest of all up to it.

    Its teacher's account with the others (`domain.teaching.Account`) can lower the weight further,
    when it is learned.
    """

    lesson_id: int
    is_spam: bool
    weight: float
    teacher: str
    digest: bytes


def weighed(site_id: int, since: datetime | None, shipped: str) -> list[Weighed]:
    """A site's lessons in the order in which they are learned.

    Args:
        site_id: whose.
        since: earlier ones do not count.
        shipped: the version of the shipped model for the site's kind, which the digests hold too.
    """
    so_far = hashlib.sha256(shipped.encode())
    found = []
    numbers: dict[int | str, int] = {}
    for row, weight in _weighed_rows(site_id, since):
        # By number, so that the same lessons come to the same elsewhere.
        teacher = str(numbers.setdefault(_teacher(row), len(numbers)))
        so_far.update(_name(row, weight, teacher))
        found.append(Weighed(row.id, row.is_spam, weight, teacher, so_far.digest()))
    return found


def weights_of(site_id: int, since: datetime | None) -> dict[int, float]:
    """What each of a site's lessons weighs, by its number, in the order in which they are learned.

    Args:
        site_id: whose.
        since: earlier ones do not count.
    """
    return {row.id: weight for row, weight in _weighed_rows(site_id, since)}


def _weighed_rows(site_id: int, since: datetime | None) -> Iterator[tuple[Any, float]]:
    rows = db.session.execute(_ordered(site_id, since)).all()
    return zip(rows, weigh(map(_source, rows)), strict=True)


def _teacher(row: Any) -> int | str:
    """Who decided, or in what file it was brought here."""
    moderator_id: int | None = row.moderator_id
    return moderator_id or str(row.origin)


def _name(row: Any, weight: float, teacher: str) -> bytes:
    # A lesson of a comment is that lesson again when it was forgotten and learned anew.
    place = f"c{row.comment_id}" if row.comment_id is not None else f"l{row.id}"
    what = f"{row.revision} {row.decided_at.isoformat()} {row.is_spam:d} {row.checksum}"
    return f"{place} {what} {weight} {teacher}\n".encode()


def counting(site_id: int, since: datetime | None) -> tuple[ColumnElement[bool], ...]:
    """The conditions that a site's lessons meet that count."""
    conditions: tuple[ColumnElement[bool], ...] = (
        Lesson.site_id == site_id,
        Lesson.layout == LAYOUT,
    )
    if since is None:
        return conditions
    return *conditions, func.coalesce(Lesson.imported_at, Lesson.decided_at) > since


def _ordered(site_id: int, since: datetime | None) -> Any:
    return (
        select(
            Lesson.id,
            Lesson.comment_id,
            Lesson.revision,
            Lesson.is_spam,
            Lesson.bands,
            Lesson.checksum,
            Lesson.surprise,
            Lesson.weight,
            Lesson.moderator_id,
            Lesson.origin,
            Lesson.decided_at,
            Comment.commenter_id,
            Comment.network,
            Comment.network_index,
        )
        .outerjoin(Comment, Comment.id == Lesson.comment_id)
        .where(*counting(site_id, since))
        .order_by(Lesson.decided_at, func.coalesce(Lesson.comment_id, 0), Lesson.id)
    )


def _source(row: Any) -> Source:
    return Source(
        is_spam=row.is_spam,
        commenter=row.commenter_id,
        # Comments that a program handed over have no line of their own.
        line=None if row.network == NOWHERE else row.network_index,
        texts=_unpack_bands(row.bands),
        teacher=_teacher(row),
        surprise=row.surprise,
        most=row.weight,
    )


def pack_bands(bands: Sequence[int]) -> bytes:
    """The bands of a text as they are kept with a lesson."""
    return struct.pack(f"<{len(bands)}q", *bands)


def _unpack_bands(packed: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(packed) // 8}q", packed)


def state_of(site_id: int) -> SiteLearning:
    """Where a site's learning stands, as the row, which may be one that is not stored yet."""
    found = db.session.get(SiteLearning, site_id, populate_existing=True)
    return found or SiteLearning(
        site_id=site_id,
        taught=0,
        folded=0,
        shipped="",
        version=0,
        language="",
        kind="",
        kind_seen=0,
    )


def note_taught(site_ids: Collection[int]) -> None:
    """Within the caller's transaction: these sites' lessons have changed."""
    for site_id in sorted(site_ids):
        _ensure(site_id)
        db.session.execute(
            update(SiteLearning)
            .where(SiteLearning.site_id == site_id)
            .values(taught=SiteLearning.taught + 1),
            execution_options={"synchronize_session": False},
        )


def set_kind(site_id: int, kind: str, seen: int) -> None:
    """Note what kind of site one is like; if that is new, let its model be made anew for it. In a
    transaction of its own; twice comes to the same.

    Args:
        site_id: whose.
        kind: as the shipped model names it; nothing for none.
        seen: the newest comment that it was told by.
    """
    with writing():
        _ensure(site_id)
        before = db.session.scalar(
            select(SiteLearning.kind).where(SiteLearning.site_id == site_id).with_for_update()
        )
        if before != kind:
            note_taught([site_id])
        db.session.execute(
            update(SiteLearning)
            .where(SiteLearning.site_id == site_id)
            .values(kind=kind, kind_seen=seen),
            execution_options={"synchronize_session": False},
        )


def _ensure(site_id: int) -> None:
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    row = dialect.insert(SiteLearning).values(site_id=site_id)
    db.session.execute(row.on_conflict_do_nothing(index_elements=[SiteLearning.site_id]))


def set_since(site_id: int, since: datetime | None) -> None:
    """Within the caller's transaction: let a site's lessons count from then on."""
    note_taught([site_id])
    db.session.execute(
        update(SiteLearning).where(SiteLearning.site_id == site_id).values(since=since),
        execution_options={"synchronize_session": False},
    )


def due(shipped: str) -> Sequence[int]:
    """The sites whose current model is not of their lessons, or not for this shipped model. First
    comes the one for which nothing was made for the longest time, so that none keeps the others
    waiting.
    """
    changed = or_(SiteLearning.taught != SiteLearning.folded, SiteLearning.shipped != shipped)
    latest = (
        select(func.max(SiteModel.made_at))
        .where(SiteModel.site_id == SiteLearning.site_id)
        .scalar_subquery()
    )
    in_turn = (latest.asc().nulls_first(), SiteLearning.site_id)
    return db.session.scalars(select(SiteLearning.site_id).where(changed).order_by(*in_turn)).all()


def throw_away(digest: bytes) -> None:
    """Let a model that cannot be read be made anew of its site's lessons, in one transaction."""
    with writing():
        kept = select(SiteModel.id).where(SiteModel.digest == digest)
        db.session.execute(
            update(SiteLearning)
            .where(SiteLearning.model_id.in_(kept))
            .values(model_id=None, folded=SiteLearning.taught - 1),
            execution_options={"synchronize_session": False},
        )
        db.session.execute(
            delete(SiteModel).where(SiteModel.digest == digest),
            execution_options={"synchronize_session": False},
        )


def look_after() -> None:
    """Note the language of each site, and which have lost lessons with their comments."""
    # All comments are counted for that: nobody who writes waits meanwhile.
    db.session.rollback()
    languages: dict[int, str] = {}
    for row in db.session.execute(_LANGUAGES):
        languages.setdefault(row.site_id, row.language)  # the commonest comes first
    with_fewer = db.session.scalars(_WITH_FEWER_LESSONS).all()
    with writing():
        for site_id, language in sorted(languages.items()):
            _ensure(site_id)
            db.session.execute(
                update(SiteLearning)
                .where(SiteLearning.site_id == site_id, SiteLearning.language != language)
                .values(language=language),
                execution_options={"synchronize_session": False},
            )
    # Another transaction, since whoever locks several sites does it in their order.
    with writing():
        note_taught(with_fewer)


_LANGUAGES = (
    select(Comment.site_id, Comment.language, func.count().label("comments"))
    .where(Comment.status == Status.PUBLISHED, Comment.language != "")
    .group_by(Comment.site_id, Comment.language)
    .order_by(Comment.site_id, func.count().desc(), Comment.language)
)
_COUNTING = (
    select(func.count())
    .where(
        Lesson.site_id == SiteLearning.site_id,
        Lesson.layout == LAYOUT,
        or_(
            SiteLearning.since.is_(None),
            func.coalesce(Lesson.imported_at, Lesson.decided_at) > SiteLearning.since,
        ),
    )
    .correlate(SiteLearning)
    .scalar_subquery()
)
_WITH_FEWER_LESSONS = (
    select(SiteLearning.site_id)
    .join(SiteModel, SiteModel.id == SiteLearning.model_id)
    .where(SiteLearning.taught == SiteLearning.folded, SiteModel.lessons != _COUNTING)
)
