"""what the widget needs: settings, API keys, likes, reports"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_NONE = sa.text("0")


def upgrade() -> None:
    op.add_column(
        "sites", sa.Column("settings", sa.JSON(), nullable=False, server_default=sa.text("'{}'"))
    )
    op.add_column(
        "commenters", sa.Column("avatar_seed", sa.Integer(), nullable=False, server_default=_NONE)
    )
    for column in (
        sa.Column("likes", sa.Integer(), nullable=False, server_default=_NONE),
        sa.Column("open_reports", sa.Integer(), nullable=False, server_default=_NONE),
        sa.Column("notify", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("comments", column)
    _add_keys()
    _add_likes()
    _add_reports()


def _add_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", _ID, nullable=False),
        sa.Column("site_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_by", _ID, nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT, nullable=True),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name="fk_api_keys_site_id_sites", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["moderators.id"], name="fk_api_keys_created_by_moderators"
        ),
        sa.UniqueConstraint("key_hash", name="uq_api_keys_key_hash"),
    )
    op.create_index("ix_api_keys_site_id", "api_keys", ["site_id"])


def _add_likes() -> None:
    op.create_table(
        "likes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("comment_id", _ID, nullable=False),
        sa.Column("reader", sa.LargeBinary(length=32), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_likes"),
        _of_a_comment("likes"),
        sa.UniqueConstraint("comment_id", "reader", name="uq_likes_comment_id_reader"),
    )
    op.create_index("ix_likes_created", "likes", ["created_at"])


def _add_reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", _ID, nullable=False),
        sa.Column("comment_id", _ID, nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("reader", sa.LargeBinary(length=32), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
        _of_a_comment("reports"),
        sa.UniqueConstraint("comment_id", "reader", name="uq_reports_comment_id_reader"),
    )
    op.create_index("ix_reports_created", "reports", ["created_at"])


def _of_a_comment(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["comment_id"], ["comments.id"], name=f"fk_{table}_comment_id_comments", ondelete="CASCADE"
    )
