"""What moderators do to a comment besides deciding on it."""

from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from moderation.domain.actions import Action
from moderation.domain.evidence import FormToken
from moderation.domain.network import parse_address, truncate
from moderation.domain.policy import SitePolicy
from moderation.domain.roles import Permission
from moderation.domain.status import Actor, Status
from moderation.domain.submission import clean_comment
from moderation.domain.text import noted
from moderation.errors import InvalidInputError, StaleDecisionError
from moderation.models import (
    Claim,
    Comment,
    Commenter,
    Moderator,
    SecondOpinion,
    Site,
    Thread,
    db,
)
from moderation.models.base import writing
from moderation.privacy.sealing import EmailVault, SealedEmail
from moderation.services import reports
from moderation.services.audit import record
from moderation.services.editing import change_text, rendered_for
from moderation.services.permissions import require
from moderation.services.queue import CLAIM_LASTS
from moderation.services.review import (
    APPROVED_WITH,
    apply_decision,
    own_comment,
    refuse_stale,
)
from moderation.services.search import index_text
from moderation.services.transitions import Change, change_status
from moderation.words import N_

_LONGEST_NOTE = 500  # characters


def edit(moderator_id: int, comment_id: int, text: str, *, revision: int, now: datetime) -> int:
    """Give a comment other words, in one transaction. What it said before is kept as a revision,
    and readers see that it was edited.

    Returns:
        The id of the audit entry.

    Raises:
        InvalidSubmissionError: the text is empty, too long or not one that can be shown.
        InvalidInputError: it is the text that is there already, or the comment is not judged yet.
        UnknownCommentError: there is no such comment on the moderator's sites.
        StaleDecisionError: it was changed meanwhile; nothing was written.
    """
    cleaned = clean_comment(text)
    rendered = rendered_for(comment_id, cleaned)
    with writing():
        comment = own_comment(moderator_id, comment_id)
        refuse_stale(comment, revision, comment.status, now)
        if comment.status in {Status.PENDING, Status.DELETED}:
            raise InvalidInputError(
                N_("Only what has been judged, and is not deleted, can be edited.")
            )
        if cleaned == comment.text:
            raise InvalidInputError(N_("These are the words that are there already."))
        before = comment.edited_at.isoformat() if comment.edited_at else None
        entry_id = record(
            comment.site_id, moderator_id, Action.EDIT, now, comment=comment, edited_at=before
        )
        change_text(comment, cleaned, rendered, moderator_id, now)
        return entry_id


def reply(
    vault: EmailVault,
    moderator_id: int,
    comment_id: int,
    text: str,
    *,
    revision: int,
    seen: Status,
    now: datetime,
) -> int:
    """Reply in the site's name, in one transaction. A comment that is held is approved with it,
    since nobody can follow a reply to what is not there; both are taken back as one.

    Returns:
        The id of the audit entry of the reply.

    Raises:
        InvalidSubmissionError: the text is empty, too long or not one that can be shown.
        InvalidInputError: the comment is neither published nor held, or the reply is there already.
        UnknownCommentError: there is no such comment on the moderator's sites.
        StaleDecisionError: somebody was faster, or the comment was changed; nothing was written.
    """
    cleaned = clean_comment(text)
    rendered = rendered_for(comment_id, cleaned)
    with writing():
        parent = own_comment(moderator_id, comment_id)
        refuse_stale(parent, revision, seen, now)
        if db.session.get_one(Thread, parent.thread_id).elsewhere:
            raise InvalidInputError(
                N_("The site publishes this comment by itself, so the reply must be written there.")
            )
        details = {}
        if parent.status is Status.HELD:
            approval = apply_decision(moderator_id, parent, Action.APPROVE, "", now)
            details[APPROVED_WITH] = approval
        elif parent.status is not Status.PUBLISHED:
            raise InvalidInputError(N_("Only what is published or held can be replied to."))
        said = _add_reply(vault, moderator_id, parent, (cleaned, rendered), now)
        change = Change(
            Status.PUBLISHED, Actor.SITE, Action.REPLY, moderator_id=moderator_id, details=details
        )
        return change_status(said, change, now)


def _add_reply(
    vault: EmailVault,
    moderator_id: int,
    parent: Comment,
    words: tuple[str, str],
    now: datetime,
) -> Comment:
    text, rendered = words
    moderator = db.session.get_one(Moderator, moderator_id)
    site = db.session.get_one(Site, parent.site_id)
    above = _place(parent, site.policy)
    same = select(Comment.id).where(
        Comment.thread_id == above.thread_id,
        Comment.status == Status.PUBLISHED,
        Comment.parent_id == above.id,
        Comment.by_site,
        Comment.text == text,
    )
    if db.session.scalar(same.limit(1)) is not None:
        raise InvalidInputError(N_("The site has replied with these words already."))
    nowhere = parse_address(None)
    said = Comment(
        site_id=parent.site_id,
        thread_id=parent.thread_id,
        commenter_id=_commenter(vault, site.id, moderator.email, now),
        parent_id=above.id,
        root_id=above.root_id or above.id,
        depth=above.depth + 1,
        name=moderator.name,
        text=text,
        rendered=rendered,
        status=Status.PENDING,
        created_at=now,
        sweep_at=now,
        screened_at=now,
        door="queue",
        network=truncate(nowhere),
        network_index=vault.network_index(site.id, truncate(nowhere)),
        user_agent="",
        form_token=FormToken.VALID,
        honeypot=False,
        by_site=True,
    )
    db.session.add(said)
    db.session.flush()
    index_text(said.id, said.name, said.text)
    return said


