"""the language that a moderator reads the pages in"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("moderators", sa.Column("language", sa.String(length=8), nullable=True))
