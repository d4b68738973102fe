"""Accepting a submission: the use case behind every door."""

import hashlib
import math
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, insert, select

from moderation.domain.email_class import email_class
from moderation.domain.evidence import FormToken
from moderation.domain.network import Address, customer, truncate
from moderation.domain.page import key_of
from moderation.domain.policy import Limit, SitePolicy
from moderation.domain.site import SiteProfile
from moderation.domain.status import Status
from moderation.domain.submission import Submission
from moderation.errors import (
    DuplicateCommentError,
    FloodError,
    IdempotencyConflictError,
    ParentNotFoundError,
    ThreadClosedError,
)
from moderation.models import Comment, Commenter, Site, Thread
from moderation.models.group_commit import Writer
from moderation.privacy.sealing import INDEX_BYTES, NO_ADDRESS, EmailVault
from moderation.words import N_

_ParentRow = Row[int, int | None, int | None, int, Status]  # id, parent_id, root_id, depth, status
_LONGEST_AGENT = 254  # characters, as WordPress keeps
_SENT_TWICE_WITHIN = timedelta(minutes=10)  # as long as WordPress shows an author the preview


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How a submission came: everything a door knows that the reader did not type.

    Attributes:
        door: which one, for the record.
        address: the reader's IP address; only truncated and keyed forms of it are kept.
        user_agent: as sent; cut to 254 characters.
        form_token, form_seconds: what the form's stamp said.
        honeypot: whether the invisible field was filled in.
        idempotency_key: the same for each sending of one submission; None if there is none.
    """

    door: str
    address: Address
    user_agent: str = ""
    form_token: FormToken = FormToken.MISSING
    form_seconds: float | None = None
    honeypot: bool = False
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A stored comment: its id, revision and status, its page, and whether it was there before."""

    comment_id: int
    revision: int
    status: Status
    page_url: str
    replayed: bool


class SubmissionService:
    """Takes submissions in.

    Args:
        vault: seals and indexes what identifies a reader.
        write: runs what is to be stored in a transaction.
        sweep_after: how long a comment may stay pending before the sweeper looks after it.
    """

    def __init__(self, vault: EmailVault, write: Writer, sweep_after: timedelta) -> None:
        self._vault = vault
        self._write = write
        self._sweep_after = sweep_after

    def accept(
        self, site: SiteProfile, submission: Submission, how: Circumstances, now: datetime
    ) -> Accepted:
        """Store a submission as a PENDING comment, in one transaction.

        Idempotent by `how.idempotency_key`: a repeated call answers what the first one stored.
        The caller nudges the task queue afterwards; if it can't, the sweeper does.

        Raises:
            IdempotencyConflictError: the key came before with another comment.
            DuplicateCommentError: the same words under the same name stand there already.
            FloodError: too many comments from this network or commenter.
            ThreadClosedError: the thread takes no more comments.
            ParentNotFoundError: the parent is not published in this thread.
        """
        intake = _Intake(self._vault, site, submission, how, now, now + self._sweep_after)
        return self._write(intake.store)


