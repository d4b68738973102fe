"""What a rule or a policy would have made of the latest comments. Reads, judges, writes nothing.

Loads the checks, which the web side does not need for anything else: import it where it is used.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, union_all

from moderation.checks import CHECKS, run_all
from moderation.domain.actions import Action
from moderation.domain.evidence import Evidence, Standing
from moderation.domain.judgement import from_evidence
from moderation.domain.policy import SitePolicy, decide, elsewhere
from moderation.domain.roles import Permission
from moderation.domain.rules import Rule
from moderation.domain.signals import Signal, Symbol
from moderation.domain.status import Status
from moderation.domain.text import excerpt
from moderation.models import Comment, Commenter, SignalRow, Site, SiteRule, Thread, db
from moderation.privacy.sealing import EmailVault
from moderation.services.permissions import site_for
from moderation.services.rules import (
    RuleDraft,
    as_rule,
    make_rule,
    refuse_a_second,
    rule_of,
    rules_of,
)
from moderation.services.standing import decisions_on

LATEST = 500

# What depends on a site's rules and policy is judged anew; the rest of the receipt stands. So does
# what was learned by then: only what the policy makes of its probabilities is asked again.
_ANEW = tuple(check for check in CHECKS if check.name in {"lists", "links"})
_LEARNED = tuple(check for check in CHECKS if check.name == "learned")
_OF_LEARNED = frozenset(
    {Symbol.LEARNED_SPAM, Symbol.LEARNED_UNSURE, Symbol.LEARNED_GOOD, Symbol.ABUSE}
)
_SCREENED = (Status.PUBLISHED, Status.HELD, Status.SPAM, Status.REJECTED)
_EXCERPT = 140  # characters


@dataclass(frozen=True, slots=True)
class Setup:
    """What a site judges by."""

    policy: SitePolicy
    rules: tuple[Rule, ...]

    def policies(self) -> dict[bool, SitePolicy]:
        """The policy by whether another system publishes the comment."""
        return {False: self.policy, True: elsewhere(self.policy)}


@dataclass(frozen=True, slots=True)
class Case:
    """A comment that was judged.

    Attributes:
        comment_id: which.
        name: of its commenter.
        status: where it stands.
        decision: what a moderator decided on it, if one did and it still stands.
        evidence: for the checks that are run anew.
        kept: the stored signals of the other checks.
        elsewhere: whether another system publishes it.
    """

    comment_id: int
    name: str
    status: Status
    decision: Action | None
    evidence: Evidence
    kept: tuple[Signal, ...]
    elsewhere: bool = False

    @property
    def excerpt(self) -> str:
        """The beginning of what it says."""
        return excerpt(self.evidence.text, _EXCERPT)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would become of a comment: today, with the change, and whether the new rule is met."""

    case: Case
    before: Status
    after: Status
    matched: bool

    @property
    def changes(self) -> bool:
        """Whether the change makes a difference to it."""
        return self.before is not self.after


@dataclass(frozen=True, slots=True)
class Replay:
    """The outcomes of one change.

    Attributes:
        outcomes: of all comments looked at, the newest first.
        of_rule: whether the change is a new rule.
    """

    outcomes: tuple[Outcome, ...]
    of_rule: bool

    @property
    def touched(self) -> list[Outcome]:
        """What there is to show: what the rule matches, or what a policy changes; first what
        would fare differently.
        """
        shown = [o for o in self.outcomes if o.changes or o.matched]
        return sorted(shown, key=lambda outcome: not outcome.changes)

    def count(self, after: Status, decisions: Collection[Action | None] = ()) -> int:
        """How many of these would get a status; with `decisions`, only those on which a moderator
        decided so.
        """
        return sum(
            o.after is after and (not decisions or o.case.decision in decisions)
            for o in self.touched
        )

    @property
    def moves(self) -> list[tuple[Status, Status, int]]:
        """How many would go from which status to which other, the most first."""
        moved = Counter((o.before, o.after) for o in self.outcomes if o.changes)
        return [(before, after, n) for (before, after), n in moved.most_common()]


