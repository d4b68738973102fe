"""Other services in the spam check: what is sent, what becomes of the answer and of silence."""

import json
import re
import socket
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import String, literal, select, text, update

from moderation.domain.policy import VerdictRule
from moderation.domain.remote import Service, Without
from moderation.domain.roles import SiteRole
from moderation.domain.signals import Symbol
from moderation.domain.status import Status
from moderation.models import Comment, RemoteCalls, RemoteService, SignalRow, Site, db
from moderation.models.base import writing
from moderation.privacy.keys import Keys
from moderation.privacy.sealing import EmailVault
from moderation.services import sweeping
from moderation.services.remote import budget
from moderation.services.remote.asking import RemoteChecks
from moderation.services.remote.circuits import Circuits
from moderation.services.sites import change_policy
from moderation.words import Message
from tests.factories import House
from tests.integration.queueing import signed_in
from tests.integration.reader_actions import edit
from tests.integration.services_kit import Desk, body_of, form_of, in_turn, says
from tests.web_server import answer, dripping, web_server

AKISMET, SIGNED = Service.AKISMET, Service.SIGNED_HTTP
KEY = "a-key-of-sixteen+"


def points(score: float, **more: Any) -> Any:
    return answer(json.dumps({"score": score, **more}).encode())


def rows(house: House) -> dict[Service, tuple[int, int, str, str]]:
    with house.rows():
        return {
            row.service: (row.calls, row.failed, row.fault, row.alert)
            for row in db.session.scalars(select(RemoteCalls))
        }