def _place(parent: Comment, policy: SitePolicy) -> Comment:
    """The comment to hang the reply on: as deep as replies go, the one above it."""
    while parent.depth >= policy.max_depth and parent.parent_id is not None:
        parent = db.session.get_one(Comment, parent.parent_id)
    return parent


def _commenter(vault: EmailVault, site_id: int, email: str, now: datetime) -> int:
    index = vault.index(site_id, email)
    known = db.session.scalar(
        select(Commenter.id).where(Commenter.site_id == site_id, Commenter.email_index == index)
    )
    if known is not None:
        return known
    sealed = vault.seal(site_id, email)
    commenter = Commenter(
        site_id=site_id,
        email_index=index,
        email_domain_index=vault.domain_index(site_id, email.rpartition("@")[2]),
        email_key_id=sealed.key_id,
        email_sealed=sealed.sealed,
        first_seen_at=now,
    )
    db.session.add(commenter)
    db.session.flush()
    return commenter.id


def ask_second_opinion(moderator_id: int, comment_id: int, note: str, *, now: datetime) -> int:
    """Ask colleagues to look at a comment too, in one transaction; gives the audit entry's id.

    Raises:
        UnknownCommentError: there is no such comment on the moderator's sites.
        InvalidInputError: it is pending or deleted.
        StaleDecisionError: somebody has asked already.
    """
    with writing():
        comment = own_comment(moderator_id, comment_id)
        if comment.status in {Status.PENDING, Status.DELETED}:
            raise InvalidInputError(N_("There is nothing to decide on this comment."))
        if db.session.get(SecondOpinion, comment_id) is not None:
            raise StaleDecisionError(N_("A second opinion on this is asked for already."))
        words = noted(note, _LONGEST_NOTE)
        db.session.add(
            SecondOpinion(
                comment_id=comment_id, moderator_id=moderator_id, note=words, created_at=now
            )
        )
        return record(
            comment.site_id,
            moderator_id,
            Action.SECOND_OPINION,
            now,
            why=words,
            comment=comment,
        )


def dismiss_reports(moderator_id: int, comment_id: int, *, now: datetime) -> int:
    """Close a published comment's open reports and leave it as it is, in one transaction; gives the
    audit entry's id. It cannot be taken back: whoever has new reasons reports it again.

    Raises:
        UnknownCommentError: there is no such comment on the moderator's sites.
        InvalidInputError: it is not published.
        StaleDecisionError: there is no open report, or not any more.
    """
    with writing():
        comment = own_comment(moderator_id, comment_id)
        if comment.status is not Status.PUBLISHED:
            raise InvalidInputError(N_("Only reports of what is published can be dismissed."))
        if not comment.open_reports:
            raise StaleDecisionError(N_("There are no open reports of this any more."))
        count = comment.open_reports
        reports.close([comment], now)
        return record(
            comment.site_id,
            moderator_id,
            Action.REPORTS_DISMISSED,
            now,
            comment=comment,
            reports=count,
        )


def show_address(vault: EmailVault, moderator_id: int, comment_id: int, *, now: datetime) -> str:
    """The address of a comment's commenter: a deliberate act, audited in the same transaction.

    Raises:
        UnknownCommentError: there is no such comment on the moderator's sites.
        NotAllowedError: the moderator's role does not allow it.
        InvalidInputError: the commenter gave none.
    """
    with writing():
        comment = own_comment(moderator_id, comment_id)
        require(moderator_id, comment.site_id, Permission.SHOW_ADDRESS)
        commenter = db.session.get_one(Commenter, comment.commenter_id)
        if not commenter.has_address:
            raise InvalidInputError(N_("This commenter gave no address."))
        record(comment.site_id, moderator_id, Action.ADDRESS_SHOWN, now, comment=comment)
        sealed = SealedEmail(commenter.email_key_id, commenter.email_sealed)
        return vault.open(comment.site_id, commenter.email_index, sealed)


def claim(moderator_id: int, comment_id: int, now: datetime) -> None:
    """Let colleagues know who is looking at a comment. Each moderator looks at one at a time; what
    a colleague is looking at stays theirs until they turn to another or say no more that they do.

    Raises:
        UnknownCommentError: there is no such comment on the moderator's sites.
    """
    # Two transactions, since one that held a claim while it wants the next could wait for a
    # colleague who goes the other way.
    with writing():
        db.session.execute(
            delete(Claim).where(Claim.moderator_id == moderator_id, Claim.comment_id != comment_id)
        )
    with writing():
        own_comment(moderator_id, comment_id)
        dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
        row = dialect.insert(Claim).values(
            comment_id=comment_id, moderator_id=moderator_id, seen_at=now
        )
        free = or_(Claim.moderator_id == moderator_id, Claim.seen_at <= now - CLAIM_LASTS)
        db.session.execute(
            row.on_conflict_do_update(
                index_elements=[Claim.comment_id],
                set_={"moderator_id": moderator_id, "seen_at": now},
                where=free,
            )
        )
