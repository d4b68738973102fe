"""The `moderation` command, run within the test's own process: starting another takes a second."""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from click.testing import CliRunner, Result

from moderation.cli import main

_OURS = ("MODERATION_", "DATABASE_URL", "REDIS_URL", "PORT")


def run_command(environ: Mapping[str, str], *words: str, given: str = "") -> Result:
    """Run it.

    Args:
        environ: its settings; of the test's own environment none of ours counts.
        words: its arguments.
        given: what it can read.
    """
    settings: dict[str, str | None] = {k: None for k in os.environ if k.startswith(_OURS)}
    with _logging_as_before():
        return CliRunner().invoke(main, words, input=given, env=settings | dict(environ))


@contextmanager
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.captureWarnings(capture=False)