def test_nothing_is_sent_for_a_site_that_has_it_off(home: House) -> None:
    with web_server(says("true")) as server:
        desk = Desk(home, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        desk.turn_on(AKISMET, on=False)
        comment = desk.judge()

        assert server.asked == []
        assert home.status(comment) is Status.PUBLISHED
        assert desk.signals(comment) == []
        desk.turn_on(AKISMET)
        with home.rows():
            home.add_site("other")
        other = home.post(_site="other").get_json()["id"]
        desk.work()
        assert (server.asked, home.status(other)) == ([], Status.PUBLISHED)


def test_what_a_service_says_is_one_more_signal(house: House) -> None:
    with web_server(points(4, label="shop", reason="a <b>shop</b>")) as server:
        desk = Desk(house, server)
        desk.turn_on(SIGNED, KEY, address=server.url)
        comment = desk.judge()

        signal = desk.signals(comment)[0]
        assert (signal.symbol, signal.score, signal.check) == (
            Symbol.REMOTE_SPAM,
            4.0,
            "signed_http",
        )
        assert signal.evidence == {
            "service": "A check of your own",
            "says": "a <b>shop</b>",
            "label": "shop",
        }
        assert house.status(comment) is Status.HELD
        with house.rows():
            assert house.comment(comment).verdict_rule is VerdictRule.HOLD_SCORE
        assert rows(house) == {SIGNED: (1, 0, "", "")}
        page = house.sign_in().get("/queue/").text
        assert "A check of your own: <bdi>a &lt;b&gt;shop&lt;/b&gt;</bdi>" in page


def test_a_failing_service_holds_or_is_gone_without_as_the_site_says(house: House) -> None:
    with web_server(answer(b"no", "503 Service Unavailable")) as server:
        desk = Desk(house, server)
        desk.turn_on(SIGNED, KEY, address=server.url)
        held = desk.judge()
        desk.turn_on(SIGNED, on_failure=Without.GO_ON)
        published = desk.judge()
        spam = desk.judge(comment=" ".join(f"https://a{n}.example/" for n in range(12)))

    assert house.status(held) is Status.HELD
    with house.rows():
        assert house.comment(held).verdict_rule is VerdictRule.CHECK_ERROR
    assert desk.signals(held)[0].evidence == {
        "service": "A check of your own",
        "says": "It answered with HTTP status 503.",
        "message": {
            "message": "It answered with HTTP status {status}.",
            "values": {"status": "503"},
        },
        "holds": True,
    }
    assert house.status(published) is Status.PUBLISHED
    assert house.status(spam) is Status.SPAM
    assert rows(house) == {SIGNED: (3, 3, "It answered with HTTP status 503.", "")}


def test_trying_a_policy_goes_on_without_what_the_site_goes_on_without(home: House) -> None:
    from moderation.services.replay import replay_policy

    with web_server(answer(b"no", "503 Service Unavailable")) as server:
        desk = Desk(home, server)
        desk.turn_on(SIGNED, KEY, address=server.url)
        desk.judge()
        desk.turn_on(SIGNED, on_failure=Without.GO_ON)
        desk.judge()
    with home.rows():
        site = db.session.scalars(select(Site).where(Site.slug == "blog")).one()
        found = replay_policy(home.parts.vault, desk.owner, "blog", site.policy, home.clock())
        befores = sorted(outcome.before for outcome in found.outcomes)

    assert befores == [Status.HELD, Status.PUBLISHED]


def test_abuse_by_a_services_word_is_held_and_never_rejected(home: House) -> None:
    with home.rows():
        change_policy("blog", {"abuse": "reject"}, None, home.clock())
    with web_server(points(-10, label="abuse")) as server:
        desk = Desk(home, server)
        desk.turn_on(SIGNED, KEY, address=server.url)
        held = desk.judge()
        with home.rows():
            change_policy("blog", {"abuse": "off"}, None, home.clock())
        published = desk.judge()

    assert home.status(held) is Status.HELD
    assert home.status(published) is Status.PUBLISHED


def test_no_transaction_is_open_while_a_service_is_waited_for(house: House) -> None:
    """The service itself writes into the database before it answers."""
    open_ones: list[bool] = []

    def answering(connection: socket.socket, line: str) -> None:
        with house.app.app_context():
            db.session.execute(text("UPDATE sites SET name = 'Written meanwhile'"))
            db.session.commit()
            db.session.remove()
        points(0)(connection, line)

    with web_server(answering) as server:
        desk = Desk(house, server)
        desk.turn_on(SIGNED, KEY, address=server.url)
        ask = desk.services.ask

        def watched(*args: Any, **more: Any) -> Any:
            heard = ask(*args, **more)
            open_ones.append(db.session().in_transaction())
            return heard

        desk.services.ask = watched  # type: ignore[method-assign]
        comment = desk.judge()

    assert house.status(comment) is Status.PUBLISHED
    assert open_ones == [False]


def test_a_comment_that_changed_meanwhile_is_left_to_its_next_screening(house: House) -> None:
    number: list[int] = []

    def answering(connection: socket.socket, line: str) -> None:
        with house.app.app_context():
            row = db.session.get_one(Comment, number[0])
            row.revision, row.text = 2, "Edited meanwhile."
            db.session.commit()
            db.session.remove()
        answer(b"", "204 No Content")(connection, line)

    with web_server(answering) as server:
        desk = Desk(house, server)
        desk.turn_on(SIGNED, KEY, address=server.url)
        number.append(house.post().get_json()["id"])
        house.nudges.clear()

        assert desk.screen(number[0]) is None
    assert house.status(number[0]) is Status.PENDING


def test_services_are_asked_side_by_side(home: House) -> None:
    """Each waits for the other before it answers."""
    import threading

    both = threading.Barrier(2, timeout=10)

    def answering(connection: socket.socket, line: str) -> None:
        both.wait()
        (says("false") if "comment-check" in line else points(0))(connection, line)

    with web_server(answering) as one, web_server(answering) as two:
        desk = Desk(home, one, two)
        desk.turn_on(AKISMET, KEY, address=one.url, timeout=5)
        desk.turn_on(SIGNED, KEY, address=two.url, timeout=5)
        comment = desk.judge()

    assert [s.symbol for s in desk.signals(comment)] == [Symbol.REMOTE_GOOD] * 2


def test_address_and_network_are_sent_by_opt_in_alone(house: House) -> None:
    with web_server(says("false")) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        line = {"X-Forwarded-For": "192.0.2.77"}
        without = desk.judge(email="zoe@example.com", _headers=line)
        desk.turn_on(AKISMET, send_email=True, send_network=True)
        with_both = desk.judge(email="zoe@example.com", _headers=line)
        six = desk.judge(email="zoe@example.com", _headers={"X-Forwarded-For": "2001:db8:1:2::9"})
        sent = [form_of(request) for request in server.requests]

    assert "comment_author_email" not in sent[0]
    assert [fields["user_ip"] for fields in sent] == ["0.0.0.0", "192.0.2.0", "2001:db8:1::"]
    assert sent[1]["comment_author_email"] == "zoe@example.com"
    assert "zoe" not in "".join(server.requests[0])
    assert desk.signals(without)[0].evidence == {"service": "Akismet", "says": ""}
    assert desk.signals(with_both)[0].evidence == {
        "service": "Akismet",
        "says": "",
        "told_email": True,
        "told_network": True,
    }
    assert desk.signals(six)[0].symbol is Symbol.REMOTE_GOOD
    page = house.sign_in().get("/queue/?tab=published").text
    assert page.count("Akismet (was told the address and the network)") == 2


def test_a_budget_that_is_used_up_asks_nobody(house: House) -> None:
    with web_server(says("false")) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url, daily_budget=2)
        comments = [desk.judge() for _ in range(3)]
        assert len(server.asked) == 2
        desk.turn_on(AKISMET, on_budget=Without.HOLD)
        held = desk.judge()
        assert [house.status(c) for c in [*comments, held]] == [Status.PUBLISHED] * 3 + [
            Status.HELD
        ]
        signal = desk.signals(comments[2])[0]
        assert signal.symbol is Symbol.REMOTE_FAILED
        assert signal.evidence["says"] == "Not asked: the 2 questions of the day are used up."
        receipt = signed_in(house, "Ona", SiteRole.OWNER).get(f"/queue/comment/{held}").text
        assert "Not asked: the 2 questions of the day are used up." in receipt
        assert "A service that this site asks said nothing about it</a>" in receipt
        assert "did not answer" not in receipt
        assert rows(house)[AKISMET][:2] == (2, 0)

        house.clock.move(days=1)
        desk.judge()
        assert len(server.asked) == 3
        house.clock.move(days=40)
        with house.rows():
            budget.forget_old(house.clock())
        assert rows(house) == {}


