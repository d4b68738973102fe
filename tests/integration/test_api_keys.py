"""API keys and what they may do, on both databases."""

import logging
import re
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from moderation.domain.actions import Action
from moderation.domain.roles import SiteRole
from moderation.domain.status import Actor, Status
from moderation.errors import InvalidInputError, NotAllowedError, UnknownKeyError, UnknownSiteError
from moderation.models import ApiKey, AuditEntry, Comment, Membership, Moderator, db
from moderation.privacy.redaction import redact
from moderation.services import api_keys
from tests.factories import ORIGIN, House, address
from tests.integration.queueing import assert_counts_hold, entries, entry_of, moderator

ALL = ("read", "moderate", "submit")


def owner(house: House, name: str = "Ora", *sites: str) -> int:
    return moderator(house, name, sites or ("blog",), SiteRole.OWNER)


def add(
    house: House, by: int | None, site: str, name: str, scopes: Sequence[str], **rest: str
) -> api_keys.NewKey:
    index = house.parts.vault.short_key_index
    return api_keys.add_key(by, site, name, scopes, house.clock(), index=index, **rest)


def key_of(house: House, who: int, scopes: Sequence[str] = ALL, site: str = "blog") -> str:
    with house.rows():
        return add(house, who, site, "Importer", scopes).key


def ask(house: House, key: str | None, path: str, method: str = "GET", **rest: Any) -> TestResponse:
    headers = {"X-Forwarded-For": address(), **rest.pop("headers", {})}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    return house.client.open(f"/api/v1/sites/{path}", method=method, headers=headers, **rest)


def decision(**fields: Any) -> dict[str, Any]:
    return {"decision": "approve", "revision": 1, "seen": "held", **fields}


def test_a_key_is_kept_as_a_hash_alone_and_its_making_is_audited(house: House) -> None:
    who = owner(house)
    key = key_of(house, who, ["submit", "read"])

    assert re.fullmatch(r"lar_[0-9a-z]{8}_[0-9A-Za-z]{40}", key)
    secret = key.rpartition("_")[2]
    with house.rows():
        row = db.session.query(ApiKey).one()
        kept = {c.name: getattr(row, c.name) for c in ApiKey.__table__.columns}
        assert secret not in repr(kept)
        assert (row.scopes, row.created_by, len(row.key_hash)) == (["read", "submit"], who, 32)
        entry = db.session.query(AuditEntry).filter_by(action=Action.KEY_ADDED).one()
        assert secret not in repr(entry.details)
        assert entry.details["key"] == key[:12]
        assert (entry.moderator_id, entry.details["scopes"]) == (who, "read, submit")


@pytest.mark.parametrize(
    ("role", "fault"), [(SiteRole.MODERATOR, NotAllowedError), (SiteRole.ADMIN, NotAllowedError)]
)
def test_only_owners_have_to_do_with_keys(
    house: House, role: SiteRole, fault: type[Exception]
) -> None:
    boss = owner(house)
    key_of(house, boss)
    who = moderator(house, "Ben", role=role)
    stranger = owner_elsewhere(house)
    with house.rows():
        number = db.session.query(ApiKey.id).scalar()
        for somebody, wrong in ((who, fault), (stranger, UnknownSiteError)):
            with pytest.raises(wrong):
                add(house, somebody, "blog", "x", ["read"])
            with pytest.raises(wrong):
                api_keys.list_keys(somebody, "blog")
            with pytest.raises(wrong):
                api_keys.revoke_key(somebody, "blog", number, house.clock())
        with pytest.raises(UnknownKeyError):
            api_keys.revoke_key(stranger, "other", number, house.clock())


def owner_elsewhere(house: House) -> int:
    with house.rows():
        house.add_site("other")
    return owner(house, "Stranger", "other")


@pytest.mark.parametrize("scopes", [[], ["all"], ["read", "write"]])
def test_a_key_needs_scopes_that_there_are(house: House, scopes: list[str]) -> None:
    who = owner(house)
    with house.rows(), pytest.raises(InvalidInputError, match="what the key may do"):
        add(house, who, "blog", "x", scopes)


