"""Comments held because a service failed are asked about again, and judged when it answers."""

import re
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from moderation.domain.actions import Action
from moderation.domain.policy import PolicyMode, VerdictRule
from moderation.domain.remote import Service, Without
from moderation.domain.signals import Symbol
from moderation.domain.status import Actor, Status
from moderation.models import Comment, db
from moderation.models.base import writing
from moderation.services import moderating
from moderation.services.audit import record
from moderation.services.editing import change_text
from moderation.services.remote.hearing import Unheard
from moderation.services.remote.rehearing import due, hear_again
from moderation.services.review import own_comment
from moderation.services.sites import change_policy
from moderation.services.sweeping import sweep
from tests.factories import House
from tests.integration.queueing import (
    assert_counts_hold,
    decide,
    entries,
    entry_of,
    listed,
    moderator,
    undo,
)
from tests.integration.services_kit import Desk, in_turn, says
from tests.web_server import answer, web_server

AKISMET, SIGNED = Service.AKISMET, Service.SIGNED_HTTP
KEY = "a-key-of-sixteen+"
FAILING = says("", "500 No")
SAID = (
    "The roses bloomed early.",
    "Rain fell on my tomatoes.",
    "I planted garlic in autumn.",
    "Our hedge needs cutting again.",
    "Moles ruin the lawn.",
    "Compost heats quickly in June.",
)


def ask_again(desk: Desk, minutes: int = 3) -> list[int]:
    """What the worker does so much later; gives the comments that were due."""
    desk.house.clock.move(minutes=minutes)
    desk.time += 60 * minutes
    with desk.house.app.app_context():
        now = desk.house.clock()
        found = due(now)
        for unheard in found:
            assert unheard.again
            hear_again(
                desk.services, desk.house.parts.vault, unheard.comment_id, unheard.revision, now
            )
        db.session.remove()
    return [unheard.comment_id for unheard in found]


def rule(house: House, comment: int) -> VerdictRule | None:
    with house.rows():
        return house.comment(comment).verdict_rule


@pytest.mark.parametrize(
    ("said", "status", "symbol"),
    [
        (says("false"), Status.PUBLISHED, Symbol.REMOTE_GOOD),
        (says("true", X_akismet_pro_tip="discard"), Status.SPAM, Symbol.REMOTE_SPAM),
    ],
)
def test_what_it_says_when_it_answers_is_concluded_on(
    house: House, said: Callable[[socket.socket, str], None], status: Status, symbol: Symbol
) -> None:
    with web_server(in_turn(FAILING, said)) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        with house.rows():
            change_policy("blog", {"spam_at": "3"}, None, house.clock())
        comment = desk.judge()
        assert (house.status(comment), rule(house, comment)) == (Status.HELD, "CHECK_ERROR")

        assert ask_again(desk) == [comment]
        assert ask_again(desk) == []

        assert len(server.asked) == 2
    assert house.status(comment) is status
    assert [signal.symbol for signal in desk.signals(comment)] == [symbol]
    with house.rows():
        told = [(entry.actor, entry.before, entry.after) for entry in entries(comment)]
    assert told == [
        (Actor.MACHINE, Status.PENDING, Status.HELD),
        (Actor.MACHINE, Status.HELD, status),
    ]
    assert listed(house, desk.owner, tab="held") == []
    assert listed(house, desk.owner, tab=status.value, signal=symbol.value) == [comment]
    assert_counts_hold(house)


def test_while_it_fails_they_wait_and_are_asked_about_now_and_then(house: House) -> None:
    with web_server(FAILING) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment = desk.judge()
        assert ask_again(desk, minutes=0) == []
        assert ask_again(desk, minutes=1) == [comment]
        assert ask_again(desk, minutes=1) == []
        assert ask_again(desk, minutes=1) == [comment]

        assert len(server.asked) == 3
        server.answering = says("false")
        desk.time += 600
        assert ask_again(desk) == [comment]
    assert house.status(comment) is Status.PUBLISHED


