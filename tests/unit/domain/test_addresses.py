"""Email addresses: told however they are disguised, and taken out of names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.domain.addresses import (
    holds_address,
    link_holds_address,
    link_without_addresses,
    name_without_addresses,
)

ADDRESSES = (
    ("joe@example.com", "joe"),
    ("Joe.Blow@Example.COM", "Joe.Blow"),
    ("Joe <joe@example.com>", "Joe <joe>"),
    ("joe@example.com or ann@example.org", "joe or ann"),
    ("mailto:joe@example.com", "mailto:joe"),
    ('"joe"@example.com', '"joe"'),
    ('"joe blow"@example.com', '"joe blow"'),
    ("joe\\@example.com", "joe"),
    ("joe@bücher.example", "joe"),
    ("joe@例え。テスト", "joe"),
    ("joe@example.xn--p1ai", "joe"),
    ("a@b.example@c.example@d.example", "a"),
    ("ｊｏｅ＠ｅｘａｍｐｌｅ．ｃｏｍ", "joe"),
    ("Joe﹫example.com", "Joe"),
    ("Jo\u200be\u200b@\u2060exam\u00adple\u200b.\u200bcom", "Joe"),
    ("joe@\u200bexample.\u200bcom", "joe"),
    ("joe&#64;example.com", "joe"),
    ("joe%40example%2Ecom", "joe"),
    ("joe&amp;#64;example&amp;#46;com", "joe"),
)


# What addresses, disguised ones too, are made of.
_PARTS = ("a", "b.c", *"@＠﹫.。", "&#64;", "%40", "&amp;", "amp;", "%25", "\u200b")


@pytest.mark.parametrize(("typed", "kept"), ADDRESSES)
def test_an_address_is_told_and_what_stands_before_it_is_kept(typed: str, kept: str) -> None:
    assert holds_address(typed)
    assert name_without_addresses(typed) == kept


@pytest.mark.parametrize(
    "name",
    [
        "Anna",
        "@anna",
        "Joe @ Work",
        "joe@home",
        "Anna @example.com",
        "joe@1.2",
        "R&D, 100 %",
        "Ｊｏｅ",
        "Zo\u0308e &amp; Co",
        "",
    ],
)
def test_a_name_without_an_address_stays_as_it_is(name: str) -> None:
    assert not holds_address(name)
    assert name_without_addresses(name) == name


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://a.example/b?email=joe@example.com", "https://a.example/b"),
        ("https://a.example/b?email=joe%40example.com&x=1#c", "https://a.example/b"),
        ("https://a.example/b#joe@example.com", "https://a.example/b"),
        ("https://a.example/joe@example.com?x=1", "https://a.example/"),
        ("https://a.example/b?to=/@joe@example.com", "https://a.example/b"),
        ("https://a.example/b#/@joe@example.com", "https://a.example/b"),
        ("https://a.example/@mailto:joe@example.com", "https://a.example/"),
        ("https://a.example/@a=joe@example.com", "https://a.example/"),
        ("https://a.example/@joe%40example.com", "https://a.example/"),
        ("https://a.example/@%3Cjoe@example.com%3E", "https://a.example/"),
        (
            "https://a.example/@joe@social.example?email=joe@example.com",
            "https://a.example/@joe@social.example",
        ),
    ],
)
def test_a_link_with_an_address_is_cut_back(link: str, kept: str) -> None:
    assert link_holds_address(link)
    assert link_without_addresses(link) == kept
    assert not link_holds_address(kept)


@pytest.mark.parametrize(
    "link",
    [
        "https://a.example/",
        "https://a.example/@joe",
        "https://a.example/@joe@social.example",
        "https://a.example/@joe@social.example/1?x=1#y",
        "https://a.example/photos/12@N00/",
        "https://a.example/?q=50%25&at=a@b",
    ],
)
def test_a_link_without_an_address_stays_as_it_is(link: str) -> None:
    assert not link_holds_address(link)
    assert link_without_addresses(link) == link


@given(st.lists(st.sampled_from(_PARTS), max_size=40).map("".join))
def test_nothing_is_left_of_any_address(name: str) -> None:
    assert not holds_address(name_without_addresses(name))


@pytest.mark.parametrize(
    "text",
    ["a@" * 300_000, "a@b.c" * 120_000, "a" * 640_000 + "@", ("a" * 64 + "@" + ".1" * 127) * 2_000],
    ids=["signs", "addresses", "one before", "long ones"],
)
def test_no_text_keeps_it_busy(text: str) -> None:
    """Work that grew with the square of the text would be given up after minutes."""
    assert not holds_address(name_without_addresses(text))