def test_there_is_an_end_of_keys(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_keys, "_MOST_KEYS", 2)
    who = owner(house)
    key_of(house, who)
    key_of(house, who)
    with house.rows():
        with pytest.raises(InvalidInputError, match="Revoke one"):
            add(house, who, "blog", "x", ["read"])
        newest = api_keys.list_keys(who, "blog")[0].key_id
        api_keys.revoke_key(who, "blog", newest, house.clock())
        add(house, who, "blog", "x", ["read"])
        assert [bool(key.revoked_at) for key in api_keys.list_keys(who, "blog")] == [
            False,
            False,
            True,
        ]


def test_the_queue_is_read_with_its_receipts_and_no_address(house: House) -> None:
    key = key_of(house, owner(house), ["read"])
    held = house.hold(name="Nora", email="canary@example.org")
    house.publish()
    answer = ask(house, key, "blog/moderation/comments")

    assert answer.status_code == 200
    (item,) = answer.json["comments"]
    assert (item["id"], item["status"], item["revision"], item["name"]) == (held, "held", 1, "Nora")
    signals = {signal["symbol"]: signal for signal in item["verdict"]["signals"]}
    assert signals["LINK_FLOOD"]["check"] == "links"
    assert signals["LINK_FLOOD"]["evidence"]["links"] == 3
    assert item["verdict"]["rule"] == "HOLD_SCORE"
    assert item["last"]["by"] == "The policy"
    assert "canary" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    one = ask(house, key, f"blog/moderation/comments/{held}")
    assert one.json == item


def test_a_view_is_filtered_and_paged_as_in_the_queue(house: House) -> None:
    key = key_of(house, owner(house), ["read"])
    first, second = house.hold(), house.hold()
    published = house.publish(comment="A word on batteries")
    page = ask(house, key, "blog/moderation/comments?limit=1").json
    following = f"blog/moderation/comments?limit=1&cursor={page['next_cursor']}"
    rest = ask(house, key, following).json

    assert [c["id"] for c in page["comments"] + rest["comments"]] == [first, second]
    found = ask(house, key, "blog/moderation/comments?tab=all&q=batteries").json
    assert [c["id"] for c in found["comments"]] == [published]
    for wrong in ("limit=0", "limit=x", "limit=0000000019", "tab=nothing", "cursor=x"):
        answer = ask(house, key, f"blog/moderation/comments?{wrong}")
        assert (answer.status_code, answer.json["code"]) == (400, "invalid_input")


def test_a_decision_by_a_key_is_its_owners_and_the_log_names_both(house: House) -> None:
    who = owner(house)
    key = key_of(house, who, ["moderate"])
    held = house.hold()
    path = f"blog/moderation/comments/{held}/decision"
    answer = ask(house, key, path, "POST", json=decision(decision="spam", why="pills"))

    assert answer.status_code == 200, answer.text
    assert answer.json["comment"]["status"] == "spam"
    assert answer.json["comment"]["last"] == {
        "entry": answer.json["entry"],
        "action": "spam",
        "by": "Ora",
        "before": "held",
        "after": "spam",
        "why": "pills",
        "at": house.clock().isoformat(),
    }
    with house.rows():
        entry = entries(held)[-1]
        assert (entry.actor, entry.moderator_id) == (Actor.MODERATOR, who)
        assert entry.details["by_key"] == "Importer"
    page = house.sign_in("ada@example.com", role=SiteRole.ADMIN).get("/queue/audit").text
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "Ora, by the key “Importer”, marked" in told
    undone = ask(house, key, f"blog/moderation/decisions/{answer.json['entry']}/undo", "POST")
    assert undone.json["comment"]["status"] == "held"
    with house.rows():
        assert entries(held)[-1].details["by_key"] == "Importer"
    assert_counts_hold(house)