@dataclass(frozen=True, slots=True)
class _Intake:
    """One submission on its way into the tables.

    Every reader waits for this, so it speaks to the database in few ready-made statements (below)
    and not through a session, which takes five times as long.
    """

    vault: EmailVault
    site: SiteProfile
    submission: Submission
    how: Circumstances
    now: datetime
    sweep_at: datetime

    def store(self, connection: Connection) -> Accepted:
        """Store it. Everything that can refuse it comes before anything is written."""
        said = self.submission
        digest = content_hash(said.parent, said.name, said.comment)
        if replayed := self._replay(connection, digest):
            return replayed
        network = truncate(self.how.address)
        index = self._index()
        known = self._look_up(connection, digest, network, index)
        parent = self._refuse_or_find_parent(connection, known, network)
        thread_id, url = known.thread_id, known.url
        if thread_id is None:
            thread_id, url = self._add_thread(connection)
        values = {
            "site_id": self.site.site_id,
            "thread_id": thread_id,
            "commenter_id": known.commenter_id or self._add_commenter(connection, index),
            "parent_id": parent.id if parent else None,
            "root_id": (parent.root_id or parent.id) if parent else None,
            "depth": parent.depth + 1 if parent else 1,
            "content_hash": digest,
            "network": network,
        }
        comment_id = connection.execute(_INSERT_COMMENT, values | self._own_values()).scalar_one()
        return Accepted(comment_id, 1, Status.PENDING, url, replayed=False)

    def _index(self) -> bytes:
        """What the commenter is found by. Who gives no address is somebody new each time: a random
        index is nobody else's, so that no standing is shared and no rule meets it.
        """
        if (email := self.submission.email) is None:
            return secrets.token_bytes(INDEX_BYTES)
        return self.vault.index(self.site.site_id, email)

    def _refuse_or_find_parent(
        self, connection: Connection, known: Row[Any], network: str
    ) -> _ParentRow | None:
        policy = self.site.policy
        if known.thread_id is not None and is_closed(
            known.closed_at, known.created_at, policy, self.now
        ):
            raise ThreadClosedError(N_("Comments are closed on this page."))
        parent = self._parent(connection, known.thread_id)
        if known.duplicate_id is not None:
            raise DuplicateCommentError(
                N_(
                    "These words under this name have reached us already; there is no need to send "
                    "them again. If you have something to add, please change the text."
                ),
                own_comment_id=self._own_duplicate(connection, known.duplicate_id),
            )
        self._refuse_flood(known.network_pace, policy.flood_network)
        if known.commenter_id is not None:
            self._refuse_flood_of(connection, known.commenter_id, network)
        return parent

    def _own_duplicate(self, connection: Connection, comment_id: int) -> int | None:
        """The duplicate, if all speaks for a form that was just sent twice: it may be shown to
        whoever sent this one. The address is not compared: the answer would tell if it is right.
        """
        line = self.vault.network_index(self.site.site_id, customer(self.how.address))
        values = {
            "comment_id": comment_id,
            "network_index": line,
            "user_agent": self.how.user_agent[:_LONGEST_AGENT],
            "since": self.now - _SENT_TWICE_WITHIN,
        }
        return connection.execute(_SELECT_OWN_DUPLICATE, values).scalar()

    def _own_values(self) -> dict[str, Any]:
        """The columns of the comment that need no look-up."""
        how, submission = self.how, self.submission
        line = customer(how.address)
        return {
            "page_title": submission.title,
            "post_id": submission.post_id,
            "name": submission.name,
            "website": submission.website,
            "text": submission.comment,
            "created_at": self.now,
            "sweep_at": self.sweep_at,
            "idempotency_key": how.idempotency_key,
            "door": how.door,
            "network_index": self.vault.network_index(self.site.site_id, line),
            "user_agent": how.user_agent[:_LONGEST_AGENT],
            "form_token": how.form_token,
            "form_seconds": how.form_seconds,
            "honeypot": how.honeypot,
            "email_class": email_class(submission.email),
            "notify": submission.notify,
        }

    def _replay(self, connection: Connection, digest: bytes) -> Accepted | None:
        key = self.how.idempotency_key
        if key is None:
            return None
        found = connection.execute(
            _SELECT_REPLAY, {"site_id": self.site.site_id, "key": key}
        ).first()
        if found is None:
            return None
        if found.content_hash != digest or found.key != key_of(self._page()):
            raise IdempotencyConflictError(
                "This idempotency key was used for another comment. Use a new key for each comment."
            )
        return Accepted(found.id, found.revision, found.status, found.url, replayed=True)

    def _look_up(
        self, connection: Connection, digest: bytes, network: str, index: bytes
    ) -> Row[Any]:
        """What is known: the thread, the commenter, a duplicate, the network's pace."""
        submission = self.submission
        limit = self.site.policy.flood_network
        values = {
            "site_id": self.site.site_id,
            "key": key_of(self._page()),
            "post_id": submission.post_id,
            "content_hash": digest,
            "email_index": index,
            "network": network,
            "since": self.now - timedelta(seconds=limit.seconds),
            "others": limit.count - 1,
        }
        if submission.url is None:
            by_number = connection.execute(_SELECT_KNOWN_BY_NUMBER, values).one()
            if by_number.thread_id is not None:
                return by_number
        return connection.execute(_SELECT_KNOWN_BY_PAGE, values).one()

    def _add_thread(self, connection: Connection) -> tuple[int, str]:
        # Its title and number wait until a comment that tells them is published.
        url = self._page()
        values = {
            "site_id": self.site.site_id,
            "key": key_of(url),
            "url": url,
            "title": "",
            "created_at": self.now,
        }
        return connection.execute(_INSERT_THREAD, values).scalar_one(), url

    def _page(self) -> str:
        """The page; for a form that tells none, WordPress's own permanent short link."""
        submission = self.submission
        return submission.url or f"{self.site.origins[0]}/?p={submission.post_id}"

    def _parent(self, connection: Connection, thread_id: int | None) -> _ParentRow | None:
        """The comment to hang the reply on: the one replied to, or where that is as deep as replies
        go, the one above it.
        """
        if self.submission.parent is None:
            return None
        values = {"id": self.submission.parent, "thread_id": thread_id}
        parent = connection.execute(_SELECT_PARENT, values).first()
        if parent is None or parent.status is not Status.PUBLISHED:
            raise ParentNotFoundError(
                N_(
                    "The comment you reply to is not on this page any more. "
                    "You can still post yours as a comment of its own."
                )
            )
        while parent is not None and parent.depth >= self.site.policy.max_depth:
            values["id"] = parent.parent_id
            parent = connection.execute(_SELECT_PARENT, values).first()
        return parent

    def _refuse_flood_of(self, connection: Connection, commenter_id: int, network: str) -> None:
        # Counted within the network only: refusing a stranger for what an address did elsewhere
        # would tell that the address was used.
        limit = self.site.policy.flood_commenter
        values = {
            "commenter_id": commenter_id,
            "network": network,
            "since": self.now - timedelta(seconds=limit.seconds),
            "others": limit.count - 1,
        }
        self._refuse_flood(connection.execute(_SELECT_COMMENTER_PACE, values).scalar(), limit)

    def _refuse_flood(self, oldest: datetime | None, limit: Limit) -> None:
        """Refuse if a comment must grow older than the limit's time before another fits in."""
        if oldest is None:
            return
        wait = (oldest + timedelta(seconds=limit.seconds) - self.now).total_seconds()
        seconds = max(1, math.ceil(wait))
        words = N_(
            "You are posting comments too quickly. Please wait {seconds} s and send it again.",
            seconds=seconds,
        )
        raise FloodError(words, seconds)

    def _add_commenter(self, connection: Connection, index: bytes) -> int:
        site_id, email = self.site.site_id, self.submission.email
        values = {"site_id": site_id, "email_index": index, "first_seen_at": self.now}
        if email is None:
            domain_index, sealed = secrets.token_bytes(INDEX_BYTES), NO_ADDRESS
        else:
            domain_index = self.vault.domain_index(site_id, email.rpartition("@")[2])
            sealed = self.vault.seal(site_id, email)
        values |= {
            "email_domain_index": domain_index,
            "email_key_id": sealed.key_id,
            "email_sealed": sealed.sealed,
        }
        return connection.execute(_INSERT_COMMENTER, values).scalar_one()


