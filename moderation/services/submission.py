"""Accepting a submission: the use case behind every door."""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError

from moderation.domain.evidence import FormToken
from moderation.domain.network import Address, customer, truncate
from moderation.domain.page import key_of
from moderation.domain.policy import Limit, SitePolicy
from moderation.domain.status import Status
from moderation.domain.submission import Submission
from moderation.errors import (
    DuplicateCommentError,
    FloodError,
    IdempotencyConflictError,
    ParentNotFoundError,
    ThreadClosedError,
)
from moderation.models import Comment, Commenter, Site, Thread, db
from moderation.models.base import writing
from moderation.privacy.sealing import EmailVault

_LONGEST_AGENT = 254  # characters, as WordPress keeps


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
        sweep_after: how long a comment may stay pending before the sweeper looks after it.
    """

    def __init__(self, vault: EmailVault, sweep_after: timedelta) -> None:
        self._vault = vault
        self._sweep_after = sweep_after

    def accept(
        self, site: Site, submission: Submission, how: Circumstances, now: datetime
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
        site_id, policy = site.id, site.policy
        origin = site.origins[0]
        try:
            with writing():
                return self._accept(site_id, origin, policy, submission, how, now)
        except IntegrityError:
            # Another process made the same thread, commenter or comment just then: now it is seen.
            with writing():
                return self._accept(site_id, origin, policy, submission, how, now)

    def _accept(
        self,
        site_id: int,
        origin: str,
        policy: SitePolicy,
        submission: Submission,
        how: Circumstances,
        now: datetime,
    ) -> Accepted:
        digest = _content_hash(submission)
        replayed = self._replay(site_id, how, digest)
        if replayed is not None:
            return replayed
        thread = _thread(site_id, origin, submission, now)
        _refuse_closed(thread, policy, now)
        parent = _parent(thread, submission.parent, policy.max_depth)
        _refuse_duplicate(thread, digest)
        network = truncate(how.address)
        _refuse_flood(
            policy.flood_network, now, Comment.site_id == site_id, Comment.network == network
        )
        commenter = self._commenter(site_id, submission.email, now)
        # Counted within the network only: refusing a stranger for what an address did elsewhere
        # would tell that the address was used.
        _refuse_flood(
            policy.flood_commenter,
            now,
            Comment.commenter_id == commenter.id,
            Comment.network == network,
        )
        comment = Comment(
            site_id=site_id,
            thread_id=thread.id,
            commenter_id=commenter.id,
            parent_id=parent.id if parent else None,
            root_id=(parent.root_id or parent.id) if parent else None,
            depth=parent.depth + 1 if parent else 1,
            name=submission.name,
            website=submission.website,
            text=submission.comment,
            created_at=now,
            sweep_at=now + self._sweep_after,
            idempotency_key=how.idempotency_key,
            content_hash=digest,
            door=how.door,
            network=network,
            network_index=self._vault.network_index(site_id, customer(how.address)),
            user_agent=how.user_agent[:_LONGEST_AGENT],
            form_token=how.form_token,
            form_seconds=how.form_seconds,
            honeypot=how.honeypot,
        )
        db.session.add(comment)
        db.session.flush()
        return Accepted(comment.id, comment.revision, comment.status, thread.url, replayed=False)

    def _replay(self, site_id: int, how: Circumstances, digest: bytes) -> Accepted | None:
        if how.idempotency_key is None:
            return None
        row = db.session.execute(
            select(Comment, Thread.url)
            .join(Thread, Thread.id == Comment.thread_id)
            .where(Comment.site_id == site_id, Comment.idempotency_key == how.idempotency_key)
        ).one_or_none()
        if row is None:
            return None
        comment, url = row
        if comment.content_hash != digest:
            raise IdempotencyConflictError(
                "This idempotency key was used for another comment. Use a new key for each comment."
            )
        return Accepted(comment.id, comment.revision, comment.status, url, replayed=True)

    def _commenter(self, site_id: int, email: str, now: datetime) -> Commenter:
        index = self._vault.index(site_id, email)
        commenter = db.session.scalar(
            select(Commenter).where(Commenter.site_id == site_id, Commenter.email_index == index)
        )
        if commenter is None:
            sealed = self._vault.seal(site_id, email)
            commenter = Commenter(
                site_id=site_id,
                email_index=index,
                email_domain_index=self._vault.domain_index(site_id, email.rpartition("@")[2]),
                email_key_id=sealed.key_id,
                email_sealed=sealed.sealed,
                first_seen_at=now,
            )
            db.session.add(commenter)
            db.session.flush()
        return commenter


def _content_hash(submission: Submission) -> bytes:
    # The address is not part of it: the answer to a copy would tell whether it was guessed right.
    parts = (str(submission.parent or 0), submission.name.casefold(), submission.comment)
    return hashlib.sha256("\0".join(parts).encode()).digest()


def _thread(site_id: int, origin: str, submission: Submission, now: datetime) -> Thread:
    """The thread of the page, found by WordPress's number or by address, or made."""
    # WordPress's own permanent short link, for a form that tells no address.
    short_link = f"{origin}/?p={submission.post_id}"
    url = submission.url or short_link
    thread = None
    if submission.post_id is not None:
        thread = _find(site_id, Thread.post_id == submission.post_id)
    if thread is None:
        thread = _find(site_id, Thread.key == key_of(url))
    if thread is None:
        thread = Thread(site_id=site_id, key=key_of(url), url=url, title="", created_at=now)
        db.session.add(thread)
    elif thread.url == short_link != url and _find(site_id, Thread.key == key_of(url)) is None:
        thread.key, thread.url = key_of(url), url
    if thread.post_id is None:
        thread.post_id = submission.post_id
    if not thread.title:
        thread.title = submission.title
    db.session.flush()
    return thread


