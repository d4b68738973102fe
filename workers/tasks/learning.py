"""Learning from decisions: what was decided becomes lessons, and lessons a site's model."""

import time
from datetime import timedelta

from moderation.errors import ModelError
from moderation.services import learning, lessons, site_kinds, site_learning
from moderation.services.judging import judging
from workers.app import app
from workers.base import ServiceTask, utc_now

_TURN = 1.0  # seconds; then readers' comments get theirs


@app.task(bind=True)
def learn(self: ServiceTask, after: int = 0) -> None:
    """Turn decisions into lessons and lessons into models; ask for the next turn if there is more,
    which goes on after the entry of the audit log that this one has come to.
    """
    end = time.monotonic() + _TURN
    window = timedelta(seconds=self.settings.undo_window)
    more: int | None = after
    while lessons.renew_some() and time.monotonic() < end:
        pass
    while more is not None and time.monotonic() < end:
        more = lessons.learn_some(more, window, utc_now())
    if more is not None:
        learn.delay(more)
    try:
        shipped = judging.shipped()
    except ModelError:
        return  # the log has told what to do
    for site_id in site_learning.due(shipped.version):
        while learning.fold(site_id, shipped, utc_now()) and time.monotonic() < end:
            pass
        if time.monotonic() > end:
            return  # the next beat goes on


@app.task
def look_after() -> None:
    """Note what changes slowly: sites' languages, lessons that went with their comments, and what
    kinds of sites they are like, of which a turn's time may leave some for the next.
    """
    site_learning.look_after()
    try:
        shipped = judging.shipped()
    except ModelError:
        return  # the log has told what to do
    site_kinds.recognise_some(shipped, _TURN)
