"""What a start looks at before it prepares the database, on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from moderation.config import Settings
from moderation.migrations import HEAD
from moderation.models import db
from moderation.prepared import is_prepared
from moderation.services.demo import make_demo_site
from tests.factories import PASSWORD_HASH, House


def change(house: House, words: str) -> None:
    with house.app.app_context():
        db.session.execute(text(words))
        db.session.commit()


def test_a_site_of_ones_own_is_enough(house: House) -> None:
    assert is_prepared(house.parts.settings)

    change(house, "DELETE FROM sites")

    assert not is_prepared(house.parts.settings)


def test_options_in_the_address_hide_nothing(home: House) -> None:
    settings = home.parts.settings

    assert is_prepared(replace(settings, database_url=f"{settings.database_url}?timeout=5"))


def test_the_demo_is_to_be_where_its_article_will_be(house: House) -> None:
    settings = house.parts.settings
    elsewhere = replace(settings, demo_port=settings.demo_port + 1)
    change(house, "DELETE FROM sites")
    with house.app.app_context():
        make_demo_site(settings.demo_port, PASSWORD_HASH, house.clock())

    assert is_prepared(settings)
    assert not is_prepared(elsewhere)
    assert is_prepared(replace(elsewhere, demo=False))


def test_an_earlier_version_is_not_prepared(house: House) -> None:
    change(house, "UPDATE alembic_version SET version_num = '0001'")
    try:
        assert not is_prepared(house.parts.settings)
    finally:
        change(house, f"UPDATE alembic_version SET version_num = '{HEAD}'")


def test_an_empty_postgresql_is_not_prepared(base_settings: Settings, postgresql_url: str) -> None:
    assert not is_prepared(replace(base_settings, database_url=postgresql_url))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://nobody:secret@127.0.0.1:9/none",
        "postgresql+psycopg://host:not-a-port/x",
        "sqlite:////nowhere/at/all.db",
        "sqlite:///:memory:?cache=shared",
    ],
)
def test_one_that_cannot_be_looked_at_is_left_to_who_prepares(
    base_settings: Settings, url: str
) -> None:
    assert not is_prepared(replace(base_settings, database_url=url))
