"""Labelled comments in two halves of different sources: what is judged is by no one learned of."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from moderation.classifier.labelled import Labelled, read_labelled
from moderation.errors import InvalidInputError

SIDES = (0, 1)
Columns = dict[str, list[Labelled]]


@dataclass(frozen=True, slots=True)
class Halved:
    """Comments by column of the tables, each on one of two sides.

    Attributes:
        columns: by name the comments of each side.
    """

    columns: dict[str, tuple[list[Labelled], list[Labelled]]]

    def train(self, side: int) -> list[Labelled]:
        """What is learned before this side is judged: the other one, of all columns."""
        return [comment for sides in self.columns.values() for comment in sides[1 - side]]

    def test(self, side: int) -> list[Labelled]:
        """What is judged: this side, of all columns, in their order."""
        return [comment for sides in self.columns.values() for comment in sides[side]]

    def shown(self) -> list[str]:
        """The columns that can be measured: those with both labels on some side."""
        return [name for name, sides in self.columns.items() if any(map(_both_labels, sides))]


def read_folder(folder: Path, most: int | None) -> tuple[Halved, Halved]:
    """The comments of a folder's files in two halves, of spam by file and of abuse by language.

    Args:
        folder: with *.jsonl or *.jsonl.gz.
        most: keep only so many of each column, by chance but always the same; None: all.

    Raises:
        InvalidInputError: there is none, or one cannot be read.
    """
    spam, abuse = read_columns(folder)
    return _halved(spam, most), _halved(abuse, most)


def read_columns(folder: Path) -> tuple[Columns, Columns]:
    """The comments of a folder's files, of spam by file and of abuse by language, in their order.

    Args:
        folder: with *.jsonl or *.jsonl.gz.

    Raises:
        InvalidInputError: there is none, or one cannot be read.
    """
    files = sorted([*folder.glob("*.jsonl"), *folder.glob("*.jsonl.gz")])
    if not files:
        raise InvalidInputError(
            f"There are no *.jsonl or *.jsonl.gz in {folder}. Name a folder that has some: "
            "make benchclassifier DATA=/path/to/folder"
        )
    spam: Columns = {}
    abuse: Columns = {}
    for file in files:
        for comment in read_labelled(file):
            if comment.of_abuse:
                abuse.setdefault(comment.subject.site_language, []).append(comment)
            else:
                spam.setdefault(file.name.partition(".")[0], []).append(comment)
    return spam, abuse


def _halved(columns: Columns, most: int | None) -> Halved:
    halved = {}
    for name, comments in columns.items():
        kept = comments if most is None else sorted(comments, key=_chance)[:most]
        sides = parts_of(kept, len(SIDES))
        halved[name] = (
            [comment for comment, side in zip(kept, sides, strict=True) if side == 0],
            [comment for comment, side in zip(kept, sides, strict=True) if side == 1],
        )
    return Halved(halved)


def parts_of(comments: Sequence[Labelled], parts: int) -> list[int]:
    """A part for each comment of a file, 0 to `parts` - 1: sources in turn, by size; of a single
    source by the text, so that the same text is never in two.
    """
    sizes = Counter(comment.source for comment in comments)
    if len(sizes) == 1:
        return [_chance(comment) % parts for comment in comments]
    by_size = sorted(sizes, key=lambda source: (-sizes[source], source))
    return [by_size.index(comment.source) % parts for comment in comments]


def _chance(comment: Labelled) -> int:
    # Not the checksum that training chooses its folds by, which would then be empty.
    text = comment.subject.text.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())


def _both_labels(comments: Iterable[Labelled]) -> bool:
    return len({comment.positive for comment in comments}) > 1
