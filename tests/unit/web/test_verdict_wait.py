"""Waiting for a verdict."""

import threading
from collections.abc import Iterator

import pytest

from moderation.web.verdict_wait import VerdictWait


def test_it_looks_until_something_is_found() -> None:
    found: Iterator[str | None] = iter([None, None, "verdict"])

    assert VerdictWait(1, 60).until(lambda: next(found), 1) == "verdict"


def test_it_gives_up_when_its_time_is_over_but_looks_once() -> None:
    looked = []

    assert VerdictWait(1, 0).until(lambda: looked.append(1), 1) is None
    assert looked == [1]


def test_only_some_wait_at_once() -> None:
    wait = VerdictWait(1, 60)
    waiting, go = threading.Event(), threading.Event()
    found = []

    def slow() -> str | None:
        waiting.set()
        return "late" if go.is_set() else None

    first = threading.Thread(target=lambda: found.append(wait.until(slow, 1)))
    first.start()
    assert waiting.wait(60)
    assert wait.until(lambda: None, 1) is None
    go.set()
    first.join(60)

    assert found == ["late"]
    assert wait.until(lambda: "again", 1) == "again"


def test_a_fault_leaves_no_place_taken() -> None:
    wait = VerdictWait(1, 60)
    for _ in range(3):
        try:
            wait.until(lambda: 1 / 0, 1)
        except ZeroDivisionError:
            continue
    found: Iterator[str | None] = iter([None, "verdict"])

    assert wait.until(lambda: next(found), 1) == "verdict"


@pytest.mark.parametrize(("places", "of_a_site"), [(8, 6), (3, 2), (2, 1)])
def test_a_site_whose_verdicts_take_long_leaves_places_for_others(
    places: int, of_a_site: int
) -> None:
    wait, go = VerdictWait(places, 60), threading.Event()
    looked = threading.Semaphore(0)
    found: list[str | None] = []

    def slow() -> str | None:
        looked.release()
        return "late" if go.is_set() else None

    slow_ones = [
        threading.Thread(target=lambda: found.append(wait.until(slow, 1))) for _ in range(20)
    ]
    for one in slow_ones:
        one.start()
    assert all(looked.acquire(timeout=60) for _ in range(20))
    quick: Iterator[str | None] = iter([None, "verdict"])
    assert wait.until(lambda: next(quick), 2) == "verdict"
    go.set()
    for one in slow_ones:
        one.join(60)

    assert sorted(found, key=str) == [None] * (20 - of_a_site) + ["late"] * of_a_site
