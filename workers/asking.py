"""Asking and telling other services beside the tasks, and the mail server, so that whoever answers
slowly keeps nobody's comments waiting but those of the sites that ask.

Nothing depends on what waits here: where the process ends, or more waits than is taken, the sweeper
comes back to the comments, and what was not told or sent is due again.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

# Threads of a process that ask, and of these for one site: the others have theirs.
_MOST_AT_ONCE, _MOST_OF_A_SITE = 16, 8
# Comments that may wait: some minutes, where each takes seconds.
_MOST_WAITING = 1_000


class OfSite(Hashable, Protocol):
    """What is to be asked or told: equal to another that wants the same."""

    @property
    def site_id(self) -> int:
        """In whose name."""
        ...


Wanted = TypeVar("Wanted", bound=OfSite)


class Asking(Generic[Wanted]):
    """What a process is asking others about, or will.

    Threads are made when there is something to ask, and end after it.

    Args:
        ask: asks about one comment, or tells of it, or sends one mail; never raises.
        of_a_site: threads that do so for one site at the same time.
    """

    def __init__(self, ask: Callable[[Wanted], None], *, of_a_site: int = _MOST_OF_A_SITE) -> None:
        self._ask = ask
        self._of_a_site = of_a_site
        self._lock = threading.Lock()
        # By site, what waits, in the order in which it came; whose turn is longest ago comes first.
        self._waiting: OrderedDict[int, dict[Wanted, None]] = OrderedDict()
        self._asked: dict[int, set[Wanted]] = {}

    def begin(self, wanted: Wanted) -> bool:
        """Ask about something soon, once however often it is wanted; waits for nothing.

        Returns:
            Whether it is being asked about, or waits for that. Not where too much waits, or the
            system has no thread for it.
        """
        with self._lock:
            has_room = sum(map(len, self._waiting.values())) < _MOST_WAITING
            if has_room and not self._is_known(wanted):
                self._waiting.setdefault(wanted.site_id, {})[wanted] = None
            # Whatever is wanted: what waits may have been left without a thread.
            if (first := self._take()) is not None:
                self._start(first)
            return self._is_known(wanted)

    def _is_known(self, wanted: Wanted) -> bool:
        site_id = wanted.site_id
        return wanted in self._asked.get(site_id, ()) or wanted in self._waiting.get(site_id, ())

    def _start(self, first: Wanted) -> None:
        thread = threading.Thread(target=self._work, args=(first,), name="ask", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the system has no thread left
            self._forget(first)

    def _take(self) -> Wanted | None:
        """The next comment to ask about, if one may be asked about now: of the site for which the
        fewest are, and of several such sites of the one whose turn is longest ago.
        """
        if not self._waiting or sum(map(len, self._asked.values())) >= _MOST_AT_ONCE:
            return None
        site_id = min(self._waiting, key=lambda site_id: len(self._asked.get(site_id, ())))
        asked = self._asked.setdefault(site_id, set())
        if len(asked) >= self._of_a_site:
            return None
        of_site = self._waiting[site_id]
        wanted = next(iter(of_site))
        del of_site[wanted]
        asked.add(wanted)
        self._waiting.move_to_end(site_id)
        if not of_site:
            del self._waiting[site_id]
        return wanted

    def _work(self, wanted: Wanted | None) -> None:
        while wanted is not None:
            self._ask(wanted)
            with self._lock:
                self._forget(wanted)
                wanted = self._take()

    def _forget(self, wanted: Wanted) -> None:
        self._asked[wanted.site_id].discard(wanted)
        if not self._asked[wanted.site_id]:
            del self._asked[wanted.site_id]
