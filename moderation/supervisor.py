"""What `moderation run` does: start all parts in order, keep them up, stop them in order.

This process stays for as long as the service does, so it loads neither Flask, SQLAlchemy nor
Celery: they run in its children.
"""

import errno
import fcntl
import json
import os
import socket
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from moderation import private_redis, programs
from moderation.addresses import local_host, public_address
from moderation.config import Settings
from moderation.demo_content import article_url
from moderation.errors import ConfigError
from moderation.prepared import is_prepared
from moderation.privacy.keys import make_missing_secrets
from moderation.processes import Child, Watch
from moderation.sqlite_file import fold_log

_OK = 200
_PATIENCE = 10.0  # seconds to end in good order
_REDIS_UP_WITHIN = 10.0
_CELERY_ON_ROOT = "You're running the worker with superuser privileges"
_LONG = 15.0  # seconds; then the operator wants to know what is amiss
_ENDS_BEFORE_READY = 4  # then it is not bad luck


def supervise(settings: Settings) -> int:
    """Run the whole service until SIGINT or SIGTERM; leave no process behind.

    Returns:
        The exit code: 0 where it was asked to stop, else 1.

    Raises:
        ConfigError: it cannot start, for a reason that the operator can mend.
    """
    try:
        settings.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_missing_secrets(settings)
    except OSError as error:
        raise ConfigError(f"{settings.instance} cannot hold the data: {error}") from None
    environ = {
        **os.environ,
        "MODERATION_INSTANCE": str(settings.instance),
        "PYTHONUNBUFFERED": "1",
    }
    if os.geteuid() == 0:
        # One line of ours for eight of Celery's.
        environ["PYTHONWARNINGS"] = ",".join(
            filter(None, (os.environ.get("PYTHONWARNINGS"), f"ignore:{_CELERY_ON_ROOT}"))
        )
    with _sole_run(settings.instance / "run.lock") as crashed, Watch(environ) as watch:
        if os.geteuid() == 0:
            watch.say("started as root; a user of its own would be safer.")
        return _Run(settings, watch).through(after_crash=crashed)


