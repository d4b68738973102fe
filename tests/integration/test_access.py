"""Who may do what at each address of the moderators' side.

`EXPECTED` names every one of them: a route that is added must be added here, with what each role is
answered.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import product
from typing import Any

import pytest
from flask.testing import FlaskClient

from moderation.domain.roles import SiteRole
from moderation.domain.rules import RuleEffect, RuleKind
from moderation.domain.status import Status
from moderation.models import AuditEntry, BulkJob, db
from moderation.services import bulk, rules
from tests.factories import House, csrf_token
from tests.integration.queueing import decide, id_of, signed_in

ROLES = ("nobody", "stranger", "moderator", "admin", "owner")


@dataclass(frozen=True, slots=True)
class Expected:
    """What an endpoint answers.

    Attributes:
        answers: the status for nobody, a moderator of another site, a moderator, an admin, an
            owner.
        form: what is sent to it, but for the CSRF token; None for one that is only read.
        query: the address's arguments.
        values: the address's own parts: numbers, or the name of something of the scene.
    """

    answers: tuple[int, int, int, int, int]
    form: dict[str, Any] | None = None
    query: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)


_NUMBERS = ("comment", "entry", "job", "done_job", "rule", "removed", "new word")
_SEEN = {"seen": "held", "revision": "1"}
_COMMENT = {"comment_id": "comment"}
_JOB = {"job_id": "job"}
_SITE = {"slug": "blog"}

EXPECTED: dict[str, Expected] = {
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
    "rules.policy": Expected((302, 404, 403, 200, 200), values=_SITE),
    # A form that does not tell which policy it changes saves nothing.
    "rules.save_policy": Expected((302, 404, 403, 409, 409), {"do": "save"}, values=_SITE),
}

# Flask's own, and those of the sign-in, which tests of accounts look after.
_ELSEWHERE = re.compile(r"static|security\..*")


@dataclass
class Scene:
    """What the requests are about, made anew for each."""

    house: House
    browsers: dict[str, FlaskClient]
    tokens: dict[str, str]

    def values(self) -> dict[str, int]:
        """A held comment, an entry to undo, a job that waits and one that is done, a rule, the entry
        of one that was taken off, a word that no rule has.
        """
        house = self.house
        comment, decided, waiting, done = (house.hold() for _ in range(4))
        with house.rows():
            who = id_of("Moderator")
            job = bulk.order_by_ids(who, "spam", [waiting], house.clock())
            done_job = bulk.order_by_ids(who, "spam", [done], house.clock())
            bulk.step(done_job, house.clock())
        entry = decide(house, who, decided, "spam")
        with house.rows():
            rule, gone = (
                rules.add_rule(
                    house.parts.vault,
                    "blog",
                    rules.RuleDraft(RuleKind.WORD, RuleEffect.HOLD, f"{word}{comment}", ""),
                    id_of("Owner"),
                    house.clock(),
                ).id
                for word in ("kept", "gone")
            )
            removed = rules.remove_rule("blog", gone, id_of("Owner"), house.clock()).entry_id
        return {
            "comment": comment,
            "entry": entry,
            "job": job,
            "done_job": done_job,
            "rule": rule,
            "removed": removed,
            "new word": comment,
        }

    def ask(self, role: str, endpoint: str, numbers: dict[str, int], *, token: bool = True) -> int:
        """The status of an answer."""
        expected = EXPECTED[endpoint]
        values = {name: numbers.get(thing, thing) for name, thing in expected.values.items()}
        adapter = self.house.app.extensions["queue"].url_map.bind("localhost", "/queue")
        path = adapter.build(endpoint, values)
        browser = self.browsers[role]
        if expected.form is None:
            return browser.get(path, query_string=expected.query).status_code
        form = {name: numbers.get(thing, thing) for name, thing in expected.form.items()}
        if token:
            form["csrf_token"] = self.tokens[role]
        return browser.post(path, data=form).status_code


@pytest.fixture
def scene(house: House) -> Scene:
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
    return Scene(house, browsers, tokens)


def endpoints(house: House) -> dict[str, set[str]]:
    """The queue's endpoints with the methods that change something or read."""
    rules = house.app.extensions["queue"].url_map.iter_rules()
    return {
        rule.endpoint: rule.methods - {"HEAD", "OPTIONS"}
        for rule in rules
        if not _ELSEWHERE.fullmatch(rule.endpoint)
    }


def test_every_address_is_in_the_table(house: House) -> None:
    found = endpoints(house)

    assert found.keys() == EXPECTED.keys()
    for endpoint, methods in found.items():
        assert methods == ({"GET"} if EXPECTED[endpoint].form is None else {"POST"}), endpoint


def test_each_role_is_answered_as_the_table_says(scene: Scene) -> None:
    wrong = []
    numbers = scene.values()
    for endpoint, expected in EXPECTED.items():
        for role, status in zip(ROLES, expected.answers, strict=True):
            answer = scene.ask(role, endpoint, numbers)
            if answer != status:
                wrong.append((endpoint, role, answer, status))
            if expected.form is not None and answer == HTTPStatus.SEE_OTHER:
                numbers = scene.values()  # the former are used up

    assert wrong == []


def test_nothing_is_done_without_the_forms_token(scene: Scene) -> None:
    numbers = scene.values()
    with scene.house.rows():
        before = db.session.query(AuditEntry).count(), db.session.query(BulkJob).count()
    for endpoint, expected in EXPECTED.items():
        if expected.form is not None:
            assert scene.ask("owner", endpoint, numbers, token=False) == 400, endpoint

    assert scene.house.status(numbers["comment"]) is Status.HELD
    with scene.house.rows():
        after = db.session.query(AuditEntry).count(), db.session.query(BulkJob).count()
    assert after == before


def test_forged_numbers_lead_nowhere(scene: Scene) -> None:
    for (endpoint, expected), forged in product(EXPECTED.items(), (0, 10**6, 2**63 - 1)):
        if expected.values.keys() - {"slug"}:
            numbers = dict.fromkeys(_NUMBERS, forged)
            assert scene.ask("owner", endpoint, numbers) in {400, 404}, endpoint


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
