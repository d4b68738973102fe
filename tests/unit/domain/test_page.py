"""Page addresses: hostile, foreign, and in all their spellings."""

import random

import pytest

from moderation.domain.page import ascii_host, canonical_link, key_of, origin_of, page_of
from moderation.errors import InvalidInputError, UnknownThreadError

ORIGINS = frozenset(
    {
        "https://blog.example",
        "http://blog.example",
        "https://blog.example:8443",
        "https://xn--bcher-kva.example",
        "http://[2001:db8::1]:8000",
    }
)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://blog.example", "https://blog.example"),
        ("HTTPS://Blog.EXAMPLE/A?b#c", "https://blog.example"),
        ("https://blog.example:443/", "https://blog.example"),
        ("http://blog.example:80/", "http://blog.example"),
        ("http://blog.example:443/", "http://blog.example:443"),
        ("https://blog.example:80/", "https://blog.example:80"),
        ("https://blog.example:/", "https://blog.example"),
        ("http://localhost:5000", "http://localhost:5000"),
        ("https://bücher.example/", "https://xn--bcher-kva.example"),
        ("https://BÜCHER.example/", "https://xn--bcher-kva.example"),
        ("https://ｂücher.example/", "https://xn--bcher-kva.example"),
        ("https://bücher。example/", "https://xn--bcher-kva.example"),
        ("https://faß.example/", "https://xn--fa-hia.example"),
        ("https://blog.example./", "https://blog.example"),
        ("https://[2001:DB8::1]/", "https://[2001:db8::1]"),
        ("https://[2001:db8::1]:8000/", "https://[2001:db8::1]:8000"),
        ("http://192.0.2.1/", "http://192.0.2.1"),
    ],
)
def test_an_origin_is_scheme_host_and_unusual_port(url: str, origin: str) -> None:
    assert origin == origin_of(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "blog.example",
        "//blog.example",
        "/a",
        "https://",
        "https:///a",
        "https:blog.example",
        "https://:8000/",
        "https://blog.example:99999/",
        "https://blog.example:x/",
        "https://[2001:db8::1/",
        "https://[blog.example]/",
        "https://ü" + "a" * 80 + ".example/",
        "ftp://blog.example/",
        "javascript:alert(1)//blog.example",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://user:secret@blog.example/",
        "https://@blog.example/",
        "https://blog.example:0/",
        "https://blog.example\\.evil.example/",
        "https:\\\\blog.example/",
        "https://*.example/",
        "https://a;b/",
        "https://a,b/",
        "https://<b>/",
        "https://a b/",
        "https://a%20b/",
        "https://a..b/",
        "https://./",
        'https://a"b/',
        "https://[v1.x]/",
        "https://[fe80::1%25eth0]/",
        "https://[::1%;x]/",
    ],
)
def test_what_has_no_web_origin_is_refused(url: str) -> None:
    with pytest.raises(InvalidInputError):
        origin_of(url)


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://blog.example", "https://blog.example/"),
        (" https://blog.example/a/ \n", "https://blog.example/a/"),
        ("HTTPS://BLOG.example/Case", "https://blog.example/Case"),
        ("https://blog.example:443/a", "https://blog.example/a"),
        ("https://blog.example:8443/a", "https://blog.example:8443/a"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("http://[2001:DB8::1]:8000/a", "http://[2001:db8::1]:8000/a"),
        ("https://blog.example/a#comment-1", "https://blog.example/a"),
        ("https://blog.example/%7Euser/%41", "https://blog.example/~user/A"),
        ("https://blog.example/a%20b%3fc%23d", "https://blog.example/a%20b%3Fc%23d"),
        ("https://blog.example/%ff", "https://blog.example/%FF"),
        ("https://blog.example/100%", "https://blog.example/100%25"),
        ("https://blog.example/%252F", "https://blog.example/%252F"),
        ('https://blog.example/"<b>', "https://blog.example/%22%3Cb%3E"),
        ("https://blog.example/?p=1", "https://blog.example/?p=1"),
        ("https://blog.example/?b=2&a=1", "https://blog.example/?b=2&a=1"),
        (
            "https://blog.example/?a=%26&b=c d".replace(" ", "+"),
            "https://blog.example/?a=%26&b=c+d",
        ),
        ("https://blog.example/?empty=", "https://blog.example/?empty="),
    ],
)
def test_a_page_is_kept_in_one_spelling(url: str, page: str) -> None:
    assert page == page_of(url, ORIGINS)


