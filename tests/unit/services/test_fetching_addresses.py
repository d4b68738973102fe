"""Which addresses are of the public internet."""

import ipaddress

import pytest

from moderation.services.fetching import Reach, is_public


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.9.9.9",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.0.170", "192.0.2.1",
        "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
        "239.255.255.250", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1",
        "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::",
        "2002:a00:1::1", "2001::1", "2001:db8::1", "fc00::1", "fd00:ec2::254", "fe80::1",
        "fe80::1%eth0", "fec0::1", "ff02::1", "100::1", "5f00::1",
    ],
)  # fmt: skip
def test_what_is_not_public_is_never_asked(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    assert not Reach().allows(address, 443)


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1", "93.184.215.14", "100.63.255.255", "100.128.0.1", "172.32.0.1", "169.253.1.1",
        "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::1",
    ],
)  # fmt: skip
def test_what_is_public_may_be_asked_on_the_usual_ports(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
    assert Reach().allows(address, 80)
    assert Reach().allows(address, 443)
    assert not Reach().allows(address, 22)
    assert not Reach().allows(address, 8080)
