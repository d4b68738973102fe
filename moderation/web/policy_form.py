"""A policy as a form: its fields as text, what was typed as a policy, faults in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from moderation.domain.policy import USUAL_REASONS, SitePolicy
from moderation.domain.signals import Symbol
from moderation.web.languages import reason
from moderation.words import N_

# What a field takes, said when it holds something else. Parts of a setting follow a point.
_TAKES = {
    "mode": N_("Please choose one of these."),
    "hold_at": N_("This takes a number above 0, up to 1000."),
    "spam_at": N_("This takes a number above 0, up to 1000."),
    "weights": N_("A weight is a number from 0 to 100."),
    "hold_probability": N_("This takes a number of percent above 0 and below 100."),
    "spam_probability": N_("This takes a number of percent above 0 and below 100."),
    "abuse": N_("Please choose one of these."),
    "abuse_probability": N_("This takes a number of percent above 0 and below 100."),
    "max_links": N_("This takes a whole number from 1 to 1000."),
    "max_depth": N_("This takes a whole number from 1 to 10."),
    "close_after_days": N_("This takes a whole number from 1 to 36500, or nothing."),
    "flood_network.count": N_("This takes a whole number from 1 to 100000."),
    "flood_network.seconds": N_("This takes a whole number of seconds, up to 86400 (a day)."),
    "flood_commenter.count": N_("This takes a whole number from 1 to 100000."),
    "flood_commenter.seconds": N_("This takes a whole number of seconds, up to 86400 (a day)."),
    "reject_reasons": N_(
        "This takes at most 20 reasons, each of at most 100 characters on one line."
    ),
}
_OUT_OF_ORDER = {
    "spam_at": N_("This must not be less than the points that hold a comment."),
    "spam_probability": N_("This must not be less than the percent from which a comment is held."),
}
_LIMITS = ("flood_network", "flood_commenter")
_PERCENT = ("hold_probability", "spam_probability", "abuse_probability")


@dataclass(frozen=True, slots=True)
class PolicyForm:
    """What the form shows.

    Attributes:
        values: each field's text.
        faults: what is wrong with a field, in words.
        policy: what the text says, where nothing is wrong with it.
    """

    values: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    policy: SitePolicy | None = None

    @property
    def weights_at_fault(self) -> bool:
        """Whether a weight is."""
        return any(name.startswith("weights") for name in self.faults)


def shown(policy: SitePolicy) -> dict[str, str]:
    """A policy as the text of the fields."""
    values = {
        "mode": policy.mode.value,
        "hold_at": f"{policy.hold_at:g}",
        "spam_at": f"{policy.spam_at:g}",
        "abuse": policy.abuse.value,
        "max_links": str(policy.max_links),
        "max_depth": str(policy.max_depth),
        "close_after_days": str(policy.close_after_days or ""),
        "reject_reasons": "\n".join(map(reason, policy.reject_reasons)),
    }
    values |= {name: _percent(getattr(policy, name)) for name in _PERCENT}
    for name in _LIMITS:
        limit = getattr(policy, name)
        values |= {f"{name}.count": str(limit.count), f"{name}.seconds": str(limit.seconds)}
    return values | {f"weights.{s.value}": f"{policy.weights.get(s, 1.0):g}" for s in Symbol}


def _percent(probability: float) -> str:
    return f"{round(100 * probability, 4):g}"


def _probability(text: str) -> float | str:
    """What was typed as a number of percent; itself where it is none, which is then at fault."""
    try:
        return round(float(text) / 100, 6)
    except ValueError:
        return text


def read(typed: Mapping[str, str], policy: SitePolicy) -> PolicyForm:
    """What was typed. A field that was not sent stays as it is in `policy`."""
    values = {
        name: "\n".join(typed.get(name, old).splitlines()).strip()
        for name, old in shown(policy).items()
    }
    try:
        return PolicyForm(values, policy=SitePolicy.model_validate(_nested(values)))
    except ValidationError as error:
        return PolicyForm(values, _faults(error))


def _nested(values: Mapping[str, str]) -> dict[str, Any]:
    numbers = {name: text.replace(",", ".") for name, text in values.items()}
    nested: dict[str, Any] = {
        "mode": values["mode"],
        "hold_at": numbers["hold_at"],
        "spam_at": numbers["spam_at"],
        "abuse": values["abuse"],
        "max_links": numbers["max_links"],
        "max_depth": numbers["max_depth"],
        "close_after_days": numbers["close_after_days"] or None,
        "reject_reasons": _reasons(values["reject_reasons"]),
        "weights": {
            symbol.value: numbers[f"weights.{symbol.value}"]
            for symbol in Symbol
            if numbers[f"weights.{symbol.value}"] not in {"1", "1.0", ""}
        },
    }
    nested |= {name: _probability(numbers[name]) for name in _PERCENT}
    for name in _LIMITS:
        nested[name] = {part: numbers[f"{name}.{part}"] for part in ("count", "seconds")}
    return nested


def _lines(text: str) -> list[str]:
    stripped = (line.strip() for line in text.splitlines())
    return list(dict.fromkeys(line for line in stripped if line))


def _reasons(text: str) -> list[str]:
    """What was typed, with the usual reasons as they are kept, whatever language shows them."""
    kept = {reason(usual): str(usual) for usual in USUAL_REASONS}
    return list(dict.fromkeys(kept.get(line, line) for line in _lines(text)))


def _faults(error: ValidationError) -> dict[str, str]:
    faults: dict[str, str] = {}
    for fault in error.errors(include_url=False, include_input=False):
        where = ".".join(map(str, fault["loc"]))
        outer = where.partition(".")[0]
        if not where:
            at_fault = next(name for name in _OUT_OF_ORDER if name in fault["msg"])
            faults[at_fault] = _OUT_OF_ORDER[at_fault]
        elif outer == "reject_reasons":
            faults[outer] = _TAKES[outer]
        else:
            faults[where] = _TAKES.get(where) or _TAKES[outer]
    return faults
