"""Comments that are held because a service failed: asked about again until it answers, and then
judged as if it had answered at once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, select, update

from moderation.domain.policy import decide, is_missed
from moderation.domain.remote import OVER_BUDGET
from moderation.domain.signals import Signal
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
from moderation.privacy.sealing import EmailVault
from moderation.services.receipts import Screened, load_signals, store_signals
from moderation.services.remote.asking import RemoteChecks
from moderation.services.remote.hearing import ASKED_ABOUT, Unheard, asks_about
from moderation.services.remote.held import ASKED_FOR, IS_MISSED, IS_ON, is_held_for_services
from moderation.services.replay import found_anew
from moderation.services.transitions import change_statuses, concluding

_BETWEEN, _LONGEST_BETWEEN = timedelta(minutes=2), timedelta(hours=1)  # two turns of a comment
_OF_ITS_AGE = 8  # after this part of it a comment that was asked about in vain is again
_AT_ONCE = 100  # comments


def due(now: datetime) -> tuple[Unheard, ...]:
    """The comments to ask about now, those that have waited longest first, some at most."""
    rows = db.session.execute(
        select(Comment.site_id, Comment.id, Comment.revision)
        .where(
            is_held_for_services(),
            Comment.id.in_(
                select(SignalRow.comment_id).where(
                    SignalRow.site_id.in_(select(RemoteService.site_id).where(IS_ON)), *IS_MISSED
                )
            ),
            Comment.sweep_at <= now,
            Comment.created_at > now - ASKED_FOR,
        )
        .order_by(Comment.sweep_at, Comment.id)
        .limit(_AT_ONCE)
    )
    return tuple(Unheard(*row, again=True) for row in rows)


def hear_again(
    services: RemoteChecks, vault: EmailVault, comment_id: int, revision: int, now: datetime
) -> bool:
    """Ask those services about a comment that failed when it was screened, if it is due. What each
    that answers says takes the place of its failure, and the policy concludes anew, by the site's
    rules as they are now, in one transaction, if the comment is still held for them. Else it waits,
    also for a service whose budget is used up meanwhile.

    The attempt is claimed, with the time of the next, before anybody is asked, so that of several
    processes one asks. No transaction is open while anybody is waited for.

    Args:
        services: asks.
        vault: indexes addresses.
        comment_id: which comment.
        revision: which of its revisions.
        now: when.

    Returns:
        Whether the policy concluded on it.
    """
    found = _claim(comment_id, revision, now)
    if found is None:
        return False
    failed = {s.check for s in load_signals(comment_id, revision) if _is_asked_again(s)}
    asks = [ask for ask in asks_about(services, found) if ask.check.service in failed]
    if not asks:
        return False
    heard = services.ask(found.Comment.site_id, asks, now, may_wait=False)
    silent = {s.check for s in heard.signals if is_missed(s) or OVER_BUDGET in s.evidence}
    answered = {ask.check.service.value for ask in asks} - silent
    fresh = {name: tuple(s for s in heard.signals if s.check == name) for name in answered}
    with writing():
        if silent and heard.was_asked:
            _wait_longer(found.Comment, now)
        return bool(fresh) and _conclude(vault, comment_id, revision, fresh, now)


def _is_asked_again(signal: Signal) -> bool:
    """`IS_MISSED` of a signal that was read."""
    return is_missed(signal) and OVER_BUDGET not in signal.evidence


def _claim(comment_id: int, revision: int, now: datetime) -> Any | None:
    """The comment, with its site and its commenter, if it is due, and was nobody else's to ask."""
    db.session.rollback()
    with writing():
        claimed = db.session.connection().execute(
            update(Comment)
            .where(
                Comment.id == comment_id,
                Comment.revision == revision,
                Comment.sweep_at <= now,
                is_held_for_services(),
            )
            .values(sweep_at=now + _BETWEEN)
        )
    if not claimed.rowcount:
        return None
    return db.session.execute(_select_held(comment_id, revision)).first()


def _wait_longer(comment: Comment, now: datetime) -> None:
    """Let a comment on which a service was asked in vain wait the longer the older it is: it may be
    the comment that makes the service fail, and each question counts.
    """
    wait = min(max(_BETWEEN, (now - comment.created_at) / _OF_ITS_AGE), _LONGEST_BETWEEN)
    db.session.execute(
        update(Comment)
        .where(
            Comment.id == comment.id,
            Comment.revision == comment.revision,
            Comment.status == Status.HELD,
        )
        .values(sweep_at=now + wait),
        execution_options={"synchronize_session": False},
    )


def _conclude(
    vault: EmailVault,
    comment_id: int,
    revision: int,
    fresh: Mapping[str, Sequence[Signal]],
    now: datetime,
) -> bool:
    # Locked before it is looked at: a person who had it may have left no trace but in the log.
    locked = select(Comment.id).where(Comment.id == comment_id)
    db.session.execute(locked.with_for_update(key_share=True))
    found = db.session.execute(_select_held(comment_id, revision)).first()
    if found is None:  # a person was quicker
        return False
    comment: Comment = found.Comment
    # Somebody may have been blocked since, and nobody looks at it after this.
    fresh = {**fresh, **found_anew(vault, found.Site, comment_id, now)}
    db.session.execute(
        delete(SignalRow).where(
            SignalRow.comment_id == comment_id,
            SignalRow.revision == revision,
            SignalRow.check_name.in_(fresh),
        ),
        execution_options={"synchronize_session": False},
    )
    screened = Screened.of(comment)
    store_signals((screened, signal) for signals in fresh.values() for signal in signals)
    verdict = decide(load_signals(comment_id, revision), found.Site.policy)
    if verdict.status is Status.HELD:
        comment.verdict_rule, comment.score = verdict.rule, verdict.score
    else:
        change_statuses([(comment, concluding(verdict))], now)
    return True


def _select_held(comment_id: int, revision: int) -> Select[Comment, Site, Commenter]:
    return ASKED_ABOUT.where(
        Comment.id == comment_id, Comment.revision == revision, is_held_for_services()
    )