@pytest.mark.parametrize(
    "parameter",
    [
        "utm_source", "utm_campaign", "fbclid", "gclid", "msclkid", "mc_cid", "mc_eid",
        "replytocom", "unapproved", "moderation-hash",
    ],
)  # fmt: skip
def test_a_parameter_that_names_a_visit_is_left_out(parameter: str) -> None:
    url = f"https://blog.example/?p=1&{parameter}=x&q=2&{parameter}"

    assert page_of(url, ORIGINS) == "https://blog.example/?p=1&q=2"


@pytest.mark.parametrize("parameter", ["utm", "xutm_source", "fbclid2", "replytocomment", "id"])
def test_a_parameter_that_may_name_a_page_stays(parameter: str) -> None:
    url = f"https://blog.example/?{parameter}=x"

    assert url == page_of(url, ORIGINS)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "https://blog.example.evil.example/",
        "https://evilblog.example/",
        "https://evil.example#@blog.example/",
        "https://evil.example?@blog.example/",
        "https://evil.example/https://blog.example/",
        "https://blog.example:8444/",
        "http://blog.example:8443/",
        "http://bücher.example/",
        "https://bucher.example/",
        "https://blоg.example/",
        "http://[2001:db8::2]:8000/",
    ],
)
def test_a_page_of_another_origin_is_refused(url: str) -> None:
    with pytest.raises(UnknownThreadError, match="do not belong to this site"):
        page_of(url, ORIGINS)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "   ",
        "/a",
        "//blog.example/a",
        "javascript:alert(1)",
        "JavaScript://blog.example/%0aalert(1)",
        "data:text/html,<script>",
        "https://blog.example:99999/",
        "https://[::1/",
        "https://blog.example/a b",
        "https://blog.example/a\tb",
        "https://blog.example/a\nb",
        "java\nscript:alert(1)",
        "https://blog.example/\0",
        "https://blog.example/\x7f",
        "https://blog.example/a\u00a0b",
        "https://blog.example/a\u200bb",
        "https://blog.example/a\u202eb",
        "https://blog.example/\ud800",
    ],
)
def test_what_is_no_page_address_is_refused(url: str) -> None:
    with pytest.raises(UnknownThreadError):
        page_of(url, ORIGINS)


@pytest.mark.parametrize(
    "url",
    [
        "https://me:secret@blog.example/a",
        "https://blog.example@evil.example/",
        "https://blog.example:secret@evil.example/",
        "https://blog.example\\.evil.example/",
        "https://canary%40example.com/secret",
    ],
)
def test_an_address_that_hides_its_host_is_refused_and_not_quoted(url: str) -> None:
    with pytest.raises(UnknownThreadError, match=r"^A web address must start with") as raised:
        page_of(url, ORIGINS)

    assert "secret" not in str(raised.value)
    assert "canary" not in str(raised.value)


def of_length(length: int) -> str:
    """A page address of so many characters."""
    return "https://blog.example/".ljust(length, "a")


def test_an_address_may_have_2000_characters() -> None:
    assert of_length(2_000) == page_of(of_length(2_000), ORIGINS)


@pytest.mark.parametrize("url", [of_length(2_001), of_length(10_240), "x" * 10_240, "ü" * 10_240])
def test_a_longer_address_is_refused(url: str) -> None:
    with pytest.raises(UnknownThreadError, match="2,000 characters at most"):
        page_of(url, ORIGINS)


def test_an_address_that_encoding_makes_too_long_is_refused() -> None:
    with pytest.raises(UnknownThreadError, match="2,000 characters at most"):
        page_of("https://blog.example/" + "ü" * 400, ORIGINS)


@pytest.mark.parametrize(
    ("one", "other"), [("tags/c%2Fc", "tags/c/c"), ("?q=%e4", "?q=%f6"), ("%e4", "%f6")]
)
def test_what_is_encoded_differently_stays_apart(one: str, other: str) -> None:
    pages = {page_of(f"https://blog.example/{tail}", ORIGINS) for tail in (one, other)}

    assert len(pages) == 2


