"""The full text of comments, as the queue searches it.

SQLite: an FTS5 table over the comments' own columns, whose tokenizer drops case and accents.
PostgreSQL: a table of text search vectors, of the words that are found here, without case and
accents: its own parser takes addresses for one word and a quotation mark for a letter, and knows no
other alphabet's capitals where the database has the C locale.

A comment is entered when it has first been screened or edited; what is pending is in no view.
"""

import re
import unicodedata

from sqlalchemy import BigInteger, Select, Text, cast, column, delete, func, select, table, text
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from moderation.models import Comment, db

_WORD = re.compile(r"[^\W_]+")
_ACCENT = re.compile("[\u0300-\u036f]")
_MOST_WORDS = 12
_FEW = 1_000
_LONGEST_WORD = 200  # characters; a lexeme may have 2,046 bytes

_FTS = table("comment_search", column("rowid", BigInteger), column("comment_search", Text))
_VECTORS = table("comment_search", column("comment_id", BigInteger), column("document"))

_INDEX = {
    "sqlite": text("INSERT INTO comment_search (rowid, name, text) VALUES (:id, :name, :text)"),
    "postgresql": text(
        "INSERT INTO comment_search (comment_id, document) "
        "VALUES (:id, array_to_tsvector(CAST(:words AS text[]))) "
        "ON CONFLICT (comment_id) DO UPDATE SET document = excluded.document"
    ),
}
# FTS5 keeps no copy of the text, so what it has indexed must be told to be taken out.
_TAKE_OUT = text(
    "INSERT INTO comment_search (comment_search, rowid, name, text) "
    "SELECT 'delete', :id, :name, :text "
    # Taking out what was never entered would spoil the index.
    "WHERE EXISTS (SELECT 1 FROM comment_search_docsize WHERE id = :id)"
)


def index_text(comment_id: int, name: str, words: str) -> None:
    """Enter a comment's text within the caller's transaction."""
    dialect = _dialect()
    values: dict[str, object] = {"id": comment_id}
    if dialect == "sqlite":
        values |= {"name": name, "text": words}
    else:
        values["words"] = sorted(set(_folded_words(f"{name} {words}")))
    db.session.connection().execute(_INDEX[dialect], values)


def _folded_words(typed: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", typed).casefold()
    words = _WORD.findall(_ACCENT.sub("", folded))
    return [word[:_LONGEST_WORD] for word in words]


def reindex_text(comment: Comment, former: str) -> None:
    """Enter a comment's text anew, within the transaction that has changed it from `former`."""
    if _dialect() == "sqlite":
        values = {"id": comment.id, "name": comment.name, "text": former}
        db.session.connection().execute(_TAKE_OUT, values)
    index_text(comment.id, comment.name, comment.text)


def forget_text(comment_id: int, name: str, words: str) -> None:
    """Take out a comment's text, as it was entered, within the transaction that erases it."""
    if _dialect() == "sqlite":
        values = {"id": comment_id, "name": name, "text": words}
        db.session.connection().execute(_TAKE_OUT, values)
    else:
        db.session.execute(delete(_VECTORS).where(_VECTORS.c.comment_id == comment_id))


def words_condition(typed: str) -> Select[int] | None:
    """The ids of the comments that hold all words typed, of each at least its beginning.

    On PostgreSQL a few are looked up at once: it takes words for commoner than they may be, and
    would walk through all comments until enough of them were found.

    Returns:
        None where nothing typed is a word.
    """
    if _dialect() == "sqlite":
        # Composed, an accented letter is one that is no end of a word.
        words = _WORD.findall(unicodedata.normalize("NFC", typed))[:_MOST_WORDS]
        if not words:
            return None
        query = " ".join(f'"{word}"*' for word in words)
        return select(_FTS.c.rowid.label("id")).where(_FTS.c.comment_search.op("MATCH")(query))
    words = _folded_words(typed)[:_MOST_WORDS]
    if not words:
        return None
    parsed = cast(" & ".join(f"'{word}':*" for word in words), TSQUERY)
    found = select(_VECTORS.c.comment_id.label("id")).where(_VECTORS.c.document.op("@@")(parsed))
    few = db.session.scalars(found.limit(_FEW + 1)).all()
    if len(few) > _FEW:
        return found
    return select(func.unnest(cast(few, ARRAY(BigInteger))).label("id"))


def _dialect() -> str:
    return db.engine.dialect.name
