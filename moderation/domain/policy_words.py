"""A policy in words: its settings, and what a change of it changed."""

from collections.abc import Mapping
from typing import Any

from moderation.domain.policy import AbuseAction, PolicyMode
from moderation.domain.signals import MEANINGS, Symbol

MODE_WORDS: dict[PolicyMode, str] = {
    PolicyMode.PREMODERATE: "Hold every comment",
    PolicyMode.HOLD_FIRST_TIMERS: "Hold a commenter’s first comment",
    PolicyMode.PUBLISH_LOW_SCORE: "Publish what nothing speaks against",
}
ABUSE_WORDS: dict[AbuseAction, str] = {
    AbuseAction.OFF: "Do not look for it",
    AbuseAction.HOLD: "Hold it for a person",
    AbuseAction.REJECT: "Reject it",
}
SETTING_WORDS: dict[str, str] = {
    "mode": "What nothing speaks against",
    "hold_at": "Points that hold",
    "spam_at": "Points that make spam",
    "weights": "Weights",
    "hold_probability": "Probability of spam that holds",
    "spam_probability": "Probability of spam that makes spam",
    "abuse": "Insults and hatred",
    "abuse_probability": "Probability from which something is one",
    "max_links": "Links that hold",
    "max_depth": "Depth of replies",
    "close_after_days": "Days until a thread closes",
    "flood_network": "Limit of a network",
    "flood_commenter": "Limit of a commenter",
    "reject_reasons": "Reasons for rejecting",
}


def tell_changes(changes: Mapping[str, Any]) -> list[str]:
    """Each change in words, such as “Links that hold: 2 → 3”."""
    told = []
    for name, pair in changes.items():
        if not isinstance(pair, list) or len(pair) != 2:  # noqa: PLR2004 -- before and after
            continue
        before, after = pair
        if name == "weights" and isinstance(before, dict) and isinstance(after, dict):
            told += _tell_weights(before, after)
        elif name == "reject_reasons":
            told.append(_tell_reasons(before, after))
        else:
            say = _percent if name.endswith("_probability") else _told
            told.append(f"{SETTING_WORDS.get(name, name)}: {say(before)} → {say(after)}")
    return told


def _tell_weights(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [
        f"Weight of “{_meaning(symbol)}”: {_told(before.get(symbol, 1))} → "
        f"{_told(after.get(symbol, 1))}"
        for symbol in sorted(before.keys() | after.keys())
        if before.get(symbol, 1) != after.get(symbol, 1)
    ]


def _meaning(symbol: str) -> str:
    return MEANINGS[Symbol(symbol)] if symbol in Symbol.__members__ else symbol


def _tell_reasons(before: Any, after: Any) -> str:
    old, new = list(before or ()), list(after or ())
    added = [f"+ “{reason}”" for reason in new if reason not in old]
    gone = [f"− “{reason}”" for reason in old if reason not in new]
    return f"{SETTING_WORDS['reject_reasons']}: {', '.join(added + gone) or 'in another order'}"


def _percent(value: Any) -> str:
    return f"{round(100 * value, 4):g} %" if isinstance(value, int | float) else _told(value)


def _told(value: Any) -> str:
    if value is None:
        return "never"
    if isinstance(value, dict) and {"count", "seconds"} <= value.keys():
        return f"{value['count']} in {value['seconds']} s"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, str) and value in set(PolicyMode):
        return MODE_WORDS[PolicyMode(value)].lower()
    if isinstance(value, str) and value in set(AbuseAction):
        return ABUSE_WORDS[AbuseAction(value)].lower()
    return str(value)
