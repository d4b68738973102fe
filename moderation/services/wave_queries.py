"""The statements of waves, ready-made: every comment passes here."""

from typing import Any

from sqlalchemy import bindparam, case, exists, func, select, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from moderation.domain.status import Status
from moderation.domain.text import BANDS
from moderation.models import Comment, Fingerprint, WaveSite


def _count_statement(dialect: Any) -> Any:
    row = dialect.insert(WaveSite)
    new = row.excluded
    return row.on_conflict_do_update(
        index_elements=[WaveSite.wave_id, WaveSite.site_id],
        set_={
            "members": WaveSite.members + new.members,
            "held": WaveSite.held + new.held,
            "first_at": case(
                (WaveSite.first_at < new.first_at, WaveSite.first_at), else_=new.first_at
            ),
            "last_at": case((WaveSite.last_at > new.last_at, WaveSite.last_at), else_=new.last_at),
        },
    )


COUNT = {"sqlite": _count_statement(sqlite), "postgresql": _count_statement(postgresql)}


def _said_at() -> Any:
    """Since when a comment says what it says."""
    return func.coalesce(Comment.edited_at, Comment.created_at)


_COLUMNS = (
    Comment.id,
    Comment.revision,
    Comment.site_id,
    Comment.commenter_id,
    Comment.network_index,
    Comment.wave_id,
    _said_at().label("created_at"),
    Comment.text,
)


def _select_near() -> Any:
    """The comment itself, and the newest that share a band with it."""
    parts = [
        select(Fingerprint.comment_id)
        .where(
            Fingerprint.band == bindparam(f"band_{place}"),
            Fingerprint.hour >= bindparam("since_hour"),
        )
        .order_by(Fingerprint.hour.desc(), Fingerprint.comment_id.desc())
        .limit(bindparam("per_band"))
        .subquery()
        for place in range(BANDS)
    ]
    return select(*_COLUMNS).where(
        Comment.id.in_(
            union_all(select(bindparam("own_id")), *(select(part.c.comment_id) for part in parts))
        ),
        _said_at() > bindparam("since"),
        _said_at() < bindparam("until"),
        Comment.status != Status.DELETED,
        Comment.screened_revision == Comment.revision,
        func.length(Comment.text).between(bindparam("shortest"), bindparam("longest")),
    )


SELECT_NEAR = _select_near()
SELECT_THEMSELVES = (
    select(*_COLUMNS)
    .where(Comment.id.in_(bindparam("comment_ids", expanding=True)))
    .order_by(Comment.id)
)
_OTHER = aliased(Fingerprint, name="other")
SELECT_SHARED_BANDS = select(Fingerprint.comment_id, Fingerprint.band).where(
    Fingerprint.comment_id.in_(bindparam("comment_ids", expanding=True)),
    Fingerprint.hour.is_not(None),
    exists().where(
        _OTHER.band == Fingerprint.band,
        _OTHER.hour >= bindparam("since_hour"),
        _OTHER.comment_id != Fingerprint.comment_id,
    ),
)
