"""`moderation doctor` looks, says what is wrong, and makes nothing."""

from pathlib import Path

import pytest

from moderation.config import Settings
from tests.commands import run_command
from tests.factories import House


def secrets_of(settings: Settings) -> dict[str, str]:
    """The secrets as settings in the environment."""
    names = ("secret_key", "email_keys", "email_index_key")
    return {f"MODERATION_{name.upper()}": getattr(settings, name) for name in names}


def test_where_no_instance_is_it_says_so_and_makes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    result = run_command({}, "doctor")

    assert result.exit_code == 1
    assert f"bad  instance: there is none at {tmp_path}/instance." in result.output
    assert "MODERATION_INSTANCE=" in result.output
    assert len(result.output.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_an_absent_database_is_told_and_not_made(base_settings: Settings, tmp_path: Path) -> None:
    empty = tmp_path / "instance"
    empty.mkdir()

    result = run_command(secrets_of(base_settings) | {"MODERATION_INSTANCE": str(empty)}, "doctor")

    assert "ok   secrets: complete" in result.output
    assert f"bad  database: there is none at {empty}/moderation.db." in result.output
    assert list(empty.iterdir()) == []


def test_one_whose_address_has_options_is_not_made_either(
    base_settings: Settings, tmp_path: Path
) -> None:
    environ = secrets_of(base_settings) | {
        "MODERATION_INSTANCE": str(base_settings.instance),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}?timeout=5",
    }

    result = run_command(environ, "doctor")

    assert f"bad  database: there is none at {tmp_path}/x.db." in result.output
    assert list(tmp_path.iterdir()) == []


def test_of_settings_that_tell_all_no_instance_is_missed(house: House, tmp_path: Path) -> None:
    settings = house.parts.settings
    nowhere = tmp_path / "instance"
    environ = secrets_of(settings) | {
        "MODERATION_INSTANCE": str(nowhere),
        "DATABASE_URL": settings.database_url.replace("+psycopg", ""),
    }

    result = run_command(environ, "doctor")

    assert "ok   database: answers, migrations in place" in result.output
    assert not nowhere.exists()
