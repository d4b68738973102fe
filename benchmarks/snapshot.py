"""The snapshot of a thread with 100 comments, beside a bare WSGI reply of the same bytes:
`make benchsnapshot`.

One Granian worker each, started as `moderation run` starts it, both on the same processor, measured
by turns with wrk.
"""

import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import httpx

from benchmarks.load import wait_until
from benchmarks.report import report
from moderation import programs
from moderation.config import Settings, load_settings
from moderation.privacy.keys import make_missing_secrets
from tests.factories import PAGE, House
from tests.migrated import migrate

ROOT = Path(__file__).parents[1]
COMMENTS = 100
CONNECTIONS = 16
SECONDS = 3
ROUNDS = 5
PATH = f"/api/v1/sites/blog/thread?{urlencode({'url': PAGE})}"
CODINGS = ("identity", "gzip")


def main() -> None:
    """Measure each coding, and conditional requests."""
    if shutil.which("wrk") is None:
        sys.exit(
            "The load comes from wrk, which is not here: apt install wrk, or brew install wrk."
        )
    with tempfile.TemporaryDirectory() as folder:
        environ = {"MODERATION_INSTANCE": str(Path(folder) / "instance")}
        make_missing_secrets(load_settings(environ))
        settings = replace(load_settings(environ), port=_free_port())
        _fill(settings)
        environ["PORT"] = str(settings.port)
        with _server(programs.web(settings), environ, settings.port):
            for coding in CODINGS:
                _compare(settings, Path(folder) / "body", {"Accept-Encoding": coding})
            whole = httpx.get(f"http://127.0.0.1:{settings.port}{PATH}")
            assert whole.text.count('"created_at"') == COMMENTS
            etag = whole.headers["ETag"]
            rate = median(_load(settings.port, {"If-None-Match": etag}) for _ in range(ROUNDS))
            print(f"Answers that nothing has changed (304): {rate:.0f}/s")


def _fill(settings: Settings) -> None:
    """A thread as readers make one: some replies, some markup, some length."""
    migrate(settings)
    house = House(replace(settings, trusted_proxies=1))
    with house.rows():
        # What is said here is made up, and not to be judged.
        house.add_site(weights={"LEARNED_SPAM": 0, "LEARNED_UNSURE": 0, "ABUSE": 0})
    chance = random.Random(7)
    words = [
        "".join(chance.choices("aeioubdgklmnprst", k=chance.randint(2, 9))) for _ in range(900)
    ]
    top = 0
    for number in range(COMMENTS):
        text = " ".join(chance.choices(words, k=chance.randint(20, 80)))
        reply = number % 2 == 1
        shown = house.publish(
            name=f"Reader {number}", comment=f"*{text}*.", parent=top if reply else None
        )
        top = top if reply else shown
        house.clock.move(minutes=7)
    house.close()


def _compare(settings: Settings, file: Path, headers: dict[str, str]) -> None:
    """One coding: the snapshot and the bare reply by turns, so that what else goes on on the
    machine slows both.
    """
    with httpx.stream("GET", f"http://127.0.0.1:{settings.port}{PATH}", headers=headers) as answer:
        answer.raise_for_status()
        file.write_bytes(b"".join(answer.iter_raw()))
    processors = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []
    pinned = processors[settings.port % len(processors)] if processors else ""
    environ = {"BARE_BODY": str(file), "BARE_PROCESSOR": str(pinned)}
    other = replace(settings, port=_free_port())
    command = [
        "benchmarks.bare:create" if word == "moderation.web.wsgi:create" else word
        for word in programs.web(other)
    ]
    with _server(command, environ, other.port):
        pairs = [(_load(settings.port, headers), _load(other.port, {})) for _ in range(ROUNDS)]
    size = file.stat().st_size
    print(f"{COMMENTS} comments, {headers['Accept-Encoding']}, {size} bytes")
    ours, bare = (median(rates) for rates in zip(*pairs, strict=True))
    report("rate", ours, "/s", ">", 10_000)
    ratio = median(a / b for a, b in pairs)
    print(f"  beside {bare:.0f}/s for a bare reply: ratio {ratio:.2f}, aim 0.5")


def _load(port: int, headers: dict[str, str]) -> float:
    """Requests per second that were answered."""
    told = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    url = f"http://127.0.0.1:{port}{PATH}"
    done = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *told, url],
        capture_output=True,
        text=True,
        check=True,
    )
    if "Non-2xx" in done.stdout and "If-None-Match" not in headers:
        sys.exit(f"Not every answer was a good one:\n{done.stdout}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    return float(found[1]) if found else 0.0


@contextmanager
def _server(command: list[str], environ: dict[str, str], port: int) -> Iterator[None]:
    """A server that answers, ended at the end."""
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environ)
    try:
        wait_until(lambda: _answers(port), 30)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _answers(port: int) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}{PATH}")
    except httpx.TransportError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


if __name__ == "__main__":
    begun = time.perf_counter()
    main()
    print(f"({time.perf_counter() - begun:.0f} s)")
