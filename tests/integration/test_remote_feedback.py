"""What moderators correct is told to Akismet: once it stands, once, and as it was first asked."""

import socket
import threading
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from moderation.domain.akismet_door import TEST_DOOR
from moderation.domain.remote import Service
from moderation.domain.status import Status
from moderation.models import RemoteFeedback, RemoteService, db
from moderation.services.remote import feedback
from moderation.services.sites import change_policy
from tests.factories import House, csrf_token
from tests.integration.services_kit import Desk, by_path, form_of, in_turn, says
from tests.integration.test_queue import decide
from tests.web_server import Answering, WebServer, web_server

AKISMET = Service.AKISMET
KEY = "a-key-of-sixteen+"
THANKS = says("Thanks for making the web a better place.")
WINDOW = 10.0


def akismet(check: Answering, *told: Answering) -> Answering:
    answering = in_turn(*(told or (THANKS,)))
    return by_path(
        {
            "/1.1/comment-check": check,
            "/1.1/submit-spam": answering,
            "/1.1/submit-ham": answering,
        }
    )


def relay(desk: Desk, **later: float) -> list[bool]:
    """What beat's task does, after some time."""
    house = desk.house
    house.clock.move(**(later or {"seconds": 11}))
    with house.rows():
        feedback.collect(house.clock(), WINDOW)
        pairs = feedback.due(house.clock())
        return [feedback.tell(desk.services, *pair, house.clock()) for pair in pairs]


def told(server: WebServer) -> list[tuple[str, str]]:
    """What was submitted, and of which text."""
    return [
        (line.split()[1].rpartition("-")[2], form_of(request)["comment_content"])
        for line, request in zip(server.asked, server.requests, strict=True)
        if "submit" in line
    ]


def undo(browser: FlaskClient, page: str) -> None:
    import re

    (path,) = re.findall(r'action="(/queue/undo/\d+)', page)[:1]
    token = csrf_token(browser.get("/queue/help").text)
    assert browser.post(path, data={"csrf_token": token}).status_code == 303


def test_a_comment_called_good_that_is_spam_is_told_once(house: House) -> None:
    with web_server(akismet(says("false"))) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment = desk.judge(comment="Words that advertise.", email="zoe@example.com")
        decide(house.sign_in(), comment, "spam", seen="published")
        with house.rows():
            house.clock.move(seconds=9)
            assert feedback.collect(house.clock(), WINDOW) == 0  # it may still be taken back

        assert relay(desk) == [True]
        for _ in range(3):
            assert relay(desk, minutes=5) == []
        assert told(server) == [("spam", "Words that advertise.")]
        first, second = (form_of(request) for request in server.requests)
        assert first == second


def test_a_comment_called_spam_that_is_good_is_told(house: House) -> None:
    with web_server(akismet(says("true"))) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment = desk.judge(comment="Kind words.")
        assert house.status(comment) is Status.HELD
        browser = house.sign_in()
        decide(browser, comment, "approve")
        assert relay(desk) == [True]

        decide(browser, comment, "spam", seen="published")
        assert relay(desk) == [True]
        decide(browser, comment, "approve", seen="spam")
        assert relay(desk) == [True]
        assert [word for word, _ in told(server)] == ["ham", "spam", "ham"]


def test_what_agrees_is_rejected_or_taken_back_is_not_told(house: House) -> None:
    with web_server(akismet(says("false"))) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        browser = house.sign_in()
        held = desk.judge(comment="https://a.example/ https://b.example/ https://c.example/")
        decide(browser, held, "approve")
        rejected = desk.judge()
        decide(browser, rejected, "reject", seen="published")
        taken_back = desk.judge()
        decide(browser, taken_back, "spam", seen="published")
        undo(browser, browser.get("/queue/").text)

        assert relay(desk) == []
        assert relay(desk, hours=1) == []
        assert told(server) == []


