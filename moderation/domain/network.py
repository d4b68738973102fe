"""IP addresses, kept truncated: /24 of IPv4, /48 of IPv6."""

import ipaddress

from moderation.errors import InvalidInputError
from moderation.words import N_

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_KEPT_BITS = {4: 24, 6: 48}
# What a provider hands one customer: one IPv4 address, one IPv6 /64 (RFC 6177, section 2).
_CUSTOMER_BITS = {4: 32, 6: 64}
# The most that one customer commonly gets; whoever has that has 65,536 of the above.
_WIDEST_BITS = {4: 32, 6: 48}
_UNKNOWN = ipaddress.IPv4Address("0.0.0.0")  # noqa: S104 -- stands for no address at all


def parse_address(text: str | None) -> Address:
    """The address in `text`; 0.0.0.0 where there is none. An IPv4 address mapped into IPv6 is
    given as IPv4, or one reader would have two networks.
    """
    try:
        address = ipaddress.ip_address((text or "").strip().partition("%")[0])
    except ValueError:
        return _UNKNOWN
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def truncate(address: Address) -> str:
    """The network that is kept of `address`, in CIDR form."""
    return _network(address, _KEPT_BITS[address.version])


def customer(address: Address) -> str:
    """What identifies one customer's line, for a keyed index: never stored in the clear."""
    return _network(address, _CUSTOMER_BITS[address.version])


def widest_customer(address: Address) -> str:
    """As `customer`, where one customer must not pass for several."""
    return _network(address, _WIDEST_BITS[address.version])


def _network(address: Address, bits: int) -> str:
    # By hand, since every reader waits for it: `ipaddress.ip_network` takes ten times as long.
    rest = address.max_prefixlen - bits
    return f"{type(address)(int(address) >> rest << rest)}/{bits}"


# What is kept of a comment that came with no address, from a program or out of an import.
NOWHERE = truncate(_UNKNOWN)


def parse_range(text: str) -> Network:
    """The network a rule names.

    Raises:
        InvalidInputError: it is no network, or an IPv6 one between /48 and /64: the comments keep
            /48 and an index of the /64, so nothing between can be told apart.
    """
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        raise InvalidInputError(
            N_("{text} is not an IP address or range, such as 192.0.2.0/24.", text=repr(text))
        ) from None
    kept, single = _KEPT_BITS[network.version], _CUSTOMER_BITS[network.version]
    if isinstance(network, ipaddress.IPv6Network) and kept < network.prefixlen != single:
        raise InvalidInputError(N_("An IPv6 range must be /64, or /48 or wider."))
    return network


def customers_of(network: Network) -> tuple[str, ...]:
    """The single customers of a range narrower than what is kept; none for a wider one."""
    if network.prefixlen <= _KEPT_BITS[network.version]:
        return ()
    return tuple(map(str, network.subnets(new_prefix=_CUSTOMER_BITS[network.version])))


def covers(network: str, kept: str) -> bool:
    """Whether the rule's `network` holds the whole truncated network `kept`."""
    outer, inner = ipaddress.ip_network(network), ipaddress.ip_network(kept)
    if isinstance(outer, ipaddress.IPv4Network) and isinstance(inner, ipaddress.IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(outer, ipaddress.IPv6Network) and isinstance(inner, ipaddress.IPv6Network):
        return inner.subnet_of(outer)
    return False
