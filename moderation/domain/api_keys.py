"""API keys: what one looks like, and what it may be good for."""

from enum import StrEnum


class Scope(StrEnum):
    """What a key may do. Stored by value."""

    READ = "read"
    MODERATE = "moderate"
    SUBMIT = "submit"


SCOPE_WORDS: dict[Scope, str] = {
    Scope.READ: "Read comments of every status, with the reasons",
    Scope.MODERATE: "Decide on comments, and take decisions back",
    Scope.SUBMIT: "Post comments for readers, with their network address",
}

MARK = "lar"
PREFIX_LENGTH = 8  # characters behind the mark
SECRET_LENGTH = 40  # letters and digits: 238 bits


def write_key(prefix: str, secret: str) -> str:
    """A key as it is shown once: `lar_<prefix>_<secret>`."""
    return f"{MARK}_{prefix}_{secret}"


def shown_prefix(prefix: str) -> str:
    """The part of a key that stays visible."""
    return f"{MARK}_{prefix}"
