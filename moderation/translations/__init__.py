"""The catalogues: what readers are told, in every interface language. `make words` keeps them.

`<locale>/LC_MESSAGES/messages.po` holds the words of the pages, faults and mails; beside it is the
compiled `messages.mo` that Flask-Babel reads. `widget.po` holds the widget's words, from which
`moderation/static/widget/words/<tag>.json` are made. The English text is the message's id; English
has no catalogue, but words for the widget.
"""

from pathlib import Path

from moderation.domain.site_settings import INTERFACE_LANGUAGES

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
SOURCE = "en"
TAGS = tuple(tag for tag in INTERFACE_LANGUAGES if tag != SOURCE)
DOMAINS = ("messages", "widget")

# Which form goes with a number: CLDR's rules for whole numbers (its category for whole millions in
# French, Italian, Portuguese and Spanish left out), in gettext's notation. The forms stand in
# CLDR's order: zero, one, two, few, many, other.
_ONE_OR_MORE = "nplurals=2; plural=(n != 1);"
_NONE_IS_ONE = "nplurals=2; plural=(n > 1);"
_NO_PLURAL = "nplurals=1; plural=0;"
_EAST_SLAVIC = (
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
    "n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
)
PLURAL_FORMS = {
    SOURCE: _ONE_OR_MORE,
    "de": _ONE_OR_MORE,
    "fr": _NONE_IS_ONE,
    "es": _ONE_OR_MORE,
    "pt": _NONE_IS_ONE,
    "it": _ONE_OR_MORE,
    "nl": _ONE_OR_MORE,
    "pl": ("nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"),
    "ru": _EAST_SLAVIC,
    "uk": _EAST_SLAVIC,
    "tr": _ONE_OR_MORE,
    "ar": (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
        "n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"
    ),
    "he": "nplurals=3; plural=(n==1 ? 0 : n==2 ? 1 : 2);",
    "hi": _NONE_IS_ONE,
    "zh-Hans": _NO_PLURAL,
    "zh-Hant": _NO_PLURAL,
    "ja": _NO_PLURAL,
    "ko": _NO_PLURAL,
}


def locale_of(tag: str) -> str:
    """A language's name as gettext and Babel write it, such as `zh_Hans`."""
    return tag.replace("-", "_")


def po_file(tag: str, domain: str) -> Path:
    """Where a catalogue is."""
    return HERE / locale_of(tag) / "LC_MESSAGES" / f"{domain}.po"
