"""What the audit log can tell of."""

from collections.abc import Collection, Iterable
from enum import StrEnum

from moderation.words import N_


class Action(StrEnum):
    """What was done. Stored by value, shown in the words of `ACTION_WORDS`."""

    VERDICT = "verdict"
    APPROVE = "approve"
    SPAM = "spam"
    REJECT = "reject"
    BLOCK = "block"
    UNDO = "undo"
    EDIT = "edit"
    DELETE = "delete"
    EXPIRE = "expire"
    REPLY = "reply"
    SECOND_OPINION = "second_opinion"
    REPORTS_DISMISSED = "reports_dismissed"
    ADDRESS_SHOWN = "address_shown"
    RULE_ADDED = "rule_added"
    RULE_REMOVED = "rule_removed"
    POLICY_CHANGED = "policy_changed"
    THREAD_CLOSED = "thread_closed"
    THREAD_OPENED = "thread_opened"
    MEMBER_INVITED = "member_invited"
    MEMBER_JOINED = "member_joined"
    ROLE_CHANGED = "role_changed"
    MEMBER_REMOVED = "member_removed"
    SITE_ADDED = "site_added"
    SITE_RENAMED = "site_renamed"
    ORIGIN_ADDED = "origin_added"
    ORIGIN_REMOVED = "origin_removed"
    SETTINGS_CHANGED = "settings_changed"
    KEY_ADDED = "key_added"
    KEY_REVOKED = "key_revoked"
    SERVICE_CHANGED = "service_changed"
    LEARNING_RESET = "learning_reset"
    LEARNING_RESTORED = "learning_restored"
    LESSONS_IMPORTED = "lessons_imported"
    LESSONS_FORGOTTEN = "lessons_forgotten"


ACTION_WORDS: dict[Action, str] = {
    Action.VERDICT: N_("Verdict"),
    Action.APPROVE: N_("Approved"),
    Action.SPAM: N_("Marked as spam"),
    Action.REJECT: N_("Rejected"),
    Action.BLOCK: N_("Rejected, and its commenter blocked"),
    Action.UNDO: N_("Taken back"),
    Action.EDIT: N_("Edited"),
    Action.DELETE: N_("Deleted"),
    Action.EXPIRE: N_("Erased"),
    Action.REPLY: N_("Replied"),
    Action.SECOND_OPINION: N_("Asked for a second opinion"),
    Action.REPORTS_DISMISSED: N_("Dismissed readers’ reports"),
    Action.ADDRESS_SHOWN: N_("Address shown"),
    Action.RULE_ADDED: N_("Rule added"),
    Action.RULE_REMOVED: N_("Rule removed"),
    Action.POLICY_CHANGED: N_("Policy changed"),
    Action.THREAD_CLOSED: N_("Thread closed"),
    Action.THREAD_OPENED: N_("Thread opened"),
    Action.MEMBER_INVITED: N_("Invited"),
    Action.MEMBER_JOINED: N_("Joined"),
    Action.ROLE_CHANGED: N_("Role changed"),
    Action.MEMBER_REMOVED: N_("Removed from the site"),
    Action.SITE_ADDED: N_("Site added"),
    Action.SITE_RENAMED: N_("Site renamed"),
    Action.ORIGIN_ADDED: N_("Origin added"),
    Action.ORIGIN_REMOVED: N_("Origin removed"),
    Action.SETTINGS_CHANGED: N_("Settings changed"),
    Action.KEY_ADDED: N_("API key added"),
    Action.KEY_REVOKED: N_("API key revoked"),
    Action.SERVICE_CHANGED: N_("Other service changed"),
    Action.LEARNING_RESET: N_("Learning begun anew"),
    Action.LEARNING_RESTORED: N_("Former learning restored"),
    Action.LESSONS_IMPORTED: N_("Lessons imported"),
    Action.LESSONS_FORGOTTEN: N_("Imported lessons forgotten"),
}
# The same within a sentence, such as “Ben: approved”, of what gives a comment its status.
ACTIONS_WITHIN: dict[Action, str] = {
    Action.VERDICT: N_("verdict"),
    Action.APPROVE: N_("approved"),
    Action.SPAM: N_("marked as spam"),
    Action.REJECT: N_("rejected"),
    Action.BLOCK: N_("rejected, and its commenter blocked"),
    Action.UNDO: N_("taken back"),
    Action.EDIT: N_("edited"),
    Action.DELETE: N_("deleted"),
    Action.EXPIRE: N_("erased"),
    Action.REPLY: N_("replied"),
}

# Of a decision that leaves a comment what the policy made of it.
_CONFIRMED, _CONFIRMED_WITHIN = N_("Confirmed"), N_("confirmed")


def words_for(action: Action, *, confirms: bool = False) -> str:
    """What was done, as `ACTION_WORDS` say it.

    Args:
        action: what.
        confirms: whether it left the comment what it was.
    """
    return _CONFIRMED if confirms else ACTION_WORDS[action]


def words_within(action: Action, *, confirms: bool = False) -> str:
    """The same within a sentence, such as “Ben: approved”; as `words_for` where it has no words of
    its own there.
    """
    return _CONFIRMED_WITHIN if confirms else ACTIONS_WITHIN.get(action, ACTION_WORDS[action])


# A moderator's decisions on a comment.
DECIDING = frozenset({Action.APPROVE, Action.SPAM, Action.REJECT, Action.BLOCK})


def standing_decision(entries: Iterable[tuple[int, Action, int | None]]) -> Action | None:
    """The decision on a comment that still stands: the last one that was not taken back.

    Args:
        entries: of one comment, oldest first: id, action, and the id that an UNDO takes back.
    """
    found = standing_entry(entries)
    return None if found is None else found[1]


def is_as_judged(entries: Collection[tuple[int, Action, int | None]]) -> bool:
    """Whether a comment is what a verdict made of it: no decision since stands.

    Args:
        entries: as for `standing_decision`, verdicts among them.
    """
    verdicts = [entry_id for entry_id, action, _ in entries if action is Action.VERDICT]
    standing = standing_entry(entries)
    return bool(verdicts) and (standing is None or standing[0] < verdicts[-1])


def standing_entry(
    entries: Iterable[tuple[int, Action, int | None]],
) -> tuple[int, Action] | None:
    """The same, with the number of its entry."""
    standing: dict[int, Action] = {}
    for entry_id, action, undoes_id in entries:
        if action in DECIDING:
            standing[entry_id] = action
        elif undoes_id is not None:
            standing.pop(undoes_id, None)
    return next(reversed(standing.items()), None)
