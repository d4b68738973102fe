"""What each address of the moderators' side answers to whom."""

from dataclasses import dataclass, field
from typing import Any

from tests.factories import ORIGIN, PASSWORD

ROLES = ("nobody", "stranger", "moderator", "admin", "owner")


@dataclass(frozen=True, slots=True)
class Expected:
    """What an endpoint answers.

    Attributes:
        answers: the status for nobody, a moderator of another site, a moderator, an admin, an
            owner.
        form: what is sent to it, but for the CSRF token; None for one that is only read.
        query: the address's arguments.
        values: the address's own parts: literally, or the name of something of the scene.
        forged: the status for nobody and an owner where these parts are made up.
    """

    answers: tuple[int, int, int, int, int]
    form: dict[str, Any] | None = None
    query: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    forged: tuple[int, int] = (302, 404)


# What the scene makes, by the names that stand for it here.
MADE = ("comment", "entry", "job", "done_job", "rule", "removed", "new word", "member")
MADE += ("invitation", "link", "session", "thread", "key")

_SEEN = {"seen": "held", "revision": "1"}
_COMMENT = {"comment_id": "comment"}
_JOB = {"job_id": "job"}
_SITE = {"slug": "blog"}

_QUEUE: dict[str, Expected] = {
    "queue.show": Expected((302, 200, 200, 200, 200)),
    "queue.more": Expected((302, 200, 200, 200, 200)),
    "queue.news": Expected((302, 200, 200, 200, 200), query={"newest": "0"}),
    "queue.keys": Expected((302, 200, 200, 200, 200)),
    "queue.comment": Expected((302, 404, 200, 200, 200), values=_COMMENT),
    "queue.decide": Expected(
        (302, 404, 303, 303, 303), {"decision": "spam", **_SEEN}, values=_COMMENT
    ),
    "queue.undo": Expected((302, 404, 303, 303, 303), {}, values={"entry_id": "entry"}),
    "queue.edit_form": Expected((302, 404, 200, 200, 200), values=_COMMENT),
    "queue.edit": Expected(
        (302, 404, 303, 303, 303), {"text": "Other words", **_SEEN}, values=_COMMENT
    ),
    "queue.reply_form": Expected((302, 404, 200, 200, 200), values=_COMMENT),
    "queue.reply": Expected(
        (302, 404, 303, 303, 303), {"text": "Thanks", **_SEEN}, values=_COMMENT
    ),
    "queue.dismiss": Expected((302, 404, 400, 400, 400), {}, values=_COMMENT),
    "queue.opinion_form": Expected((302, 404, 200, 200, 200), values=_COMMENT),
    "queue.opinion": Expected((302, 404, 303, 303, 303), {"text": ""}, values=_COMMENT),
    "queue.address": Expected((302, 404, 403, 200, 200), {}, values=_COMMENT),
    "queue.claim": Expected((302, 404, 204, 204, 204), {}, values=_COMMENT),
    # Of a job only whoever ordered it knows: here the moderator.
    "bulk.order": Expected((302, 400, 303, 303, 303), {"decision": "spam", "ids": "comment"}),
    "bulk.show": Expected((302, 404, 200, 404, 404), values=_JOB),
    "bulk.progress": Expected((302, 404, 200, 404, 404), values=_JOB),
    "bulk.cancel": Expected((302, 404, 303, 404, 404), {}, values=_JOB),
    "bulk.undo": Expected((302, 404, 303, 404, 404), {}, values={"job_id": "done_job"}),
    "figures.show": Expected((302, 200, 200, 200, 200)),
    "audit.show": Expected((302, 200, 200, 200, 200)),
    "audit.export": Expected((302, 200, 200, 200, 200)),
    # Who may change the rules of one site alone is led to them.
    "rules.choose": Expected((302, 302, 200, 302, 302)),
    "rules.show": Expected((302, 404, 403, 200, 200), values=_SITE),
    "rules.add": Expected(
        (302, 404, 403, 303, 303),
        {"do": "save", "kind": "word", "effect": "hold", "value": "new word"},
        values=_SITE,
    ),
    "rules.remove": Expected((302, 404, 403, 303, 303), {}, values=_SITE | {"rule_id": "rule"}),
    "rules.undo": Expected((302, 404, 403, 303, 303), {}, values=_SITE | {"entry_id": "removed"}),
    "site_learned.show": Expected((302, 404, 200, 200, 200), values=_SITE),
    "site_learned.take": Expected((302, 404, 403, 200, 200), values=_SITE),
    "site_learned.bring": Expected((302, 404, 403, 400, 400), {}, values=_SITE),
    # Nothing was brought there.
    "site_learned.forget": Expected(
        (302, 404, 403, 404, 404), {}, values=_SITE | {"origin": "0" * 32}
    ),
    # Nothing was learned there.
    "site_learned.reset": Expected((302, 404, 403, 400, 400), {"sure": "yes"}, values=_SITE),
    "site_learned.restore": Expected(
        (302, 404, 403, 404, 404), {}, values=_SITE | {"entry_id": "entry"}
    ),
    "rules.policy": Expected((302, 404, 403, 200, 200), values=_SITE),
    # A form that does not tell which policy it changes saves nothing.
    "rules.save_policy": Expected((302, 404, 403, 409, 409), {"do": "save"}, values=_SITE),
    "embed_doctor.show": Expected((302, 404, 403, 200, 200), values=_SITE),
    "embed_doctor.examine": Expected(
        (302, 404, 403, 200, 200), {"source": "<p>No comments"}, values=_SITE
    ),
}

