"""How many links the comment holds, counted on what is rendered, as WordPress does."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from moderation.domain.evidence import Evidence
from moderation.domain.markup import count_links, link_targets
from moderation.domain.rules import RuleEffect, RuleKind
from moderation.domain.signals import Signal, Symbol

VERSION = 1


def check(evidence: Evidence) -> Iterator[Signal]:
    """LINK_FLOOD at the site's limit or above. Links to allowlisted domains do not count.

    At the limit its points hold a comment by default, as WordPress's `comment_max_links` does;
    each further link adds one, up to the points that make it spam.
    """
    allowed = {
        rule.value
        for rule in evidence.rules
        if rule.kind is RuleKind.DOMAIN and rule.effect is RuleEffect.ALLOW
    }
    excused = sum(_is_within(target, allowed) for target in link_targets(evidence.rendered))
    links = count_links(evidence.rendered, evidence.text) - excused
    if links >= evidence.max_links:
        score = min(3.0 + links - evidence.max_links, 9.0)
        yield Signal(Symbol.LINK_FLOOD, score, {"links": links, "limit": evidence.max_links})


def _is_within(target: str, domains: set[str]) -> bool:
    host = (urlsplit(target).hostname or "") if domains else ""
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)
