"""A site's lists as its moderators read them: who added what, and how often it was met."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    cast,
    distinct,
    func,
    select,
    true,
)

from moderation.domain.actions import Action
from moderation.domain.roles import Permission
from moderation.domain.signals import Symbol
from moderation.domain.status import Status
from moderation.models import AuditEntry, Moderator, SignalRow, Site, SiteRule, db
from moderation.services.permissions import site_for

DAYS = 30

_BY_RULES = (
    Symbol.BLOCKLIST_HOLD,
    Symbol.BLOCKLIST_SPAM,
    Symbol.BLOCKLIST_REJECT,
    Symbol.ALLOWLIST,
    Symbol.ALLOWLIST_NETWORK,
)


@dataclass(frozen=True, slots=True)
class ListedRule:
    """A rule; who added it, where that is known, None standing for the command line; and how many
    comments it matched in the last 30 days.
    """

    rule: SiteRule
    added_by: str | None
    matches: int


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A site's rules, the newest first."""

    site: Site
    rules: list[ListedRule]


def read_rulebook(moderator_id: int, slug: str, now: datetime) -> Rulebook:
    """A site's lists, for a moderator who may edit them.

    Raises:
        UnknownSiteError: there is no such site among theirs.
        NotAllowedError: their role does not allow it.
    """
    site = site_for(moderator_id, slug, Permission.EDIT_RULES)
    rules = db.session.scalars(
        select(SiteRule).where(SiteRule.site_id == site.id).order_by(SiteRule.id.desc())
    ).all()
    adders, matches = _adders(site.id), _matches(site.id, now - timedelta(days=DAYS))
    return Rulebook(
        site,
        [
            ListedRule(rule, adders.get((rule.id, rule.created_at)), matches.get(rule.id, 0))
            for rule in rules
        ],
    )


def _adders(site_id: int) -> dict[tuple[int, datetime], str]:
    """Who added which rule when. SQLite gives a removed rule's number to another, so only number
    and time together tell which rule is meant.
    """
    rows = db.session.execute(
        select(AuditEntry.details, AuditEntry.created_at, Moderator.name)
        .join(Moderator, Moderator.id == AuditEntry.moderator_id)
        .where(
            # Few entries are of no comment: the sum keeps the planner from walking all the site's.
            AuditEntry.comment_id.is_(None),
            AuditEntry.site_id + 0 == site_id,
            AuditEntry.action == Action.RULE_ADDED,
            AuditEntry.undoes_id.is_(None),
        )
    )
    return {(details["rule_id"], when): name for details, when, name in rows}


def _matches(site_id: int, since: datetime) -> dict[int, int]:
    """How many comments each rule has matched, from the receipts' evidence."""
    found = _MATCHED[db.engine.dialect.name].where(
        SignalRow.site_id == site_id,
        SignalRow.symbol.in_(_BY_RULES),
        SignalRow.status.in_(list(Status)),
        SignalRow.created_at >= since,
    )
    return {row.rule: row.matches for row in db.session.execute(found)}


def _on_sqlite() -> Select[int, int]:
    match = func.json_each(SignalRow.evidence, "$.matches").table_valued("value", name="match")
    rule = func.json_extract(match.c.value, "$.rule")
    return _grouped(cast(rule, Integer), match)


def _on_postgresql() -> Select[int, int]:
    match = func.json_array_elements(SignalRow.evidence["matches"]).table_valued(
        "value", name="match"
    )
    rule = func.json_extract_path_text(match.c.value, "rule")
    return _grouped(cast(rule, Integer), match)


def _grouped(rule: ColumnElement[int], match: FromClause) -> Select[int, int]:
    return (
        select(rule.label("rule"), func.count(distinct(SignalRow.comment_id)).label("matches"))
        .select_from(SignalRow)
        .join(match, true())
        # Not what another rule matched that had its number before (see `_adders`).
        .join(SiteRule, and_(SiteRule.id == rule, SiteRule.created_at <= SignalRow.created_at))
        .group_by(rule)
    )


_MATCHED = {"sqlite": _on_sqlite(), "postgresql": _on_postgresql()}
