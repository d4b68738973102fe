"""A site's settings in words."""

from moderation.domain.changes import changes_between
from moderation.domain.settings_words import SHEET_WORDS, tell_settings
from moderation.domain.site_settings import SettingsSheet


def test_every_setting_has_words() -> None:
    assert SHEET_WORDS.keys() == SettingsSheet.model_fields.keys()


def test_a_change_is_told_in_words() -> None:
    after = SettingsSheet.model_validate(
        {
            "language": "de",
            "theme": "dark",
            "page_size": 20,
            "likes": False,
            "edit_minutes": 0,
            "hold_at_reports": None,
            "close_after_days": 14,
        }
    )

    assert tell_settings(changes_between(SettingsSheet(), after)) == [
        "Language: as the page says, else as the browser does → Deutsch",
        "Colours: as the reader’s system is set → dark",
        "Comments shown at once: 50 → 20",
        "Minutes to edit or delete: 15 → never",
        "Readers can like comments: yes → no",
        "Reports that hold a comment: 3 → never",
        "Days until a thread closes: never → 14",
    ]


def test_what_is_of_the_policy_alone_is_not_told() -> None:
    assert tell_settings({"hold_at": [3, 4], "likes": "broken"}) == []
