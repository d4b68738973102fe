"""what kind of site each site is like, and by which comments that was told"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    kind = sa.Column("kind", sa.String(length=64), nullable=False, server_default="")
    op.add_column("site_learning", kind)
    folded = sa.Column("folded_kind", sa.String(length=64), nullable=False, server_default="")
    op.add_column("site_learning", folded)
    seen = sa.Column("kind_seen", _ID, nullable=False, server_default=sa.text("0"))
    op.add_column("site_learning", seen)