def replay_rule(
    vault: EmailVault, moderator_id: int, slug: str, draft: RuleDraft, now: datetime
) -> Replay:
    """What a new rule would have made of the site's latest comments.

    Raises:
        UnknownSiteError, NotAllowedError: the moderator may not edit the site's rules.
        InvalidInputError: the rule is not usable.
        AlreadyExistsError: the site has a rule for this value.
    """
    site = site_for(moderator_id, slug, Permission.EDIT_RULES)
    row = make_rule(vault, site.id, draft, now)
    refuse_a_second(row)
    rule = as_rule(vault, row)
    rules = rules_of(vault, site.id)
    return replay(
        load_cases(site.id, now),
        Setup(site.policy, rules),
        Setup(site.policy, (*rules, rule)),
        rule,
    )


def replay_removal(
    vault: EmailVault, moderator_id: int, slug: str, rule_id: int, now: datetime
) -> tuple[Replay, SiteRule]:
    """What would have become of the site's latest comments without a rule, and that rule.

    Raises:
        UnknownSiteError, NotAllowedError: the moderator may not edit the site's rules.
        UnknownRuleError: the site has no such rule.
    """
    site = site_for(moderator_id, slug, Permission.EDIT_RULES)
    row = rule_of(site, rule_id)
    rules = rules_of(vault, site.id)
    others = tuple(rule for rule in rules if rule.rule_id != rule_id)
    found = replay(load_cases(site.id, now), Setup(site.policy, rules), Setup(site.policy, others))
    return found, row


def replay_policy(
    vault: EmailVault, moderator_id: int, slug: str, policy: SitePolicy, now: datetime
) -> Replay:
    """What another policy would have made of the site's latest comments.

    Raises:
        UnknownSiteError, NotAllowedError: the moderator may not edit the site's policy.
    """
    site: Site = site_for(moderator_id, slug, Permission.EDIT_POLICY)
    rules = rules_of(vault, site.id)
    return replay(load_cases(site.id, now), Setup(site.policy, rules), Setup(policy, rules))


def replay(cases: Iterable[Case], before: Setup, after: Setup, rule: Rule | None = None) -> Replay:
    """Judge each case twice. Pure.

    Args:
        cases: the comments.
        before: what is judged by today.
        after: what would be.
        rule: the rule that `after` has more.
    """
    same = _asks_alike(before, after)
    policies, others = before.policies(), after.policies()
    outcomes = []
    for case in cases:
        old = _signals(case, before)
        new = old if same else _signals(case, after)
        outcomes.append(
            Outcome(
                case,
                decide(old, policies[case.elsewhere]).status,
                decide(new, others[case.elsewhere]).status,
                rule is not None and _matches(rule, new),
            )
        )
    return Replay(tuple(outcomes), of_rule=rule is not None)


def _asks_alike(before: Setup, after: Setup) -> bool:
    """Whether the checks would find the same by either."""
    one, other = before.policy, after.policy
    return (
        before.rules == after.rules
        and one.max_links == other.max_links
        and one.thresholds == other.thresholds
    )


def _signals(case: Case, setup: Setup) -> tuple[Signal, ...]:
    evidence = replace(
        case.evidence,
        rules=setup.rules,
        max_links=setup.policy.max_links,
        thresholds=setup.policy.thresholds,
    )
    # One that came before there was a model, or that the model could not judge, has no judgement.
    checks = _ANEW if evidence.judgement is None else _ANEW + _LEARNED
    return (*run_all(evidence, lambda: 0.0, checks), *case.kept)


def _matches(rule: Rule, signals: Iterable[Signal]) -> bool:
    found = (match["rule"] for s in signals for match in s.evidence.get("matches", ()))
    return rule.rule_id in found


