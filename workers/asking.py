"""Asking other services beside the tasks, so that whoever answers slowly keeps nobody's comments
waiting but those of the sites that ask.

Nothing depends on what waits here: where the process ends, or more waits than is taken, the sweeper
comes back to the comments.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable

from moderation.services.remote.hearing import Unheard

# Threads of a process that ask, and of these for one site: the others have theirs.
_MOST_AT_ONCE, _MOST_OF_A_SITE = 16, 8
# Comments that may wait: some minutes, where each takes seconds.
_MOST_WAITING = 1_000


class Asking:
    """The comments of a process whose services are being asked, or will be.

    Threads are made when there is something to ask, and end after it.

    Args:
        hear: asks about one comment; never raises.
    """

    def __init__(self, hear: Callable[[Unheard], None]) -> None:
        self._hear = hear
        self._lock = threading.Lock()
        # By site, what waits, in the order in which it came; whose turn is longest ago comes first.
        self._waiting: OrderedDict[int, dict[Unheard, None]] = OrderedDict()
        self._asked: dict[int, set[Unheard]] = {}

    def begin(self, unheard: Unheard) -> bool:
        """Ask about a comment soon, once however often it is wanted; waits for nothing.

        Returns:
            Whether it will be.
        """
        with self._lock:
            if unheard in self._asked.get(unheard.site_id, ()):
                return True
            of_site = self._waiting.get(unheard.site_id, {})
            if unheard not in of_site:
                if sum(map(len, self._waiting.values())) >= _MOST_WAITING:
                    return False
                self._waiting.setdefault(unheard.site_id, of_site)[unheard] = None
            if (first := self._take()) is not None:
                threading.Thread(target=self._work, args=(first,), name="ask", daemon=True).start()
            return True

    def _take(self) -> Unheard | None:
        """The next comment to ask about, if one may be asked about now: of the site for which the
        fewest are, and of several such sites of the one whose turn is longest ago.
        """
        if not self._waiting or sum(map(len, self._asked.values())) >= _MOST_AT_ONCE:
            return None
        site_id = min(self._waiting, key=lambda site_id: len(self._asked.get(site_id, ())))
        asked = self._asked.setdefault(site_id, set())
        if len(asked) >= _MOST_OF_A_SITE:
            return None
        of_site = self._waiting[site_id]
        unheard = next(iter(of_site))
        del of_site[unheard]
        asked.add(unheard)
        self._waiting.move_to_end(site_id)
        if not of_site:
            del self._waiting[site_id]
        return unheard

    def _work(self, unheard: Unheard | None) -> None:
        while unheard is not None:
            self._hear(unheard)
            with self._lock:
                self._asked[unheard.site_id].discard(unheard)
                if not self._asked[unheard.site_id]:
                    del self._asked[unheard.site_id]
                unheard = self._take()
