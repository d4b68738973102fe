"""Snapshots in memory: when they are believed, how many are kept, who builds them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import pytest

from moderation.domain.policy import SitePolicy
from moderation.domain.site import SiteProfile
from moderation.domain.site_settings import SiteSettings
from moderation.services.snapshot import ThreadState
from moderation.web.snapshot_cache import (
    Asked,
    Headers,
    Snapshot,
    SnapshotCache,
    Target,
    answer,
    make_snapshot,
)

ORIGIN = "https://blog.example"
SITE = SiteProfile(1, "blog", "The blog", (ORIGIN,), SitePolicy(), SiteSettings())


class Desk:
    """A cache, the database it asks, and what was asked of it."""

    def __init__(self, memory: int = 2**20) -> None:
        self.time = 100.0
        self.version = 1
        self.asked_for_state = 0
        self.built = 0
        self.cache = SnapshotCache(lambda: self.time, memory)

    def state(self) -> ThreadState:
        self.asked_for_state += 1
        return ThreadState(SITE, f"{ORIGIN}/", 1, self.version, closed=False)

    def build(self, state: ThreadState) -> tuple[Headers, bytes]:
        self.built += 1
        return [("Content-Type", "text/plain")], f"version {state.version}".encode()

    def find(self, name: str = "a", state: Callable[[], ThreadState] | None = None) -> Snapshot:
        return self.cache.find(target(name), asked(name), state or self.state, self.build)

    def hot(self, name: str = "a") -> bytes | None:
        found = self.cache.hot(target(name))
        return found.plain[1] if found else None


def target(name: str) -> Target:
    return "https", "c.example", f"/{name}", ""


def asked(name: str, sort: str | None = None) -> Asked:
    return Asked("thread", "blog", f"{ORIGIN}/{name}", sort, None)


def test_a_snapshot_is_hot_for_half_a_second() -> None:
    desk = Desk()
    assert desk.hot() is None
    desk.find()

    desk.time += 0.49
    assert desk.hot() == b"version 1"
    desk.time += 0.02
    assert desk.hot() is None


def test_what_has_not_changed_is_not_built_again() -> None:
    desk = Desk()
    first = desk.find()
    desk.time += 0.6
    second = desk.find()

    assert first is second
    assert (desk.asked_for_state, desk.built) == (2, 1)
    assert desk.hot() == b"version 1"


def test_what_has_changed_is_built_again() -> None:
    desk = Desk()
    desk.find()
    desk.version = 2
    desk.time += 0.6
    desk.find()

    assert desk.hot() == b"version 2"
    assert desk.built == 2


def test_two_documents_of_a_thread_ask_once_and_fall_together() -> None:
    desk = Desk()
    for sort in (None, "newest"):
        desk.cache.find(target(f"{sort}"), asked("a", sort), desk.state, desk.build)
    assert (desk.asked_for_state, desk.built) == (1, 2)

    desk.version = 2
    desk.time += 0.6
    desk.cache.find(target("newest"), asked("a", "newest"), desk.state, desk.build)
    assert desk.hot("None") is None
    assert desk.hot("newest") == b"version 2"


def test_the_time_counts_from_before_the_database_was_asked() -> None:
    desk = Desk()

    def slow() -> ThreadState:
        desk.time += 0.4
        return desk.state()

    desk.find(state=slow)
    desk.time += 0.11
    assert desk.hot() is None


def test_readers_are_answered_while_one_asks_but_not_for_long() -> None:
    desk = Desk()
    desk.find()
    asking, answered = Event(), Event()

    def slow() -> ThreadState:
        asking.set()
        assert answered.wait(10)
        return desk.state()

    with ThreadPoolExecutor() as pool:
        desk.time += 0.6
        pool.submit(desk.find, "a", slow)
        assert asking.wait(10)
        meanwhile = desk.hot()
        desk.time += 0.3  # 0.9 s after the database was asked last
        later = desk.hot()
        answered.set()

    assert (meanwhile, later) == (b"version 1", None)


def test_many_who_miss_at_once_have_it_built_once() -> None:
    desk = Desk()
    come = Semaphore(0)

    def ask(_: int) -> Snapshot:
        come.release()
        return desk.find(state=when_all_have_come)

    def when_all_have_come() -> ThreadState:
        for _ in range(8):
            assert come.acquire(timeout=10)
        return desk.state()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))

    assert (desk.asked_for_state, desk.built) == (1, 1)
    assert len(set(map(id, found))) == 1


def test_a_fault_is_kept_by_nobody() -> None:
    desk = Desk()

    def fail() -> ThreadState:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        desk.find(state=fail)
    assert desk.hot() is None
    assert desk.find().plain[1] == b"version 1"


def test_what_was_not_used_for_longest_makes_room() -> None:
    desk = Desk(memory=3 * 4_200)  # three, with what each takes besides its body
    for name in "abc":
        desk.find(name)
    assert desk.hot("a") is not None
    desk.find("d")

    assert [name for name in "abcd" if desk.hot(name)] == ["a", "c", "d"]
    assert desk.find("b").plain[1] == b"version 1"
    assert desk.hot("b") is not None


def test_the_names_that_readers_choose_take_room_too() -> None:
    desk = Desk(memory=300_000)
    for number in range(5):
        name = asked("a")._replace(cursor=f"{number}" * 100_000)
        desk.cache.find(target(f"{number}"), name, desk.state, desk.build)

    assert [n for n in range(5) if desk.hot(f"{n}")] == [3, 4]


def test_a_snapshot_that_is_too_large_to_keep_is_answered_all_the_same() -> None:
    desk = Desk(memory=100)

    assert desk.find().plain[1] == b"version 1"
    assert desk.hot() is None


def test_an_overlong_address_is_not_remembered() -> None:
    desk = Desk()
    long = ("https", "c.example", "/a", "x" * 3_000)
    desk.cache.find(long, asked("a"), desk.state, desk.build)

    assert desk.cache.hot(long) is None


def test_addresses_without_end_are_not_all_remembered() -> None:
    desk = Desk()
    for number in range(9_000):
        address = ("https", "c.example", "/a", str(number))
        desk.cache.find(address, asked("a"), desk.state, desk.build)

    assert desk.built == 1
    assert desk.cache.hot(("https", "c.example", "/a", "0")) is None
    assert desk.cache.hot(("https", "c.example", "/a", "8999")) is not None


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("{etag}", "304"),
        ('"other", {etag}', "304"),
        ("{strong}", "304"),
        ("*", "304"),
        ('"other"', "200"),
        ("nonsense", "200"),
    ],
)
def test_a_conditional_request_compares_weakly(header: str, status: str) -> None:
    snapshot = make_snapshot(Desk().state(), [("Content-Type", "text/plain")], b"a")
    tag = header.format(etag=snapshot.etag, strong=snapshot.etag.removeprefix("W/"))

    assert answer(snapshot, {"HTTP_IF_NONE_MATCH": tag})[0].startswith(status)
