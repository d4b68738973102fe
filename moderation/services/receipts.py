"""A verdict's receipt: the stored signals. Apart from screening, so that the web side, which only
shows them, does not load what the checks need.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import bindparam, insert, select

from moderation.domain.signals import Signal
from moderation.domain.status import Status
from moderation.models import Comment, SignalRow, db

_COLUMNS = (
    SignalRow.symbol,
    SignalRow.score,
    SignalRow.evidence,
    SignalRow.check_name,
    SignalRow.version,
    SignalRow.duration_us,
)
_INSERT_SIGNAL = insert(SignalRow)
_SELECT_SIGNALS = (
    select(*_COLUMNS)
    .where(
        SignalRow.comment_id == bindparam("comment_id"),
        SignalRow.revision == bindparam("revision"),
    )
    .order_by(SignalRow.id)
)


@dataclass(frozen=True, slots=True)
class Screened:
    """Of a comment what its signals are stored with: as it was read, so that it need not be read
    again in the transaction that stores them.
    """

    id: int
    revision: int
    site_id: int
    status: Status
    created_at: datetime

    @classmethod
    def of(cls, comment: Comment) -> Self:
        """A comment as it is now."""
        return cls(
            comment.id, comment.revision, comment.site_id, comment.status, comment.created_at
        )


def store_signals(findings: Iterable[tuple[Screened, Signal]]) -> None:
    """Store what was found about comments in their current revision, within the caller's
    transaction.
    """
    rows = [
        {
            "comment_id": comment.id,
            "revision": comment.revision,
            "site_id": comment.site_id,
            "status": comment.status,
            "created_at": comment.created_at,
            "symbol": signal.symbol,
            "check_name": signal.check,
            "version": signal.version,
            "score": signal.score,
            "evidence": dict(signal.evidence),
            "duration_us": signal.duration_us,
        }
        for comment, signal in findings
    ]
    if rows:
        db.session.connection().execute(_INSERT_SIGNAL, rows)


def load_signals(comment_id: int, revision: int) -> tuple[Signal, ...]:
    """The stored signals of a revision, in the order in which the checks found them."""
    rows = (
        db.session.connection()
        .execute(_SELECT_SIGNALS, {"comment_id": comment_id, "revision": revision})
        .all()
    )
    return tuple(map(_signal, rows))


def load_receipts(comments: Sequence[Comment]) -> dict[int, tuple[Signal, ...]]:
    """By comment the stored signals of the revision that was screened last."""
    found: dict[int, list[Signal]] = {comment.id: [] for comment in comments}
    screened = {comment.id: comment.screened_revision for comment in comments}
    rows = db.session.execute(
        select(SignalRow.comment_id, SignalRow.revision, *_COLUMNS)
        .where(SignalRow.comment_id.in_(screened))
        .order_by(SignalRow.id)
    )
    for row in rows:
        if row.revision == screened[row.comment_id]:
            found[row.comment_id].append(_signal(row))
    return {comment_id: tuple(signals) for comment_id, signals in found.items()}


def _signal(r: Any) -> Signal:
    return Signal(r.symbol, r.score, r.evidence, r.check_name, r.version, r.duration_us)
