"""A site's rules and policy, for those who may change them."""

from base64 import b64decode, b64encode
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_security import auth_required
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.actions import Action
from moderation.domain.changes import version_of
from moderation.domain.policy import AbuseAction, PolicyMode, SitePolicy
from moderation.domain.policy_words import ABUSE_WORDS, MODE_WORDS, SETTING_WORDS, tell_changes
from moderation.domain.roles import Permission
from moderation.domain.rules import EFFECT_WORDS, KIND_WORDS, RuleEffect, RuleKind, note_words
from moderation.domain.signals import MEANINGS, POINTS
from moderation.domain.status import STATUS_WORDS
from moderation.domain.whole_number import whole_number
from moderation.errors import (
    AlreadyExistsError,
    InvalidInputError,
    ModerationError,
    StalePolicyError,
    UnknownRuleError,
)
from moderation.models import Site
from moderation.services import rulebook, rules
from moderation.services.meanwhile import changed_since
from moderation.services.permissions import site_for, sites_where
from moderation.services.rules import RemovedRule, RuleDraft
from moderation.services.sites import change_policy
from moderation.web import policy_form
from moderation.web.auth import me
from moderation.web.comment_links import comment_url
from moderation.web.errors import status_of
from moderation.web.form_merge import merge
from moderation.web.policy_costs import costs_of
from moderation.web.policy_form import PolicyForm
from moderation.web.replay_words import told_moves
from moderation.web.runtime import runtime
from moderation.words import N_

bp = Blueprint("rules", __name__, url_prefix="/rules")

_ID = "int(max=9223372036854775807)"
# The session keeps the index of an address that was just taken off, to put it back: the audit log,
# which stays for ever, has no business with it.
_INDEX = "removed_index"


@bp.context_processor
def _words() -> dict[str, Any]:
    return {
        "comment_url": comment_url,
        "kind_words": KIND_WORDS,
        "note_words": note_words,
        "effect_words": EFFECT_WORDS,
        "Action": Action,
        "status_words": STATUS_WORDS,
        "told_moves": told_moves,
        "now": runtime().clock(),
    }


@bp.get("/")
@auth_required("session")
def choose() -> BaseResponse | str:
    """The sites whose rules the moderator may change; of one, its rules."""
    sites = sites_where(me(), Permission.EDIT_RULES)
    if len(sites) == 1:
        return redirect(url_for("rules.show", slug=sites[0].slug))
    return render_template("queue/rules_choose.html", sites=sites)


@bp.get("/<slug>")
@auth_required("session")
def show(slug: str) -> str:
    """A site's lists, and a form to add to them."""
    return _rules_page(slug)


@bp.post("/<slug>")
@auth_required("session")
def add(slug: str) -> BaseResponse | tuple[str, HTTPStatus]:
    """Try a rule on the latest comments, or add it."""
    rt, form = runtime(), request.form
    site_for(me(), slug, Permission.EDIT_RULES)
    try:
        draft = _draft()
        if form.get("do") != "save":
            from moderation.services.replay import replay_rule

            replay = replay_rule(rt.vault, me(), slug, draft, rt.clock())
            return _rules_page(slug, typed=form, replay=replay), HTTPStatus.OK
        rule = rules.add_rule(rt.vault, slug, draft, me(), rt.clock())
    except (InvalidInputError, AlreadyExistsError) as error:
        return _rules_page(slug, typed=form, fault=error), status_of(error)
    return redirect(url_for("rules.show", slug=slug, added=rule.id), HTTPStatus.SEE_OTHER)


@bp.post(f"/<slug>/<{_ID}:rule_id>/remove")
@auth_required("session")
def remove(slug: str, rule_id: int) -> BaseResponse | tuple[str, HTTPStatus]:
    """Try on the latest comments to be without a rule, or take it off."""
    rt = runtime()
    try:
        if request.form.get("do") == "try":
            from moderation.services.replay import replay_removal

            replay, rule = replay_removal(rt.vault, me(), slug, rule_id, rt.clock())
            return _rules_page(slug, replay=replay, without=rule), HTTPStatus.OK
        removed = rules.remove_rule(slug, rule_id, me(), rt.clock())
    except UnknownRuleError as error:
        return _rules_page(slug, fault=error), status_of(error)
    session.pop(_INDEX, None)
    if removed.email_index:
        session[_INDEX] = [removed.entry_id, b64encode(removed.email_index).decode()]
    where = url_for("rules.show", slug=slug, removed=removed.entry_id)
    return redirect(where, HTTPStatus.SEE_OTHER)


