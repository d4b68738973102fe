"""Who is asked about when, beside the tasks of a worker's process."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from moderation.services.remote.hearing import Unheard
from workers.asking import Asking

PATIENCE = 60.0  # seconds, for a machine that is busy with other tests


class Held:
    """Hears of a comment when it is let, and keeps in which order they began."""

    def __init__(self) -> None:
        self.begun: list[Unheard] = []
        self.threads: list[threading.Thread] = []
        self._changed = threading.Condition()
        self._let = 0

    def hear(self, unheard: Unheard) -> None:
        with self._changed:
            self.begun.append(unheard)
            self.threads.append(threading.current_thread())
            self._changed.notify_all()
            mine = len(self.begun)
            assert self._changed.wait_for(lambda: mine <= self._let, PATIENCE)

    def let(self, count: int) -> None:
        """Let so many end, those that began first."""
        with self._changed:
            self._let += count
            self._changed.notify_all()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE)

    def end(self) -> None:
        """Let all end, and the threads with them."""
        self.let(1_000_000)
        while any(thread.is_alive() for thread in self.threads):
            for thread in tuple(self.threads):
                thread.join(PATIENCE)
                assert not thread.is_alive()


@contextmanager
def asking() -> Iterator[tuple[Asking, Held]]:
    held = Held()
    try:
        yield Asking(held.hear), held
    finally:
        held.end()


def of(site: int, count: int, first: int = 1) -> list[Unheard]:
    return [Unheard(site, 1000 * site + n, 1) for n in range(first, first + count)]


def test_many_of_a_site_are_asked_about_at_once_and_the_rest_in_turn() -> None:
    wanted = of(1, 20)
    with asking() as (asks, held):
        assert all(asks.begin(unheard) for unheard in wanted)
        held.wait_for(lambda: len(held.begun) == 8)
        held.let(3)
        held.wait_for(lambda: len(held.begun) == 11)
        held.let(20)
        held.wait_for(lambda: len(held.begun) == 20)

        assert set(held.begun[:8]) == set(wanted[:8])
        assert set(held.begun) == set(wanted)


def test_a_site_that_waits_for_its_own_leaves_the_others_their_turn() -> None:
    with asking() as (asks, held):
        for unheard in of(1, 100):
            asks.begin(unheard)
        asks.begin(*of(2, 1))
        held.wait_for(lambda: len(held.begun) == 9)

        assert [unheard.site_id for unheard in held.begun].count(2) == 1


def test_sites_take_turns_where_more_want_to_ask_than_may() -> None:
    with asking() as (asks, held):
        for site in (1, 2, 3, 4):
            for unheard in of(site, 12):
                asks.begin(unheard)
        held.wait_for(lambda: len(held.begun) == 16)
        for _ in range(32):
            before = len(held.begun)
            held.let(1)
            held.wait_for(lambda before=before: len(held.begun) == before + 1)
        sites = [unheard.site_id for unheard in held.begun]

    assert sites[16:20] == [3, 4, 3, 4]
    # Those that began first ended first, so the fifteen before it were being asked about when one
    # began: of its site fewest, among the sites that waited.
    for n in range(16, 48):
        asked = {site: sites[n - 15 : n].count(site) for site in set(sites[n:])}
        assert asked[sites[n]] == min(asked.values())


def test_what_is_wanted_again_meanwhile_is_asked_about_once() -> None:
    with asking() as (asks, held):
        for _ in range(3):
            for unheard in of(1, 12):
                assert asks.begin(unheard)
        held.let(100)
        held.wait_for(lambda: len(held.begun) >= 12)
        held.end()

        assert sorted(held.begun) == of(1, 12)
        asks.begin(*of(1, 1))  # now it is a new wish
        held.wait_for(lambda: len(held.begun) == 13)


def test_what_is_too_much_is_left_to_the_sweeper() -> None:
    with asking() as (asks, held):
        taken = [asks.begin(unheard) for unheard in of(1, 1020)]
        assert taken == [True] * 1008 + [False] * 12
        held.let(1)
        held.wait_for(lambda: len(held.begun) == 9)
        assert asks.begin(Unheard(2, 7, 1))


def test_no_thread_is_left_when_all_is_asked() -> None:
    with asking() as (asks, held):
        for unheard in of(1, 20):
            asks.begin(unheard)
        held.wait_for(lambda: len(held.begun) == 8)
        held.end()

        assert len(held.begun) == 20
        assert len(set(held.threads)) == 8


def test_what_no_thread_could_be_had_for_is_asked_when_it_is_wanted_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with asking() as (asks, held):
        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", refuse)
            assert [asks.begin(unheard) for unheard in of(1, 9)] == [False] * 9
        assert asks.begin(*of(1, 1))
        held.wait_for(lambda: held.begun == of(1, 1))


def test_what_waits_goes_on_where_no_thread_could_be_had_for_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second, third = of(1, 3)
    with asking() as (asks, held):
        for unheard in (*of(2, 8), *of(3, 8)):  # all places
            asks.begin(unheard)
        assert asks.begin(first)
        held.wait_for(lambda: len(held.begun) == 16)
        with monkeypatch.context() as patched:
            patched.setattr(Asking, "_take", lambda _: None)
            assert asks.begin(second)
            held.let(16)
            for thread in tuple(held.threads):
                thread.join(PATIENCE)

        # Nobody works any more, and two wait: either is taken when any is wanted again.
        assert asks.begin(second)
        assert asks.begin(third)
        held.wait_for(lambda: set(held.begun[16:]) >= {first, second})
