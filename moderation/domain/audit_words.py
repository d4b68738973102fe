"""The audit log in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moderation.domain.actions import Action
from moderation.domain.policy import RULE_MEANINGS, VerdictRule
from moderation.domain.policy_words import tell_changes
from moderation.domain.remote_words import tell_service
from moderation.domain.rules import EFFECT_WORDS, KIND_WORDS, RuleEffect, RuleKind
from moderation.domain.settings_words import tell_settings
from moderation.domain.status import Actor, Status

# Under this name an entry keeps which API key acted for the moderator.
BY_KEY = "by_key"

# What was done, between who did it and, where it was done to a comment, whose comment.
_TO_COMMENT: dict[Action, tuple[str, str]] = {
    Action.VERDICT: ("judged", ""),
    Action.APPROVE: ("approved", ""),
    Action.SPAM: ("marked", "as spam"),
    Action.REJECT: ("rejected", ""),
    Action.BLOCK: ("rejected", "and blocked its commenter"),
    Action.UNDO: ("took back a decision on", ""),
    Action.EDIT: ("edited", ""),
    Action.DELETE: ("deleted", ""),
    Action.EXPIRE: ("erased", "after as long as the site keeps it"),
    Action.REPLY: ("replied to", ""),
    Action.SECOND_OPINION: ("asked for a second opinion on", ""),
    Action.REPORTS_DISMISSED: ("dismissed readers’ reports of", ""),
    Action.ADDRESS_SHOWN: ("looked at the address behind", ""),
}
_TO_SITE: dict[Action, str] = {
    Action.RULE_ADDED: "added a rule",
    Action.RULE_REMOVED: "removed a rule",
    Action.POLICY_CHANGED: "changed the policy",
    Action.THREAD_CLOSED: "closed a thread",
    Action.THREAD_OPENED: "opened a thread",
    Action.MEMBER_INVITED: "invited somebody",
    Action.MEMBER_JOINED: "joined the site",
    Action.ROLE_CHANGED: "changed a role",
    Action.MEMBER_REMOVED: "removed somebody from the site",
    Action.SITE_ADDED: "added the site",
    Action.SITE_RENAMED: "renamed the site",
    Action.ORIGIN_ADDED: "added an origin",
    Action.ORIGIN_REMOVED: "removed an origin",
    Action.SETTINGS_CHANGED: "changed the settings",
    Action.KEY_ADDED: "added an API key",
    Action.KEY_REVOKED: "revoked an API key",
    Action.SERVICE_CHANGED: "changed what other services are asked",
    Action.LEARNING_RESET: "let the site begin to learn anew",
    Action.LEARNING_RESTORED: "let former lessons count again",
    Action.LESSONS_IMPORTED: "imported lessons",
}
_NOBODY: dict[Actor, str] = {
    Actor.MACHINE: "The policy",
    Actor.MODERATOR: "A moderator",
    Actor.AUTHOR: "Its author",
    Actor.SITE: "The site",
    Actor.OPERATOR: "The operator",
}


@dataclass(frozen=True, slots=True)
class Told:
    """An entry in words.

    Attributes:
        who: did it.
        did: what, up to the comment.
        to: whose comment, or nothing.
        how: what follows the comment.
        became: “held → spam”, or nothing.
        because: why, in a person's or the policy's words, or nothing.
        more: further lines.
    """

    who: str
    did: str
    to: str
    how: str
    became: str
    because: str
    more: tuple[str, ...]

    def __str__(self) -> str:
        to = f"a comment by {self.to}" if self.to else ""
        sentence = " ".join(part for part in (self.who, self.did, to, self.how) if part)
        became = f": {self.became}" if self.became else ""
        because = f", because: {self.because}" if self.because else ""
        return f"{sentence}{became}{because}"


def who_did(actor: Actor, name: str | None) -> str:
    """Whoever acted: a moderator's name, or what stands for the others."""
    return name or _NOBODY[actor]


def tell(
    action: Action,
    who: str,
    commenter: str | None,
    change: tuple[Status | None, Status | None],
    *,
    why: str,
    details: Mapping[str, Any],
) -> Told:
    """An entry in words.

    Args:
        action: what was done.
        who: did it (`who_did`).
        commenter: the name on the comment that it was done to, if to one.
        change: its statuses before and after.
        why: the reason as it was stored.
        details: the entry's.
    """
    if commenter is not None:
        did, how = _TO_COMMENT.get(action) or (f"{_TO_SITE[action]} with", "")
    else:
        did, how = _TO_SITE.get(action) or " ".join(filter(None, _TO_COMMENT[action])), ""
    before, after = change
    became = f"{before} → {after}" if before and after else ""
    because = RULE_MEANINGS[VerdictRule(why)] if why in VerdictRule.__members__ else why
    if key := details.get(BY_KEY):
        who = f"{who}, by the key “{key}”,"
    return Told(who, did, commenter or "", how, became, because, _more(action, details))


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
        score = details.get("score")
        return (f"{score:+g} points",) if isinstance(score, int | float) else ()
    return tuple(
        f"{name.replace('_', ' ').capitalize()}: {value}"
        for name, value in details.items()
        if name != BY_KEY and isinstance(value, str | int | float) and value != ""
    )


def _tell_rule(details: Mapping[str, Any]) -> str:
    kind, effect = details.get("kind", ""), details.get("effect", "")
    kind = KIND_WORDS[RuleKind(kind)] if kind in set(RuleKind) else kind
    effect = EFFECT_WORDS[RuleEffect(effect)] if effect in set(RuleEffect) else effect
    value = details.get("value")
    shown = f" “{value}”" if value else " with a sealed address"
    note = f" ({details['note']})" if details.get("note") else ""
    return f"{kind}{shown}: {str(effect).lower()}{note}"
