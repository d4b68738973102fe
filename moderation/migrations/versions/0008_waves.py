"""waves of near-identical comments"""

import sqlalchemy as sa
from alembic import op

from moderation.models.base import Id, UTCDateTime

revision = "0008"
down_revision = "0011"

_OF_AN_HOUR = sa.text("hour IS NOT NULL")
_WAVED = sa.text("wave_id IS NOT NULL")
_ALONE = sa.text("status = 'held' AND wave_id IS NULL")
_SOME_HELD = sa.text("held > 0")


def upgrade() -> None:
    op.create_table(
        "waves",
        sa.Column("id", Id, nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waves")),
    )
    op.create_table(
        "wave_sites",
        sa.Column("wave_id", Id, nullable=False),
        sa.Column("site_id", Id, nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("first_at", UTCDateTime(), nullable=False),
        sa.Column("last_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["wave_id"],
            ["waves.id"],
            name=op.f("fk_wave_sites_wave_id_waves"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["sites.id"],
            name=op.f("fk_wave_sites_site_id_sites"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("wave_id", "site_id", name=op.f("pk_wave_sites")),
    )
    op.create_index("ix_wave_sites_latest", "wave_sites", ["site_id", "last_at"])
    op.create_index(
        "ix_wave_sites_held",
        "wave_sites",
        ["site_id", "wave_id"],
        sqlite_where=_SOME_HELD,
        postgresql_where=_SOME_HELD,
    )
    op.add_column("comments", sa.Column("wave_id", Id, nullable=True))
    op.create_index(
        "ix_comments_wave",
        "comments",
        ["wave_id", "site_id", "status", "created_at", "id"],
        sqlite_where=_WAVED,
        postgresql_where=_WAVED,
    )
    for name, column in (("queue", "created_at"), ("risk", "score")):
        if op.get_bind().dialect.name == "sqlite":
            columns = ["site_id", "status", "wave_id", column, "id"]
            op.create_index(f"ix_comments_{name}_alone", "comments", columns, sqlite_where=_ALONE)
        else:
            columns = ["site_id", column, "id"]
            op.create_index(
                f"ix_comments_{name}_of_no_wave", "comments", columns, postgresql_where=_ALONE
            )
    op.add_column("fingerprints", sa.Column("hour", sa.Integer(), nullable=True))
    op.create_index(
        "ix_fingerprints_hour",
        "fingerprints",
        ["band", "hour", "comment_id"],
        sqlite_where=_OF_AN_HOUR,
        postgresql_where=_OF_AN_HOUR,
    )
