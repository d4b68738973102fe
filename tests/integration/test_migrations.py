"""A database that was filled by an earlier version keeps all it holds, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask_migrate import upgrade
from sqlalchemy import Connection, TextClause, text

from moderation.cli.support import know_migrations
from moderation.config import Settings
from moderation.domain.queue_view import QueueView, Tab
from moderation.models import db
from moderation.services import queue
from moderation.services.queue_query import find_page
from moderation.web.app import create_app

_MOMENT = "2026-01-02 03:04:05"
_FILL = (
    (
        "INSERT INTO sites (id, slug, name, origins, policy, created_at) "
        "VALUES (1, 'blog', 'The blog', '[\"https://blog.example\"]', '{}', :now)"
    ),
    (
        "INSERT INTO moderators (id, email, name, password, active, fs_uniquifier, created_at) "
        "VALUES (1, 'ben@example.com', 'Ben', 'x', true, 'y', :now)"
    ),
    "INSERT INTO memberships (id, moderator_id, site_id, role) VALUES (1, 1, 1, 'owner')",
    (
        "INSERT INTO commenters (id, site_id, email_index, email_domain_index, email_key_id, "
        "email_sealed, published_count, refused_count, first_seen_at) "
        "VALUES (1, 1, :bytes, :bytes, 'k', :bytes, 1, 0, :now)"
    ),
    (
        "INSERT INTO threads (id, site_id, key, url, title, version, published_count, created_at) "
        "VALUES (1, 1, 'k', 'https://blog.example/', '', 1, 1, :now)"
    ),
    (
        "INSERT INTO audit_entries (id, site_id, comment_id, revision, actor, moderator_id, before, "
        "after, reason, details, undoes_id, created_at) VALUES "
        "(1, 1, 1, 1, 'machine', NULL, 'pending', 'held', 'HOLD_SCORE', '{\"score\": 5}', NULL, :now), "
        "(2, 1, 1, 1, 'moderator', 1, 'held', 'spam', 'spam', '{}', NULL, :now), "
        "(3, 1, 1, 1, 'moderator', 1, 'spam', 'held', 'undo', '{}', 2, :now), "
        "(4, 1, 2, 1, 'machine', NULL, 'pending', 'published', 'LOW_SCORE', '{}', NULL, :now)"
    ),
    (
        "INSERT INTO signals (id, comment_id, revision, symbol, check_name, version, score, evidence, "
        "duration_us) VALUES (1, 1, 1, 'LINK_FLOOD', 'links', 1, 4, '{\"links\": 3, \"limit\": 2}', 9), "
        "(2, 2, 1, 'FIRST_COMMENT', 'standing', 1, 0, '{}', 9)"
    ),
)
_COMMENT = (
    "INSERT INTO comments (id, site_id, thread_id, commenter_id, depth, published_replies, "
    "page_title, name, text, revision, status, created_at, door, network, network_index, "
    "user_agent, form_token, honeypot, sweep_at, attempts, screened_at, score) VALUES "
    "(:id, 1, 1, 1, 1, 0, '', 'Zoë', :text, 1, :status, :now, 'api', '10.0.0.0/24', :bytes, "
    "'', 'valid', false, :now, 0, :screened, :score)"
)


def fill(connection: Connection) -> None:
    values = {"now": _MOMENT, "bytes": b"x" * 32}
    for statement in _FILL[:5]:
        connection.execute(text(statement), _needed(statement, values))
    for number, status, words in (
        (1, "held", "Café olé"),
        (2, "published", "Plain words"),
        (3, "pending", "Not judged yet"),
    ):
        judged = status != "pending"
        connection.execute(
            text(_COMMENT),
            values
            | {
                "id": number,
                "status": status,
                "text": words,
                "screened": _MOMENT if judged else None,
                "score": 5.0 if judged else None,
            },
        )
    for statement in _FILL[5:]:
        connection.execute(text(statement), _needed(statement, values))


def _needed(statement: str, values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if f":{name}" in statement}


_RENAME = text("UPDATE comments SET name = :name WHERE id = :id")
_BLOCK = text(
    "INSERT INTO site_rules (id, site_id, kind, effect, value, email_index, note, created_at) "
    "VALUES (:id, 1, 'email', 'reject', '', :bytes, :note, :now)"
)


@pytest.fixture
def empty_database(stack_database: str, tmp_path: Path) -> str:
    return stack_database or f"sqlite:///{tmp_path / 'old.db'}"


@contextmanager
def empty_app(settings: Settings, database: str) -> Iterator[None]:
    """An app's context on a database without tables."""
    app = create_app(
        replace(settings, database_url=database), nudge=lambda _comment, _revision: None
    )
    with app.app_context():
        know_migrations()
        yield
        db.session.remove()
        db.engine.dispose()
    with app.extensions["queue"].app_context():
        db.engine.dispose()


