"""short ways to open reports, and to the likes and reports of the day"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_KNOWN = sa.text("reader IS NOT NULL")
_OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    for table in ("likes", "reports"):
        op.drop_index(f"ix_{table}_created", table)
        op.create_index(
            f"ix_{table}_created",
            table,
            ["created_at"],
            sqlite_where=_KNOWN,
            postgresql_where=_KNOWN,
        )
    op.create_index(
        "ix_reports_open", "reports", ["comment_id"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
