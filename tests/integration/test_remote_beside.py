"""Other services are asked beside the tasks: nobody's comments wait for another site's services, and
what was answered is answered once.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import update

from moderation.domain.remote import Service
from moderation.domain.signals import Symbol
from moderation.domain.status import Status
from moderation.models import Comment, db
from moderation.services import screening
from moderation.services.approval import approval_check
from moderation.services.remote.hearing import Unheard, hear
from tests.factories import House
from tests.integration.queueing import decide, listed, moderator
from tests.integration.reader_actions import edit
from tests.integration.services_kit import Desk, says
from tests.web_server import WebServer, web_server
from workers.asking import Asking

AKISMET = Service.AKISMET
KEY = "a-key-of-sixteen+"
PATIENCE = 60.0  # seconds, for a machine that is busy with other tests


@contextmanager
def waiting_for(count: int) -> Iterator[tuple[WebServer, Callable[[], None]]]:
    """An Akismet that answers nobody before `count` have asked and it is let; gives how to let it,
    which waits for them.
    """
    together, let = threading.Barrier(count + 1), threading.Event()

    def answering(connection: socket.socket, line: str) -> None:
        together.wait(PATIENCE)
        let.wait(PATIENCE)
        says("false")(connection, line)

    def let_it() -> None:
        together.wait(PATIENCE)
        let.set()

    with web_server(answering) as server:
        try:
            yield server, let_it
        finally:
            together.abort()
            let.set()


class Heard:
    """What a worker's thread does about a comment, and how many it has done with."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._done = threading.Semaphore(0)

    def hear(self, unheard: Unheard) -> None:
        with self._desk.house.app.app_context():
            assert hear(self._desk.services, *unheard[1:3], self._desk.house.clock())
            db.session.remove()
        self._done.release()

    def wait_for(self, count: int) -> None:
        assert all(self._done.acquire(timeout=PATIENCE) for _ in range(count))


def test_a_site_whose_services_are_slow_keeps_no_other_waiting(house: House) -> None:
    with waiting_for(3) as (server, let_it):
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url, timeout=5)
        with house.rows():
            house.add_site("other")
        slow = [house.post().get_json()["id"] for _ in range(3)]
        quick = house.post(_site="other").get_json()["id"]
        vault, now = house.parts.vault, house.clock()
        with house.app.app_context():
            batch = screening.Batch(vault, house.nudges)
            ready = [pair for pair in house.nudges if batch.spam_check(*pair, now)]
        heard = Heard(desk)
        asking = Asking(heard.hear)
        assert all(asking.begin(unheard) for unheard in batch.unheard)
        with house.app.app_context():
            for pair in ready:
                approval_check(*pair, now)

        # One process asks for all three at the same time, and works on meanwhile.
        assert ready == [(quick, 1)]
        assert house.status(quick) is Status.PUBLISHED
        assert [house.status(comment) for comment in slow] == [Status.PENDING] * 3
        let_it()
        heard.wait_for(3)
        desk.work()

        assert len(server.asked) == 3
    for comment in slow:
        assert [signal.symbol for signal in desk.signals(comment)] == [Symbol.REMOTE_GOOD]
        assert house.status(comment) is Status.PUBLISHED


def test_what_was_answered_is_not_asked_again_by_whoever_comes_back(house: House) -> None:
    """As when a worker ends between the answer and the spam check."""
    with web_server(says("false")) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment = house.post().get_json()["id"]
        with house.app.app_context():
            assert hear(desk.services, comment, 1, house.clock())
        assert house.status(comment) is Status.PENDING
        desk.work()

        assert len(server.asked) == 1
    assert [signal.symbol for signal in desk.signals(comment)] == [Symbol.REMOTE_GOOD]
    assert house.status(comment) is Status.PUBLISHED


def test_two_workers_that_ask_at_once_store_one_answer(house: House) -> None:
    with waiting_for(2) as (server, let_it):
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url, timeout=5)
        comment = house.post().get_json()["id"]
        heard = Heard(desk)
        for _ in range(2):  # of two processes, which know nothing of each other
            assert Asking(heard.hear).begin(Unheard(1, comment, 1))
        let_it()
        heard.wait_for(2)
        desk.work()

        assert len(server.asked) == 2
    assert [signal.symbol for signal in desk.signals(comment)] == [Symbol.REMOTE_GOOD]
    assert house.status(comment) is Status.PUBLISHED


def test_what_its_author_edits_is_asked_about_anew(house: House) -> None:
    with web_server(says("false")) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        comment = house.post().get_json()["id"]
        with house.app.app_context():
            assert hear(desk.services, comment, 1, house.clock())
            db.session.execute(update(Comment).values(revision=2, text="Edited."))
            db.session.commit()
            assert not hear(desk.services, comment, 1, house.clock())
            assert hear(desk.services, comment, 2, house.clock())

        assert len(server.asked) == 2
    assert len(desk.signals(comment, 1)) == len(desk.signals(comment, 2)) == 1


def test_what_is_said_of_a_held_text_leads_to_it_once_it_is_screened(house: House) -> None:
    """Until then its receipt is of the former text; and a person may decide before."""
    who = moderator(house, "Mira")
    decided, judged = house.hold(), house.hold()
    with web_server(says("true")) as server:
        desk = Desk(house, server)
        desk.turn_on(AKISMET, KEY, address=server.url)
        for comment in (decided, judged):
            edit(house, comment, f"Other words, number {comment}")
            with house.app.app_context():
                assert hear(desk.services, comment, 2, house.clock())
        assert listed(house, who, signal="REMOTE_SPAM") == []
        decide(house, who, decided, "approve")
        desk.work()

        assert len(server.asked) == 2
    assert house.status(decided) is Status.PUBLISHED
    assert listed(house, who, signal="REMOTE_SPAM") == [judged]
    assert listed(house, who, signal="REMOTE_SPAM", tab="published") == []
