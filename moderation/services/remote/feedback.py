"""What moderators correct is told to Akismet: people's decisions alone, once they stand, and where
they differ from what it said or was last told.

The audit log is the outbox. `collect` looks through the decisions that cannot be taken back
unnoticed any more, and keeps what is to be told in a table; `tell` tells it, again and again for
fifteen days if need be. Both may be repeated: what a comment's entries say decides, not how often
they were looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select, update

from moderation.domain.actions import DECIDING, Action, standing_entry
from moderation.domain.akismet_door import TEST_DOOR
from moderation.domain.remote import Service
from moderation.domain.signals import Symbol
from moderation.domain.status import Actor, Status
from moderation.domain.teaching import IS_SPAM
from moderation.errors import ConfigError
from moderation.models import (
    AuditEntry,
    Comment,
    Commenter,
    RemoteFeedback,
    RemoteService,
    Revision,
    SignalRow,
    Site,
    db,
)
from moderation.models.base import writing
from moderation.services.remote.akismet import AkismetCheck
from moderation.services.remote.asking import RemoteChecks
from moderation.services.remote.interface import NoAnswerError, Question
from moderation.services.remote.outcomes import TOLD_EMAIL, TOLD_NETWORK
from moderation.services.remote.questions import question_of

SERVICE = Service.AKISMET
OFFERED_FOR = timedelta(days=15)  # as long as Akismet takes corrections
_OVERLAP = timedelta(minutes=10)  # entries may be committed later than others with higher numbers
_FIRST_WAIT = timedelta(minutes=1)  # doubles with each attempt
_LONGEST_WAIT = timedelta(hours=12)
_DOUBLED = 10  # times; by then the longest wait is reached
_AT_ONCE = 1_000  # comments
_TOLD_AT_ONCE = 20
_OPINIONS = (Symbol.REMOTE_SPAM, Symbol.REMOTE_GOOD)
_PEOPLES = (*DECIDING, Action.UNDO)  # their word on a comment


# Of an audit entry: whether Akismet was asked about its comment, and whether the entry was seen.
_WAS_ASKED = exists().where(
    SignalRow.comment_id == AuditEntry.comment_id,
    SignalRow.check_name == SERVICE.value,
    SignalRow.symbol.in_(_OPINIONS),
)
_WAS_LOOKED_AT = exists().where(
    RemoteFeedback.comment_id == AuditEntry.comment_id,
    RemoteFeedback.service == SERVICE,
    RemoteFeedback.decided_at >= AuditEntry.created_at,
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What Akismet was first asked about a comment, and said."""

    revision: int
    called_spam: bool
    with_email: bool
    with_network: bool


@dataclass(frozen=True, slots=True)
class _Looked:
    """What was found of a comment.

    Attributes:
        comment_id: it.
        decided_at: when people said the last of it that was looked at.
        is_spam: as `_stands`.
        called_spam: what Akismet said when it was first asked.
    """

    comment_id: int
    decided_at: datetime
    is_spam: bool | None
    called_spam: bool


def collect(now: datetime, undo_window: float) -> int:
    """Keep what Akismet is to be told of the decisions since the last time; gives how many.

    Args:
        now: when.
        undo_window: seconds for which a decision may still be taken back.
    """
    ripe = now - timedelta(seconds=undo_window)
    db.session.rollback()
    sites = [
        (row.site_id, row.on_since or row.changed_at, row.told_until)
        for row in db.session.scalars(select(RemoteService).where(RemoteService.service == SERVICE))
        if row.settings.on
    ]
    kept = 0
    for site_id, on_since, told_until in sites:
        since = max(on_since, now - OFFERED_FOR, (told_until or on_since) - _OVERLAP)
        kept += _collect_of(site_id, since, ripe, now)
    return kept


def _collect_of(site_id: int, since: datetime, ripe: datetime, now: datetime) -> int:
    found = db.session.execute(
        select(AuditEntry.comment_id, func.max(AuditEntry.created_at).label("last"))
        .where(
            AuditEntry.site_id == site_id,
            AuditEntry.created_at >= since,
            AuditEntry.created_at <= ripe,
            AuditEntry.actor == Actor.MODERATOR,
            AuditEntry.action.in_(_PEOPLES),
            _WAS_ASKED,
            ~_WAS_LOOKED_AT,
        )
        .group_by(AuditEntry.comment_id)
        .order_by("last")
        .limit(_AT_ONCE)
    ).all()
    looked = [_look_at(row.comment_id, row.last, ripe) for row in found]
    with writing():
        kept = sum(_keep(site_id, one, now) for one in looked)
        if len(found) < _AT_ONCE:
            db.session.execute(
                update(RemoteService)
                .where(RemoteService.site_id == site_id, RemoteService.service == SERVICE)
                .values(told_until=ripe),
                execution_options={"synchronize_session": False},
            )
    return kept


def _look_at(comment_id: int, last: datetime, ripe: datetime) -> _Looked:
    asked = _first_asked(comment_id)
    if asked is None:
        return _Looked(comment_id, last, is_spam=None, called_spam=False)
    return _Looked(comment_id, last, _stands(comment_id, asked, ripe), asked.called_spam)


def _keep(site_id: int, looked: _Looked, now: datetime) -> bool:
    """Keep what is to be told, if anything; whether there is."""
    # Locked: the answer to what is being told just then is minded too.
    row = db.session.get(RemoteFeedback, (looked.comment_id, SERVICE), with_for_update=True)
    if row is None:
        row = RemoteFeedback(comment_id=looked.comment_id, service=SERVICE, site_id=site_id)
        db.session.add(row)
    row.is_spam, row.decided_at, row.attempts = looked.is_spam, looked.decided_at, 0
    believes = looked.called_spam if row.told is None else row.told
    row.due_at = _due(now, is_spam=row.is_spam, believes=believes)
    return row.due_at is not None


