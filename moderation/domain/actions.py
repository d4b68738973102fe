"""What the audit log can tell of."""

from collections.abc import Iterable
from enum import StrEnum


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


ACTION_WORDS: dict[Action, str] = {
    Action.VERDICT: "Verdict",
    Action.APPROVE: "Approved",
    Action.SPAM: "Marked as spam",
    Action.REJECT: "Rejected",
    Action.BLOCK: "Rejected, and its commenter blocked",
    Action.UNDO: "Taken back",
    Action.EDIT: "Edited",
    Action.DELETE: "Deleted",
    Action.EXPIRE: "Erased",
    Action.REPLY: "Replied",
    Action.SECOND_OPINION: "Asked for a second opinion",
    Action.REPORTS_DISMISSED: "Dismissed readers’ reports",
    Action.ADDRESS_SHOWN: "Address shown",
    Action.RULE_ADDED: "Rule added",
    Action.RULE_REMOVED: "Rule removed",
    Action.POLICY_CHANGED: "Policy changed",
    Action.THREAD_CLOSED: "Thread closed",
    Action.THREAD_OPENED: "Thread opened",
    Action.MEMBER_INVITED: "Invited",
    Action.MEMBER_JOINED: "Joined",
    Action.ROLE_CHANGED: "Role changed",
    Action.MEMBER_REMOVED: "Removed from the site",
    Action.SITE_ADDED: "Site added",
    Action.SITE_RENAMED: "Site renamed",
    Action.ORIGIN_ADDED: "Origin added",
    Action.ORIGIN_REMOVED: "Origin removed",
    Action.SETTINGS_CHANGED: "Settings changed",
    Action.KEY_ADDED: "API key added",
    Action.KEY_REVOKED: "API key revoked",
    Action.SERVICE_CHANGED: "Other service changed",
    Action.LEARNING_RESET: "Learning begun anew",
    Action.LEARNING_RESTORED: "Former learning restored",
    Action.LESSONS_IMPORTED: "Lessons imported",
}

# A moderator's decisions on a comment.
DECIDING = frozenset({Action.APPROVE, Action.SPAM, Action.REJECT, Action.BLOCK})


def standing_decision(entries: Iterable[tuple[int, Action, int | None]]) -> Action | None:
    """The decision on a comment that still stands: the last one that was not taken back.

    Args:
        entries: of one comment, oldest first: id, action, and the id that an UNDO takes back.
    """
    found = standing_entry(entries)
    return None if found is None else found[1]


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
