"""A whole installation for a test: `moderation run` on ports and an instance of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
from sqlalchemy import Engine, create_engine, text

from moderation.config import load_settings
from moderation.demo_content import ARTICLE_PATH
from tests.commands import run_command
from tests.factories import csrf_token
from tests.migrated import empty_sqlite

ROOT = Path(__file__).parents[1]
PATIENCE = 90.0  # seconds, for a machine that is busy with other tests

# What the supervisor's children are known by.
_PARTS = {
    "web": "granian",
    "worker": "workers worker",
    "beat": "workers beat",
    "redis": "redis.sock",
    "demo": "moderation.demo_page",
}


class Stack:
    """A running installation, and hands to use it and look into it.

    Args:
        environ: what it was started with.
        printed: the file with what it prints.
    """

    def __init__(self, environ: dict[str, str], printed: Path) -> None:
        self.environ = environ
        self.settings = load_settings(environ)
        self.port = self.settings.port
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.page = f"http://127.0.0.1:{self.settings.demo_port}{ARTICLE_PATH}"
        self.redis_url = self.settings.redis_url
        self.client = httpx.Client(base_url=self.base_url, timeout=30)
        self._printed = printed
        self._engine: Engine | None = None

    def told(self) -> str:
        """What another process has to know to use it, too."""
        return json.dumps([self.environ, str(self._printed)])

    @classmethod
    def heard(cls, told: str) -> "Stack":
        """The installation that another process has told of."""
        environ, printed = json.loads(told)
        return cls(environ, Path(printed))

    def let_go(self) -> None:
        """Use it no more."""
        self.client.close()
        if self._engine is not None:
            self._engine.dispose()

    @property
    def output(self) -> str:
        """All that it has printed."""
        return self._printed.read_text(encoding="utf-8", errors="replace")

    def wait_until(self, condition: Callable[[], bool]) -> bool:
        """Wait for a condition; False when patience is at its end."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if condition():
                return True
            time.sleep(0.05)
        return False

    def command(self, *words: str, given: str = "") -> str:
        """Run the `moderation` command on this installation."""
        done = run_command(self.environ, *words, given=given)
        assert done.exit_code == 0, done.output
        return done.stdout

    def lift_limits(self) -> None:
        """Let one network and one commenter post without end, in the same words as before."""
        limits = (
            "flood_network.count=100000",
            "flood_commenter.count=100000",
            "weights.FAST_NETWORK=0",
            "weights.FAST_COMMENTER=0",
            "weights.REPEATED_TEXT=0",
            "weights.WAVE=0",
            "weights.TENSION=0",
        )
        self.command("site", "set", "demo", *limits)
        time.sleep(1.1)  # the web process remembers a site for a second

    def credentials(self) -> tuple[str, str]:
        """The demo moderator's address and password, as they were printed."""
        found = re.search(r"(\S+@\S+)\n\s+(\S+)\n", self.output)
        assert found, self.output
        return found[1], found[2]

    @contextmanager
    def moderator(self) -> Iterator[httpx.Client]:
        """The demo moderator's browser, signed in."""
        email, password = self.credentials()
        with httpx.Client(base_url=self.base_url, follow_redirects=True, timeout=30) as browser:
            token = csrf_token(browser.get("/queue/sign-in").text)
            form = {"email": email, "password": password, "csrf_token": token}
            browser.post("/queue/sign-in", data=form)
            yield browser

    def turn_on(self, moderator: httpx.Client, service: str, **fields: str) -> httpx.Response:
        """Have the demo site ask a service, as its owner does in the browser; gives the page."""
        path = "/queue/sites/demo/services"
        page = moderator.get(path).text
        version = page.partition(f'id="{service}"')[2].partition('name="version" value="')[2]
        form = {
            "csrf_token": csrf_token(page),
            "version": version.partition('"')[0],
            "on": "yes",
            "timeout": "5",
            **fields,
        }
        saved = moderator.post(f"{path}/{service}", data=form)
        assert ">Saved.</p>" in saved.text, saved.text
        return saved

    def decide_all(self, moderator: httpx.Client) -> list[httpx.Response]:
        """Approve what is held, undo the last approval; gives the answers."""
        page = moderator.get("/queue/").text
        token = csrf_token(page)
        form = {"csrf_token": token, "decision": "approve", "seen": "held", "revision": "1"}
        held = re.findall(r'action="(/queue/\d+)"', page)
        answers = [moderator.post(action, data=form) for action in held]
        assert answers
        undo = re.findall(r'action="(/queue/undo/\d+)"', answers[-1].text)
        return [*answers, moderator.post(undo[0], data={"csrf_token": token})]

    def _rows(self, query: str) -> list[tuple]:
        if self._engine is None:
            self._engine = create_engine(self.settings.database_url)
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def pending(self) -> int:
        """How many comments are pending."""
        return int(self._rows("SELECT count(*) FROM comments WHERE status = 'pending'")[0][0])

    def status_of(self, comment: int) -> str:
        """A comment's status."""
        return str(self._rows(f"SELECT status FROM comments WHERE id = {comment}")[0][0])

    def count_texts(self, text_of_comment: str) -> int:
        """How many comments say exactly this."""
        return sum(row == (text_of_comment,) for row in self._rows("SELECT text FROM comments"))

    def swept(self) -> int:
        """How many comments the sweeper had to hand to the workers again."""
        return int(self._rows("SELECT count(*) FROM comments WHERE attempts > 0")[0][0])

    def published_texts(self) -> dict[str, int]:
        """The published comments but the demo's own: text and id."""
        return dict(
            self._rows(
                "SELECT text, id FROM comments WHERE status = 'published' AND door <> 'demo'"
            )
        )

    def published_count(self) -> int:
        """How many comments but the demo's two the threads say are published."""
        return int(self._rows("SELECT sum(published_count) FROM threads")[0][0]) - 2

    def doubled_verdicts(self) -> list[tuple]:
        """Comments that were concluded on more than once."""
        return self._rows(
            "SELECT comment_id FROM audit_entries GROUP BY comment_id HAVING count(*) > 1"
        )

    def instance_bytes(self) -> bytes:
        """Every file of the instance."""
        files = (f for f in self.settings.instance.rglob("*") if f.is_file())
        return b"\n".join(f.read_bytes() for f in files)

    def database_bytes(self) -> bytes:
        """The database: SQLite's files, or every value of every table of PostgreSQL as text."""
        if self.settings.uses_sqlite:
            return self.instance_bytes()
        tables = [
            name
            for (name,) in self._rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ]
        rows = (
            str(row) for table in tables for row in self._rows(f"SELECT t::text FROM {table} t")
        )
        dump = "\n".join(rows)
        assert self._engine is not None
        self._engine.dispose()
        # PostgreSQL shows binary columns in hexadecimal: looked at in both forms.
        binary = b"".join(bytes.fromhex(h) for h in re.findall(r"\\x((?:[0-9a-f]{2})+)", dump))
        return dump.encode() + binary


