"""Who is looking at what: told to colleagues, taken from nobody, on both databases."""

import threading
from datetime import timedelta
from itertools import cycle

import pytest

from moderation.errors import UnknownCommentError
from moderation.services import moderating, queue
from tests.factories import House
from tests.integration.queueing import decide, moderator

_ROUNDS = 60


def test_colleagues_see_who_looks_at_what_for_a_while(house: House) -> None:
    with house.rows():
        house.add_site("other")
    ben, ada = moderator(house), moderator(house, "Ada")
    eve = moderator(house, "Eve", sites=("other",))
    one, two = house.hold(), house.hold()
    with house.rows():
        moderating.claim(ben, one, house.clock())
        assert queue.claims_of_others(ada, house.clock()) == {one: "Ben"}
        assert queue.claims_of_others(ben, house.clock()) == {}
        assert queue.claims_of_others(eve, house.clock()) == {}
        assert queue.read_item(ada, one, house.clock()).claimed_by == "Ben"
        moderating.claim(ben, two, house.clock())
        assert queue.claims_of_others(ada, house.clock()) == {two: "Ben"}
        later = house.clock() + queue.CLAIM_LASTS
        assert queue.claims_of_others(ada, later - timedelta(seconds=1)) == {two: "Ben"}
        assert queue.claims_of_others(ada, later) == {}
        with pytest.raises(UnknownCommentError):
            moderating.claim(eve, one, house.clock())
    decide(house, ben, two, "spam")  # a claim keeps nobody from deciding


def test_a_colleagues_claim_is_theirs_until_they_leave_or_it_expires(house: House) -> None:
    ben, ada = moderator(house), moderator(house, "Ada")
    one, two = house.hold(), house.hold()
    with house.rows():
        moderating.claim(ben, one, house.clock())
        moderating.claim(ada, two, house.clock())
        moderating.claim(ada, one, house.clock())  # in passing
        assert queue.claims_of_others(ada, house.clock()) == {one: "Ben"}
        assert queue.claims_of_others(ben, house.clock()) == {}
        house.clock.move(seconds=20)
        moderating.claim(ben, one, house.clock())  # still there
        house.clock.move(seconds=44)
        moderating.claim(ada, one, house.clock())
        assert queue.claims_of_others(ada, house.clock()) == {one: "Ben"}
        house.clock.move(seconds=1)
        moderating.claim(ada, one, house.clock())
        assert queue.claims_of_others(ben, house.clock()) == {one: "Ada"}
        moderating.claim(ada, two, house.clock())
        moderating.claim(ben, one, house.clock())
        assert queue.claims_of_others(ada, house.clock()) == {one: "Ben"}


def test_two_who_go_opposite_ways_never_wait_for_each_other(house: House) -> None:
    held = [house.hold() for _ in range(2)]
    walks = {moderator(house): held, moderator(house, "Ada"): held[::-1]}
    start, faults = threading.Barrier(len(walks)), []

    def walk(who: int, comments: list[int]) -> None:
        start.wait()
        try:
            with house.rows():
                for _, comment in zip(range(_ROUNDS), cycle(comments), strict=False):
                    moderating.claim(who, comment, house.clock())
        except Exception as error:  # noqa: BLE001 -- told by the test
            faults.append(error)

    walkers = [threading.Thread(target=walk, args=each) for each in walks.items()]
    for one in walkers:
        one.start()
    for one in walkers:
        one.join()

    assert faults == []
