"""What beat asks for."""

from moderation.services import akismet_retention, health, readers, sweeping
from workers.app import app
from workers.base import ServiceTask, utc_now
from workers.tasks.screening import spam_check


@app.task(bind=True)
def sweep(self: ServiceTask) -> None:
    """Hand comments that have been pending for too long to the workers again."""
    attempts = self.settings.sweep_attempts
    for pair in sweeping.sweep(utc_now(), self.sweep_after, attempts):
        # One to a message: a comment that ends its worker takes no other with it this time.
        spam_check.delay([pair])


@app.task
def forget_readers() -> None:
    """Take out who liked and reported what, of days that are over."""
    readers.forget_readers(utc_now())


@app.task
def forget_akismet() -> None:
    """Erase the comments of Akismet clients that their sites keep no longer."""
    akismet_retention.forget_old(utc_now())


@app.task
def heartbeat() -> None:
    """Note that beat, Redis and a worker are at work."""
    health.record_heartbeat(health.WORKER, utc_now())
