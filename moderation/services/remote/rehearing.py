"""Comments that are held because a service failed: asked about again until it answers, and then
judged as if it had answered at once.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select, update

from moderation.domain.policy import decide, is_missed
from moderation.domain.signals import Signal, Symbol
from moderation.domain.status import Status
from moderation.models import (
    Comment,
    Commenter,
    RemoteService,
    SignalRow,
    Site,
    db,
)
from moderation.models.base import writing
from moderation.services.receipts import Screened, load_signals, store_signals
from moderation.services.remote.asking import RemoteChecks
from moderation.services.remote.hearing import Unheard, asks_about
from moderation.services.remote.held import ASKED_FOR, IS_MISSED, is_held_for_services
from moderation.services.transitions import change_statuses, concluding

_BETWEEN = timedelta(minutes=2)  # two questions about a comment
_AT_ONCE = 100  # comments


def due(now: datetime) -> tuple[Unheard, ...]:
    """The comments to ask about now, those that have waited longest first, some at most."""
    rows = db.session.execute(
        select(Comment.site_id, Comment.id, Comment.revision)
        .where(
            is_held_for_services(),
            Comment.id.in_(
                select(SignalRow.comment_id).where(
                    SignalRow.site_id.in_(select(RemoteService.site_id)), *IS_MISSED
                )
            ),
            Comment.sweep_at <= now,
            Comment.created_at > now - ASKED_FOR,
        )
        .order_by(Comment.sweep_at, Comment.id)
        .limit(_AT_ONCE)
    )
    return tuple(Unheard(*row, again=True) for row in rows)


def hear_again(services: RemoteChecks, comment_id: int, revision: int, now: datetime) -> bool:
    """Ask those services about a comment that failed when it was screened. Where all of them are
    still asked and answer, what they say takes the place of their failures and the policy
    concludes anew, in one transaction, if the comment is still held for them. Else it waits.

    No transaction is open while anybody is waited for.

    Args:
        services: asks.
        comment_id: which comment.
        revision: which of its revisions.
        now: when.

    Returns:
        Whether it was concluded on.
    """
    db.session.rollback()
    found = db.session.execute(_select_held(comment_id, revision)).first()
    if found is None:
        return False
    failed = {s.check for s in load_signals(comment_id, revision) if is_missed(s)}
    asks = [ask for ask in asks_about(services, found) if ask.check.service in failed]
    said: Sequence[Signal] | None = None
    if failed == {ask.check.service.value for ask in asks}:
        said = services.ask(found.Comment.site_id, asks, now, may_wait=False).signals
    with writing():
        if said is None or any(map(is_missed, said)):
            _put_off(comment_id, now)
            return False
        return _conclude(comment_id, revision, failed, said, now)


def _put_off(comment_id: int, now: datetime) -> None:
    db.session.execute(
        update(Comment)
        .where(Comment.id == comment_id, Comment.status == Status.HELD)
        .values(sweep_at=now + _BETWEEN),
        execution_options={"synchronize_session": False},
    )


def _conclude(
    comment_id: int, revision: int, failed: Collection[str], said: Sequence[Signal], now: datetime
) -> bool:
    locked = _select_held(comment_id, revision).with_for_update(of=Comment, key_share=True)
    found = db.session.execute(locked).first()
    if found is None:  # a person was quicker
        return False
    comment: Comment = found.Comment
    db.session.execute(
        delete(SignalRow).where(
            SignalRow.comment_id == comment_id,
            SignalRow.revision == revision,
            SignalRow.symbol == Symbol.REMOTE_FAILED,
            SignalRow.check_name.in_(failed),
        ),
        execution_options={"synchronize_session": False},
    )
    store_signals((Screened.of(comment), signal) for signal in said)
    verdict = decide(load_signals(comment_id, revision), found.Site.policy)
    if verdict.status is Status.HELD:
        comment.verdict_rule, comment.score = verdict.rule, verdict.score
    else:
        change_statuses([(comment, concluding(verdict))], now)
    return True


def _select_held(comment_id: int, revision: int) -> Select[Comment, Site, Commenter]:
    return (
        select(Comment, Site, Commenter)
        .join(Site, Site.id == Comment.site_id)
        .join(Commenter, Commenter.id == Comment.commenter_id)
        .where(Comment.id == comment_id, Comment.revision == revision, is_held_for_services())
    )
