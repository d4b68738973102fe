"""Kill -9 of the worker, of Redis (whose data is gone with it) or of the web process, under load,
loses no accepted comment and publishes none twice.
"""

import socket
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.factories import submission
from tests.stack import Stack, stack_on

pytestmark = pytest.mark.installation


class Reader(threading.Thread):
    """Posts comments until told to stop, each with a key, again and again until it is accepted."""

    def __init__(self, stack: Stack) -> None:
        super().__init__()
        self.accepted: dict[str, int] = {}
        self.stop = threading.Event()
        self.fault: str = ""
        self._stack = stack

    def run(self) -> None:
        with httpx.Client(base_url=self._stack.base_url, timeout=20) as client:
            while not self.stop.is_set() and not self.fault:
                self._post(client, submission(url=self._stack.page))
                self.stop.wait(0.1)  # a steady load, less than one worker can judge

    def _post(self, client: httpx.Client, fields: dict[str, str]) -> None:
        key = {"Idempotency-Key": fields["email"]}
        while not self.fault:
            try:
                answer = client.post("/api/v1/sites/demo/comments", json=fields, headers=key)
            except httpx.TransportError:
                time.sleep(0.05)  # the web process is being started again
                continue
            if answer.status_code == 202:
                self.accepted[fields["comment"]] = answer.json()["id"]
            else:
                self.fault = f"{answer.status_code} {answer.text}"
            return


VICTIMS = ("worker", "redis", "web", "worker's child", "redis", "web's child")


def test_killed_processes_lose_and_double_nothing(stack_database: str, tmp_path: Path) -> None:
    with stack_on(tmp_path, stack_database, MODERATION_SWEEP_AFTER="1") as stack:
        stack.lift_limits()
        readers = [Reader(stack) for _ in range(4)]
        for reader in readers:
            reader.start()
        try:
            for victim in VICTIMS:
                wait_for_more(stack, readers)
                stack.kill(victim)
            wait_for_more(stack, readers)
        finally:
            for reader in readers:
                reader.stop.set()
            for reader in readers:
                reader.join()
        assert [reader.fault for reader in readers] == [""] * len(readers)
        accepted = {text: number for reader in readers for text, number in reader.accepted.items()}

        assert stack.wait_until(lambda: stack.pending() == 0), stack.output

        assert stack.published_texts() == accepted
        assert stack.doubled_verdicts() == []
        assert stack.published_count() == len(accepted)


def wait_for_more(stack: Stack, readers: list[Reader]) -> None:
    """Wait until comments were accepted that were not sent before now."""
    enough = total(readers) + 10
    assert stack.wait_until(lambda: total(readers) > enough or any(r.fault for r in readers))


def total(readers: list[Reader]) -> int:
    return sum(len(reader.accepted) for reader in readers)


def test_a_worker_that_lives_but_works_no_more_is_replaced(tmp_path: Path) -> None:
    with stack_on(tmp_path, "", MODERATION_STUCK_AFTER="3", MODERATION_SWEEP_AFTER="1") as stack:
        stuck = stack.part("worker")
        stack.part("worker's child").suspend()
        accepted = stack.client.post("/api/v1/sites/demo/comments", json=submission(url=stack.page))
        assert accepted.status_code == 202

        assert stack.wait_until(lambda: stack.pending() == 0), stack.output
        assert "tasks wait and none is begun; this worker ends to be started again" in stack.output
        assert not stuck.is_running()


def test_senders_of_half_a_body_leave_threads_to_the_others(tmp_path: Path) -> None:
    head = b"POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\na"
    with (
        stack_on(tmp_path, "", MODERATION_WEB_THREADS="4") as stack,
        ExitStack() as stalled,
        httpx.Client(base_url=stack.base_url, timeout=30) as client,
    ):
        to = (client.base_url.host, client.base_url.port or 80)
        for _ in range(8):
            stalled.enter_context(socket.create_connection(to)).sendall(head)

        def post() -> int:
            fields = submission(url=stack.page)
            return client.post("/api/v1/sites/demo/comments", json=fields).status_code

        assert stack.wait_until(lambda: post() == 503)
        assert client.get("/healthz").status_code == 200
        assert client.get("/t/demo", params={"url": stack.page}).status_code == 200

        stalled.close()
        assert stack.wait_until(lambda: post() == 202)
