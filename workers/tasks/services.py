"""What other services are told of moderators' decisions, beside the tasks."""

import logging
from typing import NamedTuple

from moderation.services.remote import budget, feedback
from workers.app import app
from workers.asking import Asking
from workers.base import ServiceTask, session_in, utc_now

_LOG = logging.getLogger(__name__)


class Untold(NamedTuple):
    """A comment of which a service is to be told what people decided."""

    site_id: int
    comment_id: int


@app.task(bind=True)
def tell(self: ServiceTask) -> None:
    """Begin to tell what is due, some at a time; waits for nobody."""
    now = utc_now()
    feedback.collect(now, self.settings.undo_window)
    for pair in feedback.due(now):
        _telling.begin(Untold(*pair))


def _tell(untold: Untold) -> None:
    """Tell what is due of a comment. Never raises: the next attempt is due by itself."""
    try:
        with session_in(app.flask_app):
            feedback.tell(app.services, *untold, utc_now())
    except Exception:  # noqa: BLE001 -- the table counts its attempts
        _LOG.exception("A service could not be told of comment %d", untold.comment_id)


_telling = Asking(_tell)


@app.task
def forget() -> None:
    """Drop counts of days long past."""
    budget.forget_old(utc_now())
