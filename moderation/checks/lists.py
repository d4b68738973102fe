"""The site's blocklist and allowlist: words, patterns, addresses, domains, networks."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any
from unicodedata import category
from urllib.parse import urlsplit

from moderation.domain.evidence import Evidence
from moderation.domain.markup import link_targets, plain_text
from moderation.domain.network import covers
from moderation.domain.patterns import compile_pattern
from moderation.domain.rules import Rule, RuleEffect, RuleKind
from moderation.domain.signals import Signal, Symbol
from moderation.domain.text import fold

VERSION = 3

# Unicode's blocks of scripts written without spaces: Thai, Lao, Tibetan and Burmese; Khmer; and
# from the CJK radicals to the Yi syllables, what is written in China and Japan.
_SPACELESS = (range(0x0E00, 0x10A0), range(0x1780, 0x1800), range(0x2E80, 0xA4D0))

_SHOWN = {RuleKind.WORD, RuleKind.PATTERN, RuleKind.DOMAIN}

_SYMBOLS = {
    RuleEffect.HOLD: (Symbol.BLOCKLIST_HOLD, 3.0),
    RuleEffect.SPAM: (Symbol.BLOCKLIST_SPAM, 8.0),
    RuleEffect.REJECT: (Symbol.BLOCKLIST_REJECT, 8.0),
    RuleEffect.ALLOW: (Symbol.ALLOWLIST, 0.0),
}


def check(evidence: Evidence) -> Iterator[Signal]:
    """One signal for each effect that rules of the site have on this comment, with the rules as
    evidence. On the allowlist only addresses, their domains and networks vouch for a comment; an
    allowlisted domain in a link is not counted by `links`. A network earns points off, since it
    cannot be typed into a form.
    """
    if not evidence.rules:
        return
    haystacks = {
        # As typed and as read: markup within a word hides it from one of the two.
        "comment": fold(f"{evidence.text}\n{plain_text(evidence.rendered)}"),
        "name": fold(evidence.name),
        "website": fold(evidence.website or ""),
    }
    hosts = _hosts(evidence)
    # A link or a word that the site likes says nothing of whoever typed it.
    matches = [
        (rule, where)
        for rule in sorted(evidence.rules, key=lambda rule: rule.effect)
        if (where := _where(rule, evidence, haystacks, hosts))
        and (rule.effect is not RuleEffect.ALLOW or where in {"email", "network"})
    ]
    for effect, group in groupby(matches, key=lambda match: match[0].effect):
        found = list(group)
        symbol, score = _SYMBOLS[effect]
        if effect is RuleEffect.ALLOW and any(r.kind is RuleKind.IP_RANGE for r, _ in found):
            symbol, score = Symbol.ALLOWLIST_NETWORK, -3.0
        yield Signal(symbol, score, {"matches": [_told(rule, where) for rule, where in found]})


def _told(rule: Rule, where: str) -> dict[str, Any]:
    # What an address or network rule compares with stays out of the evidence.
    shown = rule.value if rule.kind in _SHOWN else None
    return {"rule": rule.rule_id, "kind": rule.kind.value, "value": shown, "where": where}


def _where(
    rule: Rule, evidence: Evidence, haystacks: dict[str, str], hosts: dict[str, str]
) -> str | None:
    match rule.kind:
        case RuleKind.WORD:
            needle = fold(rule.value)
            return next((k for k, text in haystacks.items() if contains_word(text, needle)), None)
        case RuleKind.PATTERN:
            pattern = compile_pattern(rule.value)
            return next((k for k, text in haystacks.items() if pattern.search(text)), None)
        case RuleKind.EMAIL:
            return "email" if evidence.email_index in rule.indexes else None
        case RuleKind.DOMAIN:
            if evidence.email_domain_index in rule.indexes:
                return "email"
            return next(
                (w for host, w in hosts.items() if f".{host}".endswith(f".{rule.value}")), None
            )
        case RuleKind.IP_RANGE:
            single = evidence.network_index in rule.indexes
            return "network" if single or covers(rule.value, evidence.network) else None


def _hosts(evidence: Evidence) -> dict[str, str]:
    hosts = {urlsplit(t).hostname or "": "comment" for t in link_targets(evidence.rendered)}
    if evidence.website:
        hosts[urlsplit(evidence.website).hostname or ""] = "website"
    return hosts


def contains_word(text: str, word: str) -> bool:
    """Whether the folded `word` stands in the folded `text` as a whole word; `casino*` also finds
    “casinos”. A script written without spaces has no word ends, so there any place counts.
    """
    stem = word.removesuffix("*")
    place = text.find(stem) if stem else -1
    while place >= 0:
        end = place + len(stem)
        before, after = text[place - 1 : place] if place else "", text[end : end + 1]
        ends = stem != word or not (_joins(stem[-1]) and _joins(after))
        if ends and not (_joins(stem[0]) and _joins(before)):
            return True
        place = text.find(stem, place + 1)
    return False


def _joins(character: str) -> bool:
    """Whether a letter, digit or mark next to `character` belongs to the same word."""
    if not character or not (character.isalnum() or category(character).startswith("M")):
        return False
    return not any(ord(character) in block for block in _SPACELESS)
