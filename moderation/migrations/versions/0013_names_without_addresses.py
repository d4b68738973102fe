"""names that are or hold email addresses: what stands before each “@” is left of it"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

# Not written out once more here: what a door takes for an address must be one here too.
from moderation.domain.addresses import name_without_addresses
from moderation.domain.submission import ANONYMOUS

revision = "0013"
down_revision = "0012"

_SOME = sa.text(
    "SELECT id, thread_id, name, text FROM comments WHERE id > :after AND (name LIKE '%@%' "
    "OR name LIKE '%\ufe6b%' OR name LIKE '%\uff20%' OR name LIKE '%&%' "
    "OR name LIKE '%!%%' ESCAPE '!') ORDER BY id LIMIT 1000"
)
_LONGEST = 245  # characters, as in the column
_LONGEST_NOTE = 200
_RENAME = sa.text("UPDATE comments SET name = :new WHERE id = :id")
# What readers' pages were built of is outdated then.
_OUTDATE = sa.text("UPDATE threads SET version = version + 1 WHERE id = :id")
_TAKE_OUT = sa.text(
    "INSERT INTO comment_search (comment_search, rowid, name, text) "
    "VALUES ('delete', :id, :name, :text)"
)
_ENTER = sa.text("INSERT INTO comment_search (rowid, name, text) VALUES (:id, :new, :text)")
_IS_ENTERED = sa.text("SELECT 1 FROM comment_search_docsize WHERE id = :id")
_ENTER_ANEW = sa.text(
    "UPDATE comment_search SET document = array_to_tsvector(CAST(:words AS text[])) "
    "WHERE comment_id = :id"
)


# Rules that came of blocking a commenter note the name; what a person typed is left.
_BLOCKED = "Blocked in the queue: "
_NOTES = sa.text("SELECT id, note FROM site_rules WHERE note LIKE :notes ORDER BY id")
_NOTE = sa.text("UPDATE site_rules SET note = :note WHERE id = :id")


def upgrade() -> None:
    connection = op.get_bind()
    _rename_commenters(connection)
    for row in connection.execute(_NOTES, {"notes": f"{_BLOCKED}%"}).all():
        name = row.note.removeprefix(_BLOCKED)
        note = _BLOCKED + (name_without_addresses(name) or ANONYMOUS)
        if note != row.note:
            connection.execute(_NOTE, {"id": row.id, "note": note[:_LONGEST_NOTE]})


def _rename_commenters(connection: sa.Connection) -> None:
    threads: set[int] = set()
    after = 0
    while rows := connection.execute(_SOME, {"after": after}).all():
        after = rows[-1].id
        for row in rows:
            new = name_without_addresses(row.name) or ANONYMOUS
            if new != row.name:
                # Read from its signs a name may have become longer.
                _rename(connection, row, new[:_LONGEST].strip())
                threads.add(row.thread_id)
    for thread in sorted(threads):
        connection.execute(_OUTDATE, {"id": thread})


def _rename(connection: sa.Connection, row: sa.Row, new: str) -> None:
    """Give a comment its new name, also where it is searched for."""
    values = {"id": row.id, "name": row.name, "text": row.text, "new": new}
    if connection.dialect.name == "sqlite":
        if connection.execute(_IS_ENTERED, {"id": row.id}).first():
            connection.execute(_TAKE_OUT, {key: values[key] for key in ("id", "name", "text")})
            connection.execute(_ENTER, {key: values[key] for key in ("id", "new", "text")})
    else:
        words = {"id": row.id, "words": _words(f"{new} {row.text}")}
        connection.execute(_ENTER_ANEW, words)
    connection.execute(_RENAME, {"id": row.id, "new": new})


def _words(text: str) -> list[str]:
    """As `services.search` finds them."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    words = re.findall(r"[^\W_]+", re.sub("[\u0300-\u036f]", "", folded))
    return sorted({word[:200] for word in words})
