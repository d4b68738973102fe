"""Mails on their way out, beside the tasks. A message holds a row's id, nothing else."""

import logging
from typing import NamedTuple

from moderation.services import delivery
from workers.app import app
from workers.asking import Asking
from workers.base import session_in, utc_now

_LOG = logging.getLogger(__name__)

_AT_ONCE = 2  # servers let one sender have few connections


class Posted(NamedTuple):
    """A mail to be sent. All are the installation's own, and no site's."""

    mail_id: int
    site_id: int = 0


@app.task
def send(mail_id: int) -> None:
    """Begin to send one mail, if it is due; waits for no server."""
    _sending.begin(Posted(mail_id))


@app.task
def send_due() -> None:
    """Send what is due: what was refused before, and what no message told of."""
    for mail_id in delivery.due(utc_now()):
        send.delay(mail_id)


def _send(posted: Posted) -> None:
    """Send one mail, if it is due. Never raises: it is due again by itself."""
    try:
        with session_in(app.flask_app):
            delivery.send(app.vault, app.settings, posted.mail_id, utc_now())
    except Exception as error:  # noqa: BLE001 -- its text may name the recipient: only the kind is told
        _LOG.error("Mail %d could not be sent (%s)", posted.mail_id, type(error).__name__)


_sending = Asking(_send, of_a_site=_AT_ONCE)