def _due(now: datetime, *, is_spam: bool | None, believes: bool) -> datetime | None:
    return None if is_spam in {None, believes} else now


def _stands(comment_id: int, asked: _Asked, ripe: datetime) -> bool | None:
    """Whether a comment is spam by the last decision of people that stands; where they took back
    all that they had said, by Akismet's own word. None where that says nothing of spam, or may
    still be taken back.
    """
    rows = db.session.execute(
        select(AuditEntry.id, AuditEntry.action, AuditEntry.undoes_id, AuditEntry.created_at)
        .where(AuditEntry.comment_id == comment_id, AuditEntry.actor == Actor.MODERATOR)
        .order_by(AuditEntry.id)
    ).all()
    found = standing_entry((row.id, row.action, row.undoes_id) for row in rows)
    if found is None:
        return asked.called_spam
    standing, action = found
    decided_at = next(row.created_at for row in rows if row.id == standing)
    return None if decided_at > ripe else IS_SPAM.get(action)


def _first_asked(comment_id: int) -> _Asked | None:
    row = db.session.execute(
        select(SignalRow.revision, SignalRow.symbol, SignalRow.evidence)
        .where(
            SignalRow.comment_id == comment_id,
            SignalRow.check_name == SERVICE.value,
            SignalRow.symbol.in_(_OPINIONS),
        )
        .order_by(SignalRow.revision)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return _Asked(
        row.revision,
        row.symbol is Symbol.REMOTE_SPAM,
        TOLD_EMAIL in row.evidence,
        TOLD_NETWORK in row.evidence,
    )


def due(now: datetime) -> Sequence[tuple[int, int]]:
    """Site and comment of what is to be told now, the longest waiting first."""
    rows = db.session.execute(
        select(RemoteFeedback.site_id, RemoteFeedback.comment_id)
        .where(RemoteFeedback.due_at <= now)
        .order_by(RemoteFeedback.due_at)
        .limit(_TOLD_AT_ONCE)
    )
    return [(row.site_id, row.comment_id) for row in rows]


def tell(services: RemoteChecks, site_id: int, comment_id: int, now: datetime) -> bool:
    """Tell what is due of a comment; whether it was taken. The attempt is claimed, with the time of
    the next, before; nobody is waited for within a transaction.
    """
    claimed = _claim(comment_id, now)
    if claimed is None:
        return False
    is_spam, decided_at = claimed
    ready = _prepare(services, site_id, comment_id, decided_at, is_spam=is_spam)
    db.session.rollback()
    if ready is None:
        _settle(comment_id, decided_at, now, told=None)
        return False
    check, question = ready
    try:
        check.correct(question, is_spam=is_spam)
    except NoAnswerError:
        return False
    _settle(comment_id, decided_at, now, told=is_spam)
    return True


def _claim(comment_id: int, now: datetime) -> tuple[bool, datetime] | None:
    with writing():
        row = db.session.scalar(
            select(RemoteFeedback)
            .where(
                RemoteFeedback.comment_id == comment_id,
                RemoteFeedback.service == SERVICE,
                RemoteFeedback.due_at <= now,
            )
            .with_for_update()
        )
        if row is None:
            return None
        if now - row.decided_at > OFFERED_FOR:
            row.due_at = None
            return None
        row.due_at = now + min(_FIRST_WAIT * 2 ** min(row.attempts, _DOUBLED), _LONGEST_WAIT)
        row.attempts += 1
        return bool(row.is_spam), row.decided_at


def _settle(comment_id: int, decided_at: datetime, now: datetime, *, told: bool | None) -> None:
    """Note what was told of a decision, if anything, and that nothing more is to be told of it. Of
    one that was kept meanwhile that is asked anew, by what the service believes now.
    """
    with writing():
        row = db.session.scalar(
            select(RemoteFeedback)
            .where(RemoteFeedback.comment_id == comment_id, RemoteFeedback.service == SERVICE)
            .with_for_update()
        )
        if row is None:
            return
        if told is not None:
            row.told = told
        if row.decided_at == decided_at:
            row.due_at = None
        elif told is not None:
            row.due_at = _due(now, is_spam=row.is_spam, believes=told)


def _prepare(
    services: RemoteChecks, site_id: int, comment_id: int, decided_at: datetime, *, is_spam: bool
) -> tuple[AkismetCheck, Question] | None:
    """What to tell; nothing where the decision does not stand any more, or the site has turned the
    service off.
    """
    row = db.session.get(RemoteService, (site_id, SERVICE))
    comment = db.session.get(Comment, comment_id)
    if row is None or not row.settings.on or comment is None:
        return None
    if comment.status is Status.DELETED or comment.door == TEST_DOOR:
        return None
    asked = _first_asked(comment_id)
    if asked is None or _stands(comment_id, asked, decided_at) is not is_spam:
        return None
    site = db.session.get_one(Site, site_id)
    commenter = db.session.get_one(Commenter, comment.commenter_id)
    question = question_of(comment, site, _text_of(comment, asked.revision))
    try:
        check = services.check_for(row)
        told = services.confide(question, row, comment, commenter)
    except ConfigError:
        return None
    question = replace(
        told,
        email=told.email if asked.with_email else "",
        network=told.network if asked.with_network else "",
        again="",
    )
    return (check, question) if isinstance(check, AkismetCheck) else None


def _text_of(comment: Comment, revision: int) -> str:
    """What it said in a revision."""
    former = db.session.get(Revision, (comment.id, revision))
    return former.text if former is not None else comment.text
