"""comments that other systems publish, and what Akismet clients asked"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0007"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_COUNTS = ("asked", "spam", "ham", "missed_spam", "false_positives")


def upgrade() -> None:
    op.add_column(
        "threads", sa.Column("elsewhere", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "akismet_counts",
        sa.Column("key_id", _ID, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("blog", sa.String(length=300), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        sa.PrimaryKeyConstraint("key_id", "month", "blog", name="pk_akismet_counts"),
        sa.ForeignKeyConstraint(
            ["key_id"],
            ["api_keys.id"],
            name="fk_akismet_counts_key_id_api_keys",
            ondelete="CASCADE",
        ),
    )
