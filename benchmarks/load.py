"""A small load: many connections, one request at a time on each, latencies in seconds."""

import json
import random
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Result:
    """What a load measured: seconds per request, seconds in all, answers by status."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The latency that `share` of the requests stayed below, in milliseconds."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def comments(page: str) -> Iterator[bytes]:
    """Requests that each post another comment, by another reader from another network."""
    chance = random.Random(7)
    words = [f"word{n}" for n in range(500)]
    number = 0
    while True:
        number += 1
        body = json.dumps(
            {
                "url": f"{page}?n={chance.randrange(50)}",
                "title": "A page",
                "name": f"Reader {number}",
                "email": f"reader{number}@example.com",
                "comment": f"{number}: " + " ".join(chance.choices(words, k=30)),
            }
        ).encode()
        network = f"10.{chance.randrange(256)}.{chance.randrange(256)}.7"
        yield (
            b"POST /api/v1/sites/demo/comments HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Content-Type: application/json\r\n"
            + f"X-Forwarded-For: {network}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )


def run(port: int, requests: Iterator[bytes], *, connections: int, seconds: float) -> Result:
    """Send requests for a time."""
    result = Result()
    begun = time.perf_counter()
    end = begun + seconds
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ, _send(connection, requests))
    busy = connections
    while busy:
        for key, _ in selector.select(1):
            if not _receive(key.fileobj, key.data, result):
                continue
            if time.perf_counter() < end:
                selector.modify(key.fileobj, selectors.EVENT_READ, _send(key.fileobj, requests))
            else:
                selector.unregister(key.fileobj)
                key.fileobj.close()
                busy -= 1
    result.seconds = time.perf_counter() - begun
    return result


@dataclass(slots=True)
class _Exchange:
    sent: float
    received: bytes = b""


def _send(connection: socket.socket, requests: Iterator[bytes]) -> _Exchange:
    request = next(requests)
    exchange = _Exchange(time.perf_counter())
    connection.sendall(request)
    return exchange


def _receive(connection: socket.socket, exchange: _Exchange, result: Result) -> bool:
    """Read what has come; whether the answer is whole."""
    exchange.received += connection.recv(65_536)
    head, gap, body = exchange.received.partition(b"\r\n\r\n")
    if not gap:
        return False
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    if len(body) < length:
        return False
    result.latencies.append(time.perf_counter() - exchange.sent)
    status = int(head.split()[1])
    result.statuses[status] = result.statuses.get(status, 0) + 1
    result.bodies.append(body)
    return True


def wait_until(condition: Callable[[], bool], seconds: float = 300) -> None:
    """Wait for a condition, at most so long."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("The installation did not get there.")
        time.sleep(0.02)
