"""Labelled comments in files: what is trained on and measured with.

A file holds a JSON object a line, gzipped or not: `text`, `label` (spam, ham, abuse or ok) and
`source`; and where they are known `author`, `url`, `email` (of which only the domain's class is
used), `lang` (ISO 639-1, what is mostly written there) and `ts`, when it was written, as
`streams.moment` reads it.
"""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moderation.domain.email_class import email_class
from moderation.domain.evidence import Subject
from moderation.domain.language import language_of
from moderation.errors import InvalidInputError

_LABELS = {"spam": True, "ham": False, "abuse": True, "ok": False}
_OF_ABUSE = frozenset({"abuse", "ok"})


@dataclass(frozen=True, slots=True)
class Labelled:
    """A comment that people have judged.

    Attributes:
        subject: the comment.
        positive: whether it is spam; of abuse, whether it is that.
        of_abuse: whether it was judged for abuse.
        source: the blog, video or set it is from.
        at: when it was written, as the file says it; "" where it does not.
    """

    subject: Subject
    positive: bool
    of_abuse: bool
    source: str
    at: str

    @property
    def kind(self) -> str:
        """What sort of source: blog, of blog/somebody; of abuse its language."""
        return self.subject.site_language if self.of_abuse else self.source.partition("/")[0]


def read_labelled(path: Path) -> Iterator[Labelled]:
    """The comments of a file, in its order.

    Raises:
        InvalidInputError: it cannot be read, or a line is not one of these; the line is named.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _read_line(path, number, line)
    except (OSError, EOFError, zlib.error) as error:
        raise InvalidInputError(f"{path} cannot be read: {error}.") from error


def _read_line(path: Path, number: int, line: bytes) -> Labelled:
    try:
        return _labelled(json.loads(line.decode()))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise InvalidInputError(
            f"{path}, line {number}: this is no JSON object with text, label (one of "
            f"{', '.join(_LABELS)}) and source."
        ) from error


def _labelled(row: dict[str, Any]) -> Labelled:
    text = str(row["text"] or "")
    label, source = row["label"], str(row["source"] or "")
    if not source:
        raise ValueError("no source")
    return Labelled(
        Subject(
            text=text,
            name=str(row.get("author") or ""),
            website=str(row.get("url") or ""),
            email_class=email_class(str(row.get("email") or "") or None),
            language=language_of(text),
            site_language=str(row.get("lang") or ""),
        ),
        _LABELS[label],
        label in _OF_ABUSE,
        source,
        str(row.get("ts") or ""),
    )