def test_those_that_wait_are_asked_about_in_turn(home: House) -> None:
    with web_server(FAILING) as server:
        desk = Desk(home, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comments = [desk.judge() for _ in range(3)]
        home.clock.move(hours=1)
        with home.rows():
            found = due(home.clock())
        assert [unheard.comment_id for unheard in found] == comments
        with home.rows():
            hear_again(desk.services, desk.house.parts.vault, comments[0], 1, home.clock())
            assert [u.comment_id for u in due(home.clock())] == comments[1:]


def test_what_a_person_has_acted_on_is_theirs(house: House) -> None:
    with web_server(FAILING) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        undone, asked, looked, decided, edited = (desk.judge() for _ in range(5))
        desk.time += 3600
        before = len(server.asked)
        ben = moderator(house)
        undo(house, ben, decide(house, ben, undone, "approve") and entry_of(house, undone))
        with house.rows():
            moderating.ask_second_opinion(ben, asked, "Is it?", now=house.clock())
            moderating.show_address(house.parts.vault, desk.owner, looked, now=house.clock())
            moderating.edit(ben, edited, "Other words.", revision=1, now=house.clock())
        decide(house, ben, decided, "reject")

        assert ask_again(desk) == []
        assert len(server.asked) == before
    assert [house.status(c) for c in (undone, asked, looked, edited)] == [Status.HELD] * 4


def test_a_person_who_decides_meanwhile_has_decided(house: House) -> None:
    ben = moderator(house)
    comments: list[int] = []

    def answering(connection: socket.socket, line: str) -> None:
        if comments:
            decide(house, ben, comments[0], "reject")
        (says("false") if comments else FAILING)(connection, line)

    with web_server(answering) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comments.append(desk.judge())
        assert ask_again(desk) == comments

    assert house.status(comments[0]) is Status.REJECTED
    assert [signal.symbol for signal in desk.signals(comments[0])] == [Symbol.REMOTE_FAILED]
    assert_counts_hold(house)


def test_each_that_failed_is_asked_until_it_answers_and_no_other(house: House) -> None:
    good = answer(b'{"score": 0}')
    with web_server(in_turn(FAILING, says("false"))) as akismet, web_server(FAILING) as signed:
        desk = Desk(house, akismet, signed)
        desk.turn_on(AKISMET, KEY, address=akismet.url)
        desk.turn_on(SIGNED, KEY, address=signed.url)
        comment = desk.judge()
        ask_again(desk)
        assert house.status(comment) is Status.HELD
        said = {s.check: s.symbol for s in desk.signals(comment)}
        assert said == {AKISMET: Symbol.REMOTE_GOOD, SIGNED: Symbol.REMOTE_FAILED}

        signed.answering = good
        ask_again(desk)
        assert house.status(comment) is Status.PUBLISHED
        akismet.answering = FAILING
        other = desk.judge()
        akismet.answering = says("false")
        ask_again(desk)

        assert (len(akismet.asked), len(signed.asked)) == (4, 4)
    assert house.status(other) is Status.PUBLISHED
    assert {s.check for s in desk.signals(other)} == {AKISMET, SIGNED}


def test_what_is_held_for_another_reason_stays_with_that_reason(house: House) -> None:
    with web_server(in_turn(FAILING, says("false"))) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment = desk.judge()
        with house.rows():
            change_policy("blog", {"mode": PolicyMode.PREMODERATE.value}, None, house.clock())
        ask_again(desk)

        assert (house.status(comment), rule(house, comment)) == (Status.HELD, "PREMODERATION")
        assert ask_again(desk) == []
        assert len(server.asked) == 2
    with house.rows():
        assert len(entries(comment)) == 1


def test_nobody_is_asked_for_a_site_that_has_turned_it_off(house: House) -> None:
    with web_server(FAILING) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment = desk.judge()
        desk.turn_on(AKISMET, on=False)
        ask_again(desk)

        assert len(server.asked) == 1
    assert house.status(comment) is Status.HELD


def test_who_answers_is_not_asked_again_for_one_that_is_silent(house: House) -> None:
    with web_server(in_turn(FAILING, says("false"))) as akismet, web_server(FAILING) as signed:
        desk = Desk(house, akismet, signed)
        desk.turn_on(AKISMET, KEY, address=akismet.url)
        desk.turn_on(SIGNED, KEY, address=signed.url)
        comment = desk.judge()
        for _ in range(4):
            assert ask_again(desk) == [comment]

        assert len(akismet.asked) == 2
    assert (house.status(comment), rule(house, comment)) == (Status.HELD, "CHECK_ERROR")


def test_a_budget_that_asking_again_uses_up_lets_nothing_through(house: House) -> None:
    with web_server(FAILING) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url, daily_budget=2)
        comment = desk.judge()
        for _ in range(3):
            assert ask_again(desk) == [comment]

        assert len(server.asked) == 2
        assert house.status(comment) is Status.HELD
        server.answering = says("false")
        assert ask_again(desk, minutes=24 * 60) == [comment]
    assert house.status(comment) is Status.PUBLISHED


