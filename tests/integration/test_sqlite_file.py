"""The SQLite file as a whole: its log folded in, a copy made while others write."""

import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from moderation.config import Settings
from moderation.sqlite_file import fold_log
from tests.commands import run_command


@pytest.fixture
def settings(base_settings: Settings, tmp_path: Path) -> Settings:
    return replace(base_settings, database_url=f"sqlite:///{tmp_path / 'live.db'}")


@pytest.fixture
def live(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A database in use, with a row that stands in the log alone."""
    with closing(sqlite3.connect(tmp_path / "live.db")) as database:
        database.executescript("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;")
        database.executescript("CREATE TABLE said (words); INSERT INTO said VALUES ('Hello');")
        yield database


def words_in(path: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(path)) as database:
        return list(database.execute("SELECT words FROM said"))


@pytest.mark.usefixtures("live")
def test_the_log_is_folded_into_the_file(settings: Settings, tmp_path: Path) -> None:
    fold_log(settings)

    shutil.copy(tmp_path / "live.db", tmp_path / "alone.db")
    assert words_in(tmp_path / "alone.db") == [("Hello",)]


def test_a_reader_who_stays_delays_but_breaks_nothing(
    settings: Settings, live: sqlite3.Connection
) -> None:
    live.execute("BEGIN")
    live.execute("SELECT * FROM said").fetchone()

    fold_log(settings)

    assert live.execute("SELECT * FROM said").fetchall() == [("Hello",)]


def test_where_no_file_is_none_is_made(settings: Settings, tmp_path: Path) -> None:
    fold_log(settings)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("live")
def test_a_copy_has_what_stands_in_the_log(tmp_path: Path) -> None:
    environ = {"DATABASE_URL": f"sqlite:///{tmp_path / 'live.db'}"}
    copy = tmp_path / "copy.db"

    result = run_command(environ, "db", "backup", str(copy))

    assert result.exit_code == 0, result.output
    assert words_in(copy) == [("Hello",)]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert "secrets" in result.output


@pytest.mark.usefixtures("live")
def test_a_copy_replaces_nothing_and_leaves_nothing_half(tmp_path: Path) -> None:
    environ = {"DATABASE_URL": f"sqlite:///{tmp_path / 'live.db'}"}
    there = tmp_path / "there.db"
    there.write_text("mine")
    none = {"DATABASE_URL": f"sqlite:///{tmp_path / 'none.db'}"}

    refused = run_command(environ, "db", "backup", str(there))
    absent = run_command(none, "db", "backup", str(tmp_path / "copy.db"))
    elsewhere = run_command(
        {"DATABASE_URL": "postgresql://127.0.0.1:9/x"}, "db", "backup", str(tmp_path / "copy.db")
    )

    assert refused.exit_code == absent.exit_code == elsewhere.exit_code == 1
    assert "there.db cannot be written: File exists." in refused.output
    assert there.read_text() == "mine"
    assert "There is no database at" in absent.output
    assert "pg_dump" in elsewhere.output
    assert not (tmp_path / "copy.db").exists()
    assert not (tmp_path / "none.db").exists()
