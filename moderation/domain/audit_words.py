"""The audit log in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moderation.domain.actions import ACTION_WORDS, Action
from moderation.domain.policy import RULE_MEANINGS, VerdictRule
from moderation.domain.policy_words import tell_changes
from moderation.domain.remote_words import tell_service
from moderation.domain.rules import (
    EFFECTS_WITHIN,
    KIND_WORDS,
    RuleEffect,
    RuleKind,
    note_words,
)
from moderation.domain.settings_words import tell_settings
from moderation.domain.status import Actor
from moderation.words import N_, Figure, Message

# Under this name an entry keeps which API key acted for the moderator.
BY_KEY = "by_key"

# From {link} to {end} leads to the comment; where no link is wanted they are nothing.
_TO_COMMENT: dict[Action, Message] = {
    Action.VERDICT: N_("{who} judged {link}a comment by {commenter}{end}"),
    Action.APPROVE: N_("{who} approved {link}a comment by {commenter}{end}"),
    Action.SPAM: N_("{who} marked {link}a comment by {commenter}{end} as spam"),
    Action.REJECT: N_("{who} rejected {link}a comment by {commenter}{end}"),
    Action.BLOCK: N_(
        "{who} rejected {link}a comment by {commenter}{end} and blocked its commenter"
    ),
    Action.UNDO: N_("{who} took back a decision on {link}a comment by {commenter}{end}"),
    Action.EDIT: N_("{who} edited {link}a comment by {commenter}{end}"),
    Action.DELETE: N_("{who} deleted {link}a comment by {commenter}{end}"),
    Action.EXPIRE: N_(
        "{who} erased {link}a comment by {commenter}{end}, which is not kept any longer"
    ),
    Action.REPLY: N_("{who} replied to {link}a comment by {commenter}{end}"),
    Action.SECOND_OPINION: N_(
        "{who} asked for a second opinion on {link}a comment by {commenter}{end}"
    ),
    Action.REPORTS_DISMISSED: N_(
        "{who} dismissed readers’ reports of {link}a comment by {commenter}{end}"
    ),
    Action.ADDRESS_SHOWN: N_(
        "{who} looked at the address behind {link}a comment by {commenter}{end}"
    ),
}
_CONFIRMED = N_("{who} confirmed what the policy said of {link}a comment by {commenter}{end}")
_TO_SITE: dict[Action, Message] = {
    Action.RULE_ADDED: N_("{who} added a rule"),
    Action.RULE_REMOVED: N_("{who} removed a rule"),
    Action.POLICY_CHANGED: N_("{who} changed the policy"),
    Action.THREAD_CLOSED: N_("{who} closed a thread"),
    Action.THREAD_OPENED: N_("{who} opened a thread"),
    Action.MEMBER_INVITED: N_("{who} invited somebody"),
    Action.MEMBER_JOINED: N_("{who} joined the site"),
    Action.ROLE_CHANGED: N_("{who} changed a role"),
    Action.MEMBER_REMOVED: N_("{who} removed somebody from the site"),
    Action.SITE_ADDED: N_("{who} added the site"),
    Action.SITE_RENAMED: N_("{who} renamed the site"),
    Action.ORIGIN_ADDED: N_("{who} added an origin"),
    Action.ORIGIN_REMOVED: N_("{who} removed an origin"),
    Action.SETTINGS_CHANGED: N_("{who} changed the settings"),
    Action.KEY_ADDED: N_("{who} added an API key"),
    Action.KEY_REVOKED: N_("{who} revoked an API key"),
    Action.SERVICE_CHANGED: N_("{who} changed what other services are asked"),
    Action.LEARNING_RESET: N_("{who} let the site begin to learn anew"),
    Action.LEARNING_RESTORED: N_("{who} let former lessons count again"),
    Action.LESSONS_IMPORTED: N_("{who} imported lessons"),
    Action.LESSONS_FORGOTTEN: N_("{who} let imported lessons be forgotten"),
}
# What was done to a comment that is not there any more, and otherwise without its like.
_TO_NONE = N_("{who} did this to a comment that is gone: {what}")
_BESIDE = N_("{who} did this with {link}a comment by {commenter}{end}: {what}")
_NOBODY: dict[Actor, str] = {
    Actor.MACHINE: N_("The policy"),
    Actor.MODERATOR: N_("A moderator"),
    Actor.AUTHOR: N_("Its author"),
    Actor.SITE: N_("The site"),
    Actor.OPERATOR: N_("The operator"),
}
# What an entry's details are called.
_DETAILS: dict[str, Message] = {
    "name": N_("Name: {value}"),
    "slug": N_("Slug: {value}"),
    "origin": N_("Origin: {value}"),
    "origins": N_("Origins: {value}"),
    "before": N_("Before: {value}"),
    "after": N_("After: {value}"),
    "role": N_("Role: {value}"),
    "member": N_("Member: {value}"),
    "invitation": N_("Invitation: {value}"),
    "key_id": N_("Key id: {value}"),
    "key": N_("Key: {value}"),
    "scopes": N_("Scopes: {value}"),
    "url": N_("Url: {value}"),
    "lessons": N_("Lessons: {value}"),
    "since": N_("Since: {value}"),
    "reports": N_("Reports: {value}"),
    "score": N_("Score: {value}"),
    "rule_id": N_("Rule id: {value}"),
    "approved_with_entry": N_("Approved with entry: {value}"),
    "edited_at": N_("Edited at: {value}"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """An entry in words.

    Attributes:
        sentence: what was done, by whom and where it was to a comment, by whom that is.
        who: did it.
        commenter: wrote the comment, or nothing.
        because: why, in a person's or the policy's words, or nothing.
        more: further lines.
    """

    sentence: Message
    who: str
    commenter: str
    because: str
    more: tuple[str, ...]


def who_did(actor: Actor, name: str | None) -> str:
    """Whoever acted: a moderator's name, or what stands for the others."""
    return name or _NOBODY[actor]


