"""until when a service that will know more is not asked again about a comment"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("comments", sa.Column("ask_at", sa.DateTime(timezone=True), nullable=True))