def test_the_mark_of_a_key_ends_with_its_request(house: House) -> None:
    who = owner(house)
    key = key_of(house, who)
    first, second = house.hold(), house.hold()
    for comment in (first, 999_999):
        ask(house, key, f"blog/moderation/comments/{comment}/decision", "POST", json=decision())
    from tests.integration.queueing import decide

    decide(house, who, second, "approve")
    with house.rows():
        assert "by_key" in entries(first)[-1].details
        assert "by_key" not in entries(second)[-1].details


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"seen": "published"}, 409, "stale_decision"),
        ({"revision": 2}, 409, "stale_decision"),
        ({"decision": "burn"}, 400, "invalid_input"),
        ({"seen": "burnt"}, 400, "invalid_input"),
        ({"revision": "1"}, 400, "invalid_input"),
        ({"why": "x" * 501}, 400, "invalid_input"),
        ({"more": 1}, 400, "invalid_input"),
    ],
)
def test_what_cannot_be_decided_is_told(
    house: House, fields: dict[str, Any], status: int, code: str
) -> None:
    key = key_of(house, owner(house))
    held = house.hold()
    path = f"blog/moderation/comments/{held}/decision"
    answer = ask(house, key, path, "POST", json=decision(**fields))

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"
    assert house.status(held) is Status.HELD


def test_a_reason_that_cannot_be_stored_whole_is_stored_without_its_nul(house: House) -> None:
    key = key_of(house, owner(house))
    path = f"blog/moderation/comments/{house.hold()}/decision"
    answer = ask(house, key, path, "POST", json=decision(decision="reject", why="sp\0am"))

    assert answer.status_code == 200
    assert answer.json["comment"]["last"]["why"] == "spam"


