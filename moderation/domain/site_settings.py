"""How a site's comments look and what its readers may do: everything that is no judgement."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

# BCP 47 tags of the languages that there are catalogues for; names as their speakers write them.
INTERFACE_LANGUAGES: dict[str, str] = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "pt": "Português",
    "it": "Italiano",
    "nl": "Nederlands",
    "pl": "Polski",
    "ru": "Русский",
    "uk": "Українська",
    "tr": "Türkçe",
    "ar": "العربية",
    "he": "עברית",
    "hi": "हिन्दी",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
    "ja": "日本語",
    "ko": "한국어",
}
RIGHT_TO_LEFT = frozenset({"ar", "he"})


def _known(language: str) -> str:
    if language not in INTERFACE_LANGUAGES:
        raise ValueError("there is no catalogue for this language")
    return language


class Theme(StrEnum):
    """What the widget looks like."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class Sort(StrEnum):
    """Which top comments come first; replies are always read oldest first."""

    OLDEST = "oldest"
    NEWEST = "newest"
    LIKED = "liked"


class Markup(StrEnum):
    """What a comment's text may hold."""

    RICH = "rich"  # limited Markdown, and the tags that WordPress leaves to guests
    PLAIN = "plain"  # paragraphs and links


class SiteSettings(BaseModel):
    """One site's settings, kept as data.

    Attributes:
        language: of the widget and the hosted pages; None: as the page says, else the browser.
        theme: the widget's.
        sort: which top comments come first.
        page_size: how many top comments are shown before “load more”.
        markup: what a comment may hold.
        name_required, email_required: what a reader must tell. A comment without a name is
            “Anonymous”.
        edit_minutes: for how long an author may edit or delete a comment; 0: never.
        likes: whether readers can like comments.
        reports: whether readers can report comments.
        hold_at_reports: of so many readers, until a published comment is held; None: never.
        akismet_days: for how many days comments are kept on which an Akismet client asked for a
            verdict. The default is for how long WordPress's plugin keeps what it needs to say that
            one was wrong.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: Annotated[str, AfterValidator(_known)] | None = None
    theme: Theme = Theme.AUTO
    sort: Sort = Sort.OLDEST
    page_size: Annotated[int, Field(ge=1, le=100)] = 50
    markup: Markup = Markup.RICH
    name_required: bool = True
    email_required: bool = True
    edit_minutes: Annotated[int, Field(ge=0, le=1440)] = 15
    likes: bool = True
    reports: bool = True
    hold_at_reports: Annotated[int, Field(ge=1, le=1000)] | None = 3
    akismet_days: Annotated[int, Field(ge=1, le=3650)] = 15


class SettingsSheet(SiteSettings):
    """What a site's page of settings holds: those above, and of its policy when threads close.

    Attributes:
        close_after_days: as in `SitePolicy`.
    """

    close_after_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
