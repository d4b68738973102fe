"""Settings as a form and back."""

from moderation.domain.site_settings import SettingsSheet
from moderation.web.settings_form import read, shown


def test_what_is_shown_is_read_back() -> None:
    sheet = SettingsSheet.model_validate(
        {"language": "ar", "likes": False, "hold_at_reports": None, "close_after_days": 9}
    )

    assert read(shown(sheet), SettingsSheet()).sheet == sheet
    assert read({}, sheet).sheet == sheet


def test_each_fault_is_told_at_its_field() -> None:
    typed = {
        "language": "tlh",
        "theme": "pink",
        "sort": "x",
        "page_size": "",
        "markup": "x",
        "edit_minutes": "1441",
        "likes": "perhaps",
        "hold_at_reports": "0",
        "close_after_days": "soon",
    }
    form = read(typed, SettingsSheet())

    assert form.sheet is None
    assert form.faults.keys() == typed.keys()
    assert {name: form.values[name] for name in typed} == typed
