"""Deciding on comments, and taking decisions back."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import delete, func, select

from moderation.domain.actions import Action
from moderation.domain.audit_words import who_did
from moderation.domain.roles import Permission
from moderation.domain.rules import RuleEffect, RuleKind, blocked_note
from moderation.domain.status import STATUSES_WITHIN, Actor, Status
from moderation.domain.teaching import IS_SPAM
from moderation.domain.text import noted
from moderation.errors import InvalidInputError, StaleDecisionError, UnknownCommentError
from moderation.models import (
    AuditEntry,
    Comment,
    Commenter,
    Moderator,
    Revision,
    SecondOpinion,
    SiteRule,
    db,
)
from moderation.models.base import writing
from moderation.services import opinions, reports
from moderation.services.audit import record
from moderation.services.editing import change_text, rendered_for
from moderation.services.permissions import memberships_where, require
from moderation.services.standing import as_judged
from moderation.services.transitions import Change, change_status, change_statuses
from moderation.words import N_, Message

# What a moderator may make of a comment, by the word used in forms and in the audit log.
DECISIONS: dict[Action, Status] = {
    Action.APPROVE: Status.PUBLISHED,
    Action.SPAM: Status.SPAM,
    Action.REJECT: Status.REJECTED,
    Action.BLOCK: Status.REJECTED,
}
UNDOABLE = frozenset({*DECISIONS, Action.EDIT, Action.REPLY, Action.SECOND_OPINION})
LONGEST_WHY = 500  # characters
_MINUTES_FROM = 120  # seconds; a shorter time is told in these
# Under this name the entry of a reply keeps that of the approval that came with it.
APPROVED_WITH = "approved_with_entry"


def decide(
    moderator_id: int,
    comment_id: int,
    decision: str,
    *,
    revision: int,
    seen: Status,
    now: datetime,
    why: str = "",
) -> int:
    """Carry out a moderator's decision: status, counters and audit entry in one transaction. What
    the policy published or marked as spam can be confirmed: it stays so, and teaches.

    Args:
        moderator_id: who decides; must moderate the comment's site.
        comment_id: on what.
        decision: one of `DECISIONS`. BLOCK also adds a rule that rejects its commenter.
        revision: the revision that was judged.
        seen: the status that the moderator saw.
        now: when.
        why: a reason, for colleagues.

    Returns:
        The id of the decision's audit entry.

    Raises:
        InvalidInputError: there is no such decision, or the comment is rejected already.
        NotAllowedError: the moderator's role does not allow it.
        UnknownCommentError: there is no such comment on the moderator's sites.
        StaleDecisionError: somebody was faster, or the comment was changed, or somebody decided so
            already; nothing was written.
    """
    action = decision_of(decision, DECISIONS)
    with writing():
        comment = own_comment(moderator_id, comment_id)
        refuse_stale(comment, revision, seen, now)
        return apply_decision(moderator_id, comment, action, why, now)


def decision_of(word: str, among: Collection[Action]) -> Action:
    """The decision that a form's word stands for.

    Raises:
        InvalidInputError: it is none of `among`.
    """
    found = next((action for action in among if action.value == word), None)
    if found is None:
        raise InvalidInputError(N_("There is no such decision here."))
    return found


def apply_decision(
    moderator_id: int, comment: Comment, action: Action, why: str, now: datetime
) -> int:
    """Carry out a decision on a comment locked within the caller's transaction.

    Raises: as `decide`.
    """
    confirms = is_there_by(comment, action)
    if confirms and not as_judged([comment.id]):
        raise StaleDecisionError(_who_was_faster(comment, now))
    details = opinions.withdraw([comment.id]).get(comment.id, {})
    reports.close([comment], now)
    if action is Action.BLOCK:
        require(moderator_id, comment.site_id, Permission.BLOCK_COMMENTER)
        details |= {"rule_id": _block(comment, now)}
    change = Change(
        DECISIONS[action],
        Actor.MODERATOR,
        action,
        noted(why, LONGEST_WHY),
        moderator_id=moderator_id,
        details=details,
        confirms=confirms,
    )
    return change_status(comment, change, now)


def is_there_by(comment: Comment, action: Action) -> bool:
    """Whether a decision that teaches would leave the comment what it is."""
    return action in IS_SPAM and comment.status is DECISIONS[action]


def _block(comment: Comment, now: datetime) -> int | None:
    """Add a rule that rejects whatever comes under the commenter's address; None if it is there."""
    commenter = db.session.get_one(Commenter, comment.commenter_id)
    if not commenter.has_address:
        raise InvalidInputError(
            N_("This commenter gave no address that could be blocked. Please reject the comment.")
        )
    same = (
        SiteRule.site_id == comment.site_id,
        SiteRule.kind == RuleKind.EMAIL,
        SiteRule.email_index == commenter.email_index,
    )
    there = db.session.scalar(select(SiteRule).where(*same))
    if there is not None:
        if there.effect is not RuleEffect.REJECT:
            raise InvalidInputError(
                N_("A rule of this site says otherwise of this address. Change that rule first.")
            )
        return None
    rule = SiteRule(
        site_id=comment.site_id,
        kind=RuleKind.EMAIL,
        effect=RuleEffect.REJECT,
        value="",
        email_index=commenter.email_index,
        note=blocked_note(comment.name)[:200],
        created_at=now,
    )
    db.session.add(rule)
    db.session.flush()
    return rule.id


