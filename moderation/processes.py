"""Child processes under watch: their output, their end, their restart.

Each child leads a session of its own, so that the terminal's Ctrl-C reaches only the watcher, and
everything that a child starts can be ended with it. On Linux a child is told to end by the kernel
when the watcher dies, even by `kill -9`.
"""

import ctypes
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import Self

_PR_SET_PDEATHSIG = 1
_READ = 65_536  # bytes at once
_KEPT_LINES = 12  # of a quiet child, told when it ends unasked
_FIRST_DELAY = 0.5  # seconds
_LONGEST_DELAY = 10.0
_STEADY_AFTER = 30.0
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(slots=True)
class Child:
    """A process that should be there.

    Attributes:
        name: before each line of its output.
        argv: what starts it.
        quiet: tell its output only when it ends unasked.
        ends: how often it has ended unasked without having been steady in between.
    """

    name: str
    argv: Sequence[str]
    quiet: bool = False
    ends: int = 0
    wanted: bool = True
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    restart_at: float = 0.0
    _rest: bytes = b""
    _kept: deque[bytes] = field(default_factory=lambda: deque(maxlen=_KEPT_LINES))

    @property
    def alive(self) -> bool:
        """Whether it has been started and its end has not been seen."""
        return self.process is not None

    def delay(self) -> float:
        """How long to wait before the next start, in seconds."""
        return min(_FIRST_DELAY * 2.0 ** min(self.ends - 1, 10), _LONGEST_DELAY)

    def lines(self, data: bytes, *, last: bool = False) -> list[bytes]:
        """The whole lines of its output, of which `data` is the next part."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if last and self._rest:
            lines.append(self._rest)
            self._rest = b""
        if not self.quiet:
            return lines
        self._kept.extend(lines)
        return []

    def last_words(self) -> list[bytes]:
        """What a quiet child said before its end."""
        words = list(self._kept)
        self._kept.clear()
        return words


class Watch:
    """Runs children, and ends them all when it is left.

    Attributes:
        interrupts: how often the watcher was asked to stop.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.interrupts = 0
        self._environ = dict(environ)
        self._children: list[Child] = []
        self._selector = selectors.DefaultSelector()
        self._before: dict[int, Callable[[int, FrameType | None], object] | int | None] = {}

    def __enter__(self) -> Self:
        # A signal's number arrives on a socket, so that `select` returns at once.
        self._wake, self._woken = socket.socketpair()
        for end in (self._wake, self._woken):
            end.setblocking(False)
        signal.set_wakeup_fd(self._woken.fileno(), warn_on_full_buffer=False)
        self._selector.register(self._wake, selectors.EVENT_READ)
        for number in (*_STOP_SIGNALS, signal.SIGCHLD):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
                self._before[number] = signal.signal(number, self._noted)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.kill_all()
        signal.set_wakeup_fd(-1)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._selector.close()
        self._wake.close()
        self._woken.close()

    def _noted(self, number: int, _frame: FrameType | None) -> None:
        self.interrupts += number in _STOP_SIGNALS

    def say(self, words: str) -> None:
        """Write a line of the watcher's own to standard error."""
        _write([b"run    | " + words.encode()])

    def start(self, child: Child) -> None:
        """Start a child; from now on it is started again whenever it ends."""
        self._children.append(child)
        self._spawn(child)

    def run_once(self, argv: Sequence[str]) -> int | None:
        """Run a program to its end, its output passed through.

        Returns:
            Its exit code, or None where the watcher was asked to stop.
        """
        with self._popen(argv) as process:
            self.until(lambda: process.poll() is not None)
            if process.poll() is None:
                process.terminate()
                process.wait()
                return None
            return process.returncode

    def until(self, condition: Callable[[], bool], timeout: float | None = None) -> bool:
        """Keep watch until `condition`, asked some ten times a second, is true.

        Returns:
            Whether it is: False where the watcher was asked to stop or the time is up.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while not self.interrupts:
            if condition():
                return True
            if end is not None and time.monotonic() > end:
                return False
            self._turn(0.1)
        return False

    def stand(self) -> None:
        """Keep watch until asked to stop."""
        while not self.interrupts:
            self._turn(None)

    def stop(self, *names: str, patience: float) -> None:
        """Ask these children to end, and end by force those that have not in time.

        In time is within `patience` seconds; at once where the watcher was asked to stop twice.
        """
        going = [child for child in self._children if child.name in names]
        for child in going:
            child.wanted = False
            if child.process is not None:
                child.process.terminate()
        end = time.monotonic() + patience
        while any(child.alive for child in going) and time.monotonic() < end:
            if self.interrupts > 1:
                break
            self._turn(0.1)
        for child in going:
            self._kill(child)

    def kill_all(self) -> None:
        """End all children and whatever they have started, by force."""
        for child in self._children:
            child.wanted = False
            self._kill(child)

    def _kill(self, child: Child) -> None:
        if child.process is not None:
            _kill_group(child.process.pid)
            child.process.wait()
            self._ended(child, child.process)

    def _spawn(self, child: Child) -> None:
        child.process = self._popen(child.argv, output=subprocess.PIPE)
        child.started = time.monotonic()
        pipe = child.process.stdout
        assert pipe is not None  # noqa: S101
        os.set_blocking(pipe.fileno(), False)
        self._selector.register(pipe, selectors.EVENT_READ, child)

    def _popen(self, argv: Sequence[str], output: int | None = None) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 -- programs of this project, no shell
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=None if output is None else subprocess.STDOUT,
            env=self._environ,
            start_new_session=True,
            preexec_fn=_end_with_parent(),  # noqa: PLW1509 -- this process has one thread
        )

    def _turn(self, timeout: float | None) -> None:
        """Wait for something to happen, at most `timeout` seconds, and see to it."""
        now = time.monotonic()
        due = [
            child.restart_at - now for child in self._children if child.restart_at and child.wanted
        ]
        waits = due if timeout is None else [*due, timeout]
        for key, _ in self._selector.select(max(0.0, min(waits)) if waits else None):
            if key.data is None:
                _drain(self._wake.fileno())
            else:
                self._pass_on(key.data, key.fd)
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                self._ended(child, child.process)
            elif child.restart_at and child.restart_at <= time.monotonic() and child.wanted:
                child.restart_at = 0.0
                self._spawn(child)

    def _pass_on(self, child: Child, pipe: int) -> None:
        try:
            data = os.read(pipe, _READ)
        except BlockingIOError:
            return
        if data:
            self._tell(child, child.lines(data))
        else:
            # It may live on without its output; its end is seen in its own time.
            self._selector.unregister(pipe)

    def _tell(self, child: Child, lines: list[bytes]) -> None:
        prefix = f"{child.name:<6} | ".encode()
        # Celery begins what it says before its end with an empty line, to leave the line of the
        # terminal's ^C, which does not reach it here.
        _write([prefix + line for line in lines if line.strip()])

    def _ended(self, child: Child, process: subprocess.Popen[bytes]) -> None:
        """See to a child that has ended: nothing of it is left, and what it said is told."""
        child.process = None
        assert process.stdout is not None  # noqa: S101
        _kill_group(process.pid)
        with process.stdout as pipe:
            if pipe in self._selector.get_map():
                self._selector.unregister(pipe)
                self._tell(child, child.lines(_drain(pipe.fileno()), last=True))
        if child.wanted:
            self._plan_restart(child, process.returncode)

    def _plan_restart(self, child: Child, code: int) -> None:
        now = time.monotonic()
        child.ends = 1 if now - child.started > _STEADY_AFTER else child.ends + 1
        child.restart_at = now + child.delay()
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        self._tell(child, child.last_words())
        self.say(f"{child.name} has ended ({how}); it starts again in {child.delay():g} s.")


def _end_with_parent() -> Callable[[], None] | None:
    """What a child does before it becomes its program."""
    if sys.platform != "linux":
        return None
    parent = os.getpid()
    libc = ctypes.CDLL(None)

    def arrange() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # It died before the arrangement was made.
            os._exit(1)

    return arrange


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a zombie.
        os.killpg(leader, signal.SIGKILL)


def _drain(descriptor: int) -> bytes:
    """All that can be read without waiting."""
    data = b""
    with suppress(BlockingIOError):
        while part := os.read(descriptor, _READ):
            data += part
    return data


def _write(lines: list[bytes]) -> None:
    if lines:
        # Where the terminal is gone, the work goes on until told to stop.
        with suppress(OSError):
            sys.stderr.buffer.write(b"\n".join(lines) + b"\n")
            sys.stderr.buffer.flush()
