"""A service's settings as a form: fields as text, what was typed as settings, faults in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from moderation.domain.remote import MOST_ZONES, SETTINGS, Service, ServiceSettings
from moderation.words import N_

_TAKES = {
    "timeout": N_("This takes a number of seconds from 0.2 to 5."),
    "daily_budget": N_("This takes a whole number from 1 to 1000000."),
    "zones": N_(
        "This takes one to {most} names of lists, such as dbl.spamhaus.org.", most=MOST_ZONES
    ),
    "address": N_("This takes up to 500 characters."),
    "model": N_("This takes up to 100 characters."),
}
_CHOOSE = N_("Please choose one of these.")
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class ServiceForm:
    """What a service's form shows.

    Attributes:
        values: each field's text.
        faults: what is wrong with a field, in words.
        wanted: what the text says, where it says anything.
    """

    values: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    wanted: ServiceSettings | None = None


def shown(settings: ServiceSettings) -> dict[str, str]:
    """Settings as the text of the fields."""
    return {name: _text(value) for name, value in settings.model_dump(mode="json").items()}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list):
        return " ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def read(service: Service, typed: Mapping[str, str], settings: ServiceSettings) -> ServiceForm:
    """What was typed. A field that was not sent stays as it is in `settings`."""
    values = {name: typed.get(name, old).strip() for name, old in shown(settings).items()}
    present: dict[str, Any] = dict(values)
    if "zones" in present:
        present["zones"] = [zone for zone in re.split(r"[\s,]+", present["zones"]) if zone]
    try:
        wanted = SETTINGS[service].model_validate(present)
    except ValidationError as error:
        names = {str(fault["loc"][0]) for fault in error.errors(include_input=False)}
        return ServiceForm(values, {name: _TAKES.get(name, _CHOOSE) for name in names})
    return ServiceForm(values, wanted=wanted)