def own_comment(moderator_id: int, comment_id: int) -> Comment:
    """The comment, locked for this transaction.

    Raises:
        UnknownCommentError: there is no such comment on the moderator's sites.
    """
    own = memberships_where(moderator_id, Permission.DECIDE)
    comment = db.session.scalar(
        select(Comment)
        .where(Comment.id == comment_id, Comment.site_id.in_(select(own.c.site_id)))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if comment is None:
        raise UnknownCommentError(N_("There is no such comment on your sites."))
    return comment


def refuse_stale(comment: Comment, revision: int, seen: Status, now: datetime) -> None:
    """Refuse where the comment is not what the moderator saw.

    Raises:
        StaleDecisionError: it says who was faster.
    """
    if comment.revision != revision and (edit := _latest_edit(comment)) is not None:
        raise StaleDecisionError(
            N_(
                "{who} edited this {ago}. Please look at it again; nothing was overwritten.",
                who=_name(edit.moderator_id) or N_("Its author"),
                ago=_ago(edit.replaced_at, now),
            )
        )
    if comment.revision != revision or comment.status is not seen:
        raise StaleDecisionError(_who_was_faster(comment, now))


def _latest_edit(comment: Comment) -> Revision | None:
    return db.session.scalar(
        select(Revision)
        .where(Revision.comment_id == comment.id)
        .order_by(Revision.revision.desc())
        .limit(1)
    )


def undo(moderator_id: int, entry_id: int, *, now: datetime) -> int:
    """Take back what an audit entry tells of, in one transaction: a decision gives the comment the
    status it had before, an edit its words, a reply is deleted, a second opinion no longer asked.
    With a reply goes the approval that came with it, unless the comment was decided again since.

    Returns:
        The id of the audit entry that tells of it.

    Raises:
        UnknownCommentError: there is no such decision on the moderator's sites.
        StaleDecisionError: it was taken back already, or the comment was decided again since.
    """
    with writing():
        entry = db.session.get(AuditEntry, entry_id)
        undoable = entry is not None and entry.moderator_id and entry.action in UNDOABLE
        if entry is None or entry.comment_id is None or not undoable:
            raise UnknownCommentError(N_("There is no such decision on your sites."))
        if (approval := _approval_with(entry)) and approval.comment_id:
            # Locked before the reply below it: those who lock many do it by number.
            own_comment(moderator_id, approval.comment_id)
        comment = own_comment(moderator_id, entry.comment_id)
        if undone := db.session.scalar(select(AuditEntry).where(AuditEntry.undoes_id == entry_id)):
            who, ago = _name(undone.moderator_id), _ago(undone.created_at, now)
            raise StaleDecisionError(N_("{who} took this back already, {ago}.", who=who, ago=ago))
        return _TAKE_BACK.get(entry.action, _take_back_decision)(moderator_id, comment, entry, now)


def _take_back_decision(
    moderator_id: int, comment: Comment, entry: AuditEntry, now: datetime
) -> int:
    if entry.before is None or not _is_latest(entry, comment):
        raise StaleDecisionError(_who_was_faster(comment, now))
    if rule_id := entry.details.get("rule_id"):
        db.session.execute(
            delete(SiteRule).where(SiteRule.id == rule_id, SiteRule.site_id == comment.site_id)
        )
    opinions.give_back([entry])
    reports.reopen([entry])
    return change_status(comment, _back(moderator_id, entry, entry.before), now)


def _take_back_reply(moderator_id: int, comment: Comment, entry: AuditEntry, now: datetime) -> int:
    if not _is_latest(entry, comment):
        raise StaleDecisionError(_who_was_faster(comment, now))
    change = Change(
        Status.DELETED, Actor.SITE, Action.UNDO, moderator_id=moderator_id, undoes_id=entry.id
    )
    changes = [(comment, change)]
    if approval := _approval_with(entry):
        approved = db.session.get_one(Comment, approval.comment_id)
        if approval.before and _is_latest(approval, approved):
            opinions.give_back([approval])
            reports.reopen([approval])
            changes.append((approved, _back(moderator_id, approval, approval.before)))
    # At once, so that counters are locked in their order.
    change_statuses(changes, now)
    return db.session.scalars(select(AuditEntry.id).where(AuditEntry.undoes_id == entry.id)).one()


def _approval_with(entry: AuditEntry) -> AuditEntry | None:
    """The approval that came with a reply."""
    approval_id = entry.details.get(APPROVED_WITH)
    return db.session.get_one(AuditEntry, approval_id) if approval_id else None


def _is_latest(entry: AuditEntry, comment: Comment) -> bool:
    latest = latest_entry(comment)
    return latest is not None and latest.id == entry.id


def _back(moderator_id: int, entry: AuditEntry, before: Status) -> Change:
    return Change(
        before,
        Actor.MODERATOR,
        Action.UNDO,
        moderator_id=moderator_id,
        undoes_id=entry.id,
        confirms=entry.before is entry.after,
    )


def _take_back_edit(moderator_id: int, comment: Comment, entry: AuditEntry, now: datetime) -> int:
    former = db.session.get(Revision, (comment.id, entry.revision))
    if former is None or comment.revision != former.revision + 1:
        raise StaleDecisionError(N_("It was edited again since. Nothing was overwritten."))
    before = entry.details.get("edited_at")
    rendered = rendered_for(comment.id, former.text)
    change_text(comment, former.text, rendered, moderator_id, now)
    # Readers see no more that it was edited than they did before.
    comment.edited_at = datetime.fromisoformat(before) if before else None
    return _record_undo(moderator_id, comment, entry, now)


def _take_back_opinion(
    moderator_id: int, comment: Comment, entry: AuditEntry, now: datetime
) -> int:
    if not opinions.is_still_asked(entry):
        raise StaleDecisionError(
            N_("It was decided since, so the second opinion is not asked any more.")
        )
    db.session.execute(delete(SecondOpinion).where(SecondOpinion.comment_id == comment.id))
    return _record_undo(moderator_id, comment, entry, now)


def _record_undo(moderator_id: int, comment: Comment, entry: AuditEntry, now: datetime) -> int:
    return record(
        comment.site_id, moderator_id, Action.UNDO, now, comment=comment, undoes_id=entry.id
    )


_TAKE_BACK: dict[Action, Callable[[int, Comment, AuditEntry, datetime], int]] = {
    Action.REPLY: _take_back_reply,
    Action.EDIT: _take_back_edit,
    Action.SECOND_OPINION: _take_back_opinion,
}


def comment_of(moderator_id: int, entry_id: int) -> int:
    """The comment at which what an audit entry tells of is shown: of a reply, the one replied to.

    Raises:
        UnknownCommentError: there is no such entry on the moderator's sites.
    """
    own = memberships_where(moderator_id, Permission.DECIDE)
    found = db.session.execute(
        select(Comment.id, Comment.parent_id, AuditEntry.action)
        .join(AuditEntry, AuditEntry.comment_id == Comment.id)
        .where(AuditEntry.id == entry_id, AuditEntry.site_id.in_(select(own.c.site_id)))
    ).one_or_none()
    if found is None:
        raise UnknownCommentError(N_("There is no such decision on your sites."))
    shown: int = found.parent_id if found.action is Action.REPLY else found.id
    return shown


def latest_entry(comment: Comment) -> AuditEntry | None:
    """The verdict or decision that gave the comment its status."""
    newest = (
        select(func.max(AuditEntry.id))
        .where(AuditEntry.comment_id == comment.id, AuditEntry.after.is_not(None))
        .scalar_subquery()
    )
    return db.session.scalar(select(AuditEntry).where(AuditEntry.id == newest))


_DECIDED = N_("{who} decided this {ago}: {status}. Nothing was overwritten.")
# What an author does that gives a comment a status.
_AUTHOR_WAS_FASTER = {
    Action.EDIT: N_("{who} edited this {ago}. Nothing was overwritten."),
    Action.DELETE: N_("{who} deleted this {ago}. Nothing was overwritten."),
}


def _who_was_faster(comment: Comment, now: datetime) -> str:
    entry = latest_entry(comment)
    if entry is None:
        return N_("This comment is still being judged. Please reload the queue in a moment.")
    who = who_did(entry.actor, _name(entry.moderator_id))
    ago = _ago(entry.created_at, now)
    if entry.actor is Actor.AUTHOR:
        return _AUTHOR_WAS_FASTER[entry.action].filled(who=who, ago=ago)
    after = STATUSES_WITHIN[entry.after] if entry.after else ""
    return _DECIDED.filled(who=who, ago=ago, status=after)


def _name(moderator_id: int | None) -> str | None:
    return None if moderator_id is None else db.session.get_one(Moderator, moderator_id).name


def _ago(when: datetime, now: datetime) -> Message:
    seconds = max(0, round((now - when).total_seconds()))
    if seconds < _MINUTES_FROM:
        return N_("{n} s ago", n=seconds)
    return N_("{n} min ago", n=seconds // 60)
