"""A site's settings in words, and what a change of them changed."""

from collections.abc import Mapping
from typing import Any

from moderation.domain.changes import pairs_in
from moderation.domain.policy_words import SETTING_WORDS
from moderation.domain.site_settings import INTERFACE_LANGUAGES, Markup, SettingsSheet, Sort, Theme
from moderation.words import N_

SHEET_WORDS: dict[str, str] = {
    "language": N_("Language"),
    "theme": N_("Colours"),
    "sort": N_("Which comments come first"),
    "page_size": N_("Comments shown at once"),
    "markup": N_("What a comment may hold"),
    "name_required": N_("A name must be given"),
    "email_required": N_("An email address must be given"),
    "edit_minutes": N_("Minutes to edit or delete"),
    "likes": N_("Readers can like comments"),
    "reports": N_("Readers can report comments"),
    "hold_at_reports": N_("Reports that hold a comment"),
    "akismet_days": N_("Days to keep comments of Akismet clients"),
    "close_after_days": SETTING_WORDS["close_after_days"],
}
THEME_WORDS: dict[Theme, str] = {
    Theme.AUTO: N_("As the reader’s system is set"),
    Theme.LIGHT: N_("Light"),
    Theme.DARK: N_("Dark"),
}
SORT_WORDS: dict[Sort, str] = {
    Sort.OLDEST: N_("The oldest"),
    Sort.NEWEST: N_("The newest"),
    Sort.LIKED: N_("The most liked"),
}
MARKUP_WORDS: dict[Markup, str] = {
    Markup.RICH: N_("Limited Markdown, and the tags that WordPress leaves to guests"),
    Markup.PLAIN: N_("Paragraphs and links"),
}
LANGUAGE_OF_PAGE = N_("As the page says, else as the browser does")

# The same within a sentence.
_WITHIN: dict[str, dict[Any, str]] = {
    "theme": {
        Theme.AUTO: N_("as the reader’s system is set"),
        Theme.LIGHT: N_("light"),
        Theme.DARK: N_("dark"),
    },
    "sort": {
        Sort.OLDEST: N_("the oldest"),
        Sort.NEWEST: N_("the newest"),
        Sort.LIKED: N_("the most liked"),
    },
    "markup": {
        Markup.RICH: N_("limited Markdown, and the tags that WordPress leaves to guests"),
        Markup.PLAIN: N_("paragraphs and links"),
    },
}


def tell_settings(changes: Mapping[str, Any]) -> list[str]:
    """Each change of what is on the sheet in words, such as “Comments shown at once: 50 → 20”."""
    return [
        N_(
            "{what}: {before} → {after}",
            what=SHEET_WORDS[name],
            before=_told(name, before),
            after=_told(name, after),
        )
        for name, before, after in pairs_in(changes)
        if name in SettingsSheet.model_fields
    ]


def _told(name: str, value: Any) -> str:
    if name == "language":
        of_page = N_("as the page says, else as the browser does")
        return INTERFACE_LANGUAGES.get(value, of_page)
    if value is None or (name == "edit_minutes" and value == 0):
        return N_("never")
    if isinstance(value, bool):
        return N_("yes") if value else N_("no")
    return _WITHIN.get(name, {}).get(value, str(value))
