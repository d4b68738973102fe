"""What is costly to start, shared by all test processes of a run."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import IO

import pytest


@contextmanager
def shared(
    name: str, factory: pytest.TempPathFactory, start: Callable[[], AbstractContextManager[str]]
) -> Iterator[str]:
    """What `start` gives in whichever process asks first: the others are told the same.

    The process that has started it stops it, once nobody uses it any more; who asks later starts
    another. The kernel lets go of the locks of a process that dies.

    Args:
        name: what it is called, one name for each thing that is shared.
        factory: of the process's temporary folders, which are below the run's.
        start: starts it, and stops it at the end; gives what there is to know of it.
    """
    base = factory.getbasetemp()
    place = base.parent if base.name.startswith("popen-") else base  # of xdist, or alone
    told = place / f"{name}.told"
    with (
        (place / f"{name}.turn").open("a") as turn,
        (place / f"{name}.used").open("a") as used,
        ExitStack() as mine,
    ):
        with _locked(turn):
            if not told.exists():
                words = mine.enter_context(start())
                mine.callback(_forget_once_unused, told, turn, used)
                told.write_text(words, encoding="utf-8")
            fcntl.flock(used, fcntl.LOCK_SH)
            words = told.read_text(encoding="utf-8")
        yield words


@contextmanager
def _locked(file: IO[str]) -> Iterator[None]:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _forget_once_unused(told: Path, turn: IO[str], used: IO[str]) -> None:
    """Tell nobody of it any more, when all who were told have let go of it."""
    while True:
        with _locked(turn):
            try:
                fcntl.flock(used, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                fcntl.flock(used, fcntl.LOCK_UN)
            else:
                told.unlink()
                return
        time.sleep(0.1)
