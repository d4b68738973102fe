"""Lessons as a file."""

import json
import struct
from base64 import b64encode
from datetime import UTC, datetime

import pytest

from moderation.classifier.features import Features, extract
from moderation.classifier.places import LAYOUT, PLACES
from moderation.domain import lesson_file
from moderation.domain.evidence import Subject
from moderation.domain.lesson_file import PackedLesson, read, write
from moderation.errors import InvalidInputError

LESSON = PackedLesson(
    datetime(2026, 5, 4, 12, 0, 1, 250_000, tzinfo=UTC),
    is_spam=True,
    weight=0.25,
    surprise=0.9,
    features=extract(Subject(text="Cheap pills", name="Anna")).pack(),
    bands=struct.pack("<8q", *range(8)),
)


def file_of(*lessons: PackedLesson) -> bytes:
    return "".join(write(lessons)).encode()


def with_line(**changes: object) -> bytes:
    head, line = file_of(LESSON).decode().splitlines()
    return f"{head}\n{json.dumps(json.loads(line) | changes)}\n".encode()


def packed(*places: int, value: float = 1.0) -> str:
    count = len(places)
    raw = struct.pack(f"<{count}I", *places) + struct.pack(f"<{count}e", *[value] * count)
    return b64encode(raw).decode()


def test_what_was_written_is_read_again_under_a_name_of_its_own() -> None:
    name, lessons = read(file_of(LESSON, LESSON))
    other, _ = read(file_of(LESSON))

    assert lessons == [LESSON, LESSON]
    assert name != other
    assert len(name) == 32


def test_nothing_in_it_is_text() -> None:
    assert b"pills" not in file_of(LESSON)
    assert b"Anna" not in file_of(LESSON)


def test_it_knows_features_as_the_classifier_has_them() -> None:
    assert (lesson_file.PLACES, lesson_file.LAYOUT) == (PLACES, LAYOUT)
    assert len(Features.unpack(LESSON.features).places) > 0


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"null", b"a,b\n", b"\xff\xfe", b"[" * 100_000]
)
def test_another_file_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInputError, match="no file of lessons"):
        read(content)


def test_a_file_of_another_layout_says_what_to_do() -> None:
    head = json.dumps({"format": "moderation lessons", "version": 1, "layout": 999})
    with pytest.raises(InvalidInputError, match="same version"):
        read(head.encode())


@pytest.mark.parametrize(
    "changes",
    [
        {"weight": 1.5},
        {"weight": -0.1},
        {"weight": float("nan")},
        {"surprise": 2},
        {"spam": "perhaps"},
        {"at": "2026-05-04T12:00:00"},
        {"at": "yesterday"},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"at": "9999-12-31T23:59:59-14:00"},
        {"at": "1969-12-31T23:59:59+00:00"},
        {"at": "3000-01-01T00:00:00+00:00"},
        {"text": "more"},
        {"features": "%%%"},
        {"features": b64encode(b"12345").decode()},
        {"features": packed(2, 1)},
        {"features": packed(1, 1)},
        {"features": packed(PLACES)},
        {"features": packed(1, value=float("inf"))},
        {"features": packed(1, value=float("nan"))},
        {"bands": b64encode(b"short").decode()},
    ],
    ids=str,
)
def test_a_line_that_is_no_lesson_is_named(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError, match="Line 2 "):
        read(with_line(**changes))


def test_empty_lines_are_lines_too_many() -> None:
    with pytest.raises(InvalidInputError, match="at most"):
        read(file_of() + b"\n" * 9, most=8)
    assert read(file_of(), most=8)[1] == []


def test_too_many_lessons_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="at most"):
        read(file_of(LESSON, LESSON), most=1)
    assert len(read(file_of(LESSON, LESSON), most=None)[1]) == 2


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n", b""])
def test_no_way_to_end_lines_makes_room_for_more_lessons(end: bytes) -> None:
    head, one, other = file_of(LESSON, LESSON).splitlines()
    content = head + b"\n" + (end or b"\n").join([one, other]) + end
    with pytest.raises(InvalidInputError, match="at most"):
        read(content, most=1)
    assert read(content, most=2)[1] == [LESSON, LESSON]
