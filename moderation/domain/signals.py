"""Signals: what a check found, and the catalogue of their names in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from moderation.words import N_


class Symbol(StrEnum):
    """The name of a signal. Stored by value, shown in the words of `MEANINGS`."""

    HONEYPOT = "HONEYPOT"
    FORM_TOO_FAST = "FORM_TOO_FAST"
    FORM_TOKEN_MISSING = "FORM_TOKEN_MISSING"  # noqa: S105 -- a name, no secret
    FORM_TOKEN_FORGED = "FORM_TOKEN_FORGED"  # noqa: S105
    FORM_TOKEN_EXPIRED = "FORM_TOKEN_EXPIRED"  # noqa: S105
    LINK_FLOOD = "LINK_FLOOD"
    EMAIL_IN_TEXT = "EMAIL_IN_TEXT"
    BLOCKLIST_HOLD = "BLOCKLIST_HOLD"
    BLOCKLIST_SPAM = "BLOCKLIST_SPAM"
    BLOCKLIST_REJECT = "BLOCKLIST_REJECT"
    ALLOWLIST = "ALLOWLIST"
    ALLOWLIST_NETWORK = "ALLOWLIST_NETWORK"
    REPEATED_TEXT = "REPEATED_TEXT"
    FAST_NETWORK = "FAST_NETWORK"
    FAST_COMMENTER = "FAST_COMMENTER"
    FIRST_COMMENT = "FIRST_COMMENT"
    KNOWN_COMMENTER = "KNOWN_COMMENTER"
    REFUSED_BEFORE = "REFUSED_BEFORE"
    LEARNED_SPAM = "LEARNED_SPAM"
    LEARNED_UNSURE = "LEARNED_UNSURE"
    LEARNED_GOOD = "LEARNED_GOOD"
    ADVERTISING = "ADVERTISING"
    ABUSE = "ABUSE"
    WAVE = "WAVE"
    TENSION = "TENSION"
    REMOTE_SPAM = "REMOTE_SPAM"
    REMOTE_ABUSE = "REMOTE_ABUSE"
    REMOTE_GOOD = "REMOTE_GOOD"
    REMOTE_FAILED = "REMOTE_FAILED"
    THIRD_PARTY = "THIRD_PARTY"
    CHECK_ERROR = "CHECK_ERROR"


MEANINGS: Mapping[Symbol, str] = {
    Symbol.HONEYPOT: N_("A field that people cannot see was filled in"),
    Symbol.FORM_TOO_FAST: N_("The form was sent faster than a person types"),
    Symbol.FORM_TOKEN_MISSING: N_("The form’s time stamp is missing"),
    Symbol.FORM_TOKEN_FORGED: N_("The form’s time stamp is forged"),
    Symbol.FORM_TOKEN_EXPIRED: N_("The form was opened long before it was sent"),
    Symbol.LINK_FLOOD: N_("It holds as many links as this site holds comments for, or more"),
    Symbol.EMAIL_IN_TEXT: N_("Its text contains an email address"),
    Symbol.BLOCKLIST_HOLD: N_("A rule of this site holds it"),
    Symbol.BLOCKLIST_SPAM: N_("A rule of this site marks it as spam"),
    Symbol.BLOCKLIST_REJECT: N_("A rule of this site rejects it"),
    Symbol.ALLOWLIST: N_("A rule of this site vouches for it"),
    Symbol.ALLOWLIST_NETWORK: N_("It came from a network that a rule of this site vouches for"),
    Symbol.REPEATED_TEXT: N_("The same or nearly the same text was posted elsewhere"),
    Symbol.FAST_NETWORK: N_("Many comments came from this network in a short time"),
    Symbol.FAST_COMMENTER: N_("This commenter posted many comments in a short time"),
    Symbol.FIRST_COMMENT: N_("Nothing under this name and address was published here before"),
    Symbol.KNOWN_COMMENTER: N_("Comments under this name and address were published before"),
    Symbol.REFUSED_BEFORE: N_("Comments under this address were refused before"),
    Symbol.LEARNED_SPAM: N_("It is much like spam"),
    Symbol.LEARNED_UNSURE: N_("It is somewhat like spam: a person should look"),
    Symbol.LEARNED_GOOD: N_("It does not look enough like spam to hold it"),
    Symbol.ADVERTISING: N_("It has a link beside words of remedies, gambling, sex or money"),
    Symbol.ABUSE: N_("It reads like an insult or like hatred"),
    Symbol.WAVE: N_("It is one of many near-identical comments"),
    Symbol.TENSION: N_("During a wave of near-identical comments less is enough to hold one"),
    Symbol.REMOTE_SPAM: N_("A service that this site asks calls it spam"),
    Symbol.REMOTE_ABUSE: N_("A service that this site asks calls it abusive"),
    Symbol.REMOTE_GOOD: N_("A service that this site asks finds nothing wrong"),
    Symbol.REMOTE_FAILED: N_("A service that this site asks said nothing about it"),
    Symbol.THIRD_PARTY: N_("A check that was added to this installation found something"),
    Symbol.CHECK_ERROR: N_("A check failed, so nothing is known of what it looks for"),
}

# The fewest and the most points of each, before a site's weights. Those of no points inform, or the
# policy has a rule of its own for them.
POINTS: Mapping[Symbol, tuple[float, float]] = dict.fromkeys(Symbol, (0.0, 0.0)) | {
    Symbol.HONEYPOT: (10, 10),
    Symbol.FORM_TOO_FAST: (3, 3),
    Symbol.FORM_TOKEN_MISSING: (1, 1),
    Symbol.FORM_TOKEN_FORGED: (4, 4),
    Symbol.FORM_TOKEN_EXPIRED: (0.5, 0.5),
    Symbol.LINK_FLOOD: (3, 9),
    Symbol.BLOCKLIST_HOLD: (3, 3),
    Symbol.BLOCKLIST_SPAM: (8, 8),
    Symbol.BLOCKLIST_REJECT: (8, 8),
    Symbol.ALLOWLIST_NETWORK: (-3, -3),
    Symbol.REPEATED_TEXT: (0.5, 3.5),
    Symbol.FAST_NETWORK: (2, 5),
    Symbol.FAST_COMMENTER: (2, 5),
    Symbol.REFUSED_BEFORE: (1, 3),
    Symbol.LEARNED_SPAM: (8, 8),
    Symbol.LEARNED_UNSURE: (3, 3),
    Symbol.ADVERTISING: (3, 3),
    Symbol.WAVE: (3, 3),
    Symbol.REMOTE_SPAM: (0, 10),
    Symbol.REMOTE_GOOD: (-10, 0),
    Symbol.THIRD_PARTY: (-10, 10),
}


@dataclass(frozen=True, slots=True)
class Signal:
    """One finding about one revision.

    Attributes:
        symbol: its name.
        score: points; positive means spammy, negative means good, 0 only informs.
        evidence: JSON for the moderator: never an address, an IP address or the text itself.
        check: which check emitted it.
        version: the check's version.
        duration_us: how long the whole check took, in microseconds.
    """

    symbol: Symbol
    score: float
    evidence: Mapping[str, Any] = field(default_factory=dict)
    check: str = ""
    version: int = 1
    duration_us: int = 0