def tell(
    action: Action,
    who: str,
    commenter: str | None,
    *,
    why: str,
    details: Mapping[str, Any],
    confirms: bool = False,
) -> Told:
    """An entry in words.

    Args:
        action: what was done.
        who: did it (`who_did`).
        commenter: the name on the comment that it was done to, if to one.
        why: the reason as it was stored.
        details: the entry's.
        confirms: whether it left the comment what it was.
    """
    if key := details.get(BY_KEY):
        who = N_("{who}, by the key “{key}”,", who=who, key=key)
    about = {"what": ACTION_WORDS[action], "commenter": commenter or "", "link": "", "end": ""}
    if commenter is not None:
        template = _CONFIRMED if confirms else _TO_COMMENT.get(action, _BESIDE)
    else:
        template = _TO_SITE.get(action, _TO_NONE)
    because = RULE_MEANINGS[VerdictRule(why)] if why in VerdictRule.__members__ else why
    sentence = template.filled(who=who, **about)
    return Told(sentence, who, commenter or "", because, _more(action, details))


def _more(action: Action, details: Mapping[str, Any]) -> tuple[str, ...]:
    if action in {Action.RULE_ADDED, Action.RULE_REMOVED}:
        return (_tell_rule(details),)
    if action is Action.POLICY_CHANGED:
        return tuple(tell_changes(details))
    if action is Action.SETTINGS_CHANGED:
        return tuple(tell_settings(details))
    if action is Action.SERVICE_CHANGED:
        return tuple(tell_service(details))
    if action is Action.VERDICT:
        return tuple(_tell_points(details.get("score")))
    return tuple(
        _tell_detail(name, value)
        for name, value in details.items()
        if name != BY_KEY and isinstance(value, str | int | float) and value != ""
    )


def _tell_points(score: object) -> Iterator[str]:
    if isinstance(score, int | float):
        yield N_("{points} points", points=Figure.points(score))


def _tell_detail(name: str, value: object) -> str:
    if name in _DETAILS:
        return _DETAILS[name].filled(value=str(value))
    return f"{name.replace('_', ' ').capitalize()}: {value}"


def _tell_rule(details: Mapping[str, Any]) -> Message:
    kind, effect = details.get("kind", ""), details.get("effect", "")
    kind = KIND_WORDS[RuleKind(kind)] if kind in set(RuleKind) else kind
    effect = EFFECTS_WITHIN[RuleEffect(effect)] if effect in set(RuleEffect) else effect
    told = {"kind": kind, "effect": effect}
    value, note = details.get("value"), note_words(details.get("note", ""))
    if value and note:
        return N_("{kind} “{value}”: {effect} ({note})", value=value, note=note, **told)
    if value:
        return N_("{kind} “{value}”: {effect}", value=value, **told)
    if note:
        return N_("{kind} with a sealed address: {effect} ({note})", note=note, **told)
    return N_("{kind} with a sealed address: {effect}", **told)