@contextmanager
def _sole_run(path: Path) -> Iterator[bool]:
    """Hold the instance; tells whether the last run could not end in good order."""
    with path.open("a+", encoding="ascii") as lock:
        lock.seek(0)
        holder = lock.read().strip()
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError(
                f"Another `moderation run` (process {holder or 'unknown'}) has {path.parent} in "
                "use. Stop it first, or run beside it with another MODERATION_INSTANCE and PORT."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            yield bool(holder)
        except ConfigError:
            lock.truncate(0)  # it never began; there is nothing left to wait for
            raise
        lock.truncate(0)


class _Run:
    """One run of the service."""

    def __init__(self, settings: Settings, watch: Watch) -> None:
        self._settings = settings
        self._watch = watch
        self._socket = private_redis.socket_path(settings)

    def through(self, *, after_crash: bool) -> int:
        """From start to stop."""
        if after_crash:
            self._await_leftovers()
        self._check_ports()
        redis = self._start_redis()
        if self._prepare() and self._await_redis(redis) and self._start_service():
            self._start_demo()
            self._watch.stand()
        asked = bool(self._watch.interrupts)
        self._stop()
        return 0 if asked else 1

    # Before the start.

    def _ports(self) -> dict[str, int]:
        ports = {"PORT": self._settings.port}
        if self._settings.demo:
            ports["MODERATION_DEMO_PORT"] = self._settings.demo_port
        return ports

    def _await_leftovers(self) -> None:
        """After a `kill -9` the parts of the last run end by themselves, but not at once."""

        def gone() -> bool:
            busy = any(self._bind(port) == errno.EADDRINUSE for port in self._ports().values())
            return not busy and not (self._socket and private_redis.answers(self._socket))

        if not gone():
            self._watch.say("waiting for the parts of a run that was killed to end")
            self._watch.until(gone, _PATIENCE)
        if self._socket:
            private_redis.shut_down(self._socket)

    def _check_ports(self) -> None:
        host = self._settings.host
        for name, port in self._ports().items():
            code = self._bind(port)
            if code == errno.EADDRINUSE:
                hint = f"{name}={port + 10} make run"
                raise ConfigError(f"Port {port} is in use already. Choose another: {hint}")
            if code:
                raise ConfigError(
                    f"{name}={port} on MODERATION_HOST={host} cannot be used: {os.strerror(code)}."
                )
        if len(set(self._ports().values())) < len(self._ports()):
            raise ConfigError("PORT and MODERATION_DEMO_PORT must differ.")

    def _bind(self, port: int) -> int:
        """The error of listening there; 0 if none."""
        host = self._settings.host
        try:
            family, kind, proto, _, address = socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
        except socket.gaierror:
            raise ConfigError(f"MODERATION_HOST={host} is not an address here.") from None
        with socket.socket(family, kind, proto) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
                probe.listen(1)
            except OSError as error:
                return error.errno or errno.EINVAL
        return 0

    # The parts.

    def _prepare(self) -> bool:
        """Bring the database up to date, and make the demo where there is no site yet.

        What asks a PostgreSQL would stay here, so there the process looks whether it is needed.
        """
        if self._settings.uses_sqlite and is_prepared(self._settings):
            return True
        code = self._watch.run_once([sys.executable, "-m", "moderation.cli", "prepare"])
        if code:
            self._watch.say("the database could not be prepared; the service cannot start.")
        return code == 0

    def _start_redis(self) -> Child | None:
        if self._socket is None:
            return None
        private_redis.make_room(self._socket)
        argv = private_redis.command(private_redis.find_server(), self._socket)
        redis = Child("redis", argv, quiet=True)
        self._watch.start(redis)
        return redis

    def _await_redis(self, redis: Child | None) -> bool:
        path = self._socket
        if redis is None or path is None:
            return True
        if self._watch.until(lambda: private_redis.answers(path), _REDIS_UP_WITHIN):
            return True
        if not self._watch.interrupts:
            self._watch.say(f"{redis.argv[0]} does not answer; the service cannot start.")
        return False

    def _start_service(self) -> bool:
        """Start web, worker and beat.

        Returns:
            Whether it became ready; else a part ended again and again, or it was stopped.
        """
        begun = time.time()
        parts = [self._child("web"), self._child("worker")]

        def failing() -> Child | None:
            return next((part for part in parts if part.ends >= _ENDS_BEFORE_READY), None)

        for part in parts:
            self._watch.start(part)
        # Nobody waits for beat: it starts when the others need the processor no more.
        self._watch.until(lambda: failing() is not None or self._get("/readyz")[0] == _OK)
        if failing() is None and not self._watch.interrupts:
            parts.append(self._child("beat"))
            self._watch.start(parts[-1])
        if not self._watch.until(lambda: failing() is not None or not self._missing(begun), _LONG):
            if not self._watch.interrupts:
                self._watch.say(f"still waiting: {self._missing(begun)}")
            self._watch.until(lambda: failing() is not None or not self._missing(begun))
        if failed := failing():
            self._watch.say(f"{failed.name} ended {failed.ends} times; the service cannot start.")
        return failed is None and not self._watch.interrupts

    def _child(self, name: str) -> Child:
        return Child(name, programs.PARTS[name](self._settings))

    def _missing(self, begun: float) -> str:
        """What keeps the service from being ready, in words; nothing where it is.

        Redis and the workers count too: web would do without, but readers would wait in vain.
        """
        status, body = self._get("/readyz")
        try:
            found = json.loads(body)
            database, redis = str(found["database"]), str(found["redis"])
            seen = found["workers"]["seen_seconds_ago"]
        except (ValueError, LookupError, TypeError):
            return f"web does not answer as it should (status {status})."
        if database != "ok":
            return database
        if redis != "ok":
            return redis
        # A worker of the last run may have been heard a moment before this one began.
        heard = seen is not None and seen < time.time() - begun
        return "" if heard else "no worker has been heard."

    def _start_demo(self) -> None:
        """Serve the article page where its site is there, and print the addresses."""
        page = article_url(self._settings.demo_port)
        address = public_address(self._settings)
        lines = []
        path = f"/api/v1/sites/demo/comments?limit=1&url={quote(page, safe='')}"
        if self._settings.demo and self._get(path)[0] == _OK:
            self._watch.start(Child("demo", [sys.executable, "-m", "moderation.demo_page"]))
            self._watch.until(lambda: self._bind(self._settings.demo_port) != 0, _PATIENCE)
            thread = f"{address}/t/demo?url={quote(page, safe=':/')}"
            lines = [
                f"    An article with replies   {page}",
                f"    Its thread by itself      {thread}",
            ]
        lines.append(f"    The moderators' queue     {address}/queue")
        text = "\n".join(["", "  Ready. Open", "", *lines, "", "  Ctrl-C stops everything.", ""])
        print(text, flush=True)  # noqa: T201 -- what the operator is waiting for

    def _get(self, path: str) -> tuple[int, bytes]:
        """A request to the service; status 0 where it does not answer.

        `http.client` would bring more than it saves here.
        """
        there = (local_host(self._settings), self._settings.port)
        head = f"GET {path} HTTP/1.0\r\nHost: localhost:{self._settings.port}\r\n\r\n"
        try:
            with socket.create_connection(there, 2.0) as connection:
                connection.sendall(head.encode())
                with connection.makefile("rb") as stream:
                    answer = stream.read()
        except OSError:
            return 0, b""
        status, _, rest = answer.partition(b"\r\n")
        words = status.split()
        code = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
        return code, rest.partition(b"\r\n\r\n")[2]

    def _stop(self) -> None:
        if self._watch.interrupts:
            self._watch.say("stopping; Ctrl-C again to stop at once")
        for names in (("web", "demo"), ("beat",), ("worker",), ("redis",)):
            self._watch.stop(*names, patience=_PATIENCE)
        self._fold_log()

    def _fold_log(self) -> None:
        """Leave the whole database in one file, as who copies it while all is stopped expects.

        The parts end without closing their connections, so none of them has done it.
        """
        try:
            fold_log(self._settings)
        except sqlite3.Error as error:
            self._watch.say(f"the database keeps its log beside it: {error}.")
