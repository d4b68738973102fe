"""Every word of the moderators' pages comes out of the catalogues.

The pages are asked for in a language that is none (`tests.pseudo`): what they say in English past
it no translator can have seen.
"""

from dataclasses import dataclass
from typing import Any

import pytest

from moderation.web import languages
from tests.factories import House
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
    "queue.show: misread": Asked("/queue/?since=x", own="since"),
    "queue.more": Asked("/queue/more"),
    "queue.news": Asked("/queue/news?newest=0&wave_shown={wave}&wave_shown=99", htmx=True),
    "queue.keys": Asked("/queue/help"),
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
        _POLICY, {"do": "try", "hold_at": "1", "max_links": "1", "mode": "premoderate"}
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
