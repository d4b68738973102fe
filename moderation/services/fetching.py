"""Fetching a page or asking a service that somebody named, without becoming a way into the network
around the server.

With `http.client` and a connection of our own: what matters here is to connect to the very address
that was checked, which httpx, requests and urllib3 leave to be done below their public interfaces,
and to stop in time, for which none of them has a limit over the whole. What they would add (pools,
cookies, proxies from the environment) must not be here.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from moderation.domain.embed_page import Answer
from moderation.domain.page import MAX_URL_LENGTH, origin_of
from moderation.errors import InvalidInputError, PageUnreachableError
from moderation.words import N_, Message

MOST_HOPS = 5
MOST_BYTES = 2 * 1024 * 1024  # of a page, packed or unpacked
SECONDS = 5.0  # for everything, from the first name to the last byte
_PIECE = 65_536
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; leave-a-reply embed doctor)",
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1",
    "Accept-Encoding": "gzip",
}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]

# Where an IPv4 address hides inside one of IPv6: by prefix, how far it stands from the right.
_CARRIERS = (
    (ipaddress.IPv6Network("::ffff:0:0/96"), 0),  # mapped (RFC 4291)
    (ipaddress.IPv6Network("::/96"), 0),  # compatible (RFC 4291, deprecated)
    (ipaddress.IPv6Network("::ffff:0:0:0/96"), 0),  # translated (RFC 2765)
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),  # NAT64 (RFC 6052)
    (ipaddress.IPv6Network("2002::/16"), 80),  # 6to4 (RFC 3056)
)
# Networks that `is_global` of older Pythons takes for public, or that lead to unknown places.
_CLOSED = tuple(
    map(
        ipaddress.ip_network,
        (
            "100.64.0.0/10",  # CGNAT (RFC 6598)
            "192.0.0.0/24",  # protocol assignments (RFC 6890)
            "192.88.99.0/24",  # 6to4 relays (RFC 7526)
            "64:ff9b:1::/48",  # local NAT64 (RFC 8215): where the address stands is not known
            "2001::/23",  # Teredo and other protocol assignments (RFC 2928)
            "5f00::/16",  # segment routing (RFC 9602)
            "fec0::/10",  # site-local (RFC 3879)
        ),
    )
)


_NO_READER = N_("{host} is on a private network, where no reader can come.")


@dataclass(frozen=True, slots=True)
class Reach:
    """What may be asked.

    Attributes:
        anywhere: also private addresses and every port: for the operator, who sits at the machine
            and could as well use curl.
        beside: addresses with ports that may be asked beside the public internet.
        named: hosts with ports that may be asked wherever they lead: the operator's word.
        resolve: what finds the addresses of a host.
        ports_words, private_words: what is said of a place that is closed; the latter names the
            `{host}`.
        remedy: what is said after the latter, if there is something.
    """

    anywhere: bool = False
    beside: frozenset[tuple[str, int]] = frozenset()
    named: frozenset[tuple[str, int]] = frozenset()
    resolve: Resolve | None = None
    ports_words: str = N_("Pages are fetched from ports 80 and 443 only.")
    private_words: str = _NO_READER
    remedy: str = ""

    def allows(self, address: str, port: int) -> bool:
        """Whether a connection may go there."""
        if self.anywhere or (address, port) in self.beside:
            return True
        return port in _PORTS.values() and is_public(ipaddress.ip_address(address))


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a service.

    Attributes:
        url: where; no redirect is followed, so what is sent goes there alone.
        headers: beside those that every request has.
        body: posted; None asks by GET.
        most_bytes: of the answer.
        seconds: for everything, from the name to the last byte.
    """

    url: str
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    most_bytes: int = MOST_BYTES
    seconds: float = SECONDS

    def deadline(self) -> "_Deadline":
        """When it must be done, from now."""
        return _Deadline(time.monotonic() + self.seconds, self.seconds)


@dataclass(frozen=True, slots=True)
class _Deadline:
    until: float
    seconds: float

    @property
    def left(self) -> float:
        return max(0.0, self.until - time.monotonic())


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet, whatever it is wrapped in."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            return False
        for network, bits in _CARRIERS:
            if address in network:
                inner = ipaddress.IPv4Address(int(address) >> bits & 0xFFFFFFFF)
                return is_public(inner)
    closed = any(address in network for network in _CLOSED if network.version == address.version)
    return address.is_global and not address.is_multicast and not closed


