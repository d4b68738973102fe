"""The browsers that are signed in: begun at each sign-in, resumed by requests, ended at will."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from moderation.models import Moderator, SignInSession, db
from moderation.models.base import writing

IDLE = timedelta(days=14)  # unseen for so long, a session has expired
REMEMBERED = timedelta(days=90)  # the same of one that is to be remembered
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that holds: its row, and whose it is."""

    session_id: int
    moderator_id: int
    fs_uniquifier: str


@dataclass(frozen=True, slots=True)
class Device:
    """What is kept of the browser: a readable name, the truncated network, whether to remember."""

    browser: str
    network: str
    remembered: bool


def begin(moderator_id: int, device: Device, now: datetime) -> str:
    """Sign a browser in; gives the secret that it is to carry. In one transaction, in which this
    account's expired sessions go too.
    """
    token = secrets.token_urlsafe(32)
    with writing():
        db.session.execute(
            delete(SignInSession).where(SignInSession.moderator_id == moderator_id, ~_holds(now))
        )
        db.session.add(
            SignInSession(
                token_hash=_hash(token),
                moderator_id=moderator_id,
                remembered=device.remembered,
                browser=device.browser,
                network=device.network,
                created_at=now,
                seen_at=now,
            )
        )
    return token


def resume(token: str, network: str, now: datetime) -> OpenSession | None:
    """The session of this secret, if it holds. Notes that it was seen, once a minute at most, in a
    transaction of its own, and from where.
    """
    row = db.session.execute(
        select(
            SignInSession.id,
            SignInSession.moderator_id,
            SignInSession.seen_at,
            Moderator.fs_uniquifier,
        )
        .join(Moderator, Moderator.id == SignInSession.moderator_id)
        .where(SignInSession.token_hash == _hash(token), _holds(now))
    ).one_or_none()
    if row is None:
        return None
    if now - row.seen_at >= _SEEN_EVERY:
        with writing():
            db.session.execute(
                update(SignInSession)
                .where(SignInSession.id == row.id)
                .values(seen_at=now, network=network)
            )
    return OpenSession(row.id, row.moderator_id, row.fs_uniquifier)


def open_sessions(moderator_id: int, now: datetime) -> Sequence[SignInSession]:
    """An account's sessions that hold, the one seen last first."""
    return db.session.scalars(
        select(SignInSession)
        .where(SignInSession.moderator_id == moderator_id, _holds(now))
        .order_by(SignInSession.seen_at.desc(), SignInSession.id.desc())
    ).all()


def end(moderator_id: int, session_id: int) -> None:
    """End one session of an account. In one transaction; idempotent."""
    with writing():
        db.session.execute(
            delete(SignInSession).where(
                SignInSession.moderator_id == moderator_id, SignInSession.id == session_id
            )
        )


def end_others(moderator_id: int, session_id: int) -> None:
    """End all sessions of an account but one. In one transaction; idempotent."""
    with writing():
        db.session.execute(
            delete(SignInSession).where(
                SignInSession.moderator_id == moderator_id, SignInSession.id != session_id
            )
        )


def end_all(moderator_id: int) -> None:
    """End all sessions of an account, within the caller's transaction."""
    db.session.execute(delete(SignInSession).where(SignInSession.moderator_id == moderator_id))


def _holds(now: datetime) -> ColumnElement[bool]:
    return or_(
        SignInSession.seen_at > now - IDLE,
        and_(SignInSession.remembered.is_(True), SignInSession.seen_at > now - REMEMBERED),
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
