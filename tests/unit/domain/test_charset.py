"""Which encoding a page is read in."""

import codecs

import pytest

from moderation.domain.charset import decode


@pytest.mark.parametrize(
    ("body", "content_type", "encoding", "declared_by"),
    [
        (b"", "", "windows-1252", ""),
        ("é".encode(), "text/html; charset=utf-8", "utf-8", "header"),
        ("é".encode(), 'text/html; charset="UTF-8"', "utf-8", "header"),
        ("é".encode(), "text/html;CHARSET = utf-8;x", "utf-8", "header"),
        ("<meta charset=utf-8>é".encode(), "", "utf-8", "meta"),
        ("<meta charset='utf-8'>é".encode(), "text/html; charset=nonsense", "utf-8", "meta"),
        (
            '<meta http-equiv=Content-Type content="text/html; charset=utf-8">é'.encode(),
            "text/html",
            "utf-8",
            "meta",
        ),
        ("<meta charset=utf-8>é".encode("latin-1"), "text/html; charset=latin1", "windows-1252", "header"),
        ("é".encode("latin-1"), "text/html; charset=us-ascii", "windows-1252", "header"),
        (codecs.BOM_UTF8 + "é".encode(), "text/html; charset=latin1", "utf-8", "mark"),
        (codecs.BOM_UTF16_LE + "é".encode("utf-16-le"), "", "utf-16-le", "mark"),
        (b"<meta charset=utf-16le>", "", "utf-8", "meta"),
        ("é".encode("latin-1"), "text/html; charset=hex", "windows-1252", ""),
        ("я".encode("koi8-r"), "text/html; charset=koi8-r", "koi8-r", "header"),
    ],
)  # fmt: skip
def test_a_page_is_read_as_browsers_read_it(
    body: bytes, content_type: str, encoding: str, declared_by: str
) -> None:
    found = decode(body, content_type)

    assert (encoding, declared_by) == (found.encoding, found.declared_by)
    assert not found.broken
    if "é".encode() in body or b"\xe9" in body:
        assert found.text.endswith("é")


def test_a_declaration_too_far_down_is_not_heard() -> None:
    found = decode(b" " * 2_000 + "<meta charset=utf-8>é".encode(), "")

    assert found.meta_late
    assert found.encoding == "windows-1252"


def test_what_cannot_be_read_is_counted() -> None:
    found = decode(b"<meta charset=utf-8>\xe9 \xe9 " + "\ufffd".encode(), "")

    assert found.broken == 2


@pytest.mark.parametrize(
    "label", ["idna", "punycode", "undefined", "unicode_escape", "utf-7", "utf-32", "rot13"]
)
def test_an_encoding_that_browsers_do_not_know_is_passed_over(label: str) -> None:
    found = decode(b"-" + b"a" * 50_000, f"text/html; charset={label}")

    assert (found.encoding, found.declared_by) == ("windows-1252", "")


def test_a_page_of_spaces_is_looked_through_at_once() -> None:
    found = decode(b"<meta " * 80 + b"charset=" + b" " * 64_000 + b">", "")

    assert found.declared_by == ""
