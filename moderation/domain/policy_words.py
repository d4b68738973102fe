"""A policy in words: its settings, and what a change of it changed."""

from collections.abc import Mapping
from typing import Any

from moderation.domain.changes import pairs_in
from moderation.domain.policy import AbuseAction, PolicyMode
from moderation.domain.signals import MEANINGS, Symbol
from moderation.words import N_, Figure, Message

MODE_WORDS: dict[PolicyMode, str] = {
    PolicyMode.PREMODERATE: N_("Hold every comment"),
    PolicyMode.HOLD_FIRST_TIMERS: N_("Hold a commenter’s first comment"),
    PolicyMode.PUBLISH_LOW_SCORE: N_("Publish what nothing speaks against"),
}
ABUSE_WORDS: dict[AbuseAction, str] = {
    AbuseAction.OFF: N_("Do not look for it"),
    AbuseAction.HOLD: N_("Hold it for a person"),
    AbuseAction.REJECT: N_("Reject it"),
}
# The same within a sentence, such as “Insults and hatred: hold it for a person → reject it”.
_WITHIN: dict[str, str] = {
    PolicyMode.PREMODERATE: N_("hold every comment"),
    PolicyMode.HOLD_FIRST_TIMERS: N_("hold a commenter’s first comment"),
    PolicyMode.PUBLISH_LOW_SCORE: N_("publish what nothing speaks against"),
    AbuseAction.OFF: N_("do not look for it"),
    AbuseAction.HOLD: N_("hold it for a person"),
    AbuseAction.REJECT: N_("reject it"),
}
SETTING_WORDS: dict[str, str] = {
    "mode": N_("What nothing speaks against"),
    "hold_at": N_("Points that hold"),
    "spam_at": N_("Points that make spam"),
    "weights": N_("Weights"),
    "hold_probability": N_("Probability of spam that holds"),
    "spam_probability": N_("Probability of spam that makes spam"),
    "abuse": N_("Insults and hatred"),
    "abuse_probability": N_("Probability from which something is one"),
    "max_links": N_("Links that hold"),
    "max_depth": N_("Depth of replies"),
    "close_after_days": N_("Days until a thread closes"),
    "flood_network": N_("Limit of a network"),
    "flood_commenter": N_("Limit of a commenter"),
    "reject_reasons": N_("Reasons for rejecting"),
}


def tell_changes(changes: Mapping[str, Any]) -> list[str]:
    """Each change in words, such as “Links that hold: 2 → 3”."""
    told: list[str] = []
    for name, before, after in pairs_in(changes):
        if name == "weights" and isinstance(before, dict) and isinstance(after, dict):
            told += _tell_weights(before, after)
        elif name == "reject_reasons":
            told.append(_tell_reasons(before, after))
        else:
            tell = _percent if name.endswith("_probability") else _told
            told.append(changed(SETTING_WORDS.get(name, name), tell(before), tell(after)))
    return told


def changed(what: str, before: object, after: object) -> Message:
    """That something became something else."""
    return N_("{what}: {before} → {after}", what=what, before=before, after=after)


def _tell_weights(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [
        N_(
            "Weight of “{sign}”: {before} → {after}",
            sign=_meaning(symbol),
            before=_told(before.get(symbol, 1)),
            after=_told(after.get(symbol, 1)),
        )
        for symbol in sorted(before.keys() | after.keys())
        if before.get(symbol, 1) != after.get(symbol, 1)
    ]


def _meaning(symbol: str) -> str:
    return MEANINGS[Symbol(symbol)] if symbol in Symbol.__members__ else symbol


def _tell_reasons(before: Any, after: Any) -> Message:
    old, new = list(before or ()), list(after or ())
    added = [f"+ “{reason}”" for reason in new if reason not in old]
    gone = [f"− “{reason}”" for reason in old if reason not in new]
    if not added and not gone:
        return N_("Reasons for rejecting: in another order")
    return N_("Reasons for rejecting: {changes}", changes=", ".join(added + gone))


def _percent(value: Any) -> object:
    return Figure.percent(100 * value) if isinstance(value, int | float) else _told(value)


def _told(value: Any) -> object:
    if value is None:
        return N_("never")
    if isinstance(value, dict) and {"count", "seconds"} <= value.keys():
        return N_("{count} in {seconds} s", count=value["count"], seconds=value["seconds"])
    if isinstance(value, int | float):
        return value
    return _WITHIN.get(str(value), str(value))
