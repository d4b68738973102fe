"""IP addresses, truncated, and the ranges that rules name."""

from ipaddress import IPv4Address, ip_address

import pytest

from moderation.domain.network import (
    covers,
    customer,
    customers_of,
    parse_address,
    parse_range,
    truncate,
)
from moderation.errors import InvalidInputError


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.77", "192.0.2.77"),
        (" 192.0.2.77 ", "192.0.2.77"),
        ("2001:DB8::1", "2001:db8::1"),
        ("::ffff:192.0.2.77", "192.0.2.77"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_an_address_is_read(text: str, address: str) -> None:
    assert ip_address(address) == parse_address(text)


@pytest.mark.parametrize(
    "text", [None, "", "unknown", "192.0.2", "192.0.2.256", "192.0.2.1:80", "\ud800", "1" * 10_000]
)
def test_what_is_no_address_stands_for_none(text: str | None) -> None:
    assert IPv4Address("0.0.0.0") == parse_address(text)


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("192.0.2.255", "192.0.2.0/24"),
        ("192.0.3.0", "192.0.3.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("2001:db8:1:ffff::", "2001:db8:1::/48"),
        ("2001:db8:2::", "2001:db8:2::/48"),
    ],
)
def test_an_address_is_kept_truncated(text: str, network: str) -> None:
    assert network == truncate(parse_address(text))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("192.0.2.77", "192.0.2.77/32"),
        ("::ffff:192.0.2.77", "192.0.2.77/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ],
)
def test_a_customer_is_one_v4_address_or_one_v6_64(text: str, line: str) -> None:
    assert line == customer(parse_address(text))


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("192.0.2.0/24", "192.0.2.0/24"),
        (" 192.0.2.77/24 ", "192.0.2.0/24"),
        ("192.0.2.77", "192.0.2.77/32"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("2001:db8::/32", "2001:db8::/32"),
        ("2001:db8:1::/48", "2001:db8:1::/48"),
        ("2001:db8:1:2::/64", "2001:db8:1:2::/64"),
        ("::/0", "::/0"),
    ],
)
def test_a_range_is_read(text: str, network: str) -> None:
    assert network == str(parse_range(text))


@pytest.mark.parametrize("bits", [*range(49, 64), *range(65, 129)])
def test_a_v6_range_that_cannot_be_told_apart_is_refused(bits: int) -> None:
    with pytest.raises(InvalidInputError, match="must be /64, or /48 or wider"):
        parse_range(f"2001:db8::/{bits}")


@pytest.mark.parametrize("bits", [*range(49), 64])
def test_every_other_v6_range_is_kept(bits: int) -> None:
    assert bits == parse_range(f"2001:db8::/{bits}").prefixlen


@pytest.mark.parametrize(
    "text",
    ["", "x", "5", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2/24", "2001:db8::/129", "01.2.3.4"],
)
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="not an IP address or range"):
        parse_range(text)


@pytest.mark.parametrize("bits", range(25, 33))
def test_a_v4_range_narrower_than_24_has_customers(bits: int) -> None:
    lines = customers_of(parse_range(f"192.0.2.128/{bits}"))

    assert 2 ** (32 - bits) == len(set(lines))
    assert lines[0] == "192.0.2.128/32"
    assert set(lines) == {customer(parse_address(line[:-3])) for line in lines}


def test_a_v6_64_is_one_customer() -> None:
    assert customers_of(parse_range("2001:db8:1:2::/64")) == ("2001:db8:1:2::/64",)


@pytest.mark.parametrize("text", ["192.0.2.0/24", "10.0.0.0/8", "2001:db8::/48", "::/0"])
def test_a_range_as_wide_as_what_is_kept_needs_no_customers(text: str) -> None:
    assert customers_of(parse_range(text)) == ()


@pytest.mark.parametrize("bits", range(25))
def test_a_wide_range_covers_its_truncated_networks(bits: int) -> None:
    assert covers(str(parse_range(f"192.0.2.0/{bits}")), "192.0.2.0/24")


@pytest.mark.parametrize(
    ("network", "kept"),
    [
        ("192.0.3.0/24", "192.0.2.0/24"),
        ("192.0.2.0/25", "192.0.2.0/24"),
        ("192.0.2.7/32", "192.0.2.0/24"),
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:2::/48", "2001:db8:1::/48"),
        ("0.0.0.0/0", "2001:db8:1::/48"),
        ("::/0", "192.0.2.0/24"),
    ],
)
def test_a_range_covers_neither_others_nor_what_is_wider(network: str, kept: str) -> None:
    assert not covers(network, kept)


def test_a_v6_range_covers_what_is_in_it() -> None:
    assert covers("2001:db8::/32", "2001:db8:1::/48")
    assert covers("2001:db8:1::/48", "2001:db8:1::/48")