_SELECT_REPLAY = (
    select(
        Comment.id,
        Comment.revision,
        Comment.status,
        Comment.content_hash,
        Thread.url,
        Thread.key,
    )
    .join(Thread, Thread.id == Comment.thread_id)
    .where(Comment.site_id == bindparam("site_id"), Comment.idempotency_key == bindparam("key"))
)
_SELECT_PARENT = select(
    Comment.id, Comment.parent_id, Comment.root_id, Comment.depth, Comment.status
).where(Comment.id == bindparam("id"), Comment.thread_id == bindparam("thread_id"))
# The time of the comment that must leave the limit's window before another fits in, if any.
_SELECT_PACE = (
    select(Comment.created_at)
    .where(Comment.network == bindparam("network"), Comment.created_at > bindparam("since"))
    .order_by(Comment.created_at.desc())
    .offset(bindparam("others"))
    .limit(1)
)
_SELECT_COMMENTER_PACE = _SELECT_PACE.where(Comment.commenter_id == bindparam("commenter_id"))


def _select_known(condition: ColumnElement[bool]) -> Select[Any]:
    """One row, whether the thread that meets `condition` is there or not."""
    site = select(Site.id).where(Site.id == bindparam("site_id")).subquery()
    thread = and_(Thread.site_id == site.c.id, condition)
    duplicate = select(Comment.id).where(
        Comment.thread_id == Thread.id, Comment.content_hash == bindparam("content_hash")
    )
    commenter = select(Commenter.id).where(
        Commenter.site_id == bindparam("site_id"),
        Commenter.email_index == bindparam("email_index"),
    )
    pace = _SELECT_PACE.where(Comment.site_id == bindparam("site_id"))
    return select(
        Thread.id.label("thread_id"),
        Thread.url,
        Thread.closed_at,
        Thread.created_at,
        duplicate.correlate(Thread).scalar_subquery().label("duplicate_id"),
        commenter.scalar_subquery().label("commenter_id"),
        pace.scalar_subquery().label("network_pace"),
    ).select_from(site.outerjoin(Thread, thread))


_SELECT_KNOWN_BY_PAGE = _select_known(Thread.key == bindparam("key"))
_SELECT_KNOWN_BY_NUMBER = _select_known(Thread.post_id == bindparam("post_id"))
_SELECT_OWN_DUPLICATE = select(Comment.id).where(
    Comment.id == bindparam("comment_id"),
    Comment.network_index == bindparam("network_index"),
    Comment.user_agent == bindparam("user_agent"),
    Comment.created_at > bindparam("since"),
)
_INSERT_THREAD = insert(Thread).returning(Thread.id)
_INSERT_COMMENTER = insert(Commenter).returning(Commenter.id)
_INSERT_COMMENT = insert(Comment).returning(Comment.id)


def content_hash(parent: int | None, name: str, text: str) -> bytes:
    """What makes a comment a duplicate of another in its thread."""
    # The address is not part of it: the answer to a copy would tell whether it was guessed right.
    parts = (str(parent or 0), name.casefold(), text)
    return hashlib.sha256("\0".join(parts).encode()).digest()


def is_closed(
    closed_at: datetime | None, created_at: datetime, policy: SitePolicy, now: datetime
) -> bool:
    """Whether a thread takes no more comments: closed by hand, or by its age."""
    if closed_at is not None:
        return True
    days = policy.close_after_days
    return days is not None and now >= created_at + timedelta(days=days)
