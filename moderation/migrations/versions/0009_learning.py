"""learning: lessons, what was made of them, the class of an address"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0010"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "comments",
        sa.Column("email_class", sa.String(length=32), nullable=False, server_default="none"),
    )
    _add_lessons()
    op.create_table(
        "site_learning",
        sa.Column("site_id", _ID, nullable=False, autoincrement=False),
        sa.Column("taught", sa.Integer(), nullable=False),
        sa.Column("folded", sa.Integer(), nullable=False),
        sa.Column("shipped", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("model_id", _ID, nullable=True),
        sa.Column("since", _MOMENT, nullable=True),
        sa.Column("folding_until", _MOMENT, nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("site_id", name="pk_site_learning"),
        _of_a_site("site_learning"),
    )
    op.create_table(
        "site_models",
        sa.Column("id", _ID, nullable=False),
        sa.Column("site_id", _ID, nullable=False),
        sa.Column("lessons", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_site_models"),
        _of_a_site("site_models"),
    )
    op.create_index("ix_site_models_site", "site_models", ["site_id", "lessons"])
    op.create_table(
        "audit_readers",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("entry_id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_audit_readers"),
    )


def _add_lessons() -> None:
    op.create_table(
        "lessons",
        sa.Column("id", _ID, nullable=False),
        sa.Column("site_id", _ID, nullable=False),
        sa.Column("comment_id", _ID, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_spam", sa.Boolean(), nullable=False),
        sa.Column("features", sa.LargeBinary(), nullable=False),
        sa.Column("layout", sa.Integer(), nullable=False),
        sa.Column("checksum", _ID, nullable=False),
        sa.Column("bands", sa.LargeBinary(), nullable=False),
        sa.Column("surprise", sa.Double(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("moderator_id", _ID, nullable=True),
        sa.Column("entry_id", _ID, nullable=False),
        sa.Column("decided_at", _MOMENT, nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("imported_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_lessons"),
        _of_a_site("lessons"),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name="fk_lessons_comment_id_comments",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["moderators.id"], name="fk_lessons_moderator_id_moderators"
        ),
        sa.UniqueConstraint("comment_id", name="uq_lessons_comment_id"),
    )
    op.create_index("ix_lessons_order", "lessons", ["site_id", "decided_at", "comment_id", "id"])
    op.create_index("ix_lessons_origin", "lessons", ["site_id", "origin"])
    op.create_index("ix_lessons_layout", "lessons", ["layout", "id"])


def _of_a_site(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["site_id"], ["sites.id"], name=f"fk_{table}_site_id_sites", ondelete="CASCADE"
    )