def found_anew(
    vault: EmailVault, site: Site, comment_id: int, now: datetime
) -> dict[str, tuple[Signal, ...]]:
    """What the checks that depend on a site's rules and policy find about a screened comment now,
    by check.

    Args:
        vault: indexes addresses.
        site: the comment's.
        comment_id: which comment.
        now: when.
    """
    row = db.session.execute(_CASES.where(Comment.id == comment_id)).one()
    evidence = replace(
        _evidence(row, (), now),
        rules=rules_of(vault, site.id),
        max_links=site.policy.max_links,
    )
    return {check.name: run_all(evidence, time.perf_counter, [check]) for check in _ANEW}


def load_cases(site_id: int, now: datetime, most: int = LATEST) -> list[Case]:
    """The latest screened comments of a site, the newest first."""
    ids = _latest(site_id, most)
    signals, decisions = _kept_signals(ids), decisions_on(ids)
    rows = db.session.execute(_CASES.where(Comment.id.in_(ids))).all()
    return [
        Case(
            row.id,
            row.name,
            row.status,
            decisions.get(row.id),
            _evidence(row, signals.get(row.id, ()), now),
            tuple(s for s in signals.get(row.id, ()) if s.symbol not in _OF_LEARNED),
            row.elsewhere,
        )
        for row in rows
    ]


_CASES = (
    select(
        Comment.id,
        Comment.name,
        Comment.status,
        Comment.text,
        Comment.rendered,
        Comment.website,
        Comment.form_token,
        Comment.form_seconds,
        Comment.honeypot,
        Comment.network,
        Comment.network_index,
        Commenter.email_index,
        Commenter.email_domain_index,
        Thread.elsewhere,
    )
    .join(Commenter, Commenter.id == Comment.commenter_id)
    .join(Thread, Thread.id == Comment.thread_id)
    .order_by(Comment.created_at.desc(), Comment.id.desc())
)


def _latest(site_id: int, most: int) -> list[int]:
    # The newest of each status, each found in an index, and of these the newest.
    parts = [
        select(Comment.id, Comment.created_at)
        .where(
            Comment.site_id == site_id, Comment.status == status, Comment.screened_at.is_not(None)
        )
        .order_by(Comment.created_at.desc(), Comment.id.desc())
        .limit(most)
        .subquery()
        for status in _SCREENED
    ]
    found = union_all(*(select(part.c.id, part.c.created_at) for part in parts)).subquery()
    newest = select(found.c.id).order_by(found.c.created_at.desc(), found.c.id.desc())
    return list(db.session.scalars(newest.limit(most)))


def _kept_signals(ids: Sequence[int]) -> dict[int, list[Signal]]:
    rows = db.session.execute(
        select(
            SignalRow.comment_id,
            SignalRow.symbol,
            SignalRow.score,
            SignalRow.evidence,
            SignalRow.check_name,
        )
        .join(Comment, Comment.id == SignalRow.comment_id)
        .where(
            SignalRow.comment_id.in_(ids),
            SignalRow.revision == Comment.screened_revision,
            SignalRow.check_name.not_in([check.name for check in _ANEW]),
        )
        .order_by(SignalRow.id)
    )
    kept = defaultdict(list)
    for comment_id, symbol, score, evidence, check in rows:
        kept[comment_id].append(Signal(symbol, score, evidence, check))
    return kept


def _evidence(row: Any, kept: Iterable[Signal], now: datetime) -> Evidence:
    """As much evidence as the checks that are run anew look at."""
    learned = (s.evidence for s in kept if s.symbol in _OF_LEARNED and s.symbol is not Symbol.ABUSE)
    return Evidence(
        now=now,
        text=row.text,
        rendered=row.rendered or "",
        name=row.name,
        website=row.website,
        form_token=row.form_token,
        form_seconds=row.form_seconds,
        honeypot=row.honeypot,
        network=row.network,
        network_index=row.network_index,
        email_index=row.email_index,
        email_domain_index=row.email_domain_index,
        rules=(),
        max_links=1,
        repeats=(),
        network_recent=1,
        commenter_recent=1,
        standing=Standing(),
        judgement=next(map(from_evidence, learned), None),
        thresholds=SitePolicy().thresholds,
    )
