"""A site's own rules: its blocklist and allowlist."""

from dataclasses import dataclass
from enum import StrEnum


class RuleKind(StrEnum):
    """What a rule is compared with."""

    WORD = "word"
    EMAIL = "email"
    DOMAIN = "domain"
    IP_RANGE = "ip_range"


class RuleEffect(StrEnum):
    """What a match means: `allow` is the allowlist, the others are the blocklist."""

    ALLOW = "allow"
    HOLD = "hold"
    SPAM = "spam"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a list.

    Attributes:
        rule_id: the row's id, kept in evidence.
        kind: what is compared.
        effect: what a match means.
        value: the word, domain or network; for an email rule, nothing, since the address itself
            is not kept.
        indexes: keyed blind indexes that match: of the address, of the domain of an address, or
            of the single addresses of a range too narrow for the truncated network.
    """

    rule_id: int
    kind: RuleKind
    effect: RuleEffect
    value: str
    indexes: frozenset[bytes] = frozenset()
