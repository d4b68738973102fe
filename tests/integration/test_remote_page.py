"""The page of other services: what it says, what it saves, and what it never shows."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from moderation.domain.remote import KEYED, Service
from moderation.domain.roles import SiteRole
from moderation.errors import InvalidInputError
from moderation.models import AuditEntry, RemoteService, db
from tests.factories import House, csrf_token
from tests.integration.queueing import signed_in
from tests.integration.services_kit import Desk, by_path, dns_server, form_of, says
from tests.web_server import answer, web_server

PATH = "/queue/sites/blog/services"
KEY = "a-key-of-sixteen-signs"


@pytest.fixture
def owner(house: House) -> FlaskClient:
    return signed_in(house, "Ona", SiteRole.OWNER)


def save(browser: FlaskClient, service: str, **fields: Any) -> TestResponse:
    page = browser.get(PATH).text
    version = fields.pop("version", None) or version_of(page, service)
    form = {"csrf_token": csrf_token(page), "version": version, **fields}
    return browser.post(f"{PATH}/{service}", data=form)


def version_of(page: str, service: str) -> str:
    card = page.partition(f'id="{service}"')[2]
    found = re.search(r'name="version" value="([^"]+)"', card)
    assert found
    return found[1]


def attempt(browser: FlaskClient, service: str) -> str:
    token = csrf_token(browser.get(PATH).text)
    answered = browser.post(f"{PATH}/{service}/try", data={"csrf_token": token})
    assert answered.status_code == 200
    return answered.text


def open_to(house: House, *servers: Any, dns_port: int = 0) -> None:
    """Let the web side ask these, as if an operator had named them."""
    named = frozenset(("127.0.0.1", server.port) for server in servers)
    dns_servers = (("127.0.0.1", dns_port),) if dns_port else ()
    settings = replace(house.parts.settings, private_services=named, dns_servers=dns_servers)
    house.parts = replace(house.parts, settings=settings)
    for app in (house.app, house.app.extensions["queue"]):
        house.parts.install(app.extensions)


def test_every_service_is_off_and_tells_what_would_leave(house: House, owner: FlaskClient) -> None:
    page = owner.get(PATH)

    assert page.headers["Cache-Control"] == "no-store"
    assert page.text.count("Nothing is sent to it. If you turn it on, it is sent:") == 5
    assert "0.0.0.0 stands in its place" in page.text
    with house.rows():
        assert db.session.scalars(select(RemoteService)).all() == []


def test_settings_are_saved_audited_and_the_key_is_never_shown(
    house: House, owner: FlaskClient
) -> None:
    saved = save(owner, "akismet", on="yes", key=KEY, send_email="yes", timeout="2.5")
    assert saved.status_code == 303
    assert saved.headers["Location"].endswith("/services#akismet")
    page = owner.get(PATH).text

    assert "What is sent to it:" in page
    assert "Their email address, opened for this" in page
    assert "One is kept, sealed, and not shown." in page
    assert KEY not in page
    assert KEY not in owner.get("/queue/audit").text
    with house.rows():
        row = db.session.scalars(select(RemoteService)).one()
        assert row.settings_data == {"on": True, "send_email": True, "timeout": 2.5}
        assert KEY.encode() not in (row.sealed or b"")
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "service_changed")
        ).one()
        assert entry.details == {
            "service": "akismet",
            "on": [False, True],
            "timeout": [3.0, 2.5],
            "send_email": [False, True],
            "key": "set",
        }
    log = owner.get("/queue/audit").text
    for words in (
        "changed what other services are asked",
        "Ask it about every new comment: no → yes",
        "Seconds to wait: 3 → 2.5",
        "Key set",
    ):
        assert words in log

    assert save(owner, "akismet", forget_key="yes").status_code == 400  # it is on
    assert save(owner, "akismet", on="no", forget_key="yes").status_code == 303
    with house.rows():
        assert db.session.scalars(select(RemoteService)).one().sealed is None


def test_the_page_says_whether_words_are_sent(owner: FlaskClient) -> None:
    none, one, two = (
        "sent anywhere",
        "and 1 service below is asked",
        "and 2 services below are asked",
    )
    assert none in owner.get(PATH).text
    for service, told in (("dnsbl", one), ("stopforumspam", two)):
        save(owner, service, on="yes")
        page = owner.get(PATH).text
        assert told in page
        assert none not in page
    save(owner, "dnsbl", on="no")
    save(owner, "stopforumspam", on="no")
    assert none in owner.get(PATH).text


@pytest.mark.parametrize(
    ("service", "fields", "words"),
    [
        ("akismet", {"on": "yes"}, "Without a key it cannot be asked."),
        ("akismet", {"timeout": "9"}, "This takes a number of seconds from 0.2 to 5."),
        ("akismet", {"timeout": "nan"}, "This takes a number of seconds from 0.2 to 5."),
        ("akismet", {"daily_budget": "0"}, "This takes a whole number from 1 to 1000000."),
        ("akismet", {"key": "two words"}, "A key is up to 500 letters"),
        ("akismet", {"address": "http://a.example"}, "It must start with https://"),
        ("akismet", {"address": "https://127.0.0.1:8/x?y"}, "nothing with ? or #"),
        ("akismet", {"address": "https://me:pass@a.example"}, "field__fault"),
        ("signed_http", {"key": "short"}, "needs 16 characters or more"),
        ("signed_http", {"on": "yes", "key": KEY}, "Without an address it cannot be asked."),
        ("signed_http", {"on_failure": "publish"}, "Please choose one of these."),
        ("llm", {"on": "yes", "address": "https://a.example/v1"}, "A chat needs the name"),
        ("dnsbl", {"zones": "one.example two.example a.example b.example"}, "one to 3 names"),
        ("dnsbl", {"zones": "no zone!"}, "one to 3 names"),
        ("dnsbl", {"zones": ""}, "one to 3 names"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(
    home: House, service: str, fields: dict[str, str], words: str
) -> None:
    answered = save(signed_in(home, "Ona", SiteRole.OWNER), service, **fields)

    assert answered.status_code == 400
    assert words in answered.text
    assert "Nothing was saved yet." in answered.text
    for value in {*fields.values()} if "key" in fields else ():
        assert f'value="{value}"' not in answered.text or value == "yes"
    with home.rows():
        assert db.session.scalars(select(RemoteService)).all() == []


@pytest.mark.parametrize("service", sorted(KEYED))
def test_a_key_goes_to_no_other_server_than_it_was_typed_for(home: House, service: Service) -> None:
    owner, asks_to = signed_in(home, "Ona", SiteRole.OWNER), "The key that is kept is for another"
    fields = {"model": "m"} if service is Service.LLM else {}
    with web_server(says("valid")) as first, web_server(says("valid")) as other:
        open_to(home, first, other)
        assert save(owner, service, key=KEY, address=f"{first.url}/v1", **fields).status_code == 303
        for address in (f"{other.url}/v1", f"https://127.0.0.1:{first.port}", "https://b.example"):
            refused = save(owner, service, address=address)
            assert refused.status_code == 400
            assert asks_to in refused.text
            assert f'aria-describedby="{service}-key-fault {service}-key-hint"' in refused.text
        attempt(owner, service)
        assert (bool(first.asked), other.asked) == (True, [])
        with home.rows():
            row = db.session.scalars(select(RemoteService)).one()
            assert row.settings_data["address"] == f"{first.url}/v1"

        # Another path of the same server is no other server; one that is nowhere asks nobody.
        assert save(owner, service, address=f"{first.url}/v2").status_code == 303
        assert save(owner, service, address="", on="no").status_code == 303
        assert asks_to in save(owner, service, address=other.url).text
        forgotten = save(owner, service, address="https://b.example", forget_key="yes")
        assert forgotten.status_code == 303
        assert save(owner, service, address=f"{other.url}/v1", key=f"{KEY}-2").status_code == 303
        attempt(owner, service)
        assert other.asked


def test_whoever_changes_an_address_types_the_key_again(home: House) -> None:
    desk = Desk(home)
    desk.turn_on(Service.LLM, KEY, address="https://a.example/v1", model="m")

    with pytest.raises(InvalidInputError, match="is for another server"):
        desk.turn_on(Service.LLM, address="https://b.example/v1")
    desk.turn_on(Service.LLM, address="HTTPS://A.example:443/v2")
    desk.turn_on(Service.LLM, KEY, address="https://b.example/v1")


def test_two_who_save_at_once_do_not_overwrite_each_other(house: House, owner: FlaskClient) -> None:
    seen = version_of(owner.get(PATH).text, "dnsbl")
    assert save(owner, "dnsbl", on="yes", version=seen).status_code == 303
    late = save(owner, "dnsbl", timeout="1", version=seen)
    assert late.status_code == 409
    assert "Somebody changed these settings while you did." in late.text
    assert 'value="1"' in late.text
    with house.rows():
        assert db.session.scalars(select(RemoteService)).one().settings_data == {"on": True}

    assert (
        save(owner, "dnsbl", timeout="1", version=version_of(late.text, "dnsbl")).status_code == 303
    )
    same = save(owner, "dnsbl")
    assert same.status_code == 303
    assert "Nothing was different" in owner.get(PATH).text


def test_trying_asks_about_a_comment_that_is_made_up(house: House, owner: FlaskClient) -> None:
    verify = {"/1.1/verify-key": says("valid"), "/1.1/comment-check": says("false")}
    with web_server(by_path(verify)) as server:
        open_to(house, server)
        assert "Save its settings first." in attempt(owner, "akismet")
        assert save(owner, "akismet", address=server.url, key=KEY).status_code == 303
        page = attempt(owner, "akismet")

        assert re.search(
            r"It answered in \d+(\.\d+)? s of the made-up comment: nothing is wrong", page
        )
        assert "1 of 1,000 questions" in page
        assert [line.split()[1] for line in server.asked] == [
            "/1.1/verify-key",
            "/1.1/comment-check",
        ]
        fields = form_of(server.requests[1])
        assert fields["is_test"] == "1"
        assert fields["comment_author"] == "Try It"
        assert "comment_author_email" not in fields


def test_trying_tells_what_is_wrong(house: House, owner: FlaskClient) -> None:
    alert = {"X_akismet_alert_code": "10005", "X_akismet_alert_msg": "This key is <b>leaked</b>"}
    with web_server(says("invalid", **alert)) as server:
        open_to(house, server)
        save(owner, "akismet", address=server.url, key=KEY)
        page = attempt(owner, "akismet")

    assert "The key is not valid for https://blog.example." in page
    assert "10005: This key is &lt;b&gt;leaked&lt;/b&gt;" in page
    assert "1 without an answer" in page
    assert KEY not in page


def test_trying_the_other_services(home: House) -> None:
    house, owner = home, signed_in(home, "Ona", SiteRole.OWNER)
    spam = answer(json.dumps({"score": 3, "reason": "I call all spam"}).encode())
    listed = {"test.list.example": ["127.0.0.2"]}
    with web_server(spam) as server, dns_server(lambda name: listed.get(name, [])) as (port, asked):
        open_to(house, server, dns_port=port)
        save(owner, "signed_http", address=f"{server.url}/check", key=KEY)
        page = attempt(owner, "signed_http")
        assert "made-up comment: spam. +3 points. Its words: I call all spam" in page
        assert "notice--published" in page
        save(owner, "dnsbl", zones="list.example")
        assert "nothing is wrong with it" in attempt(owner, "dnsbl")
        assert asked == [
            "test.list.example",
            "invalid.list.example",
            "example.com.list.example",
        ]
        save(owner, "dnsbl", zones="list.example no-such-list.example")
        page = attempt(owner, "dnsbl")
        assert "no-such-list.example does not answer its own test entry." in page
        assert "nothing is wrong with it" not in page
        save(owner, "llm", address=f"{server.url}/v1", model="m")
        assert "not with the JSON that was asked for" in attempt(owner, "llm")
        save(owner, "stopforumspam", address=f"{server.url}/api", daily_budget="1")
        assert "not that it has looked" in attempt(owner, "stopforumspam")
        assert "The questions of the day are used up." in attempt(owner, "stopforumspam")


@pytest.mark.parametrize(
    ("score", "told"),
    [
        (99, "spam. +10 points. Its score, 99, is beyond -10 to 10 and was cut."),
        (
            -1e300,
            "nothing is wrong with it. -10 points. Its score, -1e+300, is beyond -10 to 10 and was cut.",
        ),
    ],
)
def test_trying_tells_of_points_that_are_cut(home: House, score: float, told: str) -> None:
    owner = signed_in(home, "Ona", SiteRole.OWNER)
    with web_server(answer(json.dumps({"score": score}).encode())) as server:
        open_to(home, server)
        save(owner, "signed_http", address=server.url, key=KEY)
        page = attempt(owner, "signed_http")
    assert told in page
    assert "notice--fault" in page


def test_an_unknown_service_is_no_page(owner: FlaskClient) -> None:
    token = csrf_token(owner.get(PATH).text)

    assert owner.post(f"{PATH}/perspective", data={"csrf_token": token}).status_code == 404
    assert {service.value for service in Service} >= {"akismet"}