_INVITATION = {"token": "link"}
_TOKEN = {"token": "made-up"}
_TO_ALL = (200, 200, 200, 200, 200)
_TO_MEMBERS = (302, 200, 200, 200, 200)
_DONE_BY_MEMBERS = (302, 303, 303, 303, 303)
_CLOSED = (404, 404, 404, 404, 404)
_LED_AWAY = (302, 302, 302, 302, 302)
_NEW_ACCOUNT = {"name": "New", "password": PASSWORD, "password_again": PASSWORD}

_TEAM: dict[str, Expected] = {
    # Who owns one site alone is led to its team.
    "team.choose": Expected((302, 302, 200, 200, 302)),
    "team.show": Expected((302, 404, 403, 403, 200), values=_SITE),
    "team.invite": Expected(
        (302, 404, 403, 403, 201), {"email": "new@example.org", "role": "admin"}, values=_SITE
    ),
    "team.change_role": Expected(
        (302, 404, 403, 403, 303), {"role": "admin"}, values=_SITE | {"member_id": "member"}
    ),
    "team.remove": Expected((302, 404, 403, 403, 303), {}, values=_SITE | {"member_id": "member"}),
    "team.revoke": Expected(
        (302, 404, 403, 403, 303), {}, values=_SITE | {"invitation_id": "invitation"}
    ),
    # Whoever has the link may see it; whoever is a member already cannot become one.
    "invitations.show": Expected(_TO_ALL, values=_INVITATION, forged=(404, 404)),
    "invitations.accept": Expected((302, 303, 409, 409, 409), {}, values=_INVITATION),
    # Who is signed in is led to accept with that account.
    "invitations.accept_as_new": Expected(
        (303, 303, 303, 303, 303), _NEW_ACCOUNT, values=_INVITATION, forged=(404, 303)
    ),
    "invitations.done": Expected(_LED_AWAY, values=_INVITATION),
}

_SITES: dict[str, Expected] = {
    "sites.show_all": Expected(_TO_MEMBERS),
    # Whoever owns a site may add another: the stranger owns one, too.
    "sites.add": Expected(
        (302, 303, 403, 403, 303), {"slug": "new word", "origins": "https://new.example"}
    ),
    "sites.show": Expected((302, 404, 200, 200, 200), values=_SITE),
    "sites.rename": Expected((302, 404, 403, 303, 303), {"name": "The blog"}, values=_SITE),
    "sites.add_origin": Expected(
        (302, 404, 403, 303, 303), {"origin": "https://new.example"}, values=_SITE
    ),
    "sites.remove_origin": Expected(
        (302, 404, 403, 303, 303), {"origin": "https://gone.example"}, values=_SITE
    ),
    "site_settings.show": Expected((302, 404, 403, 200, 200), values=_SITE),
    # A form that does not tell which settings it changes saves nothing.
    "site_settings.save": Expected((302, 404, 403, 409, 409), {}, values=_SITE),
    "site_threads.show": Expected((302, 404, 200, 200, 200), values=_SITE),
    "site_threads.close_page": Expected(
        (302, 404, 303, 303, 303), {"url": f"{ORIGIN}/closed"}, values=_SITE
    ),
    "site_threads.close": Expected(
        (302, 404, 303, 303, 303), {}, values=_SITE | {"thread_id": "thread"}
    ),
    "site_threads.reopen": Expected(
        (302, 404, 303, 303, 303), {}, values=_SITE | {"thread_id": "thread"}
    ),
    "site_snippet.show": Expected((302, 404, 403, 200, 200), values=_SITE),
    "site_services.show": Expected((302, 404, 403, 200, 200), values=_SITE),
    # A form that does not tell which settings it changes saves nothing.
    "site_services.save": Expected(
        (302, 404, 403, 409, 409), {"timeout": "2"}, values=_SITE | {"service": "dnsbl"}
    ),
    # Of one that was never set up the page says so.
    "site_services.attempt": Expected(
        (302, 404, 403, 200, 200), {}, values=_SITE | {"service": "llm"}
    ),
    "site_keys.show": Expected((302, 404, 403, 403, 200), values=_SITE),
    "site_keys.add": Expected(
        (302, 404, 403, 403, 201), {"name": "Import", "scopes": "read"}, values=_SITE
    ),
    "site_keys.revoke": Expected((302, 404, 403, 403, 303), {}, values=_SITE | {"key_id": "key"}),
}

