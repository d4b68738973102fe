"""The orders of the queue: by time or by risk, and where a page goes on."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, tuple_

from moderation.domain.queue_view import WRONG_CURSOR, Order, QueueView
from moderation.errors import InvalidInputError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FEW_DAYS = 60
_ONE_MICROSECOND = timedelta(microseconds=1)


def sort_column(c: Any, view: QueueView) -> ColumnElement[Any]:
    """What a view is in order by."""
    if view.effective_order is not Order.RISKIEST:
        moment: ColumnElement[Any] = c.created_at.expression
        return moment
    score: ColumnElement[Any] = c.score.expression
    # Of a wave or a few days the riskiest are found by that and put in order; the index of risk
    # would be walked through for them. Of many days it is the other way round.
    return score + 0 if view.wave is not None or _spans_few_days(view) else score


def _spans_few_days(view: QueueView) -> bool:
    if view.since is None or view.until is None:
        return False
    return (view.until - view.since).days < _FEW_DAYS


def ordered(
    statement: Select[Any],
    value: ColumnElement[Any],
    comment_id: ColumnElement[int],
    view: QueueView,
    cursor: tuple[float, int] | None,
) -> Select[Any]:
    """In a view's order, from where a page before ended."""
    if cursor is not None:
        edge = tuple_(literal(_value(cursor[0], view), value.type), literal(cursor[1]))
        here = tuple_(value, comment_id)
        ahead = here > edge if view.effective_order is Order.OLDEST else here < edge
        statement = statement.where(ahead)
    return in_order(statement, value, comment_id, view)


def in_order(
    statement: Select[Any], value: ColumnElement[Any], comment_id: Any, view: QueueView
) -> Select[Any]:
    """In a view's order."""
    if view.effective_order is Order.OLDEST:
        return statement.order_by(value, comment_id)
    return statement.order_by(value.desc(), comment_id.desc())


def _value(number: float, view: QueueView) -> datetime | float:
    if view.effective_order is Order.RISKIEST:
        return float(number)
    try:
        return _EPOCH + int(number) * _ONE_MICROSECOND
    except OverflowError:
        raise InvalidInputError(WRONG_CURSOR) from None


def number_of(value: datetime | float | None) -> float:
    """What a page's end keeps of a value: microseconds or points."""
    if isinstance(value, datetime):
        return (value - _EPOCH) // _ONE_MICROSECOND
    return value or 0
