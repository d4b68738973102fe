"""Rows for a spreadsheet, which must not take what readers wrote for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

# So that a spreadsheet reads the file as UTF-8.
BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> str:
    """A value as a cell: with an apostrophe before it where it could be run as a formula
    (OWASP, “CSV Injection”).
    """
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_lines(rows: Iterable[Sequence[object]]) -> str:
    """Rows as lines of CSV (RFC 4180)."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()