class OwnStack(Stack):
    """One `moderation run` that a test starts, and may hurt.

    Args:
        instance: where its files go.
        database_url: of an empty database; nothing means SQLite in the instance.
        extra: more settings, as environment variables.
        prepared: spare the start what it prepares by a process of its own, which takes longer
            than all else.
    """

    def __init__(
        self, instance: Path, database_url: str, extra: dict[str, str], *, prepared: bool = True
    ) -> None:
        port, demo_port = free_ports(2)
        ours = ("MODERATION_", "DATABASE_URL", "REDIS_URL", "PORT")
        environ = {k: v for k, v in os.environ.items() if not k.startswith(ours)} | {
            "MODERATION_INSTANCE": str(instance),
            "PORT": str(port),
            "MODERATION_DEMO_PORT": str(demo_port),
            **({"DATABASE_URL": database_url} if database_url else {}),
            **extra,
        }
        super().__init__(environ, instance.with_name(f"{instance.name}-printed"))
        with self._printed.open("w", encoding="utf-8") as printed:
            if prepared:
                printed.write(self._prepare())
                printed.flush()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "moderation.cli", "run"],
                cwd=ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
            )

    def _prepare(self) -> str:
        """Do here what the start would do by that process: what is prepared is taken as it is.
        Gives what that prints.
        """
        self.settings.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = Path(self.settings.database_url.removeprefix("sqlite:///"))
        if self.settings.uses_sqlite and not file.exists():
            file.write_bytes(empty_sqlite())
        return self.command("prepare")

    def wait_until_ready(self) -> None:
        """Wait for the banner with the addresses to open."""
        ready = self.wait_until(
            lambda: "Ready. Open" in self.output or self.process.poll() is not None
        )
        if not ready or self.process.poll() is not None:
            pytest.fail(f"It did not become ready:\n{self.output}")

    def stop(self) -> str:
        """Stop it as Ctrl-C does; gives all that it has printed."""
        self.let_go()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            pytest.fail(f"It did not stop:\n{self.output}")
        return self.output

    def part(self, name: str) -> psutil.Process:
        """The process of a part, or with “'s child” behind its name, that process's first child."""
        owner = name.removesuffix("'s child")
        found: list[psutil.Process] = []

        def look() -> bool:
            found[:] = [
                process
                for process in psutil.Process(self.process.pid).children()
                if _PARTS[owner] in " ".join(_command(process))
            ]
            if found and owner != name:
                found[:] = found[0].children()
            return bool(found)

        assert self.wait_until(look), f"no {name} in sight:\n{self.output}"
        return found[0]

    def kill(self, name: str) -> None:
        """End a part with `kill -9`."""
        self.part(name).kill()


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def free_ports(count: int) -> list[int]:
    """So many ports that nobody listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(closing(socket.socket())) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@contextmanager
def stack_on(
    tmp_path: Path, database_url: str, *, prepared: bool = True, **extra: str
) -> Iterator[OwnStack]:
    """A ready installation, stopped at the end.

    Args:
        tmp_path: where its instance goes.
        database_url: of an empty database; nothing means SQLite in the instance.
        prepared: as `OwnStack`.
        extra: more settings, as environment variables.
    """
    stack = OwnStack(tmp_path / "instance", database_url, extra, prepared=prepared)
    try:
        stack.wait_until_ready()
        yield stack
    finally:
        stack.stop()
