"""Whether a start finds the database as it must be: a look that takes a moment, since it loads
neither the application nor its tables, where making the database so takes a second and more.
"""

import json
import sqlite3
from contextlib import closing

from moderation.config import Settings
from moderation.demo_content import DEMO_SLUG, demo_origins
from moderation.migrations import HEAD
from moderation.sqlite_file import opened, path_of

_VERSION = "SELECT version_num FROM alembic_version"
_SITES = "SELECT slug, CAST(origins AS TEXT) FROM sites"
_PATIENCE = 5  # seconds

# The versions of the tables, of which there is one, and sites' slugs with their origins.
_Found = tuple[list[tuple[str]], list[tuple[str, str]]]


def is_prepared(settings: Settings) -> bool:
    """Whether all migrations are in place and a site is there; the demo's, where there is one, on
    the port that its article will have.

    A database that cannot be looked at is not: who prepares it is told why.
    """
    found = _on_sqlite(settings) if settings.uses_sqlite else _on_postgresql(settings)
    if found is None:
        return False
    versions, sites = found[0], dict(found[1])
    if versions != [(HEAD,)] or not sites:
        return False
    origin, origins = demo_origins(settings.demo_port)[0], sites.get(DEMO_SLUG)
    return not settings.demo or origins is None or origin in json.loads(origins)


def _on_sqlite(settings: Settings) -> _Found | None:
    path = path_of(settings)
    if path is None:
        return None
    try:
        with closing(opened(path, "ro")) as db:
            return db.execute(_VERSION).fetchall(), db.execute(_SITES).fetchall()
    except sqlite3.Error:
        return None


def _on_postgresql(settings: Settings) -> _Found | None:
    import psycopg  # noqa: PLC0415 -- who is on SQLite need not load it

    url = settings.database_url.replace("+psycopg", "", 1)
    try:
        with psycopg.connect(url, connect_timeout=_PATIENCE) as db:
            return db.execute(_VERSION).fetchall(), db.execute(_SITES).fetchall()
    except psycopg.Error:
        return None
