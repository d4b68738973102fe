"""A real PostgreSQL server, from the pgserver wheel."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import pytest

_LOG_SHOWN = 4_000  # characters
_PATIENCE = 120.0  # seconds, for a machine that is busy with other tests
# Nothing in it has to outlive the tests.
_SETTINGS = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")


@contextmanager
def postgresql(factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the tests' settings, put away at the end; gives its address.

    Raises:
        RuntimeError: at the end, if it has ended before; the message holds its log's end.
    """
    server = _start(factory)
    try:
        for setting in _SETTINGS:
            server.psql(f"ALTER SYSTEM SET {setting}")
        server.psql("SELECT pg_reload_conf()")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        has_ended = not psutil.pid_exists(server.get_pid())
        log = server.log.read_text() if server.log.exists() else "Its folder is gone, too."
        server.cleanup()
    if has_ended:
        raise RuntimeError(f"PostgreSQL ended before the tests did:\n{log[-_LOG_SHOWN:]}")


def _start(factory: pytest.TempPathFactory) -> Any:
    """pgserver itself waits no longer than ten seconds, and the server goes on starting then."""
    import pgserver

    place = factory.mktemp("pg")
    try:
        return pgserver.get_server(place, cleanup_mode="delete")
    except subprocess.TimeoutExpired:
        server = pgserver.get_server(place)  # the same, whose start took too long
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            server.ensure_postgres_running()
        except (subprocess.SubprocessError, AssertionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            server.global_process_id_list.get_and_add(os.getpid())  # else it is not stopped
            return server
