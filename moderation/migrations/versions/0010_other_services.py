"""services of others: settings, how often they were asked, what they are to be told"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_SERVICE = sa.String(length=32)


def upgrade() -> None:
    op.create_table(
        "remote_services",
        sa.Column("site_id", _ID, nullable=False),
        sa.Column("service", _SERVICE, nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("on_since", _MOMENT, nullable=True),
        sa.Column("told_until", _MOMENT, nullable=True),
        _of("sites", "remote_services", "site_id"),
        sa.PrimaryKeyConstraint("site_id", "service", name="pk_remote_services"),
    )
    op.create_table(
        "remote_calls",
        sa.Column("site_id", _ID, nullable=False),
        sa.Column("service", _SERVICE, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("fault", sa.String(length=500), nullable=False, server_default=""),
        sa.Column("alert", sa.String(length=500), nullable=False, server_default=""),
        _of("sites", "remote_calls", "site_id"),
        sa.PrimaryKeyConstraint("site_id", "service", "day", name="pk_remote_calls"),
    )
    op.create_table(
        "remote_feedback",
        sa.Column("comment_id", _ID, nullable=False),
        sa.Column("service", _SERVICE, nullable=False),
        sa.Column("site_id", _ID, nullable=False),
        sa.Column("is_spam", sa.Boolean(), nullable=True),
        sa.Column("decided_at", _MOMENT, nullable=False),
        sa.Column("told", sa.Boolean(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=True),
        _of("comments", "remote_feedback", "comment_id"),
        sa.PrimaryKeyConstraint("comment_id", "service", name="pk_remote_feedback"),
    )
    op.create_index("ix_remote_feedback_due", "remote_feedback", ["due_at"])


def _of(owner: str, table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{owner}.id"], name=f"fk_{table}_{column}_{owner}", ondelete="CASCADE"
    )