def fetch(url: str, reach: Reach | None = None) -> Answer:
    """The answer to a GET of `url`, after up to five redirects, each checked anew.

    A host is resolved once a hop, and the connection goes to an address that was checked. All
    together it takes five seconds at most, and two MiB.

    Raises:
        InvalidInputError: it is no http or https address.
        PageUnreachableError: there is no answer, or not one that may be read; the message says
            why.
    """
    reach = reach or Reach()
    deadline = _Deadline(time.monotonic() + SECONDS, SECONDS)
    hops: list[str] = []
    here = _checked(url)
    while True:
        answer = _ask(Request(here, _HEADERS, seconds=SECONDS), reach, deadline)
        onward = answer.header("Location")
        if answer.status not in _REDIRECTS or not onward:
            return Answer(url, here, tuple(hops), answer.status, answer.headers, answer.body)
        hops.append(here)
        if len(hops) > MOST_HOPS:
            raise PageUnreachableError(
                N_(
                    "The address leads on and on: after {most} redirects there was still no page.",
                    most=MOST_HOPS,
                )
            )
        try:
            here = _checked(urljoin(here, onward))
        except (InvalidInputError, ValueError):
            raise PageUnreachableError(
                N_(
                    "{address} leads on to something that is no http or https address.",
                    address=here,
                )
            ) from None


def send(request: Request, reach: Reach) -> Answer:
    """The answer to one request, whatever its status; a redirect is an answer like others.

    Raises: as `fetch`.
    """
    here = replace(request, url=_checked(request.url))
    return _ask(here, reach, request.deadline())


def _checked(url: str) -> str:
    """The address as it goes over the wire, without fragment.

    Raises:
        InvalidInputError: it is no http or https address.
    """
    url = url.strip()
    if len(url) > MAX_URL_LENGTH:
        raise InvalidInputError(
            N_("A page address may have {most} characters at most.", most=MAX_URL_LENGTH)
        )
    origin = origin_of(url)
    parts = urlsplit(url)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._")
    return origin + path + (f"?{query}" if query else "")


