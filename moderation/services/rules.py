"""A site's lists: adding to them, taking off, and reading them for the checks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from moderation.domain.actions import Action
from moderation.domain.network import parse_range
from moderation.domain.patterns import MOST_STEPS_TOGETHER, compile_pattern
from moderation.domain.roles import Permission
from moderation.domain.rules import Rule, RuleEffect, RuleKind
from moderation.domain.text import fold
from moderation.errors import AlreadyExistsError, InvalidInputError, UnknownRuleError
from moderation.models import AuditEntry, Site, SiteRule, db
from moderation.models.base import writing
from moderation.privacy.redaction import redact
from moderation.privacy.sealing import EmailVault
from moderation.services import audit
from moderation.services.permissions import site_for
from moderation.services.sites import find_site, site_row
from moderation.words import N_

_DOMAIN = re.compile(r"(?:[a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63}", re.ASCII)
_LONGEST_VALUE = 255  # what its column holds
_LONGEST_NOTE = 200
_ALLOWABLE = frozenset({RuleKind.EMAIL, RuleKind.DOMAIN, RuleKind.IP_RANGE})
# An entry that was written with a rule keeps the rule's own time under this name.
_ADDED_AT = "added_at"


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule as somebody wants it.

    Attributes:
        kind: what is compared.
        effect: what a match means.
        value: the word, pattern, domain, range or whole address, as typed.
        note: why, or for an address, whose.
    """

    kind: RuleKind
    effect: RuleEffect
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class RemovedRule:
    """A rule taken off, with what is needed to put it back: its entry in the audit log, and for
    an address its blind index, which the log does not hold.
    """

    entry_id: int
    email_index: bytes


def add_rule(
    vault: EmailVault, slug: str, draft: RuleDraft, moderator_id: int | None, now: datetime
) -> SiteRule:
    """Add a line to a site's lists, with its audit entry, in one transaction.

    Of an address only its blind index is kept; `note` says whose it is.

    Args:
        vault: for the index.
        slug: the site.
        draft: what to add.
        moderator_id: who adds it; None: the operator at the command line, who may do anything.
        now: when.

    Raises:
        UnknownSiteError: there is no such site, or the moderator is no member.
        NotAllowedError: their role does not allow it.
        InvalidInputError: the value is not of its kind, or the rule would do nothing.
        AlreadyExistsError: the site has a rule for this value.
    """
    with writing():
        site = _site(slug, moderator_id)
        return insert_rule(vault, site.id, draft, moderator_id, now)


def insert_rule(
    vault: EmailVault, site_id: int, draft: RuleDraft, moderator_id: int | None, now: datetime
) -> SiteRule:
    """The same within the caller's transaction, who has checked what the moderator may do.

    Raises:
        InvalidInputError, AlreadyExistsError: as `add_rule`.
    """
    rule = make_rule(vault, site_id, draft, now)
    _store(rule)
    audit.record(site_id, moderator_id, Action.RULE_ADDED, now, **_details(rule))
    return rule


def make_rule(vault: EmailVault, site_id: int, draft: RuleDraft, now: datetime) -> SiteRule:
    """The row that a draft would become. Writes nothing.

    Raises:
        InvalidInputError: the value is not of its kind, or the rule would do nothing.
    """
    if draft.effect is RuleEffect.ALLOW and draft.kind not in _ALLOWABLE:
        raise InvalidInputError(
            N_(
                "Words cannot be allowed, since anybody can type them. "
                "Allow a commenter, a domain or an IP range."
            )
        )
    note = draft.note.strip()
    if len(note) > _LONGEST_NOTE:
        raise InvalidInputError(
            N_("A note may have {most} characters at most.", most=_LONGEST_NOTE)
        )
    if redact(note) != note:
        raise InvalidInputError(
            N_(
                "A note may not hold an email address, since notes are kept unsealed. "
                "A name tells as well whose rule it is."
            )
        )
    index, value = b"", ""
    if draft.kind is RuleKind.EMAIL:
        index = vault.index(site_id, _checked_email(draft.value))
    else:
        value = _checked_value(draft.kind, draft.value)
    return SiteRule(
        site_id=site_id,
        kind=draft.kind,
        effect=draft.effect,
        value=value,
        email_index=index,
        note=note,
        created_at=now,
    )


