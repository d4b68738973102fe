"""The SQLite file as a whole: its log folded in, a copy made while others write."""

import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from moderation.config import SECRET_NAMES, Settings
from moderation.sqlite_file import back_up, fold_log, path_of
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


def listing(folder: Path) -> dict[str, bytes]:
    """The database's files in a folder; of `-shm`, which says who reads, the name alone."""
    return {
        path.name: b"" if path.name.endswith("-shm") else path.read_bytes()
        for path in folder.glob("live.db*")
    }


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


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize(
    ("told", "where"),
    [
        ((), "keep {files}, too"),
        (SECRET_NAMES[:1], "keep {files} and the secrets that the settings take from elsewhere"),
        (SECRET_NAMES, "keep the secrets that the settings take from elsewhere"),
    ],
)
def test_it_says_where_the_secrets_are_that_belong_to_a_copy(
    base_settings: Settings, tmp_path: Path, told: tuple[str, ...], where: str
) -> None:
    environ = {
        "MODERATION_INSTANCE": str(base_settings.instance),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'live.db'}",
    }
    environ |= {f"MODERATION_{name.upper()}": getattr(base_settings, name) for name in told}

    said = run_command(environ, "db", "backup", str(tmp_path / "copy.db")).output

    assert where.format(files=base_settings.secrets_dir) in said
    assert "Moderators' addresses are plain in it." in said


def test_a_copy_of_a_stopped_service_leaves_all_as_it_was(
    settings: Settings, live: sqlite3.Connection, tmp_path: Path
) -> None:
    live.close()
    before = listing(tmp_path)

    back_up(settings, tmp_path / "copy.db")

    assert list(before) == ["live.db"]
    assert listing(tmp_path) == before
    assert words_in(tmp_path / "copy.db") == [("Hello",)]


@pytest.mark.usefixtures("live")
def test_a_copy_leaves_the_log_of_a_running_service_alone(
    settings: Settings, tmp_path: Path
) -> None:
    before = listing(tmp_path)

    back_up(settings, tmp_path / "copy.db")

    assert before["live.db-wal"]
    assert listing(tmp_path) == before


@pytest.mark.usefixtures("live")
def test_a_log_that_nobody_has_open_is_left_alone(settings: Settings, tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    killed.mkdir()
    for file in tmp_path.glob("live.db*"):
        shutil.copy(file, killed)
    before = listing(killed)

    left = replace(settings, database_url=f"sqlite:///{killed / 'live.db'}")
    back_up(left, tmp_path / "copy.db")

    assert before["live.db-wal"]
    assert listing(killed) == before
    assert words_in(tmp_path / "copy.db") == [("Hello",)]


@pytest.mark.usefixtures("live")
def test_an_address_with_options_names_the_file(settings: Settings, tmp_path: Path) -> None:
    with_options = replace(settings, database_url=f"{settings.database_url}?timeout=5")

    fold_log(with_options)
    back_up(with_options, tmp_path / "copy.db")

    assert path_of(with_options) == tmp_path / "live.db"
    assert listing(tmp_path)["live.db-wal"] == b""
    assert words_in(tmp_path / "copy.db") == [("Hello",)]


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///:memory:?cache=shared",
        "sqlite:///file:x.db?mode=ro&uri=true",
        "postgresql+psycopg://127.0.0.1:9/x",
    ],
)
def test_what_is_no_file_of_a_plain_path_has_none(settings: Settings, url: str) -> None:
    assert path_of(replace(settings, database_url=url)) is None


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
