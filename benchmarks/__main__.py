"""Measures a whole installation of its own, as `moderation run` starts it, and prints the figures.

Everything runs on one machine, the load too: on two cores, the load takes much of one.
"""

import json
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import psutil

from benchmarks.load import comments, run, wait_until
from benchmarks.report import report
from tests.stack import OwnStack

CONNECTIONS = 16
SECONDS = 8.0
# Each request names the network it comes from; the sweeper would hide a task that was not sent.
SETTINGS = {"MODERATION_TRUSTED_PROXIES": "1", "MODERATION_SWEEP_AFTER": "3600"}


def main() -> None:
    """Measure one installation: memory first, while nothing has been asked of it."""
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder) / "instance"
        stack = OwnStack(instance, "", SETTINGS)
        try:
            stack.wait_until_ready()
            stack.lift_limits()
            memory(stack)
            requests = comments(stack.page)
            latency(stack, requests)
            accepting(stack, requests)
        finally:
            stack.stop()
        starting(instance)


def memory(stack: OwnStack) -> None:
    """The proportional set size of every process, from the supervisor down."""
    time.sleep(3)
    root = psutil.Process(stack.process.pid)
    total = 0.0
    print("Memory of the idle installation (PSS)")
    for process in [root, *root.children(recursive=True)]:
        size = process.memory_full_info().pss / 2**20
        total += size
        print(f"  {size:7.1f} MB  {' '.join(process.cmdline())[:76]}")
    report("in all", total, "MB", "<", 400)


def latency(stack: OwnStack, requests: Iterator[bytes]) -> None:
    """From the post to the first answer that says published, one comment at a time."""
    waits = []
    with socket.create_connection(("127.0.0.1", stack.port)) as connection:
        for _ in range(100):
            begun = time.perf_counter()
            path = json.loads(_ask(connection, next(requests)))["status_url"].partition("/api")[2]
            question = f"GET /api{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
            while json.loads(_ask(connection, question))["status"] == "pending":
                time.sleep(0.002)
            waits.append(1000 * (time.perf_counter() - begun))
            time.sleep(0.02)
    waits.sort()
    print("From post to published, nothing else going on")
    report("median", median(waits), "ms", "<", 150)
    report("95%", waits[95], "ms", "<", 500)


def _ask(connection: socket.socket, request: bytes) -> bytes:
    connection.sendall(request)
    received = b""
    while True:
        received += connection.recv(65_536)
        head, gap, body = received.partition(b"\r\n\r\n")
        if gap and len(body) >= int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]):
            return body


def accepting(stack: OwnStack, requests: Iterator[bytes]) -> None:
    """202s with the row committed and the task sent, while the worker is paused: that all tasks
    were sent shows afterwards, when all are judged and the sweeper had nothing to do.
    """
    floor = run(stack.port, iter(lambda: _ALIVE, None), connections=CONNECTIONS, seconds=2)
    worker = stack.part("worker")
    _signal(worker, signal.SIGSTOP)
    result = run(stack.port, requests, connections=CONNECTIONS, seconds=SECONDS)
    assert result.statuses == {202: len(result.latencies)}, result.statuses
    print(f"Accepting, {CONNECTIONS} connections, one web worker, the task worker paused")
    report("rate", result.rate, "/s", ">", 800)
    report("99%", result.percentile(0.99), "ms", "<", 100)
    print(f"  beside {floor.rate:.0f}/s for /healthz: ratio {result.rate / floor.rate:.2f}")
    _signal(worker, signal.SIGCONT)
    drained(stack, len(result.latencies))
    both = run(stack.port, requests, connections=CONNECTIONS, seconds=SECONDS)
    print(
        "  with the task worker at work on the same two cores: "
        f"{both.rate:.0f}/s, 99% {both.percentile(0.99):.0f} ms"
    )
    wait_until(lambda: stack.pending() == 0)


def starting(instance: Path) -> None:
    """From the command to the banner, with the data of all that was posted before."""
    print("Starting again")
    after_stop, stack = _start(instance)
    parts = psutil.Process(stack.process.pid).children(recursive=True)
    stack.process.kill()
    stack.process.wait()
    psutil.wait_procs(parts)
    stack.let_go()
    after_kill, stack = _start(instance)
    stack.stop()
    report("after Ctrl-C", after_stop, "s", "<", 5)
    report("after kill -9", after_kill, "s", "<", 5)
    print(f"  ratio {after_kill / after_stop:.2f}")


def _start(instance: Path) -> tuple[float, OwnStack]:
    begun = time.perf_counter()
    stack = OwnStack(instance, "", SETTINGS, prepared=False)
    stack.wait_until_ready()
    return time.perf_counter() - begun, stack


_ALIVE = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def drained(stack: OwnStack, count: int) -> None:
    """How fast one worker process works off what has piled up."""
    begun = time.perf_counter()
    wait_until(lambda: stack.pending() == 0)
    print("One worker process, end to end, from a full queue")
    report("rate", count / (time.perf_counter() - begun), "/s", ">", 150)
    print(f"  comments whose task had not been sent: {stack.swept()}")


def _signal(process: psutil.Process, number: int) -> None:
    for one in [process, *process.children(recursive=True)]:
        os.kill(one.pid, number)


if __name__ == "__main__":
    sys.exit(main())
