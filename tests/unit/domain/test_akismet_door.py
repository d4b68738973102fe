"""What an Akismet client asks and is answered, without HTTP."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.domain.akismet_door import (
    Outcome,
    Question,
    blog_of,
    identity,
    loosened,
    read_question,
)
from moderation.domain.policy import SitePolicy, VerdictRule, decide, elsewhere
from moderation.domain.signals import Signal, Symbol
from moderation.domain.status import Status
from moderation.domain.submission import MAX_COMMENT, MAX_NAME, MAX_WEBSITE
from moderation.errors import InvalidInputError, WrongSiteError

ORIGINS = ("https://blog.example", "https://shop.example:8443")
FIELDS = (
    *("comment_content", "comment_author", "comment_author_email", "comment_author_url"),
    *("permalink", "user_agent", "honeypot_field_name", "is_test", "user_role", "guid"),
)
REQUIRED = {"blog": "https://blog.example", "user_ip": "192.0.2.7"}


def read(**fields: str) -> Question:
    return read_question(REQUIRED | fields, ORIGINS)


@pytest.mark.parametrize("name", ["blog", "user_ip"])
def test_the_client_must_say_who_asks_and_for_whom(name: str) -> None:
    with pytest.raises(InvalidInputError, match=f"^Missing required field: {name}\\.$"):
        read(**{name: " "})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("joe@example.com", "joe"),
        ("Joe <joe＠example.com>", "Joe <joe>"),
        ("joe@exam\u200bple.com", "joe"),
        ("x" * (MAX_NAME - 7) + " joe@example.com", "x" * (MAX_NAME - 7) + " joe"),
        ("Joe @ Work", "Joe @ Work"),
    ],
)
def test_of_an_address_as_name_is_kept_what_stands_before_the_at(typed: str, kept: str) -> None:
    assert read(comment_author=typed).said.name == kept


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://blog.example/", "blog.example"),
        ("HTTPS://Blog.Example:443/about", "blog.example"),
        ("https://shop.example:8443", "shop.example:8443"),
    ],
)
def test_a_blog_is_known_by_its_host(url: str, expected: str) -> None:
    assert blog_of(url, ORIGINS) == expected


@pytest.mark.parametrize(
    "url",
    ["https://shop.example", "https://blog.example.evil", "blog.example", "", "https://[", "x"],
)
def test_another_blog_is_refused(url: str) -> None:
    with pytest.raises(WrongSiteError):
        blog_of(url, ORIGINS)


@pytest.mark.parametrize(
    ("permalink", "expected"),
    [
        ("https://blog.example/a?utm_source=x", "https://blog.example/a"),
        ("http://blog.example/a", "http://blog.example/a"),
        ("https://elsewhere.example/a", "https://blog.example/"),
        ("", "https://blog.example/"),
    ],
)
def test_the_page_is_one_of_the_sites(permalink: str, expected: str) -> None:
    assert read(permalink=permalink).said.url == expected


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("pills.example", "http://pills.example"),
        ("https://PILLS.example/x", "https://pills.example/x"),
        ("pills.example/a?email=joe@example.com", "http://pills.example/a"),
        ("javascript:alert(1)", None),
        ("http://a.example/" + "x" * MAX_WEBSITE, None),
        ("two words.example", None),
    ],
)
def test_a_website_is_kept_where_it_can_be_linked_to(typed: str, kept: str | None) -> None:
    assert read(comment_author_url=typed).said.website == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (r"It\'s \"so\" \\ far", 'It\'s "so" \\ far'),
        (r"""print("\"") isn't slashed""", r"""print("\"") isn't slashed"""),
        ("a\x00b\x1b\u0085c\ud800d", "abcd"),
        ("  two\r\nlines\r ", "two\nlines"),
        ("e" + "\u0301" * 40, "\u00e9" + "\u0301" * 29),
    ],
)
def test_a_text_is_kept_as_it_was_meant(typed: str, kept: str) -> None:
    assert read(comment_content=typed).said.comment == kept


def test_what_is_too_long_is_cut_between_characters() -> None:
    said = read(comment_content="€" * MAX_COMMENT, comment_author="ä" * 999).said

    assert len(said.comment.encode()) <= MAX_COMMENT
    assert said.comment == "€" * (MAX_COMMENT // 3)
    assert said.name == "ä" * MAX_NAME


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(FIELDS),
        st.text(max_size=300),
    )
)
def test_nothing_in_a_comment_is_a_fault(fields: dict[str, str]) -> None:
    said = read(**fields).said

    assert "\0" not in f"{said.name}{said.comment}{said.website}{said.email}{said.url}"
    identity(said).encode()


def test_the_same_comment_in_the_forms_that_wordpress_gives_it() -> None:
    first = read(comment_content='It\\\'s  "\\"\n<b>x</b>').said
    same = first.model_copy(update={"comment": 'It\'s "" <b>x</b>'})

    assert loosened(first.comment) == loosened('It\'s "" x')
    assert loosened(f"x &#{'9' * 5_000}; y") == "x \ufffd y"
    assert identity(same) != identity(same.model_copy(update={"name": "Ben"}))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.PENDING, None),
        (Status.PUBLISHED, False),
        (Status.HELD, True),
        (Status.SPAM, True),
        (Status.REJECTED, True),
    ],
)
def test_only_what_may_be_published_is_no_spam(status: Status, *, expected: bool | None) -> None:
    assert Outcome(status, None, None).is_spam is expected


def test_blatant_is_what_nobody_need_look_at() -> None:
    policy = SitePolicy(hold_at=3, spam_at=8)
    spam = Outcome(Status.SPAM, VerdictRule.SPAM_SCORE, 16.0)

    assert spam.is_blatant(policy)
    assert replace(spam, rule=VerdictRule.HONEYPOT, score=10.0).is_blatant(policy)
    assert Outcome(Status.REJECTED, VerdictRule.BLOCKLIST, 0.0).is_blatant(policy)
    assert not replace(spam, score=15.9).is_blatant(policy)
    assert not replace(spam, status=Status.HELD).is_blatant(policy)
    assert not Outcome(Status.REJECTED, VerdictRule.ABUSE, 99.0).is_blatant(policy)


def test_elsewhere_neither_the_mode_nor_a_missing_stamp_holds_a_comment() -> None:
    policy = SitePolicy(mode="premoderate", hold_at=1)
    signals = [Signal(Symbol.FORM_TOKEN_MISSING, 1.0)]

    assert decide(signals, policy).status is Status.HELD
    assert decide(signals, elsewhere(policy)).status is Status.PUBLISHED
    links = [*signals, Signal(Symbol.LINK_FLOOD, 4.0)]
    assert decide(links, elsewhere(policy)).status is Status.HELD
