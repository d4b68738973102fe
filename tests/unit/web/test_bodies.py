"""Some threads always wait for no body."""

from io import BytesIO
from threading import Event, Thread

import pytest
from werkzeug.exceptions import ServiceUnavailable

from moderation.web.bodies import Bodies


class Stalled(BytesIO):
    """A body of which nothing comes until its sender is told."""

    def __init__(self, reading: Event, go_on: Event) -> None:
        super().__init__(b"late")
        self._reading, self._go_on = reading, go_on

    def read(self, size: int | None = -1, /) -> bytes:
        self._reading.set()
        self._go_on.wait(30)
        return super().read(size)


def test_a_body_is_read_in_all_ways_of_the_gateway() -> None:
    bodies = Bodies(1)

    assert bodies.guard(BytesIO(b"a\nb\n")).read() == b"a\nb\n"
    assert bodies.guard(BytesIO(b"a\nb\n")).read(1) == b"a"
    assert bodies.guard(BytesIO(b"a\nb\n")).readline() == b"a\n"
    assert bodies.guard(BytesIO(b"a\nb\n")).readlines() == [b"a\n", b"b\n"]
    assert list(bodies.guard(BytesIO(b"a\nb"))) == [b"a\n", b"b"]


def test_who_finds_no_place_is_told_to_send_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderation.web.bodies._PATIENCE", 0.01)
    bodies, go_on = Bodies(4), Event()
    threads = []
    for _ in range(3):  # of four
        reading = Event()
        body = bodies.guard(Stalled(reading, go_on))
        threads.append(Thread(target=body.read))
        threads[-1].start()
        assert reading.wait(30)
    next_one = bodies.guard(BytesIO(b"x"))
    for read in (next_one.read, next_one.readline, next_one.readlines, lambda: list(next_one)):
        with pytest.raises(ServiceUnavailable) as raised:
            read()
        assert dict(raised.value.get_headers())["Retry-After"] == "5"

    go_on.set()
    for thread in threads:
        thread.join(30)
    assert next_one.read() == b"x"


def test_a_place_is_free_again_where_a_body_breaks_off() -> None:
    bodies = Bodies(1)
    broken = BytesIO()
    broken.close()
    for _ in range(3):
        with pytest.raises(ValueError, match="closed"):
            bodies.guard(broken).read()

    assert bodies.guard(BytesIO(b"x")).read() == b"x"
