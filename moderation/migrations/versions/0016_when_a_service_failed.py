"""when a service of others last failed, and whether it has answered since"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    when = sa.Column("fault_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("remote_calls", when)
    since = sa.Column("answered_since", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("remote_calls", since)