def test_a_service_that_fails_again_and_again_is_left_alone(home: House) -> None:
    with web_server(in_turn(*[says("", "500 No")] * 4, says("false"))) as server:
        desk = Desk(home, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comments = [desk.judge() for _ in range(5)]
        assert len(server.asked) == 3
        assert "left alone" in desk.signals(comments[4])[0].evidence["says"]
        assert home.status(comments[4]) is Status.HELD

        desk.time += 30  # then it is tried once
        desk.judge()
        desk.judge()
        assert len(server.asked) == 4
        desk.time += 60
        assert home.status(desk.judge()) is Status.PUBLISHED
        assert home.status(desk.judge()) is Status.PUBLISHED
        assert len(server.asked) == 6


def test_new_settings_are_tried_at_once(home: House) -> None:
    with web_server(in_turn(*[says("invalid")] * 3, says("false"))) as server:
        desk = Desk(home, server)
        desk.turn_on(AKISMET, "not-the-key", address=server.url)
        for _ in range(4):
            desk.judge()
        home.clock.move(seconds=2)
        desk.turn_on(AKISMET, KEY)

        assert home.status(desk.judge()) is Status.PUBLISHED


def test_a_comment_waits_for_akismet_once(house: House) -> None:
    later = says("false", X_akismet_recheck_after="90")
    with web_server(in_turn(later, says("true"), later)) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        first = desk.judge()
        assert house.status(first) is Status.PENDING
        house.clock.move(seconds=89)
        assert sweep(house) == ()
        house.clock.move(seconds=1)
        assert sweep(house) == ((first, 1),)
        desk.screen(first)
        assert [s.symbol for s in desk.signals(first)] == [Symbol.REMOTE_SPAM]
        assert house.status(first) is Status.HELD
        assert form_of(server.requests[1])["recheck_reason"] == "recheck"

        second = desk.judge()
        house.clock.move(seconds=90)
        sweep(house)
        desk.screen(second)
        assert house.status(second) is Status.HELD
        assert "did so before" in desk.signals(second)[0].evidence["says"]


def test_while_akismet_wants_patience_nobody_has_it_asked(house: House) -> None:
    """As a reader who sends the form again does, or an Akismet client that asks again."""
    with web_server(says("false", X_akismet_recheck_after="90")) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment = desk.judge()
        for _ in range(8):
            house.clock.move(seconds=11)
            assert desk.screen(comment) is None
        assert len(server.asked) == 1
        house.clock.move(seconds=2)
        assert sweep(house) == ((comment, 1),)
        desk.screen(comment)

        assert len(server.asked) == 2
    assert house.status(comment) is Status.HELD


def test_what_the_sweeper_found_unasked_can_wait_for_akismet_once_too(house: House) -> None:
    """As where many comments of its site are asked about before it."""
    with web_server(in_turn(says("false", X_akismet_recheck_after="90"), says("false"))) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment = house.post().get_json()["id"]
        house.nudges.clear()
        house.clock.move(seconds=31)
        assert sweep(house) == ((comment, 1),)
        assert desk.screen(comment) is None
        assert "recheck_reason" not in form_of(server.requests[0])
        house.clock.move(seconds=90)
        assert sweep(house) == ((comment, 1),)
        desk.screen(comment)

        assert form_of(server.requests[1])["recheck_reason"] == "recheck"
    assert house.status(comment) is Status.PUBLISHED


def test_an_edited_text_need_not_wait_for_the_former(house: House) -> None:
    with web_server(in_turn(says("false", X_akismet_recheck_after="90"), says("false"))) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment = desk.judge()
        edit(house, comment, "Other words now.")
        desk.work()

    assert house.status(comment) is Status.PUBLISHED


def test_what_akismet_calls_spam_counts_though_it_wants_to_be_asked_again(home: House) -> None:
    with web_server(says("true", X_akismet_recheck_after="60")) as server:
        desk = Desk(home, server)
        desk.turn_on(AKISMET, KEY, address=server.url, on_failure="go_on")
        comment = desk.judge()
        assert home.status(comment) is Status.PENDING
        home.clock.move(seconds=60)
        sweep(home)
        desk.screen(comment)

        assert [s.symbol for s in desk.signals(comment)] == [Symbol.REMOTE_SPAM]
        assert home.status(comment) is Status.HELD


def test_no_service_can_keep_a_comment_for_long(home: House) -> None:
    with web_server(says("false", X_akismet_recheck_after="9999999")) as server:
        desk = Desk(home, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment = desk.judge()
        home.clock.move(minutes=10)

        assert sweep(home) == ((comment, 1),)


def sweep(house: House) -> tuple[tuple[int, int], ...]:
    with house.rows():
        return sweeping.sweep(house.clock(), timedelta(seconds=30), 6)


def test_an_edited_text_is_asked_about_again_with_the_reason(home: House) -> None:
    with web_server(says("false")) as server:
        desk = Desk(home, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        answered = home.post()
        desk.work()
        link = answered.get_json()["status_url"].partition("localhost")[2]
        edit = {"comment": "Other words now.", "revision": 1}
        assert home.client.patch(link, json=edit).status_code < 300
        desk.work()

        assert form_of(server.requests[1])["recheck_reason"] == "edit"
        assert form_of(server.requests[1])["comment_content"] == "Other words now."


def test_a_key_that_does_not_open_any_more_holds(home: House) -> None:
    with web_server(says("false")) as server:
        desk = Desk(home, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        with home.rows():
            row = db.session.scalars(select(RemoteService)).one()
            row.key_id = "gone"
            db.session.commit()
        comment = desk.judge()

        assert server.asked == []
        assert home.status(comment) is Status.HELD
        assert "MODERATION_EMAIL_KEYS has no key 'gone'" in str(desk.signals(comment)[0].evidence)


def test_a_key_is_good_for_its_own_site_and_service_alone(home: House) -> None:
    with web_server(says("false")) as server:
        desk = Desk(home, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        desk.turn_on(SIGNED, "another-key-of-16", address=server.url)
        with home.rows():
            one, other = db.session.scalars(select(RemoteService).order_by(RemoteService.service))
            one.sealed, other.sealed = other.sealed, one.sealed
            db.session.commit()
        desk.judge()

        assert server.asked == []


def test_alerts_and_faults_are_kept_for_the_owner(house: House) -> None:
    alert = {"X_akismet_alert_code": "10504", "X_akismet_alert_msg": "You are over the limit."}
    with web_server(in_turn(says("false", **alert), says("nonsense"))) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        desk.judge()
        desk.judge()

    calls, failed, fault, told = rows(house)[AKISMET]
    assert (calls, failed) == (2, 1)
    assert "nonsense" in fault
    assert told == "10504: You are over the limit."


def test_the_last_fault_has_its_time_and_an_end(house: House) -> None:
    owner, page = signed_in(house, "Ona", SiteRole.OWNER), "/queue/sites/blog/services"
    fault = r"The last fault, <time [^>]+>{ago}</time>: <bdi>It answered, but not in JSON.</bdi>"
    with web_server(in_turn(answer(b"<"), points(1), points(1), answer(b"<"))) as server:
        desk = Desk(house, server)
        desk.turn_on(SIGNED, KEY, address=server.url)
        desk.judge()
        house.clock.move(minutes=5)
        shown = owner.get(page).text
        assert "1 without an answer that could be used." in shown
        assert re.search(fault.format(ago="5 minutes ago"), shown)
        assert "It has answered since." not in shown

        for _ in range(2):
            desk.judge()
            shown = owner.get(page).text
            assert re.search(fault.format(ago="5 minutes ago"), shown)
            assert "It has answered since." in shown
        desk.judge()
        shown = owner.get(page).text
        assert "2 without an answer that could be used." in shown
        assert re.search(fault.format(ago="just now"), shown)
        assert "It has answered since." not in shown


def test_a_good_answer_is_noted_once_after_a_fault(house: House) -> None:
    with house.rows():
        site = db.session.scalars(select(Site)).one()
        spent, now = [(AKISMET, 9)], house.clock()
        assert budget.spend(site.id, spent, now) == {AKISMET: False}
        budget.note(site.id, [(AKISMET, True, Message("It failed."), "")], now)
        assert budget.spend(site.id, spent, now) == {AKISMET: True}
        budget.note(site.id, [(AKISMET, False, "", "")], now)
        assert budget.spend(site.id, spent, now) == {AKISMET: False}
        assert budget.spend(site.id, [(AKISMET, 3)], now) == {}


def test_a_receipt_and_the_last_fault_are_told_in_the_moderators_language(house: House) -> None:
    with web_server(says("", "500 No")) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url, daily_budget=1, on_budget=Without.HOLD)
        for _ in range(2):
            desk.judge()
        desk.turn_on(AKISMET, daily_budget=9)
        for _ in range(4):
            desk.judge()
    owner = signed_in(house, "Ona", SiteRole.OWNER)

    queue = owner.get("/queue/?lang=de").text
    assert "Akismet: <bdi>Die Antwort hatte den HTTP-Status 500.</bdi>" in queue
    assert "<bdi>Nicht gefragt: Die 1 Anfrage des Tages ist aufgebraucht.</bdi>" in queue
    assert "<bdi>Der Dienst ist mehrmals nacheinander ausgefallen" in queue
    assert "It answered" not in queue
    services = owner.get("/queue/sites/blog/services?lang=de").text
    assert "<bdi>Die Antwort hatte den HTTP-Status 500.</bdi>" in services


def test_what_was_kept_in_english_alone_is_still_told(house: House) -> None:
    with web_server(says("true")) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        for said in ("reported the name 3 times", "spam", "{not} a {template"):
            comment = desk.judge()
            with house.rows(), writing():
                db.session.execute(
                    update(SignalRow)
                    .where(SignalRow.comment_id == comment, SignalRow.check_name == "akismet")
                    .values(evidence={"service": "Akismet", "says": said})
                )
        with house.rows(), writing():
            db.session.execute(
                update(RemoteCalls).values(
                    fault=literal("It answered with HTTP status 503.", String)
                )
            )
    owner = signed_in(house, "Ona", SiteRole.OWNER)

    queue = owner.get("/queue/?lang=de").text
    for said in ("reported the name 3 times", "Spam", "{not} a {template"):
        assert f"Akismet: <bdi>{said}</bdi>" in queue
    services = owner.get("/queue/sites/blog/services?lang=de").text
    assert "<bdi>It answered with HTTP status 503.</bdi>" in services


@pytest.mark.parametrize("host", ["h.example", "h" * 600])
def test_a_fault_too_long_to_be_kept_with_its_values_is_cut(house: House, host: str) -> None:
    fault = Message("{host} did not answer.", host=host)
    with house.rows():
        site = db.session.scalars(select(Site)).one()
        budget.spend(site.id, [(AKISMET, 1)], house.clock())
        budget.note(site.id, [(AKISMET, True, fault, "")], house.clock())
    told = rows(house)[AKISMET][2]

    assert told == fault[:500]
    assert isinstance(told, Message)
    assert bool(told.values) == (len(host) < 500)


def test_the_whole_takes_no_longer_than_the_slowest_may(home: House) -> None:
    drip = dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x")
    with web_server(drip) as slow, web_server(points(0)) as quick:
        desk = Desk(home, slow, quick)
        desk.turn_on(AKISMET, KEY, address=slow.url, timeout=0.3)
        desk.turn_on(SIGNED, KEY, address=quick.url)
        comment = desk.judge()
        told = json.loads(body_of(quick.requests[0]))

    assert [s.symbol for s in desk.signals(comment)] == [Symbol.REMOTE_FAILED, Symbol.REMOTE_GOOD]
    assert home.status(comment) is Status.HELD
    assert told["comment"]["text"].startswith("A thought of my own")


def test_what_another_worker_found_out_is_a_hint(home: House) -> None:
    hints = Told()
    with web_server(says("", "500 No")) as server:
        desk = Desk(home, server)
        wire = desk.services._wire
        vault = EmailVault(_keys(home))
        one, other = (RemoteChecks(vault, wire, Circuits(lambda: 0.0, hints)) for _ in range(2))
        desk.turn_on(AKISMET, KEY, address=server.url)
        desk.services = one
        for _ in range(3):
            desk.judge()
        desk.services = other
        desk.judge()

        assert len(server.asked) == 3
    assert hints.paused == {next(iter(hints.paused)): 30.0}


class Told:
    """Hints that are kept."""

    def __init__(self) -> None:
        self.paused: dict[str, float] = {}

    def pause(self, name: str, seconds: float) -> None:
        self.paused[name] = seconds

    def is_paused(self, name: str) -> bool:
        return name in self.paused


def _keys(house: House) -> Keys:
    from moderation.privacy.keys import load_keys

    return load_keys(house.settings)


def test_the_owner_alone_and_the_admin_set_services_up(home: House) -> None:
    from moderation.errors import NotAllowedError
    from tests.integration.queueing import moderator

    with web_server(says("false")) as server:
        desk = Desk(home, server)
        desk.owner = moderator(home, "Mo", role=SiteRole.MODERATOR)
        with pytest.raises(NotAllowedError):
            desk.turn_on(AKISMET, KEY, address=server.url)
