"""Spam check, then approval check, then publication. Where a site asks other services, they are
heard before the spam check, beside the tasks.

A message holds ids and revisions of up to 16 comments, nothing else. Each is screened in a
transaction of its own; what is concluded on them is one.
"""

import logging
import time
from collections.abc import Callable

from celery.exceptions import SoftTimeLimitExceeded
from sqlalchemy.exc import InterfaceError, OperationalError

from moderation.services import approval, screening, waves
from moderation.services.remote import rehearing
from moderation.services.remote.hearing import Unheard, hear
from workers.app import app
from workers.asking import Asking
from workers.base import ServiceTask, session_in, utc_now

_LOG = logging.getLogger(__name__)

Pairs = list[tuple[int, int]]
# After so many seconds the rest goes into a message of its own, well before the time limit.
_TURN = 25.0
# A lost database, or time that is up, is no comment's fault.
_OF_ALL = (OperationalError, InterfaceError, SoftTimeLimitExceeded)


@app.task(bind=True)
def spam_check(self: ServiceTask, pairs: Pairs) -> None:
    """Run the checks on each comment and look for waves, then ask for the approval check of those
    that await it.
    """
    end, later = time.monotonic() + _TURN, []
    batch = screening.Batch(self.vault, pairs)

    def check(comment_id: int, revision: int) -> bool:
        if time.monotonic() > end:  # added checks took their time
            later.append((comment_id, revision))
            return False
        return batch.spam_check(comment_id, revision, utc_now())

    ready = _each(pairs, check)
    found = waves.candidates([comment_id for comment_id, _ in ready], utc_now())
    near = {candidate.near.comment_id: candidate for candidate in found}
    _each([(c, r) for c, r in ready if c in near], lambda c, _: waves.gather(near[c], utc_now()))
    for unheard in batch.unheard:
        _asking.begin(unheard)
    if ready:
        approval_check.delay(ready)
    if later:
        spam_check.delay(later)


@app.task
def approval_check(pairs: Pairs) -> None:
    """Conclude on the comments: publish, hold, spam or reject. Where one's fault undoes it for all,
    each is concluded on by itself.
    """
    wanted = [(comment_id, revision) for comment_id, revision in pairs]
    try:
        approval.approval_checks(wanted, utc_now())
    except _OF_ALL:
        raise
    except Exception as error:  # noqa: BLE001 -- each is tried by itself, and the fault told there
        # The kind of error only: its text could quote a comment.
        _LOG.warning("%d comments are concluded on singly: %s", len(pairs), type(error).__name__)
        _each(wanted, lambda c, r: approval.approval_check(c, r, utc_now()))


@app.task
def hear_again() -> None:
    """Ask about those again that are held because a service failed."""
    for unheard in rehearing.due(utc_now()):
        _asking.begin(unheard)


def _hear(unheard: Unheard) -> None:
    """Hear other services on a comment, and ask for its spam check then. Never raises: the sweeper
    comes back to a comment with which something went wrong.
    """
    pair = (unheard.comment_id, unheard.revision)
    try:
        with session_in(app.flask_app):
            if unheard.again:
                rehearing.hear_again(app.services, app.vault, *pair, utc_now())
            elif hear(app.services, *pair, utc_now()):
                spam_check.delay([pair])
    except Exception:  # noqa: BLE001 -- the sweeper counts its attempts
        _LOG.exception("Services could not be asked about comment %d, revision %d", *pair)


_asking = Asking(_hear)


def _each(pairs: Pairs, act: Callable[[int, int], object]) -> Pairs:
    """Act on each pair; one comment's fault is logged and does not hold up the others. The sweeper
    comes back to it. A lost database, or time that is up, concerns all and goes to the task.
    """
    done = []
    for comment_id, revision in pairs:
        try:
            if act(comment_id, revision):
                done.append((comment_id, revision))
        except _OF_ALL:
            raise
        except Exception:  # noqa: BLE001 -- the sweeper counts its attempts
            _LOG.exception("Comment %d, revision %d could not be judged", comment_id, revision)
    return done