def remove_rule(slug: str, rule_id: int, moderator_id: int | None, now: datetime) -> RemovedRule:
    """Take a line off a site's lists, with its audit entry, in one transaction.

    Raises:
        UnknownSiteError, NotAllowedError: as `add_rule`.
        UnknownRuleError: the site has no such rule.
    """
    with writing():
        site = _site(slug, moderator_id)
        rule = rule_of(site, rule_id)
        details = _details(rule) | {_ADDED_AT: rule.created_at.isoformat()}
        entry_id = audit.record(site.id, moderator_id, Action.RULE_REMOVED, now, **details)
        db.session.delete(rule)
        return RemovedRule(entry_id, rule.email_index)


def rule_of(site: Site, rule_id: int) -> SiteRule:
    """A site's rule.

    Raises:
        UnknownRuleError: the site has no such rule.
    """
    rule = db.session.get(SiteRule, rule_id)
    if rule is None or rule.site_id != site.id:
        raise UnknownRuleError(
            N_("Site {site} has no rule {number}.", site=repr(site.slug), number=str(rule_id))
        )
    return rule


def restore_rule(
    slug: str, removed: RemovedRule, moderator_id: int | None, now: datetime
) -> SiteRule:
    """Put back what was taken off, as it was, with its audit entry, in one transaction.

    Raises:
        UnknownSiteError, NotAllowedError: as `add_rule`.
        UnknownRuleError: there is no such removal on this site.
        InvalidInputError: it was of an address that is not kept any more.
        AlreadyExistsError: it is back already, or the site has got another rule for its value.
    """
    with writing():
        site = _site(slug, moderator_id)
        entry = db.session.get(AuditEntry, removed.entry_id)
        if entry is None or entry.site_id != site.id or entry.action is not Action.RULE_REMOVED:
            raise UnknownRuleError(N_("There is no such removal of a rule on this site."))
        if _is_undone(entry):
            raise AlreadyExistsError(N_("This rule is back already."))
        rule = _removed(entry, removed.email_index)
        if rule.kind is RuleKind.EMAIL and not rule.email_index:
            raise InvalidInputError(
                N_("This address is not kept anywhere any more. Please add the rule again.")
            )
        _store(rule)
        audit.record(
            site.id, moderator_id, Action.RULE_ADDED, now, undoes_id=entry.id, **_details(rule)
        )
        return rule


def removed_rule(moderator_id: int, slug: str, entry_id: int) -> SiteRule | None:
    """The rule whose removal an entry tells of, while it can be put back; an address lacks its
    index. It belongs to no session.

    Raises:
        UnknownSiteError, NotAllowedError: as `add_rule`.
    """
    site = site_for(moderator_id, slug, Permission.EDIT_RULES)
    entry = db.session.get(AuditEntry, entry_id)
    if entry is None or entry.site_id != site.id or entry.action is not Action.RULE_REMOVED:
        return None
    if _is_undone(entry):
        return None
    return _removed(entry, b"")


def list_rules(slug: str) -> Sequence[SiteRule]:
    """A site's rules, oldest first.

    Raises:
        UnknownSiteError: there is no such site.
    """
    site = find_site(slug)
    rules = select(SiteRule).where(SiteRule.site_id == site.site_id).order_by(SiteRule.id)
    return db.session.scalars(rules).all()


def rules_of(vault: EmailVault, site_id: int) -> tuple[Rule, ...]:
    """A site's rules as the checks compare them."""
    return tuple(as_rule(vault, row) for row in db.session.scalars(_RULES, {"site_id": site_id}))


_RULES = select(SiteRule).where(SiteRule.site_id == bindparam("site_id"))


def as_rule(vault: EmailVault, row: SiteRule) -> Rule:
    """A row as the checks compare it; one that is not stored yet has the number 0."""
    return Rule(row.id or 0, row.kind, row.effect, row.value, _indexes(vault, row))


def _indexes(vault: EmailVault, row: SiteRule) -> frozenset[bytes]:
    match row.kind:
        case RuleKind.EMAIL:
            return frozenset({row.email_index})
        case RuleKind.DOMAIN:
            return frozenset({vault.domain_index(row.site_id, row.value)})
        case RuleKind.IP_RANGE:
            return vault.network_indexes(row.site_id, parse_range(row.value))
        case RuleKind.WORD | RuleKind.PATTERN:
            return frozenset()


