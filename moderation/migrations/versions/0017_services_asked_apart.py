"""the revision on which the answers of other services are stored"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("comments", sa.Column("heard_revision", sa.Integer(), nullable=True))
