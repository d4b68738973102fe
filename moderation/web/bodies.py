"""How many threads may wait for bodies of requests.

The server hands a request to a thread as soon as its head is there; the thread then waits for the
body for as long as its sender takes, which may be for ever. One in four of a process's threads
never does, so that whoever sends nothing still gets answers.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

from werkzeug.exceptions import ServiceUnavailable

from moderation.words import N_

_PATIENCE = 0.2  # seconds, in which a body that was sent whole is read a hundred times
_AGAIN = 5  # seconds, after which to send it again


class Bodies:
    """The places of those who wait for a body.

    Args:
        threads: how many requests the process answers at a time.
    """

    def __init__(self, threads: int) -> None:
        self._places = BoundedSemaphore(max(1, threads * 3 // 4))

    def guard(self, stream: Any) -> "GuardedBody":
        """A request's body (`wsgi.input`), of which no more are waited for at a time."""
        return GuardedBody(stream, self)

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place for as long as a read takes.

        Raises:
            ServiceUnavailable: there is none.
        """
        if not self._places.acquire(timeout=_PATIENCE):
            words = N_(
                "Too much is on its way here just now. Please send it again in a few seconds."
            )
            raise ServiceUnavailable(words, retry_after=_AGAIN)
        try:
            yield
        finally:
            self._places.release()


class GuardedBody:
    """A body as WSGI has it (PEP 3333), each read of which takes a place.

    Raises:
        ServiceUnavailable: every method, where there is no place.
    """

    def __init__(self, stream: Any, bodies: Bodies) -> None:
        self._stream, self._bodies = stream, bodies

    def read(self, *size: int) -> bytes:
        """So many bytes, or all."""
        with self._bodies.place():
            found: bytes = self._stream.read(*size)
            return found

    def readline(self, *size: int) -> bytes:
        """A line."""
        with self._bodies.place():
            found: bytes = self._stream.readline(*size)
            return found

    def readlines(self, *hint: int) -> list[bytes]:
        """All lines."""
        with self._bodies.place():
            found: list[bytes] = self._stream.readlines(*hint)
            return found

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line
