"""`moderation run`, for real: it starts all parts, keeps them up, and leaves nothing behind."""

import json
import os
import re
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import psutil
import pytest

from moderation.demo_content import ARTICLE_PATH, REPLIES

pytestmark = pytest.mark.installation

ROOT = Path(__file__).parents[2]
PATIENCE = 40.0  # seconds, for a machine that is busy with other tests

# What the direct children are known by.
PARTS = {
    "web": "granian",
    "worker": "workers worker",
    "beat": "workers beat",
    "redis": "redis.sock",
    "demo": "moderation.demo_page",
}


class Run:
    """One `moderation run` on an instance of its own."""

    def __init__(self, instance: Path, port: int, demo_port: int) -> None:
        self.instance = instance
        self.port = port
        self.demo_port = demo_port
        ours = ("MODERATION_", "DATABASE_URL", "REDIS_URL", "PORT")
        environ = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
        environ |= {
            "MODERATION_INSTANCE": str(instance),
            "PORT": str(port),
            "MODERATION_DEMO_PORT": str(demo_port),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moderation.cli", "run"],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stream:
            self._lines.extend(stream)

    @property
    def output(self) -> str:
        return "".join(self._lines)

    def until(self, condition: Callable[[], object], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                pytest.fail(f"Waited in vain until {what}. Its output:\n{self.output}")
            time.sleep(0.05)

    def until_ready(self) -> None:
        self.until(lambda: "Ready. Open" in self.output or self.ended, "it was ready")
        assert not self.ended, self.output

    def until_ended(self) -> int:
        self.until(lambda: self.ended, "it ended")
        self._reader.join(PATIENCE)
        return self.process.wait()

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def part(self, name: str) -> psutil.Process | None:
        """The direct child of that name."""
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.process.pid).children():
                with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                    if PARTS[name] in " ".join(child.cmdline()):
                        return child
        return None

    def left(self) -> list[str]:
        """Every process that carries this instance in its environment."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get("MODERATION_INSTANCE") == str(self.instance):
                    found.append(f"{process.pid} {' '.join(process.cmdline())}")
        return found

    def get(self, path: str, port: int | None = None) -> str | None:
        opener = build_opener(ProxyHandler({}))
        try:
            with opener.open(f"http://127.0.0.1:{port or self.port}{path}", timeout=5) as answer:
                return str(answer.read().decode())
        except (URLError, OSError):
            return None

    def serves(self) -> bool:
        """Whether web and Redis answer."""
        body = self.get("/readyz")
        return body is not None and json.loads(body)["redis"] == "ok"

    def kill_all(self) -> None:
        for line in self.left():
            with suppress(ProcessLookupError):
                os.kill(int(line.split()[0]), signal.SIGKILL)
        self.process.wait()
        self._reader.join(PATIENCE)


def free_ports() -> tuple[int, int]:
    with closing(socket.socket()) as one, closing(socket.socket()) as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


@contextmanager
def running(instance: Path, ports: tuple[int, int] | None = None) -> Iterator[Run]:
    run = Run(instance, *(ports or free_ports()))
    try:
        yield run
    finally:
        run.kill_all()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with running(tmp_path_factory.mktemp("run") / "instance") as run:
        run.until_ready()
        yield run


def test_it_prints_the_addresses_and_the_password(run):
    assert f"http://127.0.0.1:{run.demo_port}{ARTICLE_PATH}" in run.output
    assert f"http://127.0.0.1:{run.port}/queue" in run.output
    assert "moderator@example.com" in run.output
    assert "Traceback" not in run.output


def test_what_it_makes_is_for_its_owner_alone(run):
    assert run.instance.stat().st_mode & 0o777 == 0o700
    assert (run.instance / "redis.sock").stat().st_mode & 0o777 == 0o700
    for secret in (run.instance / "secrets").iterdir():
        assert secret.stat().st_mode & 0o777 == 0o600


def test_the_demo_article_shows_its_replies(run):
    def shown() -> bool:
        page = run.get(ARTICLE_PATH, run.demo_port) or ""
        form = f'action="http://127.0.0.1:{run.port}/s/demo/wp-comments-post.php"'
        return page.count('class="said"') == len(REPLIES) and form in page

    run.until(shown, "the article shows its replies and its form")


@pytest.mark.parametrize("name", PARTS)
def test_it_starts_again_what_was_killed(run, name):
    run.until(lambda: run.part(name), f"{name} is there")
    before = run.part(name)
    family = [before, *before.children(recursive=True)]

    before.kill()

    run.until(lambda: run.part(name) not in (None, before), f"there is another {name}")
    run.until(lambda: not any(old.is_running() for old in family), "the old ones are gone")
    run.until(run.serves, "it serves again")
    assert re.search(rf"run +\| {name} has ended \(signal 9\)", run.output)


def test_a_killed_web_worker_is_replaced(run):
    run.until(lambda: run.part("web") and run.part("web").children(), "web has a worker")
    workers = run.part("web").children()

    for worker in workers:
        worker.kill()

    run.until(
        lambda: run.part("web") and set(run.part("web").children()) - set(workers),
        "there is another worker",
    )
    run.until(run.serves, "it serves again")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process be pinned")
def test_a_single_web_process_stays_on_one_processor(run):
    def pinned() -> bool:
        web = run.part("web")
        return [len(one.cpu_affinity()) for one in (web.children() if web else [])] == [1]

    run.until(pinned, "web's only process is pinned")


def test_a_refusal_leaves_the_connection_whole(run):
    """Also one that came before the body did: the next request on the connection is answered."""
    head = (
        b"POST /api/v1/sites/none/comments HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", run.port), 10) as connection:
        connection.sendall(head)
        answered_early, *_ = select.select([connection], [], [], 0.3)
        connection.sendall(b"n" * 9)
        refusal = connection.recv(65_536)
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")

        assert not answered_early
        assert refusal.startswith(b"HTTP/1.1 404 ")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")


def test_two_cannot_share_an_instance(run):
    second = Run(run.instance, *free_ports())

    assert second.until_ended() == 1
    assert "Another `moderation run`" in second.output
    assert str(run.process.pid) in second.output
    assert "Traceback" not in second.output
    # It has not touched what the first one uses.
    assert not run.ended
    run.until(run.serves, "the first serves")


def test_ctrl_c_stops_everything_and_later_starts_keep_the_data(tmp_path):
    with running(tmp_path / "instance") as first:
        first.until_ready()
        first.process.send_signal(signal.SIGINT)

        assert first.until_ended() == 0
        assert first.left() == []
        assert "Traceback" not in first.output
        assert not re.search(r"^\w+ +\| *$", first.output, re.MULTILINE)

    # The one file is all that there is to copy.
    files = {path.name for path in first.instance.glob("moderation.db*")}
    assert files == {"moderation.db"}
    with closing(sqlite3.connect(first.instance / "moderation.db")) as database:
        (comments,) = database.execute("SELECT count(*) FROM comments").fetchone()
    assert comments == len(REPLIES)

    # On other ports the article has its replies still.
    with running(first.instance, free_ports()) as second:
        second.until_ready()

        assert f"http://127.0.0.1:{second.demo_port}{ARTICLE_PATH}" in second.output
        assert REPLIES[0].name in (second.get(ARTICLE_PATH, second.demo_port) or "")
        second.process.kill()
        second.until(lambda: second.left() == [], "all parts have ended")

    # What a killed run leaves in its instance keeps nobody from starting.
    with running(first.instance, (second.port, second.demo_port)) as third:
        third.until_ready()

        for later in (second, third):
            assert "moderator@example.com" not in later.output
        assert REPLIES[0].name in (third.get(ARTICLE_PATH, third.demo_port) or "")
        third.process.send_signal(signal.SIGINT)
        assert third.until_ended() == 0


@pytest.mark.parametrize("variable", ["PORT", "MODERATION_DEMO_PORT"])
def test_a_port_in_use_is_told_plainly(tmp_path, variable):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        free, _ = free_ports()
        ports = (port, free) if variable == "PORT" else (free, port)
        with running(tmp_path / "instance", ports) as run:
            assert run.until_ended() == 1
            assert f"Port {port} is in use" in run.output
            assert f"{variable}=" in run.output
            assert "Traceback" not in run.output
            assert run.left() == []


@pytest.mark.parametrize("part", ["web", "worker"])
def test_a_part_alone_says_in_words_that_secrets_are_missing(tmp_path, part):
    ours = ("MODERATION_", "DATABASE_URL", "REDIS_URL", "PORT")
    environ = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    ended = subprocess.run(
        [sys.executable, "-m", "moderation.cli", part],
        cwd=ROOT,
        env=environ | {"MODERATION_INSTANCE": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: MODERATION_SECRET_KEY is not set")
    assert "`moderation secrets` makes what is missing." in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
