"""The SQLite database as a file: where it is, its log, copies of it. Loads neither the application
nor its tables.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from moderation.config import Settings
from moderation.errors import ConfigError, InvalidInputError

# Seconds for whoever else has the file open.
_PATIENCE = 5.0
_PATIENCE_AT_THE_END = 1.0


def path_of(settings: Settings) -> Path | None:
    """Where the file is; None where the database is a PostgreSQL, in memory, or a URI's."""
    path = settings.database_url.removeprefix("sqlite:///").partition("?")[0]
    lasts = path not in ("", ":memory:") and not path.startswith("file:")
    return Path(path).absolute() if settings.uses_sqlite and lasts else None


def opened(path: Path, mode: str, patience: float = _PATIENCE) -> sqlite3.Connection:
    """A connection to a file that is there; none is ever made.

    Args:
        path: of the file.
        mode: `ro` or `rw`.
        patience: how long to wait for others, in seconds.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    return sqlite3.connect(f"{path.as_uri()}?mode={mode}", uri=True, timeout=patience)


def fold_log(settings: Settings) -> None:
    """Bring what stands in the write-ahead log into the file, so that the file alone is the whole
    database. Who has it open still keeps the log.

    Raises:
        sqlite3.Error: the file is damaged, or cannot be written.
    """
    path = path_of(settings)
    if path is None or not path.is_file():
        return
    with closing(opened(path, "rw", _PATIENCE_AT_THE_END)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _mode(path: Path) -> str:
    """How to open the file for reading, so that beside it all stays as it was: `ro` would leave a
    log where there is none, and `rw` fold one that nobody has open.
    """
    return "ro" if path.with_name(f"{path.name}-wal").exists() else "rw"


def back_up(settings: Settings, target: Path) -> None:
    """Write a copy of the database as it is at this moment, while others may go on writing to it.
    Only its owner can read it.

    Raises:
        ConfigError: there is no such file to copy.
        InvalidInputError: the copy cannot be written there.
    """
    path = path_of(settings)
    if path is None:
        raise ConfigError("The database is not a SQLite file. Use pg_dump for a PostgreSQL.")
    if not path.is_file():
        raise ConfigError(f"There is no database at {path}. MODERATION_INSTANCE names the place.")
    try:
        target.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise InvalidInputError(f"{target} cannot be written: {error.strerror}.") from None
    try:
        with (
            closing(opened(path, _mode(path))) as database,
            closing(sqlite3.connect(target)) as copy,
        ):
            database.backup(copy)
    except sqlite3.Error as error:
        target.unlink()
        raise InvalidInputError(f"The database could not be copied: {error}.") from None
