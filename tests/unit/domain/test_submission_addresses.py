"""A submission's email address and website, at their limits and in all their spellings."""

import pytest

from tests.unit.factories import faults, parsed


def test_an_address_may_have_254_characters() -> None:
    domain = ".".join(["b" * 60] * 3)
    longest = f"{'a' * 64}@{domain}.{'c' * 6}"

    assert len(longest) == 254
    assert longest == parsed(email=longest).email
    assert faults(email=longest + "c") == {"email": "too_long"}
    assert faults(email="a" * 10_000 + "@example.com") == {"email": "too_long"}


@pytest.mark.parametrize(
    ("email", "normal"),
    [
        ("Anna.Smith@EXAMPLE.com", "Anna.Smith@example.com"),
        ("anna+tag@example.com", "anna+tag@example.com"),
        ("o'brien@example.com", "o'brien@example.com"),
        ("anna@sub.example.co.uk", "anna@sub.example.co.uk"),
        ("anna@shop.test", "anna@shop.test"),
        ("анна@пример.рф", "анна@пример.рф"),
        ("anna@BÜCHER.example", "anna@bücher.example"),
        ("anna@xn--bcher-kva.example", "anna@bücher.example"),
    ],
)
def test_an_address_is_normalised(email: str, normal: str) -> None:
    assert normal == parsed(email=email).email


@pytest.mark.parametrize(
    "email",
    [
        "anna",
        "@example.com",
        "anna@",
        "anna@localhost",
        "anna@example",
        "anna@@example.com",
        "anna@example..com",
        "anna..b@example.com",
        ".anna@example.com",
        "anna@-example.com",
        "anna@ex_ample.com",
        "anna smith@example.com",
        '"anna smith"@example.com',
        "Anna <anna@example.com>",
        "anna@example.com, ben@example.com",
        "anna@[192.0.2.1]",
        "anna@192.0.2.1",
        "anna\u202e@example.com",
        "anna@exam\u200bple.com",
        "mailto:anna@example.com",
    ],
)
def test_what_is_no_whole_address_is_a_fault(email: str) -> None:
    assert faults(email=email) == {"email": "invalid_email"}


@pytest.mark.parametrize("value", [None, "", "   "])
def test_a_website_may_be_left_out(value: str | None) -> None:
    assert parsed(website=value).website is None


@pytest.mark.parametrize(
    ("website", "kept"),
    [
        ("https://anna.example/", "https://anna.example/"),
        ("HTTP://Anna.example/Me", "http://anna.example/Me"),
        ("https://anna.example.:443/", "https://anna.example/"),
        ("anna.example", "https://anna.example"),
        ("anna.example/~a?b#c", "https://anna.example/~a?b#c"),
        ("localhost:5000", "https://localhost:5000"),
        ("http://[2001:db8::1]:80/", "http://[2001:db8::1]/"),
        ("bücher.example", "https://xn--bcher-kva.example"),
        ("http://an\u200bna.example", "http://anna.example"),
        ("javascript:1", "https://javascript:1"),
        ("http://anna.example/@anna", "http://anna.example/@anna"),
    ],
)
def test_a_website_is_an_http_address(website: str, kept: str) -> None:
    assert kept == parsed(website=website).website


@pytest.mark.parametrize(
    "website",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "ftp://anna.example",
        "file:///etc/passwd",
        "mailto:anna@example.com",
        "anna@example.com",
        "http://",
        "http:///a",
        "http:anna.example",
        "//anna.example",
        "/a",
        "?",
        "http://me:secret@anna.example",
        "http://me@anna.example",
        "http://anna.example:0",
        "http://anna.example:99999",
        "http://[",
        "http://.",
        "http://<b>",
        "http://%00",
        "http://anna\u202e.example",
        "http:\\\\anna.example",
        "http://an na.example",
        "http://anna.example/a b",
        "http://anna.example/\u2003b",
    ],
)
def test_what_is_no_http_address_is_a_fault(website: str) -> None:
    assert faults(website=website) == {"website": "invalid_website"}


def test_a_website_may_have_200_characters() -> None:
    longest = "http://anna.example/".ljust(200, "a")

    assert longest == parsed(website=longest).website
    assert faults(website=longest + "a") == {"website": "too_long"}


def test_a_website_is_measured_as_it_is_kept() -> None:
    host = ".".join(["赌场真好在线娱乐"] * 8)

    assert len(host) < 100
    assert faults(website=f"https://{host}") == {"website": "too_long"}


def test_the_scheme_that_is_put_before_a_website_counts_too() -> None:
    longest = "anna.example/".ljust(192, "a")

    assert parsed(website=longest).website == f"https://{longest}"
    assert faults(website=longest + "a") == {"website": "too_long"}
