"""A worker's turn to send a mail ends at once, however slowly the server answers."""

from pathlib import Path

from tests.integration.test_screening_turns import run

_SLOW = """
import threading
from workers.tasks import mail

def answer(vault, settings, number, now):
    sent.append((number, ended.wait(2)))
    heard.release()
    if number == 2:
        raise LookupError

sent, ended, heard = [], threading.Event(), threading.Semaphore(0)
mail.delivery.send = answer
for number in (1, 2, 3, 1):
    mail.send.run(number)
ended.set()
for _ in range(3):
    assert heard.acquire(timeout=60)
print(sorted(sent))
"""


def test_a_mail_server_that_answers_slowly_keeps_no_task_waiting(tmp_path: Path) -> None:
    assert run(_SLOW, tmp_path) == "[(1, True), (2, True), (3, True)]"
