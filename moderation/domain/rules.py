"""A site's own rules: its blocklist and allowlist."""

from dataclasses import dataclass
from enum import StrEnum


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
    RuleKind.WORD: "Word",
    RuleKind.PATTERN: "Pattern",
    RuleKind.DOMAIN: "Domain",
    RuleKind.IP_RANGE: "IP range",
    RuleKind.EMAIL: "Commenter",
}
EFFECT_WORDS: dict[RuleEffect, str] = {
    RuleEffect.HOLD: "Hold",
    RuleEffect.SPAM: "Mark as spam",
    RuleEffect.REJECT: "Reject",
    RuleEffect.ALLOW: "Allow",
}


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
