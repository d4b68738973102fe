"""What the unit tests judge: an inconspicuous comment to be changed in one respect, and keys."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from moderation.domain.evidence import Evidence, FormToken, Standing
from moderation.domain.judgement import Judgement
from moderation.domain.policy import SitePolicy
from moderation.domain.rules import Rule, RuleEffect, RuleKind
from moderation.domain.signals import Signal, Symbol
from moderation.domain.submission import Submission, parse_submission
from moderation.errors import InvalidSubmissionError
from moderation.privacy.keys import Keys

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
EMAIL_INDEX = b"e" * 32
EMAIL_DOMAIN_INDEX = b"d" * 32
NETWORK_INDEX = b"n" * 32
ORIGINS = ("https://blog.example", "https://xn--bcher-kva.example")
FIELDS = {
    "url": "https://blog.example/a",
    "name": "Anna",
    "email": "anna@example.com",
    "comment": "A thought.",
}

_EVIDENCE = Evidence(
    now=NOW,
    text="I drove it for a week and would not give it back.",
    rendered="<p>I drove it for a week and would not give it back.</p>",
    name="Anna",
    website=None,
    form_token=FormToken.VALID,
    form_seconds=42.0,
    honeypot=False,
    network="192.0.2.0/24",
    network_index=NETWORK_INDEX,
    email_index=EMAIL_INDEX,
    email_domain_index=EMAIL_DOMAIN_INDEX,
    rules=(),
    max_links=2,
    repeats=(),
    network_recent=1,
    commenter_recent=1,
    standing=Standing(),
    judgement=Judgement(0.02, -3.9, 0.0, 0, "1"),
    thresholds=SitePolicy().thresholds,
)


def evidence(**changes: Any) -> Evidence:
    """Evidence of a comment that nothing speaks against, with `changes`."""
    return replace(_EVIDENCE, **changes)


def rule(
    kind: RuleKind, effect: RuleEffect, value: str = "", indexes: frozenset[bytes] = frozenset()
) -> Rule:
    """A line of a site's lists."""
    return Rule(7, kind, effect, value, indexes)


def signal(symbol: Symbol, score: float = 0) -> Signal:
    """A signal without evidence."""
    return Signal(symbol, score)


def keys(*key_ids: str, secret_key: str = "s" * 32) -> Keys:
    """Keys that differ by id, the newest first; `k1` alone if none is named."""
    ring = {key_id: key_id.encode().ljust(32, b".") for key_id in key_ids or ("k1",)}
    return Keys(secret_key, ring, b"i" * 32)


def parsed(**fields: Any) -> Submission:
    """A submission with these fields; `...` leaves one out."""
    return parse_submission({k: v for k, v in (FIELDS | fields).items() if v is not ...}, ORIGINS)


def faults(**fields: Any) -> dict[str, str]:
    """The codes of all faults of such a submission, by field."""
    with pytest.raises(InvalidSubmissionError) as raised:
        parsed(**fields)
    found = [(fault.field, fault.code) for fault in raised.value.faults]
    assert len(found) == len(dict(found)), "a field was blamed twice"
    return dict(found)
