"""A site's settings in words, and what a change of them changed."""

from collections.abc import Mapping
from typing import Any

from moderation.domain.policy_words import SETTING_WORDS
from moderation.domain.site_settings import INTERFACE_LANGUAGES, Markup, SettingsSheet, Sort, Theme

SHEET_WORDS: dict[str, str] = {
    "language": "Language",
    "theme": "Colours",
    "sort": "Which comments come first",
    "page_size": "Comments shown at once",
    "markup": "What a comment may hold",
    "name_required": "A name must be given",
    "email_required": "An email address must be given",
    "edit_minutes": "Minutes to edit or delete",
    "likes": "Readers can like comments",
    "reports": "Readers can report comments",
    "hold_at_reports": "Reports that hold a comment",
    "akismet_days": "Days to keep comments of Akismet clients",
    "close_after_days": SETTING_WORDS["close_after_days"],
}
THEME_WORDS: dict[Theme, str] = {
    Theme.AUTO: "As the reader’s system is set",
    Theme.LIGHT: "Light",
    Theme.DARK: "Dark",
}
SORT_WORDS: dict[Sort, str] = {
    Sort.OLDEST: "The oldest",
    Sort.NEWEST: "The newest",
    Sort.LIKED: "The most liked",
}
MARKUP_WORDS: dict[Markup, str] = {
    Markup.RICH: "Limited Markdown, and the tags that WordPress leaves to guests",
    Markup.PLAIN: "Paragraphs and links",
}
LANGUAGE_OF_PAGE = "As the page says, else as the browser does"


def tell_settings(changes: Mapping[str, Any]) -> list[str]:
    """Each change of what is on the sheet in words, such as “Comments shown at once: 50 → 20”."""
    return [
        f"{SHEET_WORDS[name]}: {_told(name, pair[0])} → {_told(name, pair[1])}"
        for name, pair in changes.items()
        if name in SettingsSheet.model_fields and isinstance(pair, list) and len(pair) == 2  # noqa: PLR2004 -- before and after
    ]


def _told(name: str, value: Any) -> str:
    if name == "language":
        return INTERFACE_LANGUAGES.get(value, LANGUAGE_OF_PAGE.lower())
    if value is None or (name == "edit_minutes" and value == 0):
        return "never"
    if isinstance(value, bool):
        return "yes" if value else "no"
    words: dict[str, dict[Any, str]] = {
        "theme": {**THEME_WORDS},
        "sort": {**SORT_WORDS},
        "markup": {**MARKUP_WORDS},
    }
    return words.get(name, {}).get(value, str(value)).lower()
