"""when other services were heard on a comment, and what is held with words that are not screened"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_UNSCREENED = sa.text("status = 'held' AND screened_at IS NULL AND revision > 1")


def upgrade() -> None:
    op.add_column("comments", sa.Column("heard_revision", sa.Integer(), nullable=True))
    op.add_column("comments", sa.Column("ask_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_comments_unscreened",
        "comments",
        ["sweep_at"],
        sqlite_where=_UNSCREENED,
        postgresql_where=_UNSCREENED,
    )
