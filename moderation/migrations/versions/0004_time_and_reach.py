"""the audit log by time, and what a bulk job can reach no more"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index("ix_audit_entries_time", "audit_entries", ["site_id", "created_at"])
    lost = sa.Column("lost", sa.Integer(), nullable=False, server_default=sa.text("0"))
    op.add_column("bulk_jobs", lost)