@bp.post(f"/<slug>/undo/<{_ID}:entry_id>")
@auth_required("session")
def undo(slug: str, entry_id: int) -> BaseResponse | tuple[str, HTTPStatus]:
    """Put a rule back that was taken off."""
    kept_of, kept = session.get(_INDEX, (None, ""))
    index = b64decode(kept) if kept_of == entry_id else b""
    removed = RemovedRule(entry_id, index)
    try:
        rule = rules.restore_rule(slug, removed, me(), runtime().clock())
    except (UnknownRuleError, InvalidInputError, AlreadyExistsError) as error:
        return _rules_page(slug, fault=error), status_of(error)
    session.pop(_INDEX, None)
    return redirect(url_for("rules.show", slug=slug, added=rule.id), HTTPStatus.SEE_OTHER)


def _rules_page(slug: str, **extra: Any) -> str:
    book = rulebook.read_rulebook(me(), slug, runtime().clock())
    number = request.args.get("removed", "", type=str)
    rule_id = whole_number(number)
    removed = None if rule_id is None else rules.removed_rule(me(), slug, rule_id)
    return render_template(
        "queue/rules.html",
        site=book.site,
        rules=book.rules,
        days=rulebook.DAYS,
        kinds=list(KIND_WORDS),
        effects=list(EFFECT_WORDS),
        added=request.args.get("added"),
        removed=removed,
        removed_entry=number,
        **{"typed": {}, "fault": None, "replay": None, "without": None} | extra,
    )


def _draft() -> RuleDraft:
    form = request.form
    try:
        kind, effect = RuleKind(form.get("kind", "")), RuleEffect(form.get("effect", ""))
    except ValueError:
        raise InvalidInputError(
            N_("Please choose what the rule looks at and what it does.")
        ) from None
    return RuleDraft(kind, effect, form.get("value", ""), form.get("note", ""))


@bp.get("/<slug>/policy")
@auth_required("session")
def policy(slug: str) -> str:
    """How a site judges, as a form."""
    site = site_for(me(), slug, Permission.EDIT_POLICY)
    return _policy_page(site, PolicyForm(policy_form.shown(site.policy)), version_of(site.policy))


@bp.post("/<slug>/policy")
@auth_required("session")
def save_policy(slug: str) -> BaseResponse | tuple[str, HTTPStatus]:
    """Try a policy on the latest comments, or save it."""
    rt, site = runtime(), site_for(me(), slug, Permission.EDIT_POLICY)
    form = policy_form.read(request.form, site.policy)
    seen = request.form.get("version", "")
    if form.policy is None:
        fault = InvalidInputError(N_("Nothing was saved yet. Please correct the marked fields."))
        return _policy_page(site, form, seen, fault=fault), HTTPStatus.BAD_REQUEST
    if request.form.get("do") != "save":
        from moderation.services.replay import replay_policy

        replay = replay_policy(rt.vault, me(), slug, form.policy, rt.clock())
        return _policy_page(site, form, seen, replay=replay), HTTPStatus.OK
    changes = _changes(form.policy, site.policy)
    try:
        differences = change_policy(slug, changes, me(), rt.clock(), seen)
    except StalePolicyError as error:
        return _stale_page(slug, form, seen, error), HTTPStatus.CONFLICT
    saved = "yes" if differences else "same"
    return redirect(url_for("rules.policy", slug=slug, saved=saved), HTTPStatus.SEE_OTHER)


def _changes(wanted: SitePolicy, present: SitePolicy) -> dict[str, Any]:
    # Only what differs, so that a default that was never set stays the default.
    old, new = present.model_dump(mode="json"), wanted.model_dump(mode="json")
    return {name: value for name, value in new.items() if value != old[name]}


def _stale_page(slug: str, form: PolicyForm, seen: str, error: ModerationError) -> str:
    site = site_for(me(), slug, Permission.EDIT_POLICY)
    meanwhile = changed_since(site.id, site.policy, seen, [Action.POLICY_CHANGED], tell_changes)
    values = form.values
    if meanwhile.shown is not None:
        shown, now = policy_form.shown(meanwhile.shown), policy_form.shown(meanwhile.now)
        values = merge(values, shown, now)
    return _policy_page(
        site, PolicyForm(values), version_of(site.policy), fault=error, meanwhile=meanwhile
    )


def _policy_page(site: Site, form: PolicyForm, version: str, **extra: Any) -> str:
    return render_template(
        "queue/policy.html",
        site=site,
        form=form,
        version=version,
        abuse={action.value: ABUSE_WORDS[action] for action in AbuseAction},
        costs=costs_of(site, form.policy),
        modes={mode.value: MODE_WORDS[mode] for mode in PolicyMode},
        settings=SETTING_WORDS,
        meanings=MEANINGS,
        points=POINTS,
        saved=request.args.get("saved"),
        **{"fault": None, "replay": None, "meanwhile": None} | extra,
    )
