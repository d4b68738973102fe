"""The queue's queries: a page of a view in a time that grows neither with the tables nor with how
far down the page is.

A moderator's sites, times the tab's statuses, are some rows; for each of them one index gives the
next few comments in order, and the best of those are the page. On PostgreSQL that is a lateral
join; SQLite has none, but a correlated IN does the same.

Comments of a wave may be thousands, so where each wave has one row of its own, an index of its own
leads past them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    exists,
    func,
    literal,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from moderation.domain.queue_view import (
    Order,
    QueueView,
    read_cursor,
    write_cursor,
)
from moderation.domain.roles import Permission
from moderation.domain.status import Status
from moderation.models import HELD, Comment, Report, SecondOpinion, SignalRow, Site, db
from moderation.services.permissions import memberships_where
from moderation.services.queue_order import in_order, number_of, ordered, sort_column
from moderation.services.search import words_condition

# Made once: their columns take as long to make as a query to run.
_C = aliased(Comment)
_S = aliased(SignalRow)
_PAGE = aliased(Comment, name="page")


@dataclass(frozen=True, slots=True)
class Found:
    """A page.

    Attributes:
        ids: its comments in order.
        next_after: where the next page begins, or None at the end.
        ahead: how many comments there are from its first on; found out no further than was asked.
    """

    ids: list[int]
    next_after: str | None
    ahead: int


def find_page(
    moderator_id: int,
    view: QueueView,
    *,
    limit: int,
    after: str = "",
    count: int = 0,
    folded: bool = False,
) -> Found:
    """A page of a view.

    Args:
        moderator_id: whose sites.
        view: which.
        limit: of the page.
        after: where the page before ended.
        count: how far to look ahead, where counting in a query of its own would be as costly.
        folded: whether comments of waves are left out; only for a view that `folds`.

    Raises:
        InvalidInputError: `after` is not what a page before gave.
    """
    cursor = read_cursor(after)
    if view.q:
        condition = words_condition(view.q)
        if condition is None:
            return Found([], None, 0)
        statement = _by_words(moderator_id, view, condition, cursor)
    elif _is_narrow(view):
        statement = _direct(moderator_id, view, cursor)
    else:
        statement = _merged(moderator_id, view, cursor, limit + 1, folded=folded)
    rows = db.session.execute(statement.limit(max(limit + 1, count))).all()
    ids = list(dict.fromkeys(row.id for row in rows[:limit]))
    if len(rows) <= limit:
        return Found(ids, None, len(rows))
    last = rows[limit - 1]
    return Found(ids, write_cursor(number_of(last.value), last.id), len(rows))


def count_matching(moderator_id: int, view: QueueView, *, most: int | None = None) -> int:
    """How many comments a view holds, or `most` if there are that many or more."""
    matching = _matching(moderator_id, view, None, None)
    if matching is None:
        return 0
    if most is not None and view.signal:
        # Leaving out what comes twice means looking at all of them first, on PostgreSQL, and it is
        # rare: of so many, as a rule there is nothing to leave out.
        some = matching.limit(most).subquery()
        id_ = some.c[0]
        rows, found = db.session.execute(select(func.count(id_), func.count(id_.distinct()))).one()
        if rows < most or found == most:
            return int(found)
    matching = (matching.distinct() if view.signal else matching).limit(most)
    return db.session.scalar(select(func.count()).select_from(matching.subquery())) or 0


def matching_ids(
    moderator_id: int,
    view: QueueView,
    statuses: Sequence[Status] | None = None,
    sites: Select[int] | None = None,
) -> Select[int] | None:
    """The ids of all comments of a view, in no order; None where its words are none.

    Args:
        moderator_id: whose sites.
        view: which.
        statuses: instead of those of the view's tab.
        sites: instead of the moderator's.
    """
    matching = _matching(moderator_id, view, statuses, sites)
    return matching.distinct() if matching is not None and view.signal else matching


def _matching(
    moderator_id: int,
    view: QueueView,
    statuses: Sequence[Status] | None,
    sites: Select[int] | None,
) -> Select[int] | None:
    """As `matching_ids`; but what several checks gave the same signal may come as often."""
    own = select(own_sites(moderator_id, view).c.site_id) if sites is None else sites
    chosen = view.statuses if statuses is None else statuses
    if view.signal and not view.q:
        return _with_signal(own, view, chosen)
    statement = select(_C.id)
    site_id: ColumnElement[int] = _C.site_id.expression
    status: ColumnElement[Any] = _C.status.expression
    if view.q:
        condition = words_condition(view.q)
        if condition is None:
            return None
        hits = condition.subquery("hits")
        statement = statement.join(hits, hits.c.id == _C.id)
        statement = statement.where(*_not_before_the_first(hits, chosen))
        site_id, status = _searched()
    elif _is_narrow(view):
        site_id, status = _not_by_index()
    if view.signal:
        statement = statement.where(_has_signal(view))
    return statement.where(site_id.in_(own), status.in_(chosen), *_narrowing(view))


def _with_signal(own: Select[int], view: QueueView, statuses: Sequence[Status]) -> Select[int]:
    """By the index of signals, which alone answers where nothing else narrows the view."""
    statement: Any = select(_S.comment_id).where(
        _S.site_id.in_(own), _S.symbol == view.signal, _S.status.in_(statuses)
    )
    if narrowing := _narrowing(view):
        statement = statement.join(_C, _C.id == _S.comment_id).where(*narrowing)
    found: Select[int] = statement
    return found


def _is_narrow(view: QueueView) -> bool:
    """Whether an index of its own leads to the view's few comments."""
    return view.thread is not None or view.commenter is not None or view.reported