_ACCOUNT: dict[str, Expected] = {
    "account.show": Expected(_TO_MEMBERS),
    "account.rename": Expected(_DONE_BY_MEMBERS, {"name": "Another name"}),
    "account.choose_language": Expected(_DONE_BY_MEMBERS, {"language": "de"}),
    "account.single_keys": Expected(_DONE_BY_MEMBERS, {"on": "y"}),
    # Of a session that is none of one's own nothing is told, and it goes on.
    "account.end_session": Expected(
        _DONE_BY_MEMBERS, {}, values={"session_id": "session"}, forged=(302, 303)
    ),
    "account.end_other_sessions": Expected(_DONE_BY_MEMBERS, {}),
    # Nobody is setting an app up yet.
    "account.qr_code": Expected((302, 404, 404, 404, 404)),
    "static": Expected(_TO_ALL, values={"filename": "base.css"}),
    "security.login": Expected((200, 302, 302, 302, 302)),
    "security.login:send": Expected(
        (200, 302, 302, 302, 302), {"email": "owner@example.com", "password": "not this one"}
    ),
    "security.forgot_password": Expected(_TO_ALL),
    "security.forgot_password:send": Expected(_TO_ALL, {"email": "an address"}),
    "security.reset_password": Expected(_LED_AWAY, values=_TOKEN, forged=(302, 302)),
    "security.reset_password:send": Expected(
        _LED_AWAY,
        {"password": PASSWORD, "password_confirm": PASSWORD},
        values=_TOKEN,
        forged=(302, 302),
    ),
    # With a password that is wrong the form comes back.
    "security.change_password": Expected(_TO_MEMBERS),
    "security.change_password:send": Expected(
        _TO_MEMBERS,
        {"password": "not this", "new_password": PASSWORD, "new_password_confirm": PASSWORD},
    ),
    "security.verify": Expected(_TO_MEMBERS),
    "security.verify:send": Expected(_TO_MEMBERS, {"password": "not this one"}),
    # None of them has given a password and is asked for a code.
    "security.two_factor_token_validation": Expected(_LED_AWAY),
    "security.two_factor_token_validation:send": Expected(_LED_AWAY, {"code": "000000"}),
    "security.mf_recovery": Expected(_LED_AWAY),
    "security.mf_recovery:send": Expected(_LED_AWAY, {"code": "0000-0000-0000"}),
    "security.mf_recovery_codes": Expected(_TO_MEMBERS),
    "security.mf_recovery_codes:send": Expected(_TO_MEMBERS, {"generate_new_codes": "y"}),
    "security.two_factor_setup": Expected(_TO_MEMBERS),
    "security.two_factor_setup:send": Expected(_TO_MEMBERS, {"setup": "authenticator"}),
    "security.wan_register": Expected(_TO_MEMBERS),
    "security.wan_register:send": Expected(_TO_MEMBERS, {"name": "A key"}),
    "security.wan_register_response": Expected(
        _LED_AWAY, {"credential": "{}"}, values=_TOKEN, forged=(302, 302)
    ),
    "security.wan_delete": Expected(_LED_AWAY),
    "security.wan_delete:send": Expected(_LED_AWAY, {"name": "no such key"}),
    "security.wan_signin": Expected((200, 302, 302, 302, 302)),
    "security.wan_signin:send": Expected((200, 302, 302, 302, 302), {}),
    "security.wan_signin_response": Expected(
        _LED_AWAY, {"credential": "{}"}, values=_TOKEN, forged=(302, 302)
    ),
    "security.wan_verify": Expected(_TO_MEMBERS),
    "security.wan_verify:send": Expected(_TO_MEMBERS, {}),
    "security.wan_verify_response": Expected(
        _LED_AWAY, {"credential": "{}"}, values=_TOKEN, forged=(302, 302)
    ),
    # What Flask-Security has beside, and is not offered.
    "security.two_factor_rescue": Expected(_CLOSED),
    "security.two_factor_rescue:send": Expected(_CLOSED, {"help_setup": "email"}),
    "security.tf_select": Expected(_CLOSED),
    "security.tf_select:send": Expected(_CLOSED, {"which": "authenticator"}),
    "security.two_factor_setup_validate": Expected(
        _CLOSED, {"code": "000000"}, values=_TOKEN, forged=(404, 404)
    ),
    # The last: it ends what the others need.
    "security.logout": Expected(_LED_AWAY, {}),
}

# By endpoint; by `endpoint:send` the form of one that is read and sent at the same address.
EXPECTED = _QUEUE | _TEAM | _SITES | _ACCOUNT
