"""Lessons as a file, to take them to another installation. Pure.

JSON, a line for each lesson after a first one that says what this is. In it are no text and no
name as such, but the numbers that words and runs of characters were hashed to, of which whoever
sets out to can put a comment together again. So the file is kept like the comments themselves. Of
the address that was given there is the class of its domain alone.
"""

import hashlib
import json
import math
import struct
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from moderation.errors import InvalidInputError
from moderation.words import N_

FORMAT = "moderation lessons"
VERSION = 1
MOST_LESSONS = 20_000  # that a request reads: some seconds
# Of features, as `classifier.features` has them, which web processes do not load.
PLACES = 1 << 22
LAYOUT = 8
_HEAD = {"format": FORMAT, "version": VERSION, "layout": LAYOUT}
_MOST_FEATURES = 100_000  # a text that is read whole has 70,000 at most
_BANDS = 8
_FIRST_YEAR, _LAST_YEAR = 1970, 2999


@dataclass(frozen=True, slots=True)
class PackedLesson:
    """A lesson without its comment."""

    decided_at: datetime
    is_spam: bool
    weight: float
    surprise: float
    features: bytes
    bands: bytes


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid")

    at: AwareDatetime
    spam: bool
    weight: Annotated[float, Field(ge=0, le=1)]
    surprise: Annotated[float, Field(ge=0, le=1)]
    features: Annotated[str, Field(max_length=8 * _MOST_FEATURES)]
    bands: Annotated[str, Field(max_length=100)]


def write(lessons: Iterable[PackedLesson]) -> Iterator[str]:
    """The lines of a file."""
    yield json.dumps(_HEAD) + "\n"
    for one in lessons:
        line = {
            "at": one.decided_at.isoformat(),
            "spam": one.is_spam,
            "weight": one.weight,
            "surprise": one.surprise,
            "features": b64encode(one.features).decode(),
            "bands": b64encode(one.bands).decode(),
        }
        yield json.dumps(line) + "\n"


def read(content: bytes, most: int | None = MOST_LESSONS) -> tuple[str, list[PackedLesson]]:
    """A name for exactly this file, and the lessons in it.

    Args:
        content: of the file.
        most: how many lessons it may hold; None: any number.

    Raises:
        InvalidInputError: it is not such a file, holds more, or a line of it is at fault.
    """
    told = _parsed(content.partition(b"\n")[0])
    if isinstance(told, dict) and told | {"layout": LAYOUT} == _HEAD and told != _HEAD:
        raise InvalidInputError(
            N_(
                "This file is of another version of this software, which saw comments otherwise. "
                "Bring both installations to the same version, and export it anew."
            )
        )
    if told != _HEAD:
        raise InvalidInputError(
            N_(
                "This is no file of lessons. It comes from `moderation learned export`, or from "
                "the page of what a site has learned."
            )
        )
    lines = content.splitlines()[1:]
    if most is not None and len(lines) > most:
        raise InvalidInputError(
            N_(
                "A file that is brought here may hold {most} lessons at most. The operator can "
                "bring it with `moderation learned import`.",
                most=most,
            )
        )
    lessons = [_lesson(line, number) for number, line in enumerate(lines, 2)]
    return hashlib.sha256(content).hexdigest()[:32], lessons


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _lesson(text: bytes, number: int) -> PackedLesson:
    try:
        line = _Line.model_validate_json(text)
        features = b64decode(line.features, validate=True)
        bands = b64decode(line.bands, validate=True)
        _check(features, bands)
        decided_at = _moment(line.at)
    except (ValidationError, ValueError, OverflowError, struct.error):
        raise InvalidInputError(
            N_(
                "Line {number} of this file is no lesson. Nothing was imported; please export it "
                "anew.",
                number=number,
            )
        ) from None
    return PackedLesson(decided_at, line.spam, line.weight, line.surprise, features, bands)


def _moment(told: datetime) -> datetime:
    """In UTC, and of a year that every database and zone can hold."""
    moment = told.astimezone(UTC)
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError("nobody decided then")
    return moment


def _check(packed: bytes, bands: bytes) -> None:
    """See to it that these are features as `classifier.features` packs them, and bands: what is
    not would stop a site's learning for good.
    """
    if len(bands) != 8 * _BANDS:
        raise ValueError("bands")
    count, rest = divmod(len(packed), 6)
    if rest or count > _MOST_FEATURES:
        raise ValueError("length")
    places = struct.unpack(f"<{count}I", packed[: 4 * count])
    values = struct.unpack(f"<{count}e", packed[4 * count :])
    ascending = all(a < b for a, b in pairwise(places))
    if not ascending or (places and places[-1] >= PLACES) or not all(map(math.isfinite, values)):
        raise ValueError("features")
