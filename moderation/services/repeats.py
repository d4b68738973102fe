"""Earlier comments with the same or nearly the same text."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import Select, bindparam, func, select, union_all

from moderation.domain.evidence import Repeat
from moderation.domain.status import Status
from moderation.domain.text import BANDS, shingles, similarity
from moderation.models import Comment, Fingerprint, db

_WINDOW = timedelta(days=30)
_CANDIDATES_PER_BAND = 10  # the newest; more copies than that are a wave already
_LAST_ID = 2**63 - 1


def repeats_of(comment: Comment, grams: frozenset[str], marks: set[int]) -> tuple[Repeat, ...]:
    """Earlier comments of the site that share a band, compared in full. Only earlier ones, so that
    of two copies the first is not held for the second; but an edited text may be the later copy,
    whatever its comment's number.
    """
    length = len(comment.text)
    candidates = db.session.connection().execute(
        _SELECT_CANDIDATES,
        {
            "site_id": comment.site_id,
            "comment_id": comment.id,
            "before": comment.id if comment.revision == 1 else _LAST_ID,
            "since": comment.created_at - _WINDOW,
            # Texts of very different length cannot be nearly the same.
            "shortest": length // 2,
            "longest": length * 2,
            **band_places(marks),
        },
    )
    repeats = (
        Repeat(
            comment_id=row.id,
            same_thread=row.thread_id == comment.thread_id,
            same_line=row.network_index == comment.network_index,
            similarity=similarity(grams, shingles(row.text)),
        )
        for row in candidates
    )
    return tuple(sorted(repeats, key=lambda repeat: -repeat.similarity))


def band_places(marks: Collection[int]) -> dict[str, int]:
    """The parameters `band_0` and so on of a statement that looks for `BANDS` bands. Where there
    are fewer, one is looked for again. In order, so that the same text asks the same.
    """
    ordered = sorted(marks)
    ordered += ordered[-1:] * (BANDS - len(ordered))
    return {f"band_{place}": mark for place, mark in enumerate(ordered)}


def _select_candidates() -> Select[int, int, bytes, str]:
    """Comments that share a band with one: of each band the newest."""
    parts = [
        select(Fingerprint.comment_id)
        .where(
            Fingerprint.site_id == bindparam("site_id"),
            Fingerprint.band == bindparam(f"band_{place}"),
            Fingerprint.comment_id < bindparam("before"),
            Fingerprint.comment_id != bindparam("comment_id"),
        )
        .order_by(Fingerprint.comment_id.desc())
        .limit(_CANDIDATES_PER_BAND)
        .subquery()
        for place in range(BANDS)
    ]
    return select(Comment.id, Comment.thread_id, Comment.network_index, Comment.text).where(
        Comment.id.in_(union_all(*(select(part.c.comment_id) for part in parts))),
        Comment.created_at > bindparam("since"),
        Comment.status != Status.DELETED,
        func.length(Comment.text).between(bindparam("shortest"), bindparam("longest")),
    )


_SELECT_CANDIDATES = _select_candidates()
