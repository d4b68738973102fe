"""Circuit breakers: when a service is left alone, and for how long."""

from moderation.services.remote.circuits import Circuits


class Hints:
    def __init__(self) -> None:
        self.told: list[tuple[str, float]] = []
        self.paused: set[str] = set()

    def pause(self, name: str, seconds: float) -> None:
        self.told.append((name, seconds))

    def is_paused(self, name: str) -> bool:
        return name in self.paused


def failing(circuits: Circuits, times: int, name: str = "a") -> None:
    for _ in range(times):
        circuits.failed(name)


def test_three_failures_in_a_row_open_it() -> None:
    circuits = Circuits(lambda: 0.0)
    failing(circuits, 2)
    assert not circuits.is_open("a")
    circuits.succeeded("a")
    failing(circuits, 2)
    assert not circuits.is_open("a")
    circuits.failed("a")

    assert circuits.is_open("a")
    assert not circuits.is_open("b")


def test_after_a_pause_it_is_tried_and_each_further_failure_doubles_the_next() -> None:
    now = 0.0
    hints = Hints()
    circuits = Circuits(lambda: now, hints)
    failing(circuits, 3)
    for pause in (30, 60, 120, 240, 480, 600, 600):
        now += pause - 1
        assert circuits.is_open("a")
        now += 1
        assert not circuits.is_open("a")
        circuits.failed("a")

    assert [seconds for _, seconds in hints.told] == [30, 60, 120, 240, 480, 600, 600, 600]


def test_however_often_it_failed_it_is_tried_after_each_pause() -> None:
    now = 0.0
    hints = Hints()
    circuits = Circuits(lambda: now, hints)
    failing(circuits, 3)
    for _ in range(1_100):  # a week of the longest pauses
        now += 600
        assert not circuits.is_open("a")
        circuits.failed("a")

    assert hints.told[-1] == ("a", 600)


def test_an_answer_forgets_all_failures() -> None:
    now = 0.0
    circuits = Circuits(lambda: now)
    failing(circuits, 5)
    now = 1000.0
    circuits.succeeded("a")
    failing(circuits, 2)

    assert not circuits.is_open("a")


def test_a_hint_counts_until_one_has_found_out_by_itself() -> None:
    now = 0.0
    hints = Hints()
    hints.paused.add("a")
    circuits = Circuits(lambda: now, hints)
    assert circuits.is_open("a")
    failing(circuits, 3)
    now = 30.0

    assert not circuits.is_open("a")  # it tries, whatever the others say


def test_what_failed_beside_the_first_three_makes_no_pause_longer() -> None:
    now = 0.0
    hints = Hints()
    circuits = Circuits(lambda: now, hints)
    failing(circuits, 8)
    now = 30.0

    assert not circuits.is_open("a")
    assert hints.told == [("a", 30.0)]


def test_one_alone_tries_after_a_pause_and_another_where_that_is_lost() -> None:
    now = 0.0
    circuits = Circuits(lambda: now)
    failing(circuits, 3)
    now = 30.0
    assert [circuits.is_open("a") for _ in range(3)] == [False, True, True]
    now = 35.0

    assert [circuits.is_open("a") for _ in range(3)] == [False, True, True]
