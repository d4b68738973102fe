import gzip
import json
from pathlib import Path

import pytest

from moderation.classifier.labelled import read_labelled
from moderation.domain.evidence import EmailClass
from moderation.errors import InvalidInputError
from tests.labelled_files import row, write

GOOD = json.dumps(row(1, "ham")).encode()


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_a_file_is_read_gzipped_or_not(tmp_path: Path, name: str) -> None:
    spam = row(1, "spam", author="Ann", url="https://a.example", email="x@gmail.com", ts="2026")
    file = write(tmp_path / name, [spam, row(2, "ok", source="b", lang="de", author=None)])

    first, second = read_labelled(file)

    assert (first.positive, first.of_abuse, first.source, first.at) == (
        True,
        False,
        "blog/a",
        "2026",
    )
    assert (first.subject.name, first.subject.website) == ("Ann", "https://a.example")
    assert (first.subject.text, first.subject.email_class) == (spam["text"], EmailClass.FREE)
    assert (second.positive, second.of_abuse, second.source, second.at) == (False, True, "b", "")
    assert (second.subject.name, second.subject.site_language) == ("", "de")
    assert second.subject.email_class is EmailClass.NONE


def test_empty_lines_are_left_out_and_counted(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"\r\n" + GOOD + b"\r\n\n" + GOOD + b"\n[]\n")

    comments = read_labelled(file)

    assert len([next(comments), next(comments)]) == 2
    with pytest.raises(InvalidInputError, match="line 5"):
        next(comments)


def test_half_of_a_surrogate_pair_is_a_sign_like_others(tmp_path: Path) -> None:
    half = "A text that was cut \ud83d"
    (comment,) = read_labelled(write(tmp_path / "a.jsonl", [row(1, "ham", text=half, author=half)]))

    assert (comment.subject.text, comment.subject.name) == (half, half)
    assert comment.subject.language == "en"


@pytest.mark.parametrize(
    "bad",
    [
        b"no JSON",
        b"[]",
        b"7",
        b'{"text": "a", "label": "ham"}',
        b'{"text": "a", "source": "s"}',
        b'{"label": "ham", "source": "s"}',
        b'{"text": "a", "label": "Spam", "source": "s"}',
        b'{"text": "a", "label": ["spam"], "source": "s"}',
        b'{"text": "a", "label": "spam", "source": ""}',
        b'{"text": "a", "label": "spam", "source": null}',
        b'{"text": "\xff", "label": "ham", "source": "s"}',
        b"[" * 100_000,
    ],
)
def test_a_line_that_is_none_is_named(tmp_path: Path, bad: bytes) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"\n".join([GOOD, GOOD, bad, GOOD]))

    with pytest.raises(InvalidInputError, match=r"a\.jsonl, line 3: .*spam, ham, abuse, ok"):
        list(read_labelled(file))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    packed = gzip.compress(GOOD * 50)
    faults = {
        "missing.jsonl": None,
        "short.jsonl.gz": packed[:-20],
        "plain.jsonl.gz": GOOD,
        "bent.jsonl.gz": packed[:10] + bytes(8) + b"\xff" * 9 + packed[27:],
    }
    for name, data in faults.items():
        if data is not None:
            (tmp_path / name).write_bytes(data)

        with pytest.raises(InvalidInputError, match=f"{name} cannot be read"):
            list(read_labelled(tmp_path / name))