def test_a_comment_that_makes_a_service_fail_is_asked_about_ever_less_often(home: House) -> None:
    with web_server(FAILING) as server:
        desk = Desk(home, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment = desk.judge()
        for _ in range(24 * 30):
            desk.services = desk.worker()  # other comments that it answers keep its circuit closed
            assert ask_again(desk, minutes=2) in ([], [comment])
        assert 25 < len(server.asked) < 60


def test_of_several_processes_one_asks(house: House) -> None:
    found: list[Unheard] = []

    def answering(connection: socket.socket, line: str) -> None:
        with house.rows():
            found.extend(due(house.clock()))
        FAILING(connection, line)

    with web_server(answering) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment = desk.judge()
        found.clear()
        assert ask_again(desk) == [comment]
        with house.rows():
            assert not hear_again(desk.worker(), desk.house.parts.vault, comment, 1, house.clock())

        assert (found, len(server.asked)) == ([], 2)


def test_processes_that_ask_about_the_same_at_once_conclude_once_on_each(house: House) -> None:
    with web_server(FAILING) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comments = []
        for words in SAID:
            house.clock.move(minutes=30)
            comments.append(desk.judge(comment=words))
        house.clock.move(minutes=5)
        server.answering = says("false")
        before = len(server.asked)

        def process(first: int) -> None:
            services = desk.worker()
            for comment in comments[first:] + comments[:first]:
                with house.rows():
                    hear_again(services, house.parts.vault, comment, 1, house.clock())

        with ThreadPoolExecutor(4) as processes:
            assert list(processes.map(process, range(4))) == [None] * 4
        assert len(server.asked) - before == len(comments)

    assert {house.status(comment) for comment in comments} == {Status.PUBLISHED}
    assert_counts_hold(house)


def test_what_its_author_edits_meanwhile_is_not_put_off(house: House) -> None:
    comments: list[int] = []

    def answering(connection: socket.socket, line: str) -> None:
        if comments:
            with house.rows(), writing():
                comment = db.session.get_one(Comment, comments[0])
                change_text(comment, "Other words.", None, None, house.clock())
                comment.screened_at, comment.sweep_at = None, house.clock()
        FAILING(connection, line)

    with web_server(answering) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comments.append(desk.judge())
        assert ask_again(desk) == comments

    with house.rows():
        again = sweep(house.clock(), timedelta(seconds=30), 5)
    assert again == ((comments[0], 2),)


def test_a_person_who_only_looks_at_it_meanwhile_has_it(house: House) -> None:
    has_it, threads = threading.Event(), list[threading.Thread]()

    def look(ben: int, comment: int) -> None:
        with house.rows(), writing():
            record(
                own_comment(ben, comment).site_id,
                ben,
                Action.SECOND_OPINION,
                house.clock(),
                comment=db.session.get_one(Comment, comment),
            )
            db.session.flush()
            has_it.set()
            time.sleep(0.7)  # the machine waits for the comment meanwhile

    def answering(connection: socket.socket, line: str) -> None:
        for thread in threads:
            thread.start()
            assert has_it.wait(10)
        (says("false") if threads else FAILING)(connection, line)

    with web_server(answering) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment, ben = desk.judge(), moderator(house)
        threads.append(threading.Thread(target=look, args=(ben, comment)))
        assert ask_again(desk) == [comment]
        threads[0].join()

    assert house.status(comment) is Status.HELD


def test_whoever_is_blocked_meanwhile_stays_blocked(house: House) -> None:
    with web_server(FAILING) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        first, second = (desk.judge(email="bo@x.example", comment=f"Day {n}") for n in (1, 2))
        decide(house, desk.owner, first, "block")
        server.answering = says("false")
        desk.time += 3600
        assert ask_again(desk) == [second]

    assert house.status(second) is Status.REJECTED
    assert rule(house, second) == "BLOCKLIST"
    assert_counts_hold(house)


def test_a_site_that_now_goes_on_without_it_does_so_with_them(home: House) -> None:
    with web_server(FAILING) as server:
        desk = Desk(home, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment = desk.judge()
        desk.turn_on(AKISMET, on_failure=Without.GO_ON)
        ask_again(desk)

    assert home.status(comment) is Status.PUBLISHED
    assert [s.symbol for s in desk.signals(comment)] == [Symbol.REMOTE_FAILED]


def test_what_a_used_up_budget_holds_is_for_people(house: House) -> None:
    with web_server(says("false")) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url, daily_budget=1, on_budget=Without.HOLD)
        desk.judge()
        held = desk.judge()
        assert (house.status(held), rule(house, held)) == (Status.HELD, "CHECK_ERROR")

        assert ask_again(desk, minutes=24 * 60) == []
        assert len(server.asked) == 1


def test_after_a_week_it_is_left_to_people(home: House) -> None:
    with web_server(FAILING) as server:
        desk = Desk(home, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment = desk.judge()
        home.clock.move(days=6, hours=23)
        assert ask_again(desk) == [comment]

        assert ask_again(desk, minutes=60) == []


def test_the_queue_tells_what_is_held_for_a_service(house: House) -> None:
    with web_server(FAILING) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        ben = house.sign_in()
        assert "gave no answer:" not in ben.get("/queue/").text
        first, _second = desk.judge(), desk.judge()
        with house.rows():
            house.add_site("other")
        other = house.sign_in("nora@example.com", ("other",))

        assert told_in(ben) == ["Akismet gave no answer: 2 comments on The blog are held for that."]
        assert told_in(ben, "?site=blog") == told_in(ben)
        desk.turn_on(AKISMET, on=False)
        assert told_in(ben) == []
        desk.turn_on(AKISMET)
        assert told_in(ben, "?tab=spam") == told_in(other) == []
        decide(house, desk.owner, first, "approve")
        assert told_in(ben) == ["Akismet gave no answer: 1 comment on The blog is held for that."]
        server.answering = says("false")
        desk.time += 600
        ask_again(desk)
        assert told_in(ben) == []


def told_in(browser: FlaskClient, view: str = "") -> list[str]:
    """What the queue tells of services that gave no answer."""
    page = re.sub("</?bdi>", "", browser.get(f"/queue/{view}").text)
    return re.findall(r"\w+ gave no answer: .*?\.", page)
