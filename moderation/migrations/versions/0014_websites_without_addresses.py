"""websites with email addresses in them: the path, or the server, is left of them"""

import sqlalchemy as sa
from alembic import op

# Not written out once more here: what a door takes for an address must be one here too.
from moderation.domain.addresses import link_without_addresses

revision = "0014"
down_revision = "0013"

_SOME = sa.text(
    "SELECT id, thread_id, website FROM comments WHERE id > :after AND (website LIKE '%@%' "
    "OR website LIKE '%\ufe6b%' OR website LIKE '%\uff20%' OR website LIKE '%&%' "
    "OR website LIKE '%!%%' ESCAPE '!') ORDER BY id LIMIT 1000"
)
_CUT = sa.text("UPDATE comments SET website = :new WHERE id = :id")
# What readers' pages were built of is outdated then.
_OUTDATE = sa.text("UPDATE threads SET version = version + 1 WHERE id = :id")


def upgrade() -> None:
    connection = op.get_bind()
    threads: set[int] = set()
    after = 0
    while rows := connection.execute(_SOME, {"after": after}).all():
        after = rows[-1].id
        for row in rows:
            new = link_without_addresses(row.website)
            if new != row.website:
                connection.execute(_CUT, {"id": row.id, "new": new})
                threads.add(row.thread_id)
    for thread in sorted(threads):
        connection.execute(_OUTDATE, {"id": thread})
