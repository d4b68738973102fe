"""Spam check, then approval check, then publication.

A message holds ids and revisions of up to 16 comments, nothing else; each comment has transactions
of its own.
"""

import logging
import time
from collections.abc import Callable

from celery.exceptions import SoftTimeLimitExceeded
from sqlalchemy.exc import InterfaceError, OperationalError

from moderation.services import screening
from workers.app import app
from workers.base import ServiceTask, utc_now

_LOG = logging.getLogger(__name__)

Pairs = list[tuple[int, int]]
# After so many seconds the rest goes into a message of its own, well before the time limit.
_TURN = 25.0


@app.task(bind=True)
def spam_check(self: ServiceTask, pairs: Pairs) -> None:
    """Run the checks on each comment, then ask for the approval check of those that await it."""
    end, later = time.monotonic() + _TURN, []

    def check(comment_id: int, revision: int) -> bool:
        if time.monotonic() > end:  # other services took their time
            later.append((comment_id, revision))
            return False
        return screening.spam_check(self.vault, comment_id, revision, utc_now(), self.services)

    ready = _each(pairs, check)
    if ready:
        approval_check.delay(ready)
    if later:
        spam_check.delay(later)


@app.task(bind=True)
def approval_check(self: ServiceTask, pairs: Pairs) -> None:  # noqa: ARG001
    """Conclude on each comment: publish, hold, spam or reject."""
    _each(pairs, lambda c, r: screening.approval_check(c, r, utc_now()) is not None)


def _each(pairs: Pairs, act: Callable[[int, int], bool]) -> Pairs:
    """Act on each pair; one comment's fault is logged and does not hold up the others. The sweeper
    comes back to it. A lost database, or time that is up, concerns all and goes to the task.
    """
    done = []
    for comment_id, revision in pairs:
        try:
            if act(comment_id, revision):
                done.append((comment_id, revision))
        except (OperationalError, InterfaceError, SoftTimeLimitExceeded):
            raise
        except Exception:  # noqa: BLE001 -- the sweeper counts its attempts
            _LOG.exception("Comment %d, revision %d could not be judged", comment_id, revision)
    return done
