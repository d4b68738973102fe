"""The full text of comments, as the queue searches it.

SQLite: an FTS5 table over the comments' own columns. PostgreSQL: a table of text search vectors.
A comment is entered when it has been screened; what is still pending cannot be found.
"""

import re
from typing import Any

from sqlalchemy import ColumnElement, text

from moderation.models import Comment, db

_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 12

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
_FIND = {
    "sqlite": "comments.id IN (SELECT rowid FROM comment_search WHERE comment_search MATCH :words)",
    "postgresql": "comments.id IN (SELECT comment_id FROM comment_search "
    "WHERE document @@ to_tsquery('simple', :words))",
}


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


def holds_words(typed: str) -> ColumnElement[bool] | None:
    """The condition that a comment holds all words typed, of each at least its beginning.

    Returns:
        None where nothing typed is a word.
    """
    words = _WORD.findall(typed)[:_MOST_WORDS]
    if not words:
        return None
    if _dialect() == "sqlite":
        query = " ".join(f'"{word}"*' for word in words)
    else:
        query = " & ".join(f"{word}:*" for word in words)
    found: Any = text(_FIND[_dialect()]).bindparams(words=query)
    return found  # type: ignore[no-any-return]


def _dialect() -> str:
    return db.engine.dialect.name
