"""Measures whom a slow service of one site keeps waiting, on an installation with one task worker
process: `moderation run` with two sites, one of which asks a service of its own.
"""

import json
import socket
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.report import report
from tests.factories import submission
from tests.stack import OwnStack, stack_on
from tests.web_server import WebServer, answer, web_server

ANSWERS_AFTER = 4.8  # seconds; a site may allow 5
ASKED, BESIDE = 24, 20
_PAGE = "http://other.example/page"


def main() -> None:
    """Measure a comment of the other site, alone and beside."""
    with web_server(_slow) as server, tempfile.TemporaryDirectory() as folder:
        private = {"MODERATION_PRIVATE_SERVICES": f"127.0.0.1:{server.port}"}
        with stack_on(Path(folder), "", MODERATION_TRUSTED_PROXIES="1", **private) as stack:
            _set_up(stack, server)
            alone = [_seconds(stack, n) for n in range(BESIDE)]
            begun = time.perf_counter()
            for n in range(ASKED):
                _post(stack, "demo", stack.page, n, f"What I saw in my garden on day {n}.")
            beside = [_seconds(stack, BESIDE + n) for n in range(BESIDE)]
            assert stack.pending() == ASKED, "the service answered too soon for a measurement"
            assert stack.wait_until(lambda: stack.pending() == 0)
            worked_off = time.perf_counter() - begun
    print(f"From post to verdict, on a site that asks nobody, median of {BESIDE}")
    report("nothing else going on", 1000 * median(alone), "ms", "<", 150)
    about = f"while {ASKED} comments of another wait for a service that takes {ANSWERS_AFTER} s"
    report(about, 1000 * median(beside), "ms", "<", 150)
    print(f"  ratio {median(beside) / median(alone):.2f}")
    print(f"Those {ASKED}, all of them: {worked_off:.1f} s, by turns {ASKED * ANSWERS_AFTER:.0f} s")


def _slow(connection: socket.socket, line: str) -> None:
    time.sleep(ANSWERS_AFTER)
    answer(json.dumps({"score": 0}).encode())(connection, line)


def _set_up(stack: OwnStack, server: WebServer) -> None:
    stack.command("site", "add", "other", "--origin", "http://other.example")
    stack.lift_limits()
    with stack.moderator() as owner:
        stack.turn_on(owner, "signed_http", key="a-key-of-sixteen+", address=server.url)


def _post(stack: OwnStack, site: str, url: str, number: int, words: str) -> int:
    path = f"/api/v1/sites/{site}/comments"
    network = {"X-Forwarded-For": f"10.1.{number}.7"}
    found = stack.client.post(path, json=submission(url=url, comment=words), headers=network)
    assert found.status_code == 202, found.text
    return int(found.json()["id"])


def _seconds(stack: OwnStack, number: int) -> float:
    """From the post to the verdict."""
    begun = time.perf_counter()
    comment = _post(stack, "other", _PAGE, number, f"Thanks for step {number}, which helped me.")
    while stack.status_of(comment) == "pending":
        time.sleep(0.002)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
