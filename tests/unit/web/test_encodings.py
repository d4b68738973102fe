"""Content codings."""

import gzip

import pytest

from moderation.web.encodings import accepts_gzip, gzipped


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("gzip, deflate, br, zstd", True),
        ("GZIP", True),
        ("br;q=1.0, gzip; q=0.5", True),
        ("*", True),
        ("x-gzip", True),
        ("gzip;q=0.5, identity;q=0.4", True),
        ("", False),
        ("identity", False),
        ("br, zstd", False),
        ("gzip;q=0", False),
        ("gzip;q=0, *", False),
        ("*;q=0", False),
        ("gzip;q=0.1, identity;q=0.9", False),
        ("gzip;q=much", False),
        (",;=,;q=", False),
    ],
)
def test_gzip_is_sent_to_those_who_want_it(header: str, *, wanted: bool) -> None:
    assert accepts_gzip(header) is wanted


def test_a_body_is_compressed_the_same_way_each_time() -> None:
    body = b"a thought of my own, " * 100

    assert gzipped(body) == gzipped(body)
    assert gzip.decompress(gzipped(body) or b"") == body


def test_a_body_of_parts_is_one_body_and_smaller_where_their_letters_are_others() -> None:
    english = "".join(f"thought {n * n} of my own; " for n in range(500)).encode()
    russian = "".join(f"мысль {n * n} моя; " for n in range(100)).encode("utf-16")
    apart, whole = gzipped(english, russian), gzipped(english + russian)

    assert apart
    assert whole
    assert gzip.decompress(apart) == english + russian
    assert len(apart) < len(whole)


@pytest.mark.parametrize("body", [b"short", bytes(range(256)) * 2])
def test_what_gains_nothing_stays_as_it_is(body: bytes) -> None:
    assert gzipped(body[:511]) is None
