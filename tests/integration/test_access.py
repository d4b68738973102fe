"""Who may do what at each address of the moderators' side.

`EXPECTED` names every one of them: a route that is added must be added there, with what each role
is answered.
"""

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from http import HTTPStatus
from itertools import product
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from moderation.domain.roles import SiteRole
from moderation.domain.rules import RuleEffect, RuleKind
from moderation.domain.status import Status
from moderation.models import (
    ApiKey,
    AuditEntry,
    BulkJob,
    Invitation,
    Mail,
    Membership,
    Moderator,
    SignInSession,
    Site,
    Thread,
    db,
)
from moderation.services import api_keys, bulk, invitations, rules, sessions, threads
from moderation.services.mail import Letter
from tests.factories import ORIGIN, House, address, csrf_token
from tests.integration.access_table import EXPECTED, MADE, ROLES, Expected
from tests.integration.queueing import decide, id_of, moderator, signed_in


@dataclass
class Scene:
    """What the requests are about, made anew when it is used up."""

    house: House
    browsers: dict[str, FlaskClient]
    tokens: dict[str, str]
    ids: dict[str, int]

    def values(self, of: Collection[str] = MADE) -> dict[str, Any]:
        """New ones of what is named, and of what is made with it."""
        made: dict[str, Any] = {}
        for names, make in _MAKERS.items():
            if not names.isdisjoint(of):
                made |= make(self)
        assert made.keys() >= set(of)
        return made

    def _comment(self) -> dict[str, Any]:
        """A held comment."""
        return {"comment": self.house.hold()}

    def _entry(self) -> dict[str, Any]:
        """An entry to undo."""
        house = self.house
        return {"entry": decide(house, self.ids["moderator"], house.hold(), "spam")}

    def _job(self) -> dict[str, Any]:
        """A job that waits."""
        return {"job": self._order()}

    def _done_job(self) -> dict[str, Any]:
        """One that is done."""
        job = self._order()
        with self.house.rows():
            bulk.step(job, self.house.clock())
        return {"done_job": job}

    def _order(self) -> int:
        comment = self.house.hold()
        with self.house.rows():
            who = self.ids["moderator"]
            return bulk.order_by_ids(who, "spam", [comment], self.house.clock())

    def _rules(self) -> dict[str, Any]:
        """A rule, the entry of one that was taken off, a word that no rule has."""
        vault, owner, now = self.house.parts.vault, self.ids["owner"], self.house.clock()
        with self.house.rows():
            rule, gone = (
                rules.add_rule(
                    vault,
                    "blog",
                    rules.RuleDraft(RuleKind.WORD, RuleEffect.HOLD, secrets.token_hex(8), ""),
                    owner,
                    now,
                ).id
                for _ in range(2)
            )
            removed = rules.remove_rule("blog", gone, owner, now).entry_id
        return {"rule": rule, "removed": removed, "new word": secrets.token_hex(8)}

    def _key(self) -> dict[str, Any]:
        """A key, the site's only one: it may have few."""
        index = self.house.parts.vault.short_key_index
        with self.house.rows():
            db.session.query(ApiKey).delete()
            db.session.commit()
            key = api_keys.add_key(
                self.ids["owner"], "blog", "Import", ["read"], self.house.clock(), index=index
            )
            return {"key": key.key_id}

    def _thread(self) -> dict[str, Any]:
        """A closed thread."""
        url = f"{ORIGIN}/{secrets.token_hex(8)}"
        with self.house.rows():
            owner, now = self.ids["owner"], self.house.clock()
            return {"thread": threads.set_page_closed(owner, "blog", url, now, closed=True).id}

    def _member(self) -> dict[str, Any]:
        """A member with a session."""
        member = moderator(self.house, f"M{secrets.token_hex(8)}")
        with self.house.rows():
            sessions.begin(member, sessions.Device("", "", remembered=False), self.house.clock())
            session = db.session.scalar(
                select(SignInSession.id).where(SignInSession.moderator_id == member)
            )
        return {"member": member, "session": session}

    def _invitations(self) -> dict[str, Any]:
        """An open invitation, and the link of another. Who accepted one is a stranger again."""
        house = self.house
        with house.rows():
            left = {"moderator_id": self.ids["stranger"], "role": SiteRole.MODERATOR}
            db.session.query(Membership).filter_by(**left).delete()
            db.session.commit()
            open_one, other = (
                invitations.invite(
                    house.parts.vault,
                    self.ids["owner"],
                    "blog",
                    f"{secrets.token_hex(8)}@example.org",
                    house.clock(),
                    role=SiteRole.MODERATOR,
                    compose=lambda _token, _site: Letter("Come", "Come."),
                )
                for _ in range(2)
            )
        return {"invitation": open_one.invitation_id, "link": other.token}

    def ask(
        self,
        role: str,
        name: str,
        numbers: dict[str, Any],
        *,
        token: bool = True,
        site: str = "blog",
    ) -> int:
        """The status of an answer. Each comes from a network of its own, so that none is asked to
        wait for what another tried.
        """
        expected = EXPECTED[name]
        values = {part: numbers.get(thing, thing) for part, thing in expected.values.items()}
        if "slug" in values:
            values["slug"] = site
        adapter = self.house.app.extensions["queue"].url_map.bind("localhost", "/queue")
        path = adapter.build(endpoint_of(name), values)
        browser, headers = self.browsers[role], {"X-Forwarded-For": address()}
        if expected.form is None:
            return browser.get(path, query_string=expected.query, headers=headers).status_code
        numbers = numbers | {"an address": f"{secrets.token_hex(8)}@example.org"}
        form = {part: numbers.get(thing, thing) for part, thing in expected.form.items()}
        if token:
            form["csrf_token"] = self.tokens[role]
        return browser.post(path, data=form, headers=headers).status_code

    def counts(self) -> list[int]:
        """How many rows there are of what requests make and end."""
        kinds = (ApiKey, AuditEntry, BulkJob, Invitation, Mail, Membership, Moderator)
        kinds += (SignInSession, Site, Thread)
        with self.house.rows():
            return [db.session.query(kind).count() for kind in kinds]


