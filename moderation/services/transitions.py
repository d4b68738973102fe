"""The one way comments' statuses change, one at a time or many."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Update, bindparam, case, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from moderation.domain.actions import Action
from moderation.domain.policy import Verdict
from moderation.domain.status import STATUSES_WITHIN, Actor, Status, may_follow
from moderation.domain.text import plain_html
from moderation.errors import InvalidInputError, StaleDecisionError
from moderation.models import (
    AuditEntry,
    Comment,
    Commenter,
    SignalRow,
    SiteCount,
    Thread,
    WaveSite,
    db,
)
from moderation.services.acting import signed
from moderation.words import N_

_REFUSED = frozenset({Status.SPAM, Status.REJECTED})


@dataclass(frozen=True, slots=True)
class Change:
    """What a comment becomes, and who wants that, why, as part of which bulk job, undoing what. A
    machine's change carries its verdict, which the comment keeps.
    """

    after: Status
    actor: Actor
    action: Action
    why: str = ""
    moderator_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)
    bulk_id: int | None = None
    undoes_id: int | None = None
    verdict: Verdict | None = None


def change_status(comment: Comment, change: Change, now: datetime) -> int:
    """Carry out one change within the caller's transaction; gives the id of its audit entry.

    Raises: as `change_statuses`.
    """
    entry = _entry(comment, change, now)
    _carry_out([(comment, change)], now)
    return db.session.execute(_INSERT_ENTRY_FOR_ID, entry).scalar_one()


def concluding(verdict: Verdict) -> Change:
    """The change that carries out a verdict."""
    return Change(
        verdict.status,
        Actor.MACHINE,
        Action.VERDICT,
        verdict.rule.value,
        details={"score": verdict.score},
        verdict=verdict,
    )


def change_statuses(changes: Sequence[tuple[Comment, Change]], now: datetime) -> None:
    """Carry out changes within the caller's transaction: statuses, counters, audit entries.

    Each comment must still have the status and revision that it was read with, so that of two who
    decide at once one loses and nothing is counted twice.

    Raises:
        StaleDecisionError: a comment has changed since it was read; the transaction must be rolled
            back.
        InvalidInputError: the table of transitions does not know a change.
    """
    entries = [_entry(comment, change, now) for comment, change in changes]
    _carry_out(changes, now)
    _execute(_INSERT_ENTRY, entries)


def _carry_out(changes: Sequence[tuple[Comment, Change]], now: datetime) -> None:
    """All but the audit entries, which tell of the comments as they were before."""
    for comment, change in changes:
        if not may_follow(change.actor, comment.status, change.after):
            raise InvalidInputError(
                N_(
                    "A comment that is {before} cannot become {after}.",
                    before=STATUSES_WITHIN[comment.status],
                    after=STATUSES_WITHIN[change.after],
                )
            )
    changed = _execute(_CHANGE, [_values(comment, change, now) for comment, change in changes])
    if changed != len(changes):
        raise StaleDecisionError(N_("This comment was decided or changed meanwhile."))
    _execute(
        _CHANGE_SIGNALS,
        [
            {"row": comment.id, "seen_revision": comment.screened_revision, "after": change.after}
            for comment, change in changes
            if comment.screened_revision is not None
        ],
    )
    _count(changes)
    for comment, _ in changes:
        db.session.expire(comment)


def _values(comment: Comment, change: Change, now: datetime) -> dict[str, Any]:
    after, verdict = change.after, change.verdict
    return {
        "row": comment.id,
        "seen_revision": comment.revision,
        "seen_status": comment.status,
        "seen_wave": comment.wave_id or 0,
        "status": after,
        "published_at": comment.published_at or (now if after is Status.PUBLISHED else None),
        "rendered": comment.rendered or plain_html(comment.text),
        "content_hash": None if after is Status.DELETED else comment.content_hash,
        "verdict_rule": verdict.rule if verdict else comment.verdict_rule,
        # A queue sorted by risk needs a number, of what the site says itself too.
        "score": verdict.score if verdict else comment.score or 0.0,
    }


def _entry(comment: Comment, change: Change, now: datetime) -> dict[str, Any]:
    return {
        "site_id": comment.site_id,
        "comment_id": comment.id,
        "revision": comment.revision,
        "actor": change.actor,
        "moderator_id": change.moderator_id,
        "action": change.action,
        "before": comment.status,
        "after": change.after,
        "why": change.why,
        "details": signed(change.details),
        "bulk_id": change.bulk_id,
        "undoes_id": change.undoes_id,
        "created_at": now,
    }


def _count(changes: Sequence[tuple[Comment, Change]]) -> None:
    """Bring every counter up to date: of roots, threads, commenters, sites and waves."""
    replies: Counter[int] = Counter()
    shown: Counter[int] = Counter()
    published: Counter[int] = Counter()
    refused: Counter[int] = Counter()
    sites: Counter[tuple[int, Status]] = Counter()
    waves: Counter[tuple[int, int]] = Counter()
    titles: dict[int, str] = {}
    for comment, change in changes:
        before, after = comment.status, change.after
        more = (after is Status.PUBLISHED) - (before is Status.PUBLISHED)
        if more:
            shown[comment.thread_id] += more
            published[comment.commenter_id] += more
            if comment.root_id is not None:
                replies[comment.root_id] += more
        if more > 0:
            titles.setdefault(comment.thread_id, comment.page_title)
        refused[comment.commenter_id] += (after in _REFUSED) - (before in _REFUSED)
        if comment.wave_id is not None:
            held = (after is Status.HELD) - (before is Status.HELD)
            waves[comment.wave_id, comment.site_id] += held
        if after is not Status.PENDING:
            sites[comment.site_id, after] += 1
        if before is not Status.PENDING:
            sites[comment.site_id, before] -= 1
    # Always in this order, and each kind by number, or two transactions could each wait for a row
    # that the other holds. Sites and waves come last: their rows are everybody's.
    _execute(_COUNT_REPLY, [{"row": row, "shown": n} for row, n in sorted(replies.items())])
    _execute(
        _COUNT_COMMENT,
        [
            {"row": row, "shown": n, "page_title": titles.get(row, "")}
            for row, n in sorted(shown.items())
        ],
    )
    for comment, change in changes:
        if change.after is Status.PUBLISHED and comment.post_id is not None:
            _bind_number(comment)
    _execute(
        _COUNT_STANDING,
        [
            {"row": row, "shown": published[row], "refused": refused[row]}
            for row in sorted(published.keys() | refused.keys())
            if published[row] or refused[row]
        ],
    )
    _execute(
        _COUNT_SITE[db.engine.dialect.name],
        [
            {"site_id": site_id, "status": status, "count": n}
            for (site_id, status), n in sorted(sites.items())
            if n
        ],
    )
    _execute(
        _COUNT_WAVE,
        [
            {"of_wave": wave_id, "of_site": site_id, "more": n}
            for (wave_id, site_id), n in sorted(waves.items())
            if n
        ],
    )


def _bind_number(comment: Comment) -> None:
    """Let the thread be found by WordPress's number from now on, unless another is. Like the title,
    that is a reader's word, so it waits until a moderator or the policy published it.
    """
    taken = select(Thread.id).where(
        Thread.site_id == comment.site_id, Thread.post_id == comment.post_id
    )
    if db.session.scalar(taken) is None:
        db.session.execute(
            update(Thread)
            .where(Thread.id == comment.thread_id, Thread.post_id.is_(None))
            .values(post_id=comment.post_id),
            execution_options=_UNSYNCHRONISED,
        )


def _execute(statement: Update | Any, rows: list[dict[str, Any]]) -> int:
    """Run a ready-made statement once for each row; how many rows of the table it changed."""
    if not rows:
        return 0
    result = db.session.connection().execute(statement, rows if len(rows) > 1 else rows[0])
    return int(result.rowcount)


_UNSYNCHRONISED = {"synchronize_session": False}
_CHANGE = (
    update(Comment)
    .where(
        Comment.id == bindparam("row"),
        Comment.revision == bindparam("seen_revision"),
        Comment.status == bindparam("seen_status"),
        # It may have been found to be of a wave, which counts what is held of it.
        func.coalesce(Comment.wave_id, 0) == bindparam("seen_wave"),
    )
    .values(
        {
            name: bindparam(name)
            for name in (
                "status",
                "published_at",
                "rendered",
                "content_hash",
                "verdict_rule",
                "score",
            )
        }
    )
)
_CHANGE_SIGNALS = (
    update(SignalRow)
    .where(
        SignalRow.comment_id == bindparam("row"),
        SignalRow.revision == bindparam("seen_revision"),
    )
    .values(status=bindparam("after"))
)
_INSERT_ENTRY = insert(AuditEntry)
_INSERT_ENTRY_FOR_ID = _INSERT_ENTRY.returning(AuditEntry.id)
_COUNT_REPLY = (
    update(Comment)
    .where(Comment.id == bindparam("row"))
    .values(published_replies=Comment.published_replies + bindparam("shown"))
)
_COUNT_COMMENT = (
    update(Thread)
    .where(Thread.id == bindparam("row"))
    .values(
        published_count=Thread.published_count + bindparam("shown"),
        version=Thread.version + 1,
        # A thread without a title takes over what a published comment tells of its page.
        title=case((func.length(Thread.title) > 0, Thread.title), else_=bindparam("page_title")),
    )
)
_COUNT_STANDING = (
    update(Commenter)
    .where(Commenter.id == bindparam("row"))
    .values(
        published_count=Commenter.published_count + bindparam("shown"),
        refused_count=Commenter.refused_count + bindparam("refused"),
    )
)


_COUNT_WAVE = (
    update(WaveSite)
    .where(WaveSite.wave_id == bindparam("of_wave"), WaveSite.site_id == bindparam("of_site"))
    .values(held=WaveSite.held + bindparam("more"))
)


def _count_site(dialect: Any) -> Any:
    row = dialect.insert(SiteCount)
    return row.on_conflict_do_update(
        index_elements=[SiteCount.site_id, SiteCount.status],
        set_={"count": SiteCount.count + row.excluded.count},
    )


_COUNT_SITE = {"sqlite": _count_site(sqlite), "postgresql": _count_site(postgresql)}
