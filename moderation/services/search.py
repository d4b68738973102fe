"""The full text of comments, as the queue searches it.

SQLite: an FTS5 table over the comments' own columns. PostgreSQL: a table of text search vectors.
A comment is entered when it has been screened; what is still pending cannot be found.
"""

import re

from sqlalchemy import BigInteger, Select, Text, column, func, select, table, text

from moderation.models import Comment, db

_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 12

_FTS = table("comment_search", column("rowid", BigInteger), column("comment_search", Text))
_VECTORS = table("comment_search", column("comment_id", BigInteger), column("document"))

_INDEX = {
    "sqlite": text("INSERT INTO comment_search (rowid, name, text) VALUES (:id, :name, :text)"),
    "postgresql": text(
        "INSERT INTO comment_search (comment_id, document) "
        "VALUES (:id, to_tsvector('simple', :name || ' ' || :text)) "
        "ON CONFLICT (comment_id) DO UPDATE SET document = excluded.document"
    ),
}
# FTS5 keeps no copy of the text, so what it has indexed must be told to be taken out.
_TAKE_OUT = text(
    "INSERT INTO comment_search (comment_search, rowid, name, text) "
    "VALUES ('delete', :id, :name, :text)"
)


def index_text(comment_id: int, name: str, words: str) -> None:
    """Enter a comment's text within the caller's transaction."""
    values = {"id": comment_id, "name": name, "text": words}
    db.session.connection().execute(_INDEX[_dialect()], values)


def reindex_text(comment: Comment, former: str) -> None:
    """Enter a comment's text anew, within the transaction that has changed it from `former`."""
    if _dialect() == "sqlite":
        values = {"id": comment.id, "name": comment.name, "text": former}
        db.session.connection().execute(_TAKE_OUT, values)
    index_text(comment.id, comment.name, comment.text)


def words_condition(typed: str) -> Select[int] | None:
    """The ids of the comments that hold all words typed, of each at least its beginning.

    Returns:
        None where nothing typed is a word.
    """
    words = _WORD.findall(typed)[:_MOST_WORDS]
    if not words:
        return None
    if _dialect() == "sqlite":
        query = " ".join(f'"{word}"*' for word in words)
        return select(_FTS.c.rowid.label("id")).where(_FTS.c.comment_search.op("MATCH")(query))
    query = " & ".join(f"{word}:*" for word in words)
    parsed = func.to_tsquery("simple", query)
    return select(_VECTORS.c.comment_id.label("id")).where(_VECTORS.c.document.op("@@")(parsed))


def _dialect() -> str:
    return db.engine.dialect.name