def _ask(request: Request, reach: Reach, deadline: _Deadline) -> Answer:
    parts = urlsplit(request.url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    address = _resolved(host, port, reach, deadline)
    connection = _connection(parts, address, port, deadline.until)
    # Single reads have their own limits; this one ends everything, a server that sends a byte of
    # its headers every second as well.
    alarm = threading.Timer(deadline.left, connection.hang_up)
    alarm.daemon = True
    alarm.start()
    try:
        status, headers, body = _exchanged(connection, request)
    except TimeoutError:
        raise _too_slow(host, deadline) from None
    except ssl.SSLCertVerificationError as error:
        raise PageUnreachableError(
            N_(
                "The certificate of {host} is not valid: {why}. Browsers warn their readers too.",
                host=host,
                why=error.verify_message,
            )
        ) from None
    except (OSError, http.client.HTTPException, zlib.error) as error:
        if not deadline.left:
            raise _too_slow(host, deadline) from None
        raise PageUnreachableError(_why(host, error)) from None
    finally:
        alarm.cancel()
        connection.close()
    if not deadline.left:
        raise _too_slow(host, deadline)  # what was cut off is not the page
    return Answer(request.url, request.url, (), status, headers, body)


def _exchanged(
    connection: "_Connection", request: Request
) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """Status, headers and body of the answer."""
    connection.request(
        "GET" if request.body is None else "POST",
        urlsplit(request.url)._replace(scheme="", netloc="").geturl(),
        body=request.body,
        headers={"Connection": "close", **request.headers},
    )
    response = connection.getresponse()
    skip = response.status in _REDIRECTS and response.getheader("Location")
    body = b"" if skip else _body(response, request.most_bytes)
    return response.status, tuple(response.getheaders()), body


def _too_slow(host: str, deadline: _Deadline) -> PageUnreachableError:
    if deadline.seconds == 1:
        return PageUnreachableError(N_("{host} did not answer in full within 1 second.", host=host))
    words = N_(
        "{host} did not answer in full within {seconds} seconds.",
        host=host,
        seconds=deadline.seconds,
    )
    return PageUnreachableError(words)


def _why(host: str, error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return N_("{host} refuses connections: no web server listens there.", host=host)
    if isinstance(error, ssl.SSLError):
        why = error.reason or "TLS fault"
        return N_("{host} does not speak https as it should ({why}).", host=host, why=why)
    return N_(
        "{host} gave no answer that can be read ({why}).", host=host, why=type(error).__name__
    )


def _resolved(host: str, port: int, reach: Reach, deadline: _Deadline) -> str:
    """An address of the host: the first, once all of them may be asked. A name that leads to both
    kinds is meant to deceive, or will not work for readers.
    """
    found = _in_time(host, port, reach.resolve or _look_up, deadline)
    if not found:
        raise PageUnreachableError(N_("There is no server named {host}.", host=host))
    if (host, port) in reach.named or all(reach.allows(address, port) for address in found):
        return found[0]
    if port not in _PORTS.values():
        asked = N_("{host} was to be asked on port {port}.", host=host, port=str(port))
        raise PageUnreachableError(Message.both(asked, reach.ports_words))
    words = Message(reach.private_words, host=host)
    raise PageUnreachableError(Message.both(words, reach.remedy) if reach.remedy else words)


def _look_up(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _in_time(host: str, port: int, resolve: Resolve, deadline: _Deadline) -> list[str]:
    """What `resolve` finds, unless it takes too long: the system's resolver has no time limit."""
    found: list[str] = []
    look = threading.Thread(target=lambda: found.extend(resolve(host, port)), daemon=True)
    look.start()
    look.join(deadline.left)
    if look.is_alive():
        raise PageUnreachableError(N_("The name {host} could not be looked up in time.", host=host))
    return found


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was checked, under the name that was asked."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        address: str,
        until: float,
        context: ssl.SSLContext | None,
    ) -> None:
        super().__init__(host, port)
        self._address = address
        self._until = until
        self._context = context
        self.default_port = _PORTS["https" if context else "http"]  # the Host header leaves it out
        self._wire: socket.socket | None = None
        self._over = False

    def connect(self) -> None:
        """Connect to the address, never to what the name says by now.

        Raises:
            TimeoutError: it was hung up before there was a connection to end.
        """
        left = max(0.001, self._until - time.monotonic())
        self._hold(socket.create_connection((self._address, self.port), left))
        if self._context is not None:
            secured = self._context.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self._hold(secured)  # before the handshake, which can be drawn out too
            secured.do_handshake()

    def _hold(self, wire: socket.socket) -> None:
        self.sock = self._wire = wire
        if self._over:
            raise TimeoutError

    def hang_up(self) -> None:
        """End the connection from another thread; what reads from it sees its end."""
        self._over = True
        wire = self._wire
        if wire is not None:
            with suppress(OSError):  # it is closed already
                socket.socket.shutdown(wire, socket.SHUT_RDWR)  # below TLS, whose state is not ours


def _connection(parts: SplitResult, address: str, port: int, until: float) -> _Connection:
    context = ssl.create_default_context() if parts.scheme == "https" else None
    return _Connection(parts.hostname or "", port, address=address, until=until, context=context)


def _body(response: http.client.HTTPResponse, most: int) -> bytes:
    """The page, unpacked; of both forms no more than may be."""
    packed = "gzip" in (response.getheader("Content-Encoding") or "").lower()
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16) if packed else None
    body, read = bytearray(), 0
    while piece := response.read1(_PIECE):
        read += len(piece)
        if unpack is not None:
            piece = unpack.decompress(piece, most + 1 - len(body))
        body += piece
        if max(len(body), read) > most:
            raise PageUnreachableError(_too_large(most))
    return bytes(body)


def _too_large(most: int) -> str:
    if most == MOST_BYTES:
        return N_("The page is larger than 2 MiB, which is more than the doctor reads.")
    return N_(
        "The answer is larger than {most} KiB, which is more than is read.", most=most // 1024
    )