_MAKERS: dict[frozenset[str], Callable[[Scene], dict[str, Any]]] = {
    frozenset({"comment"}): Scene._comment,
    frozenset({"entry"}): Scene._entry,
    frozenset({"job"}): Scene._job,
    frozenset({"done_job"}): Scene._done_job,
    frozenset({"rule", "removed", "new word"}): Scene._rules,
    frozenset({"key"}): Scene._key,
    frozenset({"thread"}): Scene._thread,
    frozenset({"member", "session"}): Scene._member,
    frozenset({"invitation", "link"}): Scene._invitations,
}

# Parts of an address that are the same on every site.
NO_NUMBERS = {"slug", "filename", "service"}


def endpoint_of(name: str) -> str:
    """The endpoint of a name in the table."""
    return name.partition(":")[0]


def method_of(expected: Expected) -> str:
    """How an endpoint is asked."""
    return "GET" if expected.form is None else "POST"


def used_up(expected: Expected) -> set[str]:
    """What has to be made anew after it was done."""
    form = expected.form
    return set() if form is None else {*expected.values.values(), *form.values()} & set(MADE)


@pytest.fixture
def scene(home: House) -> Scene:
    house = home
    with house.rows():
        house.add_site("other")
    browsers = {
        "nobody": house.app.test_client(),
        "stranger": signed_in(house, "Stranger", SiteRole.OWNER, ("other",)),
        **{role.value: signed_in(house, role.value.title(), role) for role in SiteRole},
    }
    tokens = {
        role: csrf_token(browser.get("/queue/help", follow_redirects=True).text)
        for role, browser in browsers.items()
    }
    with house.rows():
        ids = {role: id_of(role.title()) for role in ROLES[1:]}
    return Scene(house, browsers, tokens, ids)


def test_every_address_is_in_the_table(house: House) -> None:
    found = {
        (rule.endpoint, method)
        for rule in house.app.extensions["queue"].url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }

    assert found == {(endpoint_of(name), method_of(e)) for name, e in EXPECTED.items()}
    assert len(found) == len(EXPECTED)


