"""A worker's turn to tell services of corrections ends at once, however slowly they listen."""

from pathlib import Path

from tests.integration.test_screening_turns import run

_SLOW = """
import threading
from workers.tasks import services

def listen(_, site, comment, now):
    told.append((site, comment, ended.wait(2)))
    heard.release()

told, ended, heard = [], threading.Event(), threading.Semaphore(0)
services.feedback.collect = lambda *_: 3
services.feedback.due = lambda _: [(1, 1), (1, 2), (2, 3)]
services.feedback.tell = listen
services.tell.run()
services.tell.run()  # beat's next turn: what is being told is told once
ended.set()
for _ in range(3):
    assert heard.acquire(timeout=60)
print(sorted(told))
"""

_FAULT = """
import threading
from workers.tasks import services

def listen(_, site, comment, now):
    told.append(comment)
    heard.release()
    raise ValueError

told, heard = [], threading.Semaphore(0)
services.feedback.collect = lambda *_: 20
services.feedback.due = lambda _: [(1, comment) for comment in range(20)]
services.feedback.tell = listen
services.tell.run()
for _ in range(20):
    assert heard.acquire(timeout=60)
print(sorted(told) == list(range(20)))
"""


def test_whoever_listens_slowly_keeps_no_task_waiting(tmp_path: Path) -> None:
    assert run(_SLOW, tmp_path) == "[(1, 1, True), (1, 2, True), (2, 3, True)]"


def test_the_fault_of_one_correction_holds_up_no_other(tmp_path: Path) -> None:
    assert run(_FAULT, tmp_path) == "True"