def _find(site_id: int, condition: ColumnElement[bool]) -> Thread | None:
    return db.session.scalar(select(Thread).where(Thread.site_id == site_id, condition))


def is_closed(thread: Thread, policy: SitePolicy, now: datetime) -> bool:
    """Whether a thread takes no more comments: closed by hand, or by its age."""
    if thread.closed_at is not None:
        return True
    days = policy.close_after_days
    return days is not None and now >= thread.created_at + timedelta(days=days)


def _refuse_closed(thread: Thread, policy: SitePolicy, now: datetime) -> None:
    if is_closed(thread, policy, now):
        raise ThreadClosedError("Comments are closed on this page.")


def _parent(thread: Thread, parent_id: int | None, max_depth: int) -> Comment | None:
    """The comment to hang the reply on: the one replied to, or where that is as deep as replies
    go, the one above it.
    """
    if parent_id is None:
        return None
    parent = db.session.scalar(
        select(Comment).where(
            Comment.id == parent_id,
            Comment.thread_id == thread.id,
            Comment.status == Status.PUBLISHED,
        )
    )
    if parent is None:
        raise ParentNotFoundError(
            "The comment you reply to is not on this page any more. "
            "You can still post yours as a comment of its own."
        )
    while parent.depth >= max_depth and parent.parent_id is not None:
        parent = db.session.get_one(Comment, parent.parent_id)
    return parent if parent.depth < max_depth else None


def _refuse_duplicate(thread: Thread, digest: bytes) -> None:
    if db.session.scalar(
        select(Comment.id).where(Comment.thread_id == thread.id, Comment.content_hash == digest)
    ):
        raise DuplicateCommentError(
            "These words under this name have reached us already; there is no need to send them "
            "again. If you have something to add, please change the text."
        )


def _refuse_flood(limit: Limit, now: datetime, *among: ColumnElement[bool]) -> None:
    """Refuse if the comments `among` that came within the limit's time are as many as it allows."""
    window = timedelta(seconds=limit.seconds)
    oldest = db.session.scalar(
        select(Comment.created_at)
        .where(*among, Comment.created_at > now - window)
        .order_by(Comment.created_at.desc())
        .offset(limit.count - 1)
        .limit(1)
    )
    if oldest is not None:
        wait = max(1, math.ceil((oldest + window - now).total_seconds()))
        raise FloodError(
            f"You are posting comments too quickly. Please wait {wait} s and send it again.", wait
        )