def test_a_page_of_a_page_is_itself() -> None:
    random_ = random.Random(2026)
    pieces = [
        "a", "Z", "/", "//", ".", "..", "%", "%2", "%41", "%2F", "%25", "%ff", "%C3%BC", "ü", "?",
        "&", "=", "+", ";", ":", "@", "#", "'", '"', "<", "[", "]", "\\", "|", "utm_x", "~", "*",
    ]  # fmt: skip
    for _ in range(3_000):
        tail = "".join(random_.choices(pieces, k=random_.randint(0, 12)))
        page = page_of(f"https://blog.example/{tail}", ORIGINS)

        assert page == page_of(page, ORIGINS)
        assert page.isascii()
        assert not set(page) & set(' <>"\\#[]|')


@pytest.mark.parametrize(
    ("page", "key"),
    [
        ("https://blog.example/", "blog.example"),
        ("https://blog.example/index.html", "blog.example"),
        ("https://blog.example/a", "blog.example/a"),
        ("http://blog.example/a", "blog.example/a"),
        ("https://blog.example/a/", "blog.example/a"),
        ("https://blog.example/a/index.html", "blog.example/a"),
        ("https://blog.example/a?p=1", "blog.example/a?p=1"),
        ("https://blog.example/a/?p=1", "blog.example/a?p=1"),
        ("https://blog.example/a?p=/", "blog.example/a?p=/"),
        ("https://blog.example/A", "blog.example/A"),
        ("https://blog.example/a.html", "blog.example/a.html"),
        ("https://blog.example/myindex.html", "blog.example/myindex.html"),
        ("https://blog.example:8443/a", "blog.example:8443/a"),
        ("https://blog.example/https://x.example/a", "blog.example/https://x.example/a"),
    ],
)
def test_the_spellings_of_one_page_have_one_key(page: str, key: str) -> None:
    assert key == key_of(page)


@pytest.mark.parametrize(
    ("host", "written"),
    [
        ("Blog.EXAMPLE.", "blog.example"),
        ("my_blog.example", "my_blog.example"),
        ("BÜCHER。example", "xn--bcher-kva.example"),
        ("bl\u200bog.example", "blog.example"),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:DB8:0::1", "[2001:db8::1]"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
    ],
)
def test_a_host_is_written_as_browsers_write_it(host: str, written: str) -> None:
    assert written == ascii_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "", ".", "..", "a..b", "-a", "a-", "a b", "a/b", "a@b", "a%41", "*.a", "a;b", "<b>", "a\n",
        "a\u202e", "a:b", "::g", "a" * 64, "a." * 126 + "aa",
    ],
)  # fmt: skip
def test_what_is_no_host_is_none(host: str) -> None:
    assert ascii_host(host) is None


@pytest.mark.parametrize(
    ("url", "link"),
    [
        (" HTTP://Anna.Example/A?B#C ", "http://anna.example/A?B#C"),
        ("https://anna.example.:443", "https://anna.example"),
        ("http://anna.example:8080?x", "http://anna.example:8080?x"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/ü"),
        ("http://anna.example/@ben\\x", "http://anna.example/@ben\\x"),
        ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"),
    ],
)
def test_a_link_is_kept_with_its_host_in_one_spelling(url: str, link: str) -> None:
    assert link == canonical_link(url) == canonical_link(link)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/a",
        "//anna.example",
        "anna.example",
        "http:anna.example",
        "http:/anna.example",
        "http:///anna.example",
        "http:\\\\anna.example",
        "http://\\anna.example",
        "http://ben@anna.example",
        "http://anna.example\\",
        "http://spam.example\\@good.example",
        "http://sp%61m.example",
        "http://anna.example:0",
        "http://[::1",
        "ftp://anna.example",
        "mailto:anna@example.com",
        "javascript:alert(1)//http://anna.example",
    ],
)
def test_what_browsers_would_have_to_repair_is_no_link(url: str) -> None:
    assert canonical_link(url) is None


@pytest.mark.parametrize(
    "query",
    ["e=anna@mail.example", "anna@mail.example", "anna%40mail.example=", "x=1&e=a@b.example"],
)
def test_a_readers_address_in_a_query_is_not_kept(query: str) -> None:
    page = page_of(f"https://blog.example/a?{query}", frozenset({"https://blog.example"}))

    assert "example/a" in page
    assert "@" not in page
    assert "%40" not in page


def test_a_host_under_a_pile_of_marks_takes_no_time_by_its_square() -> None:
    # By its square this would take hours.
    with pytest.raises(InvalidInputError):
        origin_of("http://" + "\u0316\u0301" * 2_000_000)
    assert canonical_link("http://" + "\u0316\u0301" * 2_000_000) is None
