"""what a team of moderators needs: counts, bulk jobs, claims, search, a wider audit log"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WORD = sa.String(length=32)
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _add_tables()
    _widen_comments()
    _widen_signals()
    _widen_audit_log()
    _add_counts()
    _add_search()
    _forbid_changes_of_the_audit_log()


def _add_tables() -> None:
    op.create_table(
        "bulk_jobs",
        sa.Column("id", _ID, nullable=False),
        sa.Column("moderator_id", _ID, nullable=False),
        sa.Column("action", _WORD, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("view", sa.JSON(), nullable=False),
        sa.Column("undoes_id", _ID, nullable=True),
        sa.Column("status", _WORD, nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("last_id", _ID, nullable=False),
        sa.Column("fault", sa.String(length=200), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("stepped_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["moderators.id"], name=op.f("fk_bulk_jobs_moderator_id_moderators")
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["bulk_jobs.id"], name=op.f("fk_bulk_jobs_undoes_id_bulk_jobs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_jobs")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_bulk_jobs_undoes_id")),
    )
    op.create_index("ix_bulk_jobs_moderator", "bulk_jobs", ["moderator_id", "id"])
    op.create_table(
        "site_counts",
        sa.Column("site_id", _ID, nullable=False),
        sa.Column("status", _WORD, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["sites.id"],
            name=op.f("fk_site_counts_site_id_sites"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("site_id", "status", name=op.f("pk_site_counts")),
    )
    _add_comment_table("claims", sa.Column("seen_at", _MOMENT, nullable=False), gone_with=True)
    _add_comment_table(
        "second_opinions",
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "revisions",
        sa.Column("comment_id", _ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("moderator_id", _ID, nullable=True),
        sa.Column("replaced_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f("fk_revisions_comment_id_comments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["moderators.id"], name=op.f("fk_revisions_moderator_id_moderators")
        ),
        sa.PrimaryKeyConstraint("comment_id", "revision", name=op.f("pk_revisions")),
    )


def _add_comment_table(name: str, *columns: sa.Column, gone_with: bool = False) -> None:
    """A table with one row for a comment, made by a moderator, with whom it may be gone."""
    op.create_table(
        name,
        sa.Column("comment_id", _ID, nullable=False),
        sa.Column("moderator_id", _ID, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f(f"fk_{name}_comment_id_comments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["moderator_id"],
            ["moderators.id"],
            name=op.f(f"fk_{name}_moderator_id_moderators"),
            ondelete="CASCADE" if gone_with else None,
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f(f"pk_{name}")),
    )


def _widen_comments() -> None:
    op.add_column("comments", sa.Column("screened_revision", sa.Integer(), nullable=True))
    op.add_column(
        "comments",
        sa.Column("language", sa.String(length=8), nullable=False, server_default=""),
    )
    op.add_column("comments", sa.Column("edited_at", _MOMENT, nullable=True))
    op.add_column(
        "comments", sa.Column("by_site", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute("UPDATE comments SET screened_revision = revision WHERE screened_at IS NOT NULL")
    op.create_index(
        "ix_comments_language", "comments", ["site_id", "status", "language", "created_at", "id"]
    )
    op.create_index("ix_comments_risk", "comments", ["site_id", "status", "score", "id"])
    op.create_index("ix_comments_thread", "comments", ["thread_id", "status", "created_at", "id"])


def _widen_signals() -> None:
    # The defaults are there for the rows that exist, and are replaced at once.
    op.add_column("signals", sa.Column("site_id", _ID, nullable=False, server_default="0"))
    op.add_column("signals", sa.Column("status", _WORD, nullable=False, server_default=""))
    op.add_column(
        "signals",
        sa.Column("created_at", _MOMENT, nullable=False, server_default="1970-01-01 00:00:00"),
    )
    op.execute(
        "UPDATE signals SET site_id = comments.site_id, status = comments.status, "
        "created_at = comments.created_at FROM comments WHERE comments.id = signals.comment_id"
    )
    op.create_index(
        "ix_signals_queue",
        "signals",
        ["site_id", "symbol", "status", "created_at", "comment_id"],
    )


def _widen_audit_log() -> None:
    with op.batch_alter_table("audit_entries") as table:
        table.add_column(sa.Column("action", _WORD, nullable=False, server_default=""))
        table.add_column(sa.Column("why", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("bulk_id", _ID, nullable=True))
        table.create_foreign_key(
            op.f("fk_audit_entries_bulk_id_bulk_jobs"), "bulk_jobs", ["bulk_id"], ["id"]
        )
        for name, kind in (("comment_id", _ID), ("revision", sa.Integer())):
            table.alter_column(name, existing_type=kind, nullable=True)
        for name in ("before", "after"):
            table.alter_column(name, existing_type=_WORD, nullable=True)
    op.execute(
        "UPDATE audit_entries SET action = CASE WHEN actor = 'machine' THEN 'verdict' "
        "ELSE reason END, why = CASE WHEN actor = 'machine' THEN reason ELSE '' END"
    )
    with op.batch_alter_table("audit_entries") as table:
        table.drop_column("reason")
    op.create_index("ix_audit_entries_site", "audit_entries", ["site_id", "id"])
    op.create_index("ix_audit_entries_bulk", "audit_entries", ["bulk_id", "id"])


def _add_counts() -> None:
    op.execute(
        "INSERT INTO site_counts (site_id, status, count) SELECT site_id, status, count(*) "
        "FROM comments WHERE status <> 'pending' GROUP BY site_id, status"
    )


def _add_search() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE comment_search USING fts5(name, text, content='comments', "
            "content_rowid='id', tokenize='unicode61 remove_diacritics 2')"
        )
        op.execute(
            "INSERT INTO comment_search (rowid, name, text) "
            "SELECT id, name, text FROM comments WHERE screened_at IS NOT NULL"
        )
        return
    op.execute(
        "CREATE TABLE comment_search (comment_id bigint PRIMARY KEY "
        "REFERENCES comments (id) ON DELETE CASCADE, document tsvector NOT NULL)"
    )
    _fill_vectors()
    op.execute("CREATE INDEX ix_comment_search ON comment_search USING gin (document)")


def _fill_vectors() -> None:
    """As `services.search` enters a comment, some at a time."""
    connection = op.get_bind()
    some = sa.text(
        "SELECT id, name || ' ' || text AS words FROM comments "
        "WHERE screened_at IS NOT NULL AND id > :after ORDER BY id LIMIT 1000"
    )
    enter = sa.text(
        "INSERT INTO comment_search VALUES (:id, array_to_tsvector(CAST(:words AS text[])))"
    )
    after = 0
    while rows := connection.execute(some, {"after": after}).all():
        connection.execute(enter, [{"id": row.id, "words": _words(row.words)} for row in rows])
        after = rows[-1].id


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text).casefold()
    words = re.findall(r"[^\W_]+", re.sub("[\u0300-\u036f]", "", folded))
    return sorted({word[:200] for word in words})


def _forbid_changes_of_the_audit_log() -> None:
    message = "the audit log is append-only"
    if op.get_bind().dialect.name == "sqlite":
        for event in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER audit_entries_no_{event} BEFORE {event.upper()} ON audit_entries "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_change_of_audit_log() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE "
        "ON audit_entries FOR EACH ROW EXECUTE FUNCTION refuse_change_of_audit_log()"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE "
        "ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_log()"
    )