@pytest.mark.parametrize(
    ("scopes", "path", "method", "lacks"),
    [
        (["moderate", "submit"], "comments", "GET", "read"),
        (["moderate", "submit"], "comments/1", "GET", "read"),
        (["read", "submit"], "comments/1/decision", "POST", "moderate"),
        (["read", "submit"], "decisions/1/undo", "POST", "moderate"),
    ],
)
def test_a_scope_that_is_missing_is_named(
    house: House, scopes: list[str], path: str, method: str, lacks: str
) -> None:
    key = key_of(house, owner(house), scopes)
    house.hold()
    answer = ask(house, key, f"blog/moderation/{path}", method)

    assert (answer.status_code, answer.json["code"]) == (403, "missing_scope")
    assert f'scope="{lacks}"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    "header",
    [
        None,
        "Bearer",
        "Bearer lar_abcdefgh_" + "x" * 40,
        "Bearer \x80\xff",
        "Basic dXNlcjpwYXNz",
        "Bearer " + "y" * 5000,
    ],
)
def test_what_is_no_key_is_challenged(house: House, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = ask(house, None, "blog/moderation/comments", headers=headers)

    assert (answer.status_code, answer.json["code"]) == (401, "invalid_key")
    is_key = header is not None and header.startswith("Bearer")
    expected = 'Bearer realm="moderation"' + (', error="invalid_token"' if is_key else "")
    assert answer.headers["WWW-Authenticate"] == expected


def test_a_key_that_is_revoked_or_whose_owner_is_none_any_more_is_no_key(house: House) -> None:
    boss, who = owner(house, "Boss"), owner(house)
    revoked, key = key_of(house, who), key_of(house, who)
    path = "blog/moderation/comments"
    with house.rows():
        numbers = [key.key_id for key in api_keys.list_keys(boss, "blog")]
        api_keys.revoke_key(boss, "blog", numbers[1], house.clock())
        api_keys.revoke_key(boss, "blog", numbers[1], house.clock())
        assert db.session.query(AuditEntry).filter_by(action=Action.KEY_REVOKED).count() == 1
    assert ask(house, revoked, path).status_code == 401
    assert ask(house, key, path).status_code == 200

    member = update(Membership).where(Membership.moderator_id == who)
    account = update(Moderator).where(Moderator.id == who)
    for lose, give_back in (
        (member.values(role=SiteRole.ADMIN), member.values(role=SiteRole.OWNER)),
        (account.values(active=False), account.values(active=True)),
    ):
        for change, status in ((lose, 401), (give_back, 200)):
            with house.rows():
                db.session.execute(change)
                db.session.commit()
                assert api_keys.list_keys(boss, "blog")[0].stopped == (status == 401)
            assert ask(house, key, path).status_code == status


def test_a_key_of_one_site_is_good_for_nothing_on_another(house: House) -> None:
    with house.rows():
        house.add_site("shop")
    who = owner(house, "Ora", "blog", "shop")
    key, theirs = key_of(house, who), key_of(house, who, site="shop")
    held = house.hold(_site="shop")
    decided = ask(
        house, theirs, f"shop/moderation/comments/{held}/decision", "POST", json=decision()
    ).json["entry"]
    for path, method in (
        ("comments", "GET"),
        (f"comments/{held}", "GET"),
        (f"comments/{held}/decision", "POST"),
        (f"decisions/{decided}/undo", "POST"),
    ):
        elsewhere = ask(house, key, f"shop/moderation/{path}", method, json=decision())
        assert (elsewhere.status_code, elsewhere.json["code"]) == (403, "wrong_site"), path
        nowhere = ask(house, key, f"nothing/moderation/{path}", method, json=decision())
        assert nowhere.json == elsewhere.json
    # The owner's other site, asked for under the key's own.
    listed = ask(house, key, "blog/moderation/comments?tab=all&site=shop")
    assert listed.json["comments"] == []
    assert ask(house, key, f"blog/moderation/comments/{held}").status_code == 404
    path = f"blog/moderation/comments/{held}/decision"
    again = ask(house, key, path, "POST", json=decision(decision="spam", seen="published"))
    assert again.status_code == 404
    assert ask(house, key, f"blog/moderation/decisions/{decided}/undo", "POST").status_code == 404
    assert house.status(held) is Status.PUBLISHED
    posted = house.post(_site="shop", _headers={"Authorization": f"Bearer {key}"})
    assert (posted.status_code, posted.json["code"]) == (403, "wrong_site")


def test_a_verdict_of_the_machine_is_not_a_keys_to_take_back(house: House) -> None:
    key = key_of(house, owner(house))
    held = house.hold()
    verdict = entry_of(house, held)

    assert ask(house, key, f"blog/moderation/decisions/{verdict}/undo", "POST").status_code == 404
    assert (
        ask(house, key, "blog/moderation/decisions/1/undo", "POST", json={"x": 1}).status_code
        == 400
    )


def test_a_server_posts_for_its_readers_under_their_network(house: House) -> None:
    key = key_of(house, owner(house), ["submit"])
    headers = {"Authorization": f"Bearer {key}", "X-Reader-Address": "198.51.100.77"}
    posted = house.post(_headers=headers)
    own = house.post(_headers={"X-Forwarded-For": "203.0.113.9", "X-Reader-Address": "192.0.2.1"})

    assert posted.status_code == own.status_code == 202
    with house.rows():
        assert house.comment(posted.json["id"]).network == "198.51.100.0/24"
        assert house.comment(own.json["id"]).network == "203.0.113.0/24"


@pytest.mark.parametrize("told", ["", "nobody", "0.0.0.0", "192.0.2.1, 192.0.2.2"])
def test_a_readers_address_that_is_none_is_told(house: House, told: str) -> None:
    key = key_of(house, owner(house), ["submit"])
    answer = house.post(_headers={"Authorization": f"Bearer {key}", "X-Reader-Address": told})

    assert (answer.status_code, answer.json["code"]) == (400, "invalid_input")
    with house.rows():
        assert db.session.query(Comment).count() == 0


def test_posting_with_a_key_that_may_not_is_refused(house: House) -> None:
    key = key_of(house, owner(house), ["read", "moderate"])

    assert house.post(_headers={"Authorization": f"Bearer {key}"}).status_code == 403
    assert house.post(_headers={"Authorization": "Bearer lar_x"}).status_code == 401
    # What a proxy before us asks for is not our business.
    assert house.post(_headers={"Authorization": "Basic dXNlcjpwYXNz"}).status_code == 202
    # A page cannot: browsers are told that this header is not for them.
    asked = house.client.options("/api/v1/sites/blog/comments", headers={"Origin": ORIGIN})
    assert "Authorization" not in asked.headers["Access-Control-Allow-Headers"]


def test_when_a_key_was_used_is_kept_to_the_minute(house: House) -> None:
    key = key_of(house, owner(house))

    def used() -> Any:
        with house.rows():
            return db.session.scalar(select(ApiKey.used_at))

    assert used() is None
    house.clock.move(seconds=42)
    ask(house, key, "blog/moderation/comments")
    first = used()
    assert first == house.clock().replace(second=0)
    house.clock.move(seconds=10)
    ask(house, key, "blog/moderation/comments")
    assert used() == first
    house.clock.move(seconds=60)
    ask(house, key, "blog/moderation/comments")
    assert used() == house.clock().replace(second=0)


def test_an_answer_tells_how_much_is_left_and_one_too_many_waits(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from limits import parse

    from moderation.web import key_limits

    monkeypatch.setattr(key_limits, "_BY_KEY", parse("2 per hour"))
    key = key_of(house, owner(house))
    answers = [ask(house, key, "blog/moderation/comments") for _ in range(3)]

    assert [a.status_code for a in answers] == [200, 200, 429]
    assert [a.headers["RateLimit-Remaining"] for a in answers] == ["1", "0", "0"]
    assert {a.headers["RateLimit-Limit"] for a in answers} == {"2"}
    assert answers[0].headers["RateLimit-Policy"] == "2;w=3600"
    assert 0 < int(answers[2].headers["Retry-After"]) <= 3600
    assert answers[2].headers["Retry-After"] == answers[2].headers["RateLimit-Reset"]
    assert answers[2].json["code"] == "too_many_requests"
    other = key_of(house, owner(house, "Other"))
    assert ask(house, other, "blog/moderation/comments").status_code == 200


def test_keys_cannot_be_guessed_for_long(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from limits import parse

    from moderation.web import key_limits

    monkeypatch.setattr(key_limits, "_GUESSES", parse("2 per hour"))
    key = key_of(house, owner(house))
    network = {"X-Forwarded-For": "198.51.100.1"}
    path = "blog/moderation/comments"
    answers = [ask(house, f"lar_{n}", path, headers=network) for n in range(3)]

    assert [a.status_code for a in answers] == [401, 401, 429]
    assert "Retry-After" in answers[2].headers
    assert ask(house, key, path, headers=network).status_code == 200  # a neighbour's


def test_no_log_line_holds_a_key(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    key = key_of(house, owner(house))
    ask(house, key, "blog/moderation/comments")
    ask(house, f"{key}x", "blog/moderation/comments")
    ask(house, key, "shop/moderation/comments")

    assert key.rpartition("_")[2] not in caplog.text
    assert redact(f"GET /?key={key} {key}") == "GET /?key=[key] [key]"


def test_the_operator_makes_a_key_for_an_owner_and_the_log_tells_who(house: House) -> None:
    who = owner(house)
    moderator(house, "Ben")
    with house.rows():
        made = add(house, None, "blog", "Bot", ["moderate"], acts_for="ORA@example.com")
        for nobody in ("ben@example.com", "nobody@example.com"):
            with pytest.raises(InvalidInputError, match="an owner of its site"):
                add(house, None, "blog", "Bot", ["read"], acts_for=nobody)
        (listed,) = api_keys.list_keys(None, "blog")
        assert (listed.key_id, listed.member, listed.stopped) == (made.key_id, "Ora", False)
    held = house.hold()
    path = f"blog/moderation/comments/{held}/decision"
    assert ask(house, made.key, path, "POST", json=decision()).status_code == 200
    with house.rows():
        assert entries(held)[-1].moderator_id == who
        api_keys.revoke_key(None, "blog", made.key_id, house.clock())
        keys = select(AuditEntry).where(
            AuditEntry.action.in_([Action.KEY_ADDED, Action.KEY_REVOKED])
        )
        assert [e.actor for e in db.session.scalars(keys)] == [Actor.OPERATOR] * 2
