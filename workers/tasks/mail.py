"""Mails on their way out. A message holds a row's id, nothing else."""

from moderation.services import delivery
from workers.app import app
from workers.base import ServiceTask, utc_now


@app.task(bind=True)
def send(self: ServiceTask, mail_id: int) -> None:
    """Send one mail, if it is due."""
    delivery.send(self.vault, self.settings, mail_id, utc_now())


@app.task
def send_due() -> None:
    """Send what is due: what was refused before, and what no message told of."""
    for mail_id in delivery.due(utc_now()):
        send.delay(mail_id)
