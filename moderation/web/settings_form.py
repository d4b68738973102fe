"""A site's settings as a form: its fields as text, what was typed as settings, faults in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from moderation.domain.site_settings import SettingsSheet
from moderation.words import N_

# What a field takes, said when it holds something else.
_TAKES = {
    "page_size": N_("This takes a whole number from 1 to 100."),
    "edit_minutes": N_("This takes a whole number of minutes, up to 1440 (a day); 0 for never."),
    "hold_at_reports": N_("This takes a whole number from 1 to 1000, or nothing."),
    "akismet_days": N_("This takes a whole number from 1 to 3650."),
    "close_after_days": N_("This takes a whole number from 1 to 36500, or nothing."),
}
_CHOOSE = N_("Please choose one of these.")
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class SettingsForm:
    """What the form shows.

    Attributes:
        values: each field's text.
        faults: what is wrong with a field, in words.
        sheet: what the text says, where nothing is wrong with it.
    """

    values: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    sheet: SettingsSheet | None = None


def shown(sheet: SettingsSheet) -> dict[str, str]:
    """Settings as the text of the fields."""
    return {name: _text(value) for name, value in sheet.model_dump(mode="json").items()}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    return "" if value is None else str(value)


def read(typed: Mapping[str, str], sheet: SettingsSheet) -> SettingsForm:
    """What was typed. A field that was not sent stays as it is in `sheet`."""
    values = {name: typed.get(name, old).strip() for name, old in shown(sheet).items()}
    present: dict[str, Any] = {name: text or None for name, text in values.items()}
    try:
        return SettingsForm(values, sheet=SettingsSheet.model_validate(present))
    except ValidationError as error:
        names = {str(fault["loc"][0]) for fault in error.errors(include_input=False)}
        return SettingsForm(values, {name: _TAKES.get(name, _CHOOSE) for name in names})