def test_what_an_earlier_version_kept_is_all_there(
    base_settings: Settings, empty_database: str
) -> None:
    with empty_app(base_settings, empty_database):
        upgrade(revision="0001")
        with db.engine.begin() as connection:
            fill(connection)
        upgrade()

        entries = db.session.execute(
            text("SELECT id, action, why, before, after, undoes_id FROM audit_entries ORDER BY id")
        )
        assert [tuple(row) for row in entries] == [
            (1, "verdict", "HOLD_SCORE", "pending", "held", None),
            (2, "spam", "", "held", "spam", None),
            (3, "undo", "", "spam", "held", 2),
            (4, "verdict", "LOW_SCORE", "pending", "published", None),
        ]
        signals = db.session.execute(
            text("SELECT id, site_id, status, symbol, score FROM signals ORDER BY id")
        )
        assert [tuple(row) for row in signals] == [
            (1, 1, "held", "LINK_FLOOD", 4.0),
            (2, 1, "published", "FIRST_COMMENT", 0.0),
        ]
        item = queue.read_item(1, 1, queue.read_history(1).entries[0][0].created_at)
        assert item.last is not None
        assert (item.comment.screened_revision, item.last.id, item.last_by) == (1, 3, "Ben")
        assert item.signals[0].evidence == {"links": 3, "limit": 2}
        assert item.comment.created_at.isoformat(" ")[:19] == _MOMENT
        assert queue.count_tabs(1, None) == {
            Tab.HELD: 1,
            Tab.SPAM: 0,
            Tab.PUBLISHED: 1,
            Tab.REJECTED: 0,
            Tab.ALL: 2,
        }
        for words, found in (("cafe OLÉ", [1]), ("plain", [2]), ("judged", []), ("zoe", [2, 1])):
            assert find_page(1, QueueView(tab=Tab.ALL, q=words), limit=9).ids == found
        view = QueueView.model_validate({"signal": "LINK_FLOOD"})
        assert find_page(1, view, limit=9).ids == [1]


_NAMES = {
    1: ("joe@example.org", "joe"),
    2: ("Ann <ann＠example.org>", "Ann <ann>"),
    3: ("ben@example.org", "ben"),
}
_NOTES = {
    1: ("Blocked in the queue: joe@example.org", "Blocked in the queue: joe"),
    2: ("Wrote from ben@example.org", "Wrote from ben@example.org"),
}


@contextmanager
def filled_before(
    revision: str, settings: Settings, database: str, changes: list[tuple[TextClause, dict]]
) -> Iterator[int]:
    """A database of the first version, filled and then changed so, which came to today's over a
    revision; gives the version that its thread had at that one.
    """
    with empty_app(settings, database):
        upgrade(revision="0001")
        with db.engine.begin() as connection:
            fill(connection)
            for statement, values in changes:
                connection.execute(statement, values)
        upgrade(revision=revision)
        version = thread_version()
        db.session.rollback()
        upgrade()
        yield version


def thread_version() -> int:
    """The version of the one thread."""
    return int(db.session.execute(text("SELECT version FROM threads")).scalar_one())


def column(name: str, table: str = "comments") -> list[tuple]:
    """A column of all rows, beside their numbers."""
    rows = db.session.execute(text(f"SELECT id, {name} FROM {table} ORDER BY id"))
    return [tuple(row) for row in rows]


def test_of_an_address_as_name_is_left_what_stands_before_its_at(
    base_settings: Settings, empty_database: str
) -> None:
    changes = [(_RENAME, {"id": number, "name": name}) for number, (name, _) in _NAMES.items()]
    for number, (note, _) in _NOTES.items():
        index = bytes([number]) * 32
        changes.append((_BLOCK, {"id": number, "bytes": index, "note": note, "now": _MOMENT}))
    with filled_before("0012", base_settings, empty_database, changes) as version:
        assert column("name") == [(n, new) for n, (_, new) in _NAMES.items()]
        assert column("note", "site_rules") == [(n, new) for n, (_, new) in _NOTES.items()]
        assert thread_version() == version + 1
        for words, found in (("joe", [1]), ("ann plain", [2]), ("example", []), ("ben", [])):
            assert find_page(1, QueueView(tab=Tab.ALL, q=words), limit=9).ids == found


def test_names_without_addresses_stay_as_they_are(
    base_settings: Settings, empty_database: str
) -> None:
    name = "Joe @ Work &amp; Co, 100 %"
    changes = [(_RENAME, {"id": 1, "name": name})]
    with filled_before("0012", base_settings, empty_database, changes) as version:
        assert column("name") == [(1, name), (2, "Zoë"), (3, "Zoë")]
        assert thread_version() == version


_WEBSITES = {
    1: ("https://a.example/b?email=joe%40example.org", "https://a.example/b"),
    2: ("https://a.example/?q=50%25&x=a@b", "https://a.example/?q=50%25&x=a@b"),
    3: ("https://a.example/joe\uff20example.org", "https://a.example/"),
}


def test_a_website_with_an_address_in_it_is_cut_back(
    base_settings: Settings, empty_database: str
) -> None:
    change = text("UPDATE comments SET website = :website WHERE id = :id")
    changes = [(change, {"id": n, "website": website}) for n, (website, _) in _WEBSITES.items()]
    with filled_before("0013", base_settings, empty_database, changes) as version:
        assert column("website") == [(n, new) for n, (_, new) in _WEBSITES.items()]
        assert thread_version() == version + 1
