"""short ways to what is held, and to what a moderator did lately"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_HELD = sa.text("status = 'held'")
_SINGLE = sa.text("bulk_id IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_comments_held", "comments", ["id"], sqlite_where=_HELD, postgresql_where=_HELD
    )
    op.create_index(
        "ix_audit_entries_single",
        "audit_entries",
        ["moderator_id", "id"],
        sqlite_where=_SINGLE,
        postgresql_where=_SINGLE,
    )
