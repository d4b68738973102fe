"""A verdict's receipt: the stored signals. Apart from screening, so that the web side, which only
shows them, does not load what the checks need.
"""

from sqlalchemy import bindparam, select

from moderation.domain.signals import Signal
from moderation.models import SignalRow, db

_SELECT_SIGNALS = (
    select(
        SignalRow.symbol,
        SignalRow.score,
        SignalRow.evidence,
        SignalRow.check_name,
        SignalRow.version,
        SignalRow.duration_us,
    )
    .where(
        SignalRow.comment_id == bindparam("comment_id"),
        SignalRow.revision == bindparam("revision"),
    )
    .order_by(SignalRow.id)
)


def load_signals(comment_id: int, revision: int) -> tuple[Signal, ...]:
    """The stored signals of a revision, in the order in which the checks found them."""
    rows = db.session.execute(
        _SELECT_SIGNALS, {"comment_id": comment_id, "revision": revision}
    ).all()
    return tuple(
        Signal(r.symbol, r.score, r.evidence, r.check_name, r.version, r.duration_us) for r in rows
    )
