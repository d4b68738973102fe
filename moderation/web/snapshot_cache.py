"""Threads' public forms in memory: made once for each version, for all readers of this process."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from threading import Lock
from typing import NamedTuple
from weakref import WeakValueDictionary
from wsgiref.types import WSGIEnvironment

from moderation.services.snapshot import ThreadState
from moderation.web.encodings import accepts_gzip, gzipped

CHECK_AFTER = 0.5  # seconds
# For so long readers get what there is while one of them asks the database: with CHECK_AFTER less
# than the second within which everybody sees what was published.
_PATIENCE = 0.3
_MOST_TARGETS = 8_192
_LONGEST_TARGET = 2_500  # characters
_OVERHEAD = 4_096  # bytes that a snapshot takes besides its bodies and its name, roughly

# What scripts on a site's pages may read of an answer's headers; Date tells them whether the
# reader's clock is wrong.
EXPOSED = "Date, ETag, Retry-After"

Headers = list[tuple[str, str]]
# The address asked for, as it came: scheme, host, path, query.
Target = tuple[str, str, str, str]


class Asked(NamedTuple):
    """One snapshot among others: which document, of which site and page, how sorted, from where on;
    where it has links to us and words of ours, under which address and in which language, where
    another than the site's is asked for.
    """

    document: str
    slug: str
    page: str
    sort: str | None
    cursor: str | None
    root: str = ""
    language: str | None = None


class _Watch:
    """What is known of one thread, and since when. Its lock makes one do what all wait for."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.checked_at = float("-inf")
        self.state: ThreadState | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A document as it is and in gzip, with its headers.

    Attributes:
        state: what it was built of.
        etag: of what it says. Weak, since it is the same for both.
        plain, gzip: headers and body; the plain ones twice where gzip saves nothing.
        validators: the headers of a 304.
        cors: the headers for each origin that may read it.
        size: in bytes, roughly, but for the name that it is kept under.
    """

    state: ThreadState
    etag: str
    plain: tuple[Headers, bytes]
    gzip: tuple[Headers, bytes]
    validators: Headers
    cors: dict[str, Headers]
    size: int


@dataclass(slots=True, eq=False)
class _Slot:
    asked: Asked
    watch: _Watch
    snapshot: Snapshot | None = None

    @property
    def size(self) -> int:
        """In bytes, with the name, of which readers choose parts as long as a request may be."""
        if self.snapshot is None:
            return 0
        return self.snapshot.size + sum(len(part) for part in self.asked if part)


@dataclass(slots=True)
class SnapshotCache:
    """Keeps snapshots, the least recently used of which make room for new ones. Safe to use from
    all threads.

    Args:
        timer: a monotonic clock in seconds.
        memory: how many bytes of snapshots it keeps at most.
        check_after: for how many seconds what the database said of a thread is believed.
    """

    timer: Callable[[], float]
    memory: int
    check_after: float = CHECK_AFTER
    _lock: Lock = field(default_factory=Lock)
    _targets: OrderedDict[Target, _Slot] = field(default_factory=OrderedDict)
    _slots: OrderedDict[Asked, _Slot] = field(default_factory=OrderedDict)
    _watches: WeakValueDictionary[tuple[str, str], _Watch] = field(
        default_factory=WeakValueDictionary
    )
    _size: int = 0

    def hot(self, target: Target) -> Snapshot | None:
        """The snapshot at an address, if it was asked for before and is known to be current."""
        slot = self._targets.get(target)
        if slot is None:
            return None
        snapshot, watch = slot.snapshot, slot.watch
        if snapshot is None or snapshot.state is not watch.state:
            return None
        age = self.timer() - watch.checked_at
        asking = watch.lock.locked() and age < self.check_after + _PATIENCE
        if age >= self.check_after and not asking:
            return None
        with self._lock:
            if slot.asked in self._slots:
                self._slots.move_to_end(slot.asked)
        return snapshot

    def find(
        self,
        target: Target,
        asked: Asked,
        read_state: Callable[[], ThreadState],
        build: Callable[[ThreadState], tuple[Headers, bytes]],
    ) -> Snapshot:
        """The current snapshot: the one there is, or one that is built now. However many ask at
        once, the database is asked by one of them, and each document is built by one.

        Args:
            target: the address asked for, to answer it by `hot` from now on.
            asked: what it means.
            read_state: asks the database for the thread's state.
            build: makes the document's own headers, such as its type, and its body.

        Raises: what the two raise; nothing is kept then.
        """
        watch = self._watch(asked)
        with watch.lock:
            state = self._current(watch, read_state)
            slot = self._slots.get(asked) or _Slot(asked, watch)
            snapshot = slot.snapshot
            if snapshot is None or snapshot.state is not state:
                snapshot = make_snapshot(state, *build(state))
            self._keep(target, slot, snapshot)
        return snapshot

    def _current(self, watch: _Watch, read_state: Callable[[], ThreadState]) -> ThreadState:
        now = self.timer()
        if watch.state is not None and now - watch.checked_at < self.check_after:
            return watch.state
        state = read_state()
        if watch.state is None or state != watch.state:
            watch.state = state
        watch.checked_at = now  # not the time after it was read: more may have happened since
        return watch.state

    def _watch(self, asked: Asked) -> _Watch:
        """The watch of a thread: one, as long as anybody has it."""
        thread = (asked.slug, asked.page)
        with self._lock:
            watch = self._watches.get(thread)
            if watch is None:
                watch = self._watches[thread] = _Watch()
            return watch

    def _keep(self, target: Target, slot: _Slot, snapshot: Snapshot) -> None:
        with self._lock:
            before = self._slots.pop(slot.asked, None)
            self._size -= before.size if before else 0
            slot.snapshot = snapshot
            self._slots[slot.asked] = slot
            self._size += slot.size
            while self._size > self.memory and self._slots:
                _, oldest = self._slots.popitem(last=False)
                self._size -= oldest.size
                oldest.snapshot = None
            if sum(map(len, target)) <= _LONGEST_TARGET:
                self._targets[target] = slot
                self._targets.move_to_end(target)
                if len(self._targets) > _MOST_TARGETS:
                    self._targets.popitem(last=False)


def make_snapshot(state: ThreadState, own: Headers, body: bytes) -> Snapshot:
    """A document with everything that can be made of it before it is asked for."""
    etag = f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
    validators = [
        ("ETag", etag),
        ("Cache-Control", "public, max-age=0, must-revalidate"),
        ("Vary", "Origin, Accept-Encoding"),
    ]
    plain = gzip = _variant(own, body, validators)
    coded = gzipped(body)
    if coded is not None:
        gzip = _variant(own, coded, [*validators, ("Content-Encoding", "gzip")])
    cors = {
        origin: [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Expose-Headers", EXPOSED),
        ]
        for origin in state.site.origins
    }
    size = _OVERHEAD + len(body) + len(coded or b"")
    return Snapshot(state, etag, plain, gzip, validators, cors, size)


def _variant(own: Headers, body: bytes, more: Headers) -> tuple[Headers, bytes]:
    return [*own, ("Content-Length", str(len(body))), *more], body


def answer(snapshot: Snapshot, environ: WSGIEnvironment) -> tuple[str, Headers, bytes]:
    """Status, headers and body of the answer to a GET. For a HEAD the body is left out."""
    cors = snapshot.cors.get(environ.get("HTTP_ORIGIN", ""), [])
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked and _matches(asked, snapshot.etag):
        return "304 Not Modified", snapshot.validators + cors, b""
    wants_gzip = accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    headers, body = snapshot.gzip if wants_gzip else snapshot.plain
    return "200 OK", headers + cors, body


def _matches(header: str, etag: str) -> bool:
    """If-None-Match (RFC 9110, 13.1.2): the weak comparison."""
    if header == etag:
        return True
    tags = (tag.strip().removeprefix("W/") for tag in header.split(","))
    return any(tag in {"*", etag.removeprefix("W/")} for tag in tags)


def target_of(environ: WSGIEnvironment) -> Target:
    """The address that a request asks for."""
    return (
        environ["wsgi.url_scheme"],
        environ.get("HTTP_HOST", ""),
        environ.get("PATH_INFO", ""),
        environ.get("QUERY_STRING", ""),
    )
