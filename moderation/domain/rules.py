"""A site's own rules: its blocklist and allowlist."""

from dataclasses import dataclass
from enum import StrEnum

from moderation.words import N_


class RuleKind(StrEnum):
    """What a rule is compared with."""

    WORD = "word"
    PATTERN = "pattern"
    EMAIL = "email"
    DOMAIN = "domain"
    IP_RANGE = "ip_range"


class RuleEffect(StrEnum):
    """What a match means: `allow` is the allowlist, the others are the blocklist."""

    ALLOW = "allow"
    HOLD = "hold"
    SPAM = "spam"
    REJECT = "reject"


KIND_WORDS: dict[RuleKind, str] = {
    RuleKind.WORD: N_("Word"),
    RuleKind.PATTERN: N_("Pattern"),
    RuleKind.DOMAIN: N_("Domain"),
    RuleKind.IP_RANGE: N_("IP range"),
    RuleKind.EMAIL: N_("Commenter"),
}
EFFECT_WORDS: dict[RuleEffect, str] = {
    RuleEffect.HOLD: N_("Hold"),
    RuleEffect.SPAM: N_("Mark as spam"),
    RuleEffect.REJECT: N_("Reject"),
    RuleEffect.ALLOW: N_("Allow"),
}
# The same within a sentence, such as “Word “casino”: mark as spam”.
EFFECTS_WITHIN: dict[RuleEffect, str] = {
    RuleEffect.HOLD: N_("hold"),
    RuleEffect.SPAM: N_("mark as spam"),
    RuleEffect.REJECT: N_("reject"),
    RuleEffect.ALLOW: N_("allow"),
}

_BLOCKED = N_("Blocked in the queue: {name}")


def blocked_note(name: str) -> str:
    """The note of a rule that came of blocking a commenter."""
    return str(_BLOCKED.filled(name=name))


def note_words(note: str) -> str:
    """A rule's note: what somebody has typed, or a message."""
    before = _BLOCKED.template.partition("{")[0]
    return _BLOCKED.filled(name=note.removeprefix(before)) if note.startswith(before) else note


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a list.

    Attributes:
        rule_id: the row's id, kept in evidence.
        kind: what is compared.
        effect: what a match means.
        value: the word, pattern, domain or network; for an email rule, nothing, since the address
            itself is not kept.
        indexes: keyed blind indexes that match: of the address, of the domain of an address, or
            of the single addresses of a range too narrow for the truncated network.
    """

    rule_id: int
    kind: RuleKind
    effect: RuleEffect
    value: str
    indexes: frozenset[bytes] = frozenset()
