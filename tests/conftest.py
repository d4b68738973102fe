"""Fixtures: settings, databases, applications. Real SQLite and real PostgreSQL for each test."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from moderation.collector import resting
from moderation.config import Settings, load_settings
from moderation.models import db
from moderation.privacy.keys import make_missing_secrets
from tests.factories import Clock, House
from tests.learning import without_opinions
from tests.migrated import empty_sqlite, migrate
from tests.postgresql import postgresql
from tests.sharing import shared


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no process is at it alone in the end, and none takes
    half of a file that shares an installation from another.
    """
    items.sort(key=lambda item: item.get_closest_marker("installation") is None)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is loaded by the end stays."""
    with resting():
        return (yield)


@pytest.fixture(scope="session", autouse=True)
def model_without_opinions() -> Iterator[None]:
    """What a test's own process judges by: tests say what they mean by rules, links and lessons,
    and must not hang on what the shipped model was trained of.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("moderation.services.judging.load_shipped", without_opinions)
        yield


@pytest.fixture(scope="session")
def base_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an instance whose secrets all tests share; the database is each test's own."""
    environ = {"MODERATION_INSTANCE": str(tmp_path_factory.mktemp("instance"))}
    make_missing_secrets(load_settings(environ))
    return load_settings(environ)


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL server, which all test processes share."""
    pytest.importorskip("pgserver", reason="no PostgreSQL wheel for this machine")
    with shared("postgresql", tmp_path_factory, lambda: postgresql(tmp_path_factory)) as url:
        yield url


def _make_database(server_url: str, name: str) -> str:
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


def _empty_postgresql(engine: Engine) -> None:
    """Delete every row and count from 1 again, past the triggers that forbid it: quicker by far
    than a database made anew.
    """
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(";".join(f"DELETE FROM {name}" for name in db.metadata.tables)))
        connection.execute(
            text("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'")
        )


class Building:
    """A house that each test finds as new, with an empty database under the same address: what
    is costly to make anew, the application and its compiled statements, is kept.
    """

    def __init__(self, settings: Settings, empty: Callable[[House], object]) -> None:
        self._empty = empty
        self.house = House(replace(settings, trusted_proxies=1))

    def let(self, clock: Clock) -> House:
        """The house, with nothing left of the tenant before."""
        self.house.forget_rows()
        self._empty(self.house)
        self.house.move_in(clock)
        return self.house


@pytest.fixture(scope="session")
def on_sqlite(
    base_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Building]:
    """A house on SQLite."""
    file = tmp_path_factory.mktemp("sqlite") / "test.db"
    template = empty_sqlite()
    # Nothing in it has to outlive the tests.
    settings = replace(base_settings, sqlite_synchronous="off")

    def empty(house: House) -> None:
        house.close()
        for old in file.parent.glob("test.db*"):
            old.unlink()
        file.write_bytes(template)

    building = Building(replace(settings, database_url=f"sqlite:///{file}"), empty)
    yield building
    building.house.close()


@pytest.fixture(scope="session")
def on_postgresql(
    base_settings: Settings, postgresql_url: str, worker_id: str
) -> Iterator[Building]:
    """A house on PostgreSQL, in a database of this process's own."""
    url = _make_database(postgresql_url, f"test_{worker_id}")
    settings = replace(base_settings, database_url=url)
    migrate(settings)
    engine = create_engine(settings.database_url)
    building = Building(settings, lambda _: _empty_postgresql(engine))
    yield building
    building.house.close()
    engine.dispose()


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until it is moved."""
    return Clock()


@pytest.fixture(params=["on_sqlite", pytest.param("on_postgresql", marks=pytest.mark.postgresql)])
def house(request: pytest.FixtureRequest, clock: Clock) -> House:
    """The application with a site, and hands to work it: the test runs once on each database.

    No Redis is there; comments wait for `house.work`.
    """
    building: Building = request.getfixturevalue(request.param)
    house = building.let(clock)
    with house.app.app_context():
        house.add_site()
    return house


@pytest.fixture
def home(on_sqlite: Building, clock: Clock) -> House:
    """The same on SQLite alone, for what takes long and is no matter of the database."""
    house = on_sqlite.let(clock)
    with house.app.app_context():
        house.add_site()
    return house


@pytest.fixture
def app(house: House) -> Flask:
    """The readers' application."""
    return house.app


_numbers = iter(range(1_000_000))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def stack_database(request: pytest.FixtureRequest, worker_id: str) -> str:
    """An empty database for a whole installation: nothing for its own SQLite, or a PostgreSQL."""
    if request.param == "sqlite":
        return ""
    server = request.getfixturevalue("postgresql_url")
    return _make_database(server, f"stack_{worker_id}_{next(_numbers)}")