def _site(slug: str, moderator_id: int | None) -> Site:
    if moderator_id is None:
        return site_row(slug)
    return site_for(moderator_id, slug, Permission.EDIT_RULES)


def _details(rule: SiteRule) -> dict[str, Any]:
    return {
        "kind": rule.kind.value,
        "effect": rule.effect.value,
        "value": rule.value,
        "note": rule.note,
        "rule_id": rule.id,
    }


def _is_undone(entry: AuditEntry) -> bool:
    undone = select(AuditEntry.id).where(AuditEntry.undoes_id == entry.id)
    return db.session.scalar(undone) is not None


def _removed(entry: AuditEntry, email_index: bytes) -> SiteRule:
    told = entry.details
    kind = RuleKind(told["kind"])
    number = told["rule_id"]
    taken = db.session.scalar(select(SiteRule.id).where(SiteRule.id == number))
    return SiteRule(
        # Its matches are stored under its number, so it gets that again unless SQLite, which
        # reuses numbers, has given it to another.
        id=None if taken else number,
        site_id=entry.site_id,
        kind=kind,
        effect=RuleEffect(told["effect"]),
        value=told["value"],
        email_index=email_index if kind is RuleKind.EMAIL else b"",
        note=told["note"],
        created_at=datetime.fromisoformat(told[_ADDED_AT]),
    )


def refuse_a_second(rule: SiteRule) -> None:
    """See to it that the site has no rule for the same value.

    Raises:
        AlreadyExistsError: it has.
    """
    same = (
        SiteRule.site_id == rule.site_id,
        SiteRule.kind == rule.kind,
        SiteRule.value == rule.value,
        SiteRule.email_index == rule.email_index,
    )
    if db.session.scalar(select(SiteRule.id).where(*same)):
        raise AlreadyExistsError(N_("The site has a rule for this already."))


def _refuse_too_many_steps(rule: SiteRule) -> None:
    """See to it that a site's patterns take no more time together than others' comments can wait.

    Raises:
        InvalidInputError: with this one they would.
    """
    patterns = select(SiteRule.value).where(
        SiteRule.site_id == rule.site_id, SiteRule.kind == RuleKind.PATTERN
    )
    texts = [*db.session.scalars(patterns), rule.value]
    if sum(compile_pattern(text).programsize for text in texts) > MOST_STEPS_TOGETHER:
        raise InvalidInputError(
            N_(
                "All patterns of this site together would take too long. Words take less; or make "
                "patterns shorter, with fewer repetitions."
            )
        )


def _store(rule: SiteRule) -> None:
    refuse_a_second(rule)
    if rule.kind is RuleKind.PATTERN:
        _refuse_too_many_steps(rule)
    db.session.add(rule)
    try:
        db.session.flush()
    except IntegrityError:  # somebody added it at the same moment
        raise AlreadyExistsError(N_("The site has a rule for this already.")) from None


def _checked_email(value: str) -> str:
    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        raise InvalidInputError(N_("This is not a whole email address.")) from None


def _is_email(value: str) -> bool:
    try:
        return bool(_checked_email(value))
    except InvalidInputError:
        return False


def _checked_value(kind: RuleKind, value: str) -> str:
    value = value.strip()
    if kind in {RuleKind.WORD, RuleKind.PATTERN} and _is_email(value.replace("\\", "")):
        raise InvalidInputError(
            N_(
                "An address is only kept sealed, so it cannot be a word or pattern. "
                "Choose “Commenter” for it."
            )
        )
    if kind is RuleKind.IP_RANGE:
        return str(parse_range(value))
    if kind is RuleKind.PATTERN:
        compile_pattern(value)
        return value
    if kind is RuleKind.DOMAIN:
        value = value.lower().removeprefix("*.").strip(".")
        if not _DOMAIN.fullmatch(value):
            raise InvalidInputError(
                N_("{text} is not a domain, such as example.com.", text=repr(value))
            )
        return value
    if not fold(value).strip("* ") or len(value) > _LONGEST_VALUE:
        raise InvalidInputError(N_("A word may not be empty or longer than 255 characters."))
    return value