def test_each_role_is_answered_as_the_table_says(scene: Scene) -> None:
    wrong = []
    numbers = scene.values()
    for name, expected in EXPECTED.items():
        for role, status in zip(ROLES, expected.answers, strict=True):
            answer = scene.ask(role, name, numbers)
            if answer != status:
                wrong.append((name, role, answer, status))
            if answer == HTTPStatus.SEE_OTHER:
                numbers |= scene.values(used_up(expected))

    assert wrong == []


def test_nothing_is_done_without_the_forms_token(scene: Scene) -> None:
    numbers = scene.values()
    before = scene.counts()
    for (name, expected), role in product(EXPECTED.items(), ("nobody", "owner")):
        if expected.form is not None:
            assert scene.ask(role, name, numbers, token=False) == 400, (name, role)

    assert scene.house.status(numbers["comment"]) is Status.HELD
    assert scene.counts() == before


def test_forged_numbers_lead_nowhere(scene: Scene) -> None:
    scene.values()
    before, wrong = scene.counts(), []
    for (name, expected), forged in product(EXPECTED.items(), (0, 10**6, 2**63 - 1)):
        if not expected.values.keys() - NO_NUMBERS:
            continue
        for role, status in zip(("nobody", "owner"), expected.forged, strict=True):
            answer = scene.ask(role, name, dict.fromkeys(MADE, forged))
            if answer != status:
                wrong.append((name, role, forged, answer, status))

    assert wrong == []
    assert scene.counts() == before


def test_a_number_of_another_site_is_none_of_ones_own_site(scene: Scene) -> None:
    numbers = scene.values()
    before = scene.counts()
    for name, expected in EXPECTED.items():
        if "slug" in expected.values and expected.values.keys() - NO_NUMBERS:
            assert scene.ask("stranger", name, numbers, site="other") == expected.forged[1], name

    assert scene.counts() == before


def test_nobody_ends_anothers_session(scene: Scene) -> None:
    numbers = scene.values()
    before = scene.counts()
    for role in ROLES:
        scene.ask(role, "account.end_session", numbers)

    assert scene.counts() == before


def test_what_is_no_number_is_no_address(scene: Scene) -> None:
    browser = scene.browsers["owner"]
    token = {"csrf_token": scene.tokens["owner"]}
    for path in ("x", "-1", "1.5", str(2**63), "9" * 30, "%00", "..%2f"):
        assert browser.get(f"/queue/comment/{path}").status_code == 404
        assert browser.post(f"/queue/{path}", data=token).status_code in {404, 405}
        assert browser.post(f"/queue/undo/{path}", data=token).status_code == 404


def test_methods_that_no_address_takes(scene: Scene) -> None:
    browser, numbers = scene.browsers["owner"], scene.values()
    asked: list[tuple[Callable[..., Any], str]] = [
        (browser.get, f"/queue/{numbers['comment']}"),
        (browser.get, f"/queue/undo/{numbers['entry']}"),
        (browser.put, f"/queue/{numbers['comment']}/edit"),
        (browser.delete, f"/queue/comment/{numbers['comment']}"),
        (browser.patch, "/queue/"),
        (browser.get, f"/queue/bulk/{numbers['job']}/cancel"),
    ]
    for ask, path in asked:
        assert ask(path).status_code in {400, 405}, path
    assert scene.house.status(numbers["comment"]) is Status.HELD


def test_another_sites_number_tells_nothing(scene: Scene) -> None:
    numbers = scene.values()
    stranger = scene.browsers["stranger"]
    theirs = stranger.get(f"/queue/comment/{numbers['comment']}")
    nobodys = stranger.get("/queue/comment/999999")

    assert (theirs.status_code, theirs.text) == (nobodys.status_code, nobodys.text)


def test_a_token_of_another_session_is_refused(scene: Scene) -> None:
    numbers = scene.values()
    scene.tokens["owner"] = scene.tokens["admin"]

    assert scene.ask("owner", "queue.decide", numbers) == 400
    assert scene.house.status(numbers["comment"]) is Status.HELD
