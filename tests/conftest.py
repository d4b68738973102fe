"""Fixtures: settings, databases, applications. Real SQLite and real PostgreSQL for each test."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from moderation.config import Settings, load_settings
from moderation.models import db
from moderation.privacy.keys import make_missing_secrets
from moderation.web.app import create_app
from tests.factories import Clock, House


@pytest.fixture(scope="session")
def base_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an instance whose secrets all tests share; the database is each test's own."""
    environ = {"MODERATION_INSTANCE": str(tmp_path_factory.mktemp("instance"))}
    make_missing_secrets(load_settings(environ))
    return load_settings(environ)


def migrate(settings: Settings) -> None:
    """Make the tables as an operator does, by the migrations."""
    app = create_app(settings, nudge=lambda _comment, _revision: None)
    with app.app_context():
        upgrade()
        db.engine.dispose()


@pytest.fixture(scope="session")
def migrated_sqlite(base_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables, to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(replace(base_settings, database_url=f"sqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL server, from the pgserver wheel."""
    pgserver = pytest.importorskip("pgserver", reason="no PostgreSQL wheel for this machine")

    server = pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def migrated_postgresql(base_settings: Settings, postgresql_url: str) -> str:
    """The address of a PostgreSQL database with the tables, to be used as a template."""
    url = _create_database(postgresql_url, "template_tables", template="template1")
    migrate(replace(base_settings, database_url=url))
    return url


def _create_database(server_url: str, name: str, template: str) -> str:
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    engine.dispose()
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


_numbers = iter(range(1_000_000))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of the test's own, with the tables: the test runs once on each kind."""
    if request.param == "sqlite":
        file = tmp_path / "test.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), file)
        return f"sqlite:///{file}"
    request.getfixturevalue("migrated_postgresql")
    server = request.getfixturevalue("postgresql_url")
    return _create_database(server, f"test_{next(_numbers)}", template="template_tables")


@pytest.fixture
def settings(base_settings: Settings, database_url: str) -> Settings:
    """The settings of the test's application. No Redis is there; comments wait for `house.work`."""
    return replace(base_settings, database_url=database_url, trusted_proxies=1)


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until it is moved."""
    return Clock()


@pytest.fixture
def house(settings: Settings, clock: Clock) -> Iterator[House]:
    """The application with a site, and hands to work it."""
    house = House(settings, clock)
    with house.app.app_context():
        house.add_site()
    yield house
    house.close()


@pytest.fixture
def app(house: House) -> Flask:
    """The readers' application."""
    return house.app


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def stack_database(request: pytest.FixtureRequest) -> str:
    """An empty database for a whole installation: nothing for its own SQLite, or a PostgreSQL."""
    if request.param == "sqlite":
        return ""
    server = request.getfixturevalue("postgresql_url")
    return _create_database(server, f"stack_{next(_numbers)}", template="template1")
