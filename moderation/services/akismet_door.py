"""Comments that Akismet clients ask about: taken in, looked up, decided on by the site's people."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from moderation.domain.actions import Action
from moderation.domain.akismet_door import (
    DOOR,
    TEST_DOOR,
    Outcome,
    Question,
    guid_of,
    guid_of_key,
    identity,
    key_of_guid,
    loosened,
    retold,
)
from moderation.domain.email_class import email_class
from moderation.domain.evidence import FormToken
from moderation.domain.network import customer, truncate
from moderation.domain.page import key_elsewhere
from moderation.domain.policy import Verdict, VerdictRule
from moderation.domain.site import SiteProfile
from moderation.domain.status import Status
from moderation.errors import StaleDecisionError
from moderation.models import Comment, Commenter, Thread, db
from moderation.models.base import writing
from moderation.models.group_commit import Writer
from moderation.privacy.sealing import INDEX_BYTES, NO_ADDRESS, EmailVault
from moderation.services import review
from moderation.services.acting import acting_by_key
from moderation.services.api_keys import ActiveKey
from moderation.services.standing import as_judged
from moderation.services.transitions import change_status, concluding

_LONGEST_AGENT = 254  # characters, as at the other doors
_ALIKE = 200  # the newest comments of a page under one name that a decision can be meant for
_DECISIONS = {True: (Action.SPAM, Status.SPAM), False: (Action.APPROVE, Status.PUBLISHED)}


@dataclass(frozen=True, slots=True)
class Asked:
    """A comment that a client asked about: how an answer names it, and what became of it."""

    comment_id: int
    revision: int
    guid: str
    outcome: Outcome


class AkismetDoor:
    """Takes in what Akismet clients ask about.

    Args:
        vault: seals and indexes what identifies a reader.
        write: runs what is to be stored in a transaction.
        sweep_after: how long a comment may stay pending before the sweeper looks after it.
    """

    def __init__(self, vault: EmailVault, write: Writer, sweep_after: timedelta) -> None:
        self._vault = vault
        self._write = write
        self._sweep_after = sweep_after

    def accept(self, site: SiteProfile, question: Question, now: datetime) -> Asked:
        """Store a comment as PENDING, in one transaction; one that was asked about before is found
        as it stands, also in the words that the client has made of it meanwhile where it says that
        it asks again. The caller nudges the task queue.

        Nothing here refuses it, as other doors do what is a copy, too much at once or on a closed
        thread: whether the comment may be written was the asking system's to say. The checks see
        how often it comes.
        """
        guid = self.guid(site, question)
        if question.is_again and (found := self._find_again(site, question, guid)) is not None:
            return found
        return self._write(lambda connection: self._store(connection, site, question, guid, now))

    def guid(self, site: SiteProfile, question: Question) -> str:
        """How answers name the comment. A trial has one of its own each time."""
        if question.is_test:
            return secrets.token_hex(16)
        return guid_of(self._vault.check_index(site.site_id, identity(question.said)))

    def _store(
        self,
        connection: Connection,
        site: SiteProfile,
        question: Question,
        guid: str,
        now: datetime,
    ) -> Asked:
        same = _SELECT_ASKED.where(
            Comment.site_id == site.site_id, Comment.idempotency_key == key_of_guid(guid)
        )
        if found := connection.execute(same).first():
            return Asked(found.id, found.revision, guid, _outcome(found))
        line = customer(question.address)
        said = question.said
        values = {
            "site_id": site.site_id,
            "thread_id": self._thread(connection, site.site_id, said.url or "", now),
            "commenter_id": self._commenter(connection, site.site_id, said.email, now),
            "name": said.name,
            "website": said.website,
            "text": said.comment,
            "created_at": now,
            "sweep_at": now + self._sweep_after,
            "idempotency_key": key_of_guid(guid),
            "content_hash": bytes.fromhex(guid),
            "door": TEST_DOOR if question.is_test else DOOR,
            "network": truncate(question.address),
            "network_index": self._vault.network_index(site.site_id, line),
            "user_agent": question.user_agent[:_LONGEST_AGENT],
            "form_token": FormToken.MISSING,
            "honeypot": question.honeypot,
            "email_class": email_class(said.email),
        }
        row = connection.execute(insert(Comment).returning(Comment.id), values)
        return Asked(row.scalar_one(), 1, guid, Outcome(Status.PENDING, None, None))

    def _thread(self, connection: Connection, site_id: int, page: str, now: datetime) -> int:
        key = key_elsewhere(page)
        same = select(Thread.id).where(Thread.site_id == site_id, Thread.key == key)
        if (found := connection.execute(same).scalar()) is not None:
            return found
        values = {
            "site_id": site_id,
            "key": key,
            "url": page,
            "title": "",
            "created_at": now,
            "elsewhere": True,
        }
        return connection.execute(insert(Thread).returning(Thread.id), values).scalar_one()

    def _commenter(
        self, connection: Connection, site_id: int, email: str | None, now: datetime
    ) -> int:
        if email is None:
            # Somebody new each time, as at the other doors.
            index, domain_index = (secrets.token_bytes(INDEX_BYTES) for _ in range(2))
            sealed = NO_ADDRESS
        else:
            index = self._vault.index(site_id, email)
            same = select(Commenter.id).where(
                Commenter.site_id == site_id, Commenter.email_index == index
            )
            if (found := connection.execute(same).scalar()) is not None:
                return found
            domain_index = self._vault.domain_index(site_id, email.rpartition("@")[2])
            sealed = self._vault.seal(site_id, email)
        values = {
            "site_id": site_id,
            "email_index": index,
            "email_domain_index": domain_index,
            "email_key_id": sealed.key_id,
            "email_sealed": sealed.sealed,
            "first_seen_at": now,
        }
        return connection.execute(insert(Commenter).returning(Commenter.id), values).scalar_one()

    def decide(
        self,
        site: SiteProfile,
        key: ActiveKey,
        question: Question,
        now: datetime,
        *,
        is_spam: bool,
    ) -> None:
        """Carry out what the site's people decided on a comment, in the name of the key's owner, so
        that it teaches as a decision in the queue does. A comment never asked about, or erased
        since, is stored with it. What is decided so already stays as it is; what the policy said
        already is confirmed.
        """
        comment_id = self._find(site, question)
        if comment_id is None:
            comment_id = self.accept(site, question, now).comment_id
        try:
            _decide(key, comment_id, now, is_spam=is_spam)
        except StaleDecisionError:
            # Judged or decided on just then: what is told now comes after that.
            _decide(key, comment_id, now, is_spam=is_spam)

    def _find(self, site: SiteProfile, question: Question) -> int | None:
        """The comment that a client means, as it first asked, or in words that it has changed a
        little since.
        """
        guids = filter(None, (question.guid, self.guid(site, question)))
        mine = (Comment.site_id == site.site_id, Comment.status != Status.DELETED)
        try:
            for guid in guids:
                same = select(Comment.id).where(*mine, Comment.idempotency_key == key_of_guid(guid))
                if (found := db.session.scalar(same)) is not None:
                    return found
            words = loosened(question.said.comment)
            rows: Sequence[Any] = db.session.execute(_alike(site.site_id, question)).all()
            return next((row.id for row in rows if loosened(row.text) == words), None)
        finally:
            db.session.rollback()  # a request that goes on to write must not hold a connection

    def _find_again(self, site: SiteProfile, question: Question, guid: str) -> Asked | None:
        """The comment that a client asks about again in words of its own. Of the same person and
        with the same links: an answer, unlike a decision, is read by nobody before it counts.
        """
        said = question.said
        same = _alike(site.site_id, question).where(Comment.website == said.website)
        if said.email is None:
            same = same.where(Commenter.email_sealed == NO_ADDRESS.sealed)
        else:
            same = same.where(Commenter.email_index == self._vault.index(site.site_id, said.email))
        words = retold(said.comment)
        try:
            rows: Sequence[Any] = db.session.execute(same).all()
        finally:
            db.session.rollback()  # as above
        found = [row for row in rows if retold(row.text) == words]
        # One of the very same words before one that is only alike; else the last.
        exact = (row for row in found if row.idempotency_key == key_of_guid(guid))
        row = next(exact, next(iter(found), None))
        if row is None:
            return None
        return Asked(row.id, row.revision, guid_of_key(row.idempotency_key), _outcome(row))


def read_outcome(comment_id: int) -> Outcome:
    """What became of a comment by now. Holds no connection after."""
    try:
        row = db.session.execute(_SELECT_ASKED.where(Comment.id == comment_id)).one()
        return _outcome(row)
    finally:
        db.session.rollback()


def _decide(key: ActiveKey, comment_id: int, now: datetime, *, is_spam: bool) -> None:
    action, wanted = _DECISIONS[is_spam]
    with acting_by_key(key.name), writing():
        comment = review.own_comment(key.member_id, comment_id)
        if comment.status is Status.PENDING:
            # Whatever the checks would say, a person has decided.
            verdict = Verdict(Status.HELD, VerdictRule.DECIDED_ELSEWHERE, 0.0)
            change_status(comment, concluding(verdict), now)
            comment = review.own_comment(key.member_id, comment_id)
        if comment.status is not wanted or as_judged([comment_id]):
            review.apply_decision(key.member_id, comment, action, "", now)


def _outcome(row: Any) -> Outcome:
    return Outcome(row.status, row.verdict_rule, row.score)


_SELECT_ASKED = select(
    Comment.id, Comment.revision, Comment.status, Comment.verdict_rule, Comment.score
)


def _alike(site_id: int, question: Question) -> Select[Any]:
    """The newest comments of a page under one name."""
    return (
        _SELECT_ASKED.add_columns(Comment.text, Comment.idempotency_key)
        .join(Thread, Thread.id == Comment.thread_id)
        .join(Commenter, Commenter.id == Comment.commenter_id)
        .where(
            Comment.site_id == site_id,
            Comment.status != Status.DELETED,
            Thread.site_id == site_id,
            Thread.key == key_elsewhere(question.said.url or ""),
            Comment.name == question.said.name,
        )
        .order_by(Comment.id.desc())
        .limit(_ALIKE)
    )
