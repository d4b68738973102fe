"""A small real web server that answers as a test says."""

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from moderation.services.fetching import Reach, Resolve

# What a connection is answered with: it is given the socket and the request's first line.
Answering = Callable[[socket.socket, str], None]


class WebServer:
    """Listens on a port, one that the kernel chose if none is given; each connection has a thread."""

    def __init__(
        self, answering: Answering, context: ssl.SSLContext | None = None, port: int = 0
    ) -> None:
        self.asked: list[str] = []
        self.requests: list[str] = []
        self.answering = answering
        self._context = context
        self._open = True
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        self._connections: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Stop, whatever a connection is waiting for."""
        self._open = False
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        self._listener.join()
        self._socket.close()
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        for thread in self._threads:
            thread.join()

    def _listen(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            self._connections.append(connection)
            if not self._open:
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError):  # the client went away, as it should from some answers
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
                self._connections.append(connection)
            text = b""
            while not _complete(text) and (piece := connection.recv(65_536)):
                text += piece
            if not text:  # whoever came left before asking
                connection.close()
                return
            self.requests.append(text.decode("latin-1"))
            line = self.requests[-1].partition("\r\n")[0]
            self.asked.append(line)
            self.answering(connection, line)
            connection.close()


def _complete(text: bytes) -> bool:
    """Whether it is a whole request, or the greeting of TLS where none is spoken."""
    head, end, body = text.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    whole = end and len(body) >= (int(length[1]) if length else 0)
    return bool(whole) or text.startswith(b"\x16\x03")


def answer(body: bytes, status: str = "200 OK", **headers: str) -> Answering:
    """An answer with this body; headers with `_` for `-`."""
    named = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value)

    def answering(connection: socket.socket, _line: str) -> None:
        connection.sendall(f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body)

    return answering


def dripping(head: bytes, drop: bytes) -> Answering:
    """An answer that begins and never ends: each read succeeds."""

    def answering(connection: socket.socket, _line: str) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(drop)
            time.sleep(0.02)

    return answering


@contextmanager
def web_server(answering: Answering, context: ssl.SSLContext | None = None) -> Iterator[WebServer]:
    """A server, stopped at the end."""
    server = WebServer(answering, context)
    try:
        yield server
    finally:
        server.close()


def reach(*servers: WebServer, resolve: Resolve | None = None) -> Reach:
    """Only these servers may be asked beside the public internet."""
    return Reach(beside=frozenset(("127.0.0.1", s.port) for s in servers), resolve=resolve)
