"""API keys: what one looks like, and what it may be good for."""

from enum import StrEnum

from moderation.words import N_


class Scope(StrEnum):
    """What a key may do. Stored by value."""

    READ = "read"
    MODERATE = "moderate"
    SUBMIT = "submit"
    AKISMET = "akismet"


SCOPE_WORDS: dict[Scope, str] = {
    Scope.READ: N_("Read comments of every status, with the reasons"),
    Scope.MODERATE: N_("Decide on comments, and take decisions back"),
    Scope.SUBMIT: N_("Post comments for readers, with their network address"),
    Scope.AKISMET: N_(
        "Ask for verdicts as an Akismet client, such as WordPress. "
        "Alone: such clients take short keys only"
    ),
}

MARK = "lar"
PREFIX_LENGTH = 8  # characters behind the mark
SECRET_LENGTH = 40  # letters and digits: 238 bits
# WordPress's plugin takes 12 characters and leaves out what is no hexadecimal digit. 48 bits are
# few, so that such a key is kept as a keyed index, and may do nothing else.
SHORT_LENGTH = 12
_SHOWN_OF_SHORT = 2  # characters


def write_key(prefix: str, secret: str) -> str:
    """A key as it is shown once: `lar_<prefix>_<secret>`."""
    return f"{MARK}_{prefix}_{secret}"


def short_prefix(key: str) -> str:
    """What is kept of a short key for people to know it by."""
    return key[:_SHOWN_OF_SHORT]


def shown_prefix(prefix: str) -> str:
    """The part of a key that stays visible."""
    return prefix if len(prefix) == _SHOWN_OF_SHORT else f"{MARK}_{prefix}"
