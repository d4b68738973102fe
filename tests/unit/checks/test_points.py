"""What moderators are told that signs are worth is what checks give."""

from dataclasses import replace
from typing import Any

import pytest

from moderation.checks import run_all
from moderation.checks.wave import member
from moderation.domain.evidence import FormToken, Repeat, Standing
from moderation.domain.judgement import Judgement
from moderation.domain.rules import RuleEffect, RuleKind
from moderation.domain.signals import POINTS, Symbol
from moderation.domain.waves import Membership, Tension
from moderation.services import added_checks
from moderation.services.remote.interface import MOST_POINTS
from tests.unit.factories import evidence, rule

GOOD = Judgement(0.02, -3.9, 0.0, 0, "1")


def copies(count: int) -> tuple[Repeat, ...]:
    return tuple(Repeat(n, False, False, 1.0) for n in range(count))


def links(count: int) -> str:
    return '<a href="http://a.example">a</a>' * count


def by_rule(kind: RuleKind, effect: RuleEffect, value: str) -> dict[str, Any]:
    return {"rules": (rule(kind, effect, value),)}


# Of each symbol what gives the fewest points and what gives the most.
ENDS: dict[Symbol, list[dict[str, Any]]] = {
    Symbol.HONEYPOT: [{"honeypot": True}],
    Symbol.FORM_TOO_FAST: [{"form_seconds": 0.1}],
    Symbol.FORM_TOKEN_MISSING: [{"form_token": FormToken.MISSING}],
    Symbol.FORM_TOKEN_FORGED: [{"form_token": FormToken.FORGED}],
    Symbol.FORM_TOKEN_EXPIRED: [{"form_token": FormToken.EXPIRED}],
    Symbol.LINK_FLOOD: [{"rendered": links(2)}, {"rendered": links(90)}],
    Symbol.EMAIL_IN_TEXT: [{"text": "Write to joe@example.com"}],
    Symbol.BLOCKLIST_HOLD: [by_rule(RuleKind.WORD, RuleEffect.HOLD, "week")],
    Symbol.BLOCKLIST_SPAM: [by_rule(RuleKind.WORD, RuleEffect.SPAM, "week")],
    Symbol.BLOCKLIST_REJECT: [by_rule(RuleKind.WORD, RuleEffect.REJECT, "week")],
    Symbol.ALLOWLIST_NETWORK: [by_rule(RuleKind.IP_RANGE, RuleEffect.ALLOW, "192.0.2.0/24")],
    Symbol.REPEATED_TEXT: [{"text": "Thanks!", "repeats": copies(1)}, {"repeats": copies(9)}],
    Symbol.FAST_NETWORK: [{"network_recent": 15}, {"network_recent": 999}],
    Symbol.FAST_COMMENTER: [{"commenter_recent": 6}, {"commenter_recent": 999}],
    Symbol.FIRST_COMMENT: [{}],
    Symbol.KNOWN_COMMENTER: [{"standing": Standing(published=9, published_same_name=9)}],
    Symbol.REFUSED_BEFORE: [{"standing": Standing(refused=1)}, {"standing": Standing(refused=9)}],
    Symbol.LEARNED_SPAM: [{"judgement": replace(GOOD, probability=0.99)}],
    Symbol.LEARNED_UNSURE: [{"judgement": replace(GOOD, probability=0.8)}],
    Symbol.LEARNED_GOOD: [{}],
    Symbol.ADVERTISING: [{"judgement": replace(GOOD, advertised=2)}],
    Symbol.ABUSE: [{"judgement": replace(GOOD, abuse_probability=0.99)}],
    Symbol.TENSION: [{"tension": Tension(0.5, 3.0, 0)}],
}


@pytest.mark.parametrize("symbol", ENDS)
def test_a_sign_has_as_many_points_as_is_told(symbol: Symbol) -> None:
    given = []
    for changes in ENDS[symbol]:
        found = {s.symbol: s.score for s in run_all(evidence(**changes), lambda: 0.0)}
        given.append(found[symbol])

    assert (given[0], given[-1]) == POINTS[symbol]


def test_so_have_those_that_no_check_of_the_house_gives() -> None:
    assert POINTS[Symbol.WAVE] == (member(Membership(5, 1, elsewhere=False)).score,) * 2
    assert POINTS[Symbol.REMOTE_SPAM] == (0, MOST_POINTS)
    assert POINTS[Symbol.REMOTE_GOOD] == (-MOST_POINTS, 0)
    most = added_checks._MOST_POINTS
    assert POINTS[Symbol.THIRD_PARTY] == (-most, most)
    others = {Symbol.ALLOWLIST, Symbol.REMOTE_ABUSE, Symbol.REMOTE_FAILED, Symbol.CHECK_ERROR}
    assert {POINTS[symbol] for symbol in others} == {(0, 0)}


def test_every_sign_is_tried() -> None:
    elsewhere = {s for s in Symbol if s.startswith("REMOTE_")} | {Symbol.WAVE, Symbol.THIRD_PARTY}

    assert set(Symbol) - ENDS.keys() - elsewhere == {Symbol.ALLOWLIST, Symbol.CHECK_ERROR}