def test_the_machines_verdicts_are_not_told(home: House) -> None:
    with web_server(akismet(says("true", X_akismet_pro_tip="discard"))) as server:
        desk = Desk(home, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        assert home.status(desk.judge()) is Status.SPAM

        assert relay(desk) == []
        assert told(server) == []


def test_what_akismet_was_not_asked_about_is_none_of_its_business(home: House) -> None:
    with web_server(akismet(says("false"))) as server:
        desk = Desk(home, server)
        before = desk.judge()
        desk.turn_on(AKISMET, KEY, address=server.url)
        decide(home.sign_in(), before, "spam", seen="published")
        assert relay(desk) == []
        asked = desk.judge()
        desk.turn_on(AKISMET, on=False)
        decide(home.sign_in("eve@example.com"), asked, "spam", seen="published")

        assert relay(desk) == []
        desk.turn_on(AKISMET)
        assert relay(desk, minutes=1) == []
        assert told(server) == []


def test_it_is_told_as_it_was_first_asked(house: House) -> None:
    with web_server(akismet(says("false"))) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        answered = house.post(comment="The first words.", email="zoe@example.com")
        desk.work()
        comment = answered.get_json()["id"]
        link = answered.get_json()["status_url"].partition("localhost")[2]
        house.client.patch(link, json={"comment": "Other words.", "revision": 1})
        desk.work()
        desk.turn_on(AKISMET, send_email=True, send_network=True)
        decide(house.sign_in(), comment, "spam", seen="published", revision=2)
        relay(desk)

        assert told(server) == [("spam", "The first words.")]
        fields = form_of(server.requests[-1])
        assert fields == form_of(server.requests[0])
        assert "comment_author_email" not in fields  # it was not told then


def test_it_is_tried_again_ever_more_seldom_for_fifteen_days(home: House) -> None:
    with web_server(akismet(says("false"), says("", "500 No"))) as server:
        desk = Desk(home, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        decide(home.sign_in(), desk.judge(), "spam", seen="published")
        assert relay(desk) == [False]
        assert relay(desk, seconds=59) == []
        assert relay(desk, seconds=1) == [False]
        assert relay(desk, seconds=119) == []
        assert relay(desk, seconds=1) == [False]
        for _ in range(40):
            relay(desk, hours=12)

        assert 30 < len(told(server)) < 42
        with home.rows():
            assert db.session.scalars(select(RemoteFeedback)).one().due_at is None


def test_once_it_is_taken_it_is_told_no_more(home: House) -> None:
    with web_server(akismet(says("false"), says("", "500 No"), THANKS)) as server:
        desk = Desk(home, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        decide(home.sign_in(), desk.judge(), "spam", seen="published")
        assert relay(desk) == [False]
        assert relay(desk, minutes=1) == [True]
        assert relay(desk, days=1) == []


def test_a_decision_changed_before_it_was_told_is_not_told(home: House) -> None:
    with web_server(akismet(says("false"), says("", "500 No"), THANKS)) as server:
        desk = Desk(home, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment, browser = desk.judge(), home.sign_in()
        decide(browser, comment, "spam", seen="published")
        assert relay(desk) == [False]
        home.clock.move(seconds=55)
        undo(browser, browser.get("/queue/").text)

        assert relay(desk, seconds=5) == [False]  # too young to be looked at, but not told
        assert relay(desk, days=1) == []
        assert len(told(server)) == 1


def test_a_mark_that_a_moderator_corrects_at_once_leaves_nothing_to_tell(house: House) -> None:
    with web_server(akismet(says("false"))) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment, browser = desk.judge(), house.sign_in()
        decide(browser, comment, "spam", seen="published")
        house.clock.move(seconds=17)
        decide(browser, comment, "approve", seen="spam")

        assert relay(desk) == []
        assert told(server) == []
        decide(browser, comment, "spam", seen="published")
        assert relay(desk) == [True]
        decide(browser, comment, "approve", seen="spam")
        assert relay(desk) == [True]
        assert [word for word, _ in told(server)] == ["spam", "ham"]


def test_what_was_told_and_is_taken_back_is_told_back(house: House) -> None:
    with web_server(akismet(says("false"))) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment, browser = desk.judge(), house.sign_in()
        decide(browser, comment, "spam", seen="published")
        assert relay(desk) == [True]
        undo(browser, browser.get("/queue/").text)

        assert relay(desk) == [True]
        assert relay(desk, hours=1) == []
        assert [word for word, _ in told(server)] == ["spam", "ham"]


def test_spam_that_it_called_good_is_told_wherever_it_stood(home: House) -> None:
    with web_server(akismet(says("false"))) as server:
        desk = Desk(home, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        rejected, browser = desk.judge(), home.sign_in()
        decide(browser, rejected, "reject", seen="published")
        assert relay(desk) == []
        decide(browser, rejected, "spam", seen="rejected")
        assert relay(desk) == [True]

        with home.rows():
            change_policy("blog", {"spam_at": "3"}, None, home.clock())
        home.clock.move(seconds=2)
        confirmed = desk.judge(comment="https://a.example/ https://b.example/ https://c.example/")
        assert home.status(confirmed) is Status.SPAM
        decide(browser, confirmed, "spam", seen="spam")
        assert relay(desk) == [True]
        assert [word for word, _ in told(server)] == ["spam", "spam"]


def test_what_was_decided_while_it_was_told_is_told_next(house: House) -> None:
    def approved_meanwhile(connection: socket.socket, line: str) -> None:
        if "spam" in line:
            decide(house.sign_in("eve@example.com"), comment, "approve", seen="spam")
            house.clock.move(seconds=11)
            with house.rows():
                assert feedback.collect(house.clock(), WINDOW) == 0
        THANKS(connection, line)

    with web_server(akismet(says("false"), approved_meanwhile)) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment = desk.judge()
        decide(house.sign_in(), comment, "spam", seen="published")

        assert relay(desk) == [True]
        assert relay(desk, seconds=1) == [True]
        assert [word for word, _ in told(server)] == ["spam", "ham"]


def test_what_was_taken_back_while_it_was_told_is_told_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the answer comes in the moment in which the next decision is kept."""
    due = feedback._due
    answers: list[threading.Thread] = []

    def answer_comes_meanwhile(*args: Any, **kwargs: Any) -> Any:
        if not answers:
            answers.append(threading.Thread(target=answer))
            answers[0].start()
            answers[0].join(0.5)  # it may have to wait for us
        return due(*args, **kwargs)

    def answer() -> None:
        with house.app.app_context():
            feedback._settle(comment, decided_at, house.clock(), told=True)
            db.session.remove()

    with web_server(akismet(says("false"), says("", "500 No"))) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment, browser = desk.judge(), house.sign_in()
        decide(browser, comment, "spam", seen="published")
        assert relay(desk) == [False]
        with house.rows():
            decided_at = db.session.scalars(select(RemoteFeedback)).one().decided_at
        undo(browser, browser.get("/queue/").text)
        house.clock.move(seconds=11)
        monkeypatch.setattr(feedback, "_due", answer_comes_meanwhile)
        with house.rows():
            feedback.collect(house.clock(), WINDOW)
        answers[0].join(60)

        with house.rows():
            row = db.session.scalars(select(RemoteFeedback)).one()
            assert (row.told, row.is_spam) == (True, False)
            assert row.due_at is not None


def test_of_what_its_author_deleted_nothing_is_told(home: House) -> None:
    with web_server(akismet(says("true"))) as server:
        desk = Desk(home, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        answered = home.post()
        desk.work()
        decide(home.sign_in(), answered.get_json()["id"], "approve")
        link = answered.get_json()["status_url"].partition("localhost")[2]
        assert home.client.delete(link).status_code < 300

        assert relay(desk) == [False]
        assert relay(desk, days=1) == []
        assert told(server) == []


def test_of_an_akismet_clients_trial_nothing_is_learned(home: House) -> None:
    with web_server(akismet(says("false"))) as server:
        desk = Desk(home, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment = home.post().get_json()["id"]
        with home.rows():
            home.comment(comment).door = TEST_DOOR
            db.session.commit()
        desk.work()
        decide(home.sign_in(), comment, "spam", seen="published")

        assert form_of(server.requests[0])["is_test"] == "1"
        assert relay(desk) == [False]
        assert told(server) == []


def test_entries_that_are_committed_late_are_seen(home: House) -> None:
    with web_server(akismet(says("false"))) as server:
        desk = Desk(home, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        decide(home.sign_in(), desk.judge(), "spam", seen="published")
        with home.rows():
            row = db.session.scalars(select(RemoteService)).one()
            row.told_until = home.clock() + timedelta(minutes=5)  # it was looked through before
            db.session.commit()

        assert relay(desk) == [True]
        assert len(told(server)) == 1
