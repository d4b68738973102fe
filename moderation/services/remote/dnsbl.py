"""Lists of domains in the DNS, such as Spamhaus's DBL, URIBL and SURBL (RFC 5782).

Asked for the domains that a comment leads to. Lists of IP addresses are not: of those only the
network is kept here, and such a list would answer for an address that is not the commenter's.
"""

import ipaddress
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urlsplit

import dns.exception
import dns.nameserver
import dns.resolver

from moderation.domain.page import ascii_host
from moderation.domain.remote import MOST_ZONES, DnsblSettings, Service
from moderation.services.remote.interface import NoAnswerError, Opinion, Question
from moderation.services.remote.wire import Wire
from moderation.words import N_, Message

_MOST_DOMAINS = 5
_LISTED = 6.0
_LONGEST_NAME = 253
# Answers of a list lie in the first of these (RFC 5782). In the second, Spamhaus says that it does
# not answer whoever asks, with the third URIBL.
_ANSWERS = ipaddress.IPv4Network("127.0.0.0/8")
_REFUSALS = ipaddress.IPv4Network("127.255.255.0/24")
_NO_LIST = ipaddress.IPv4Address("127.0.0.1")
# What every list has, and what none may have (RFC 5782): as names, and as addresses, by which alone
# some lists of both can be told.
_TEST_ENTRIES = (("test", "invalid"), ("2.0.0.127", "1.0.0.127"))
_LISTS_ALL = N_("{list} lists whatever it is asked about, so it is of no use.")


@dataclass(frozen=True, slots=True)
class DnsblCheck:
    """Asks each list for each domain."""

    settings: DnsblSettings
    key: str
    wire: Wire
    service: Service = Service.DNSBL
    version: int = 1

    def ask(self, question: Question) -> Opinion:
        """Points if any domain is listed."""
        domains = domains_of([question.website, *question.links])
        if not domains:
            return Opinion()
        until = monotonic() + self.settings.timeout
        resolver = self._resolver()
        told = []
        for zone in self.settings.zones:
            listed = [name for name in domains if _is_listed(resolver, name, zone, until)]
            if listed:
                told.append(N_("{list} lists {domains}.", list=zone, domains=", ".join(listed)))
        return Opinion(_LISTED, reason=Message.all_of(told)) if told else Opinion(good=True)

    def verify(self, _site_url: str, /) -> None:
        """Whether each list answers its own test entry; all are asked at once.

        Raises:
            NoAnswerError: it says of each that does not.
        """
        with ThreadPoolExecutor(MOST_ZONES, thread_name_prefix="ask") as pool:
            faults = [fault for fault in pool.map(self._fault_of, self.settings.zones) if fault]
        if faults:
            raise NoAnswerError(Message.all_of(faults))

    def _fault_of(self, zone: str) -> Message | None:
        until, resolver = monotonic() + self.settings.timeout, self._resolver()
        try:
            for always, never in _TEST_ENTRIES:
                if _is_listed(resolver, always, zone, until):
                    lists_all = _is_listed(resolver, never, zone, until)
                    return _LISTS_ALL.filled(list=zone) if lists_all else None
        except NoAnswerError as error:
            return error.words
        return N_(
            "{list} does not answer its own test entry. Is it mistyped, or does it refuse this "
            "server’s resolver?",
            list=zone,
        )

    def _resolver(self) -> dns.resolver.Resolver:
        if not self.wire.dns_servers:
            return dns.resolver.Resolver()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = [
            dns.nameserver.Do53Nameserver(address, port) for address, port in self.wire.dns_servers
        ]
        return resolver


def domains_of(addresses: Iterable[str]) -> tuple[str, ...]:
    """The hosts that addresses lead to, without “www.”: names alone, each once, the first five."""
    found: dict[str, None] = {}
    for address in addresses:
        try:
            host = ascii_host(urlsplit(address).hostname or "")
        except ValueError:
            continue
        name = (host or "").removeprefix("www.")
        if "." in name and name.rpartition(".")[2].strip("0123456789"):
            found[name] = None
    return tuple(found)[:_MOST_DOMAINS]


def _is_listed(resolver: dns.resolver.Resolver, domain: str, zone: str, until: float) -> bool:
    name = f"{domain}.{zone}."
    left = until - monotonic()
    if left <= 0:
        raise NoAnswerError(N_("{list} did not answer in time.", list=zone))
    if len(name) > _LONGEST_NAME:
        return False
    try:
        answer = resolver.resolve(name, "A", lifetime=left, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return False
    except dns.exception.Timeout:
        raise NoAnswerError(N_("{list} did not answer in time.", list=zone)) from None
    except dns.exception.DNSException as error:
        raise NoAnswerError(
            N_(
                "{list} gave no answer that can be read ({why}).",
                list=zone,
                why=type(error).__name__,
            )
        ) from None
    addresses = [ipaddress.IPv4Address(record.address) for record in answer]
    if any(a in _REFUSALS or a == _NO_LIST for a in addresses):
        raise NoAnswerError(
            N_(
                "{list} does not answer this server. Lists refuse public resolvers: a resolver of "
                "your own helps (MODERATION_DNS_SERVERS).",
                list=zone,
            )
        )
    if not all(a in _ANSWERS for a in addresses):
        raise NoAnswerError(N_("{list} answered with an address that no list uses.", list=zone))
    return True