def _not_by_index() -> tuple[ColumnElement[int], ColumnElement[Any]]:
    """A comment's site and status as values that no index leads to, where another index finds the
    few rows: SQLite, which keeps no statistics by itself, would walk through all of a site.
    """
    return _C.site_id + 0, func.coalesce(_C.status, "")


def _searched() -> tuple[ColumnElement[int], ColumnElement[Any]]:
    """The same where words are searched. PostgreSQL knows by itself which leads to fewer."""
    if db.engine.dialect.name == "sqlite":
        return _not_by_index()
    return _C.site_id.expression, _C.status.expression


def own_sites(moderator_id: int, view: QueueView) -> Subquery:
    """The sites of a view: all the moderator's, or one of them."""
    own = memberships_where(moderator_id, Permission.DECIDE)
    if view.site is None:
        return own
    site_id = select(Site.id).where(Site.slug == view.site).scalar_subquery()
    return select(own.c.site_id).where(own.c.site_id == site_id).subquery("one_site")


def _merged(
    moderator_id: int,
    view: QueueView,
    cursor: tuple[float, int] | None,
    limit: int,
    *,
    folded: bool = False,
) -> Select[Any]:
    """The first of the firsts of each site and status."""
    own = own_sites(moderator_id, view)
    statuses = union_all(*(select(literal(s.value).label("status")) for s in view.statuses))
    kinds = statuses.subquery("kinds")
    scope = select(own.c.site_id, kinds.c.status).join(kinds, true()).subquery("scope")
    if view.signal and view.effective_order is not Order.RISKIEST:
        branch, value, comment_id = _signals(scope, view)
    elif folded:
        branch, value, comment_id = _alone(scope, view)
    else:
        branch, value, comment_id = _comments(scope, view)
    branch = ordered(branch, value, comment_id, view, cursor).limit(limit)
    if db.engine.dialect.name == "postgresql":
        lateral = branch.lateral("firsts")
        found: Select[Any] = select(lateral.c.id, lateral.c.value).select_from(
            scope.join(lateral, true())
        )
        return in_order(found, lateral.c.value, lateral.c.id, view)
    sort = sort_column(_PAGE, view)
    ids = branch.with_only_columns(comment_id)
    found = select(_PAGE.id, sort.label("value")).select_from(scope).join(_PAGE, _PAGE.id.in_(ids))
    return in_order(found, sort, _PAGE.id, view)


def _comments(
    scope: FromClause, view: QueueView
) -> tuple[Select[Any], ColumnElement[Any], ColumnElement[int]]:
    value = sort_column(_C, view)
    statement = select(_C.id.label("id"), value.label("value")).where(
        _C.site_id == scope.c.site_id, _C.status == scope.c.status, *_narrowing(view)
    )
    if view.signal:
        statement = statement.where(_has_signal(view))
    return statement.correlate(scope), value, _C.id.expression


