"""Every word of the moderators' pages comes out of the catalogues.

The pages are asked for in a language that is none (`tests.pseudo`): what they say in English past
it no translator can have seen.
"""

from dataclasses import dataclass
from typing import Any

import pytest

from moderation.web import languages
from tests.factories import ORIGIN, House
from tests.integration.every_word import Scene, build
from tests.pseudo import PSEUDO, unsaid


@dataclass(frozen=True, slots=True)
class Asked:
    """A page.

    Attributes:
        path: its address, which may name numbers of the scene.
        form: what is sent to it, where it answers that.
        htmx: whether it is asked for a part of a page.
        ready: whether all that it says is in the catalogues.
        own: what of it was typed in Latin letters, between bars.
    """

    path: str
    form: dict[str, Any] | None = None
    htmx: bool = False
    ready: bool = True
    own: str = ""


_SITE = "/queue/sites/blog"
_SEEN = {"seen": "held", "revision": "1"}
_POLICY = "/queue/rules/blog/policy"

# By endpoint; after a colon, what of it.
QUEUE = {
    "queue.show": Asked("/queue/"),
    "queue.show: all": Asked("/queue/?tab=all&order=newest"),
    "queue.show: spam": Asked("/queue/?tab=spam"),
    "queue.show: published": Asked("/queue/?tab=published"),
    "queue.show: rejected": Asked("/queue/?tab=rejected"),
    "queue.show: nothing": Asked("/queue/?q=ξξξ"),
    "queue.show: wave": Asked("/queue/?wave={wave}"),
    "queue.show: narrowed": Asked("/queue/?commenter={commenter}&site=blog&opinion=1"),
    "queue.show: applied": Asked(
        "/queue/?signal=LINK_FLOOD&language=de&since=2026-01-02&until=2026-05-06&reported=1&order=newest"
    ),
    "queue.show: misread": Asked("/queue/?since=x", own="since"),
    "queue.more": Asked("/queue/more"),
    "queue.news": Asked("/queue/news?newest=0&wave_shown={wave}&wave_shown=99", htmx=True),
    "queue.keys": Asked("/queue/help"),
    "queue.keys: over it": Asked("/queue/help", htmx=True),
    "queue.comment": Asked("/queue/comment/{rich}"),
    "queue.comment: published": Asked("/queue/comment/{published}"),
    "queue.comment: edited": Asked("/queue/comment/{edited}"),
    "queue.comment: rejected": Asked("/queue/comment/{blockd}"),
    "queue.comment: gone": Asked("/queue/comment/999"),
    "queue.edit_form": Asked("/queue/{rich}/edit"),
    "queue.edit_form: part": Asked("/queue/{rich}/edit", htmx=True),
    "queue.reply_form": Asked("/queue/{rich}/reply"),
    "queue.opinion_form": Asked("/queue/{plain}/opinion"),
    "queue.edit": Asked("/queue/{rich}/edit", {"text": "", **_SEEN}),
    "queue.edit: stale": Asked("/queue/{edited}/edit", {"text": "Α", **_SEEN}),
    "queue.decide: stale": Asked(
        "/queue/{spamd}", {"decision": "spam", "seen": "spam"} | {"revision": "1"}
    ),
    "queue.decide: part": Asked("/queue/{plain}", {"decision": "spam", **_SEEN}, htmx=True),
    "queue.decide: late": Asked("/queue/{plain}", {"decision": "spam", **_SEEN}, htmx=True),
    "queue.undo: part": Asked("/queue/undo/{reject_entry}", {}, htmx=True),
    "queue.undo: late": Asked("/queue/undo/{reject_entry}", {}),
    "queue.dismiss: none": Asked("/queue/{rich}/dismiss", {}),
    "queue.address": Asked("/queue/{rich}/address", {}),
    "queue.address: part": Asked("/queue/{rich}/address", {}, htmx=True),
    "bulk.order: nothing": Asked("/queue/bulk/", {"decision": "spam"}),
    "bulk.order: all": Asked("/queue/bulk/", {"decision": "spam", "which": "all", "newest": "999"}),
    "bulk.order: wave": Asked(
        "/queue/bulk/?wave={wave}", {"decision": "reject", "which": "all", "newest": "999"}
    ),
    "bulk.order: none": Asked(
        "/queue/bulk/?q=ξξξ", {"decision": "reject", "which": "all", "newest": "999"}
    ),
    "bulk.show": Asked("/queue/bulk/{job}"),
    "bulk.show: done": Asked("/queue/bulk/{done_job}"),
    "bulk.progress": Asked("/queue/bulk/{job}/progress", htmx=True),
    "figures.show": Asked("/queue/figures"),
    "figures.show: nothing": Asked("/queue/figures?days=7&site=blog"),
    "audit.show": Asked("/queue/audit"),
    "audit.show: filtered": Asked(
        "/queue/audit?machine=1&comment=x&since=b&until=2020-01-01", own="b|x"
    ),
    "rules.choose": Asked("/queue/rules/"),
    "rules.show": Asked("/queue/rules/blog"),
    "rules.show: removed": Asked("/queue/rules/blog?removed={removed}&added={word_rule}"),
    "rules.add: try": Asked(
        "/queue/rules/blog", {"kind": "word", "effect": "spam", "value": "σκέψη", "do": "try"}
    ),
    "rules.add: none": Asked(
        "/queue/rules/blog", {"kind": "word", "effect": "spam", "value": "ξξξ", "do": "try"}
    ),
    "rules.add: fault": Asked(
        "/queue/rules/blog",
        {"kind": "pattern", "effect": "spam", "value": "(", "do": "save"},
        own="missing ): (",
    ),
    "rules.add: allowed": Asked(
        "/queue/rules/blog", {"kind": "word", "effect": "allow", "value": "α", "do": "save"}
    ),
    "rules.remove: try": Asked("/queue/rules/blog/{word_rule}/remove", {"do": "try"}),
    "rules.undo": Asked("/queue/rules/blog/undo/{removed}", {}),
    "rules.undo: late": Asked("/queue/rules/blog/undo/{removed}", {}),
    "rules.policy": Asked(_POLICY),
    "rules.policy: saved": Asked(f"{_POLICY}?saved=yes"),
    "rules.policy: same": Asked(f"{_POLICY}?saved=same"),
    "rules.save_policy: try": Asked(
        _POLICY,
        {"do": "try", "hold_at": "1", "max_links": "1", "mode": "premoderate"}
        | {"weights.LEARNED_UNSURE": "0"},
    ),
    "rules.save_policy: fault": Asked(
        _POLICY,
        {"hold_at": "0", "hold_probability": "x", "weights.ABUSE": "-", "max_depth": "99"}
        | {"flood_network.count": "x", "flood_network.seconds": "x", "reject_reasons": "α\n" * 1}
        | {"close_after_days": "x", "mode": "x", "abuse": "x", "max_links": "x"},
    ),
    "rules.save_policy: stale": Asked(_POLICY, {"do": "save", "hold_at": "1"}),
}
SITES = {
    "sites.show_all": Asked("/queue/sites"),
    "sites.show": Asked(_SITE),
    "site_settings.show": Asked(f"{_SITE}/settings"),
    "site_threads.show": Asked(f"{_SITE}/threads"),
    "site_snippet.show": Asked(f"{_SITE}/snippet"),
    "site_services.show": Asked(f"{_SITE}/services"),
    "site_keys.show": Asked(f"{_SITE}/keys"),
    "site_learned.show": Asked(f"{_SITE}/learned"),
    "embed_doctor.show": Asked(f"{_SITE}/doctor"),
    "team.choose": Asked("/queue/team"),
    "team.show": Asked("/queue/team/blog"),
    "account.show": Asked("/queue/account"),
    "security.change_password": Asked("/queue/account/password"),
    "security.two_factor_setup": Asked("/queue/account/authenticator"),
    "security.mf_recovery_codes": Asked("/queue/account/recovery-codes"),
    "security.wan_register": Asked("/queue/account/passkeys"),
    "security.verify": Asked("/queue/verify"),
    "sites.add: fault": Asked("/queue/sites", {"slug": "?"}),
    "sites.add: taken": Asked("/queue/sites", {"slug": "blog", "origins": "https://a.example"}),
    "sites.add": Asked(
        "/queue/sites", {"slug": "other", "name": "Άλλο", "origins": "https://a.example"}
    ),
    "sites.rename": Asked(f"{_SITE}/name", {"name": "Το ιστολόγιο"}),
    "sites.rename: fault": Asked(f"{_SITE}/name", {"name": ""}),
    "sites.add_origin": Asked(f"{_SITE}/origins", {"origin": "https://b.example/"}),
    "sites.add_origin: same": Asked(f"{_SITE}/origins", {"origin": "https://b.example/"}),
    "sites.add_origin: fault": Asked(f"{_SITE}/origins", {"origin": "x"}),
    "sites.remove_origin": Asked(f"{_SITE}/origins/remove", {"origin": "https://b.example"}),
    "sites.remove_origin: last": Asked(f"{_SITE}/origins/remove", {"origin": ORIGIN}),
    "site_settings.save: fault": Asked(
        f"{_SITE}/settings",
        {"page_size": "0", "edit_minutes": "x", "hold_at_reports": "x", "akismet_days": "x"}
        | {"close_after_days": "x", "theme": "x"},
    ),
    "site_settings.save: stale": Asked(f"{_SITE}/settings", {"page_size": "20"}),
    "site_threads.close_page": Asked(f"{_SITE}/threads", {"url": f"{ORIGIN}/α"}),
    "site_threads.close_page: fault": Asked(f"{_SITE}/threads", {"url": "https://b.example/"}),
    "site_threads.close": Asked(f"{_SITE}/threads/1/close", {}),
    "site_threads.show: closed": Asked(f"{_SITE}/threads?state=closed"),
    "site_threads.show: nothing": Asked(f"{_SITE}/threads?q=ξξξ"),
    "site_threads.show: misread": Asked(f"{_SITE}/threads?state=x"),
    "site_threads.reopen": Asked(f"{_SITE}/threads/1/open", {}),
    "site_services.save: fault": Asked(
        f"{_SITE}/services/llm",
        {"on": "yes", "timeout": "x", "daily_budget": "x", "task": "x", "on_failure": "x"},
    ),
    "site_services.save: lacking": Asked(f"{_SITE}/services/llm", {"on": "yes", "address": ""}),
    "site_services.save: unsafe": Asked(
        f"{_SITE}/services/signed_http", {"address": "http://a.example", "key": "short"}
    ),
    "site_services.save: lists": Asked(f"{_SITE}/services/dnsbl", {"zones": ""}),
    "site_services.save: stale": Asked(f"{_SITE}/services/dnsbl", {"timeout": "2"}),
    "site_services.attempt": Asked(f"{_SITE}/services/llm/try", {}),
    "site_keys.add: fault": Asked(f"{_SITE}/keys", {"name": "", "scopes": "read"}),
    "site_keys.add: nothing": Asked(f"{_SITE}/keys", {"name": "Α"}),
    "site_keys.add: both": Asked(f"{_SITE}/keys", {"name": "Α", "scopes": ["read", "akismet"]}),
    "site_keys.add": Asked(f"{_SITE}/keys", {"name": "Α", "scopes": "read"}),
    "site_keys.revoke": Asked(f"{_SITE}/keys/1/revoke", {}),
    "site_learned.reset: unsure": Asked(f"{_SITE}/learned/reset", {}),
    "site_learned.bring: fault": Asked(f"{_SITE}/learned/lessons", {}),
    "embed_doctor.examine: fault": Asked(f"{_SITE}/doctor", {"page": "x"}),
    "embed_doctor.examine": Asked(f"{_SITE}/doctor", {"source": "<p>Α"}),
    "embed_doctor.examine: widget": Asked(
        f"{_SITE}/doctor", {"page": f"{ORIGIN}/α", "source": "<leave-a-reply></leave-a-reply>é"}
    ),
    "team.invite": Asked("/queue/team/blog/invite", {"email": "a@b.example", "role": "admin"}),
    "team.invite: fault": Asked("/queue/team/blog/invite", {"email": "x", "role": "admin"}),
    "team.invite: broken": Asked("/queue/team/blog/invite", {"email": "x"}),
    "team.revoke": Asked("/queue/team/blog/invitations/1/revoke", {}),
    "team.revoke: late": Asked("/queue/team/blog/invitations/1/revoke", {}),
    "team.change_role": Asked("/queue/team/blog/members/{nikos}/role", {"role": "admin"}),
    "team.change_role: only owner": Asked(
        "/queue/team/blog/members/{olga}/role", {"role": "admin"}
    ),
    "team.remove": Asked("/queue/team/blog/members/{nikos}/remove", {}),
    "team.remove: late": Asked("/queue/team/blog/members/{nikos}/remove", {}),
    "account.rename": Asked("/queue/account/name", {"name": "Όλγα"}),
    "account.rename: fault": Asked("/queue/account/name", {"name": ""}),
    "account.choose_language": Asked("/queue/account/language", {"language": ""}),
    "account.choose_language: fault": Asked("/queue/account/language", {"language": "xx"}),
    "account.single_keys": Asked("/queue/account/single-keys", {}),
    "account.end_other_sessions": Asked("/queue/account/sessions/end-others", {}),
    "security.change_password: fault": Asked(
        "/queue/account/password",
        {"password": "x", "new_password": "x", "new_password_confirm": "y"},
    ),
    "security.two_factor_setup: begun": Asked(
        "/queue/account/authenticator", {"setup": "authenticator"}
    ),
    "security.mf_recovery_codes: made": Asked(
        "/queue/account/recovery-codes", {"generate_new_codes": "y"}
    ),
    "security.wan_register: fault": Asked("/queue/account/passkeys", {"name": ""}),
    "sites.show: no page": Asked("/queue/nothing"),
    "sites.show: not mine": Asked("/queue/sites/nothing"),
}
PAGES = QUEUE | SITES
# What is no page of a moderator who is signed in: files, redirects, the way in, what is closed.
NO_PAGES = frozenset(
    {
        "static",
        "audit.export",
        "site_learned.take",
        "account.qr_code",
        "invitations.show",
        "invitations.done",
        "security.login",
        "security.forgot_password",
        "security.reset_password",
        "security.two_factor_token_validation",
        "security.two_factor_rescue",
        "security.tf_select",
        "security.mf_recovery",
        "security.wan_delete",
        "security.wan_signin",
        "security.wan_verify",
    }
)


@pytest.fixture
def scene(home: House, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """What the pages are about, and from now on everything is said in the language that is none."""
    made = build(home)
    monkeypatch.setattr(languages, "voice_of", lambda _tag: PSEUDO)
    return made


def test_every_page_is_in_the_table(house: House) -> None:
    found = {
        rule.endpoint
        for rule in house.app.extensions["queue"].url_map.iter_rules()
        if "GET" in (rule.methods or ())
    }

    named = {name.partition(":")[0] for name, asked in PAGES.items() if asked.form is None}
    assert named | NO_PAGES == found


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(QUEUE, id="queue"),
        pytest.param(SITES, id="sites"),
    ],
)
def test_every_word_is_in_the_catalogues(scene: Scene, table: dict[str, Asked]) -> None:
    found = {
        name: words
        for name, page in table.items()
        if page.ready
        and (
            words := set(unsaid(scene.ask(page.path, page.form, htmx=page.htmx))).difference(
                page.own.split("|")
            )
        )
    }

    assert found == {}