def _alone(
    scope: FromClause, view: QueueView
) -> tuple[Select[Any], ColumnElement[Any], ColumnElement[int]]:
    """What is held and of no wave, in the words of the condition of the index that leads to it."""
    value = sort_column(_C, view)
    held = _C.status == literal_column(f"'{Status.HELD.value}'")
    statement = select(_C.id.label("id"), value.label("value")).where(
        _C.site_id == scope.c.site_id, held, _C.wave_id.is_(None)
    )
    return statement.correlate(scope), value, _C.id.expression


def _signals(
    scope: FromClause, view: QueueView
) -> tuple[Select[Any], ColumnElement[Any], ColumnElement[int]]:
    """By the index of signals: each comment once, where two checks emit the same symbol too."""
    statement: Any = (
        select(_S.comment_id.label("id"), _S.created_at.label("value"))
        .where(
            _S.site_id == scope.c.site_id,
            _S.symbol == view.signal,
            _S.status == scope.c.status,
        )
        .group_by(_S.created_at, _S.comment_id)
        .correlate(scope)
    )
    if narrowing := _narrowing(view):
        statement = statement.join(_C, _C.id == _S.comment_id).where(*narrowing)
    return statement, _S.created_at.expression, _S.comment_id.expression


def _by_words(
    moderator_id: int,
    view: QueueView,
    condition: Select[int],
    cursor: tuple[float, int] | None,
) -> Select[Any]:
    """What words find, by number: a text index gives its hits in that order, so that a word that
    is in every other comment need not be followed to the end.
    """
    own = own_sites(moderator_id, view)
    hits = condition.subquery("hits")
    site_id, status = _searched()
    newest = view.effective_order is Order.NEWEST
    statement: Any = (
        select(_C.id.label("id"), _C.id.label("value"))
        .join(hits, hits.c.id == _C.id)
        .where(
            site_id.in_(select(own.c.site_id)),
            status.in_(view.statuses),
            *_not_before_the_first(hits, view.statuses),
            *_narrowing(view),
        )
        .order_by(hits.c.id.desc() if newest else hits.c.id)
    )
    if view.signal:
        statement = statement.where(_has_signal(view))
    if cursor is not None:
        statement = statement.where(hits.c.id < cursor[1] if newest else hits.c.id > cursor[1])
    found: Select[Any] = statement
    return found


def _not_before_the_first(hits: Subquery, statuses: Sequence[Status]) -> list[ColumnElement[bool]]:
    """What is held is mostly young: hits in what was decided long ago need not be followed."""
    if set(statuses) != {Status.HELD}:
        return []
    first = select(func.min(Comment.id)).where(HELD).scalar_subquery()
    return [hits.c.id >= first]


def _direct(moderator_id: int, view: QueueView, cursor: tuple[float, int] | None) -> Select[Any]:
    """A thread's, a commenter's or reported comments."""
    own = own_sites(moderator_id, view)
    site_id, status = _not_by_index()
    value = sort_column(_C, view)
    statement: Any = select(_C.id.label("id"), value.label("value")).where(
        site_id.in_(select(own.c.site_id)), status.in_(view.statuses), *_narrowing(view)
    )
    if view.signal:
        statement = statement.where(_has_signal(view))
    return ordered(statement, value, _C.id.expression, view, cursor)


def _has_signal(view: QueueView) -> ColumnElement[bool]:
    return exists().where(
        SignalRow.comment_id == _C.id,
        SignalRow.revision == _C.screened_revision,
        SignalRow.symbol == view.signal,
    )


def _narrowing(view: QueueView) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if view.thread is not None:
        conditions.append(_C.thread_id == view.thread)
    if view.commenter is not None:
        conditions.append(_C.commenter_id == view.commenter)
    if view.wave is not None:
        conditions.append(_C.wave_id == view.wave)
    if view.language is not None:
        conditions.append(_C.language == view.language)
    if view.since is not None:
        conditions.append(_C.created_at >= datetime.combine(view.since, time(), UTC))
    if view.until is not None:
        end = datetime.combine(view.until, time(), UTC) + timedelta(days=1)
        conditions.append(_C.created_at < end)
    if view.opinion:
        conditions.append(_C.id.in_(select(SecondOpinion.comment_id)))
    if view.reported:
        conditions.append(_C.id.in_(select(Report.comment_id).where(Report.closed_at.is_(None))))
    return conditions
