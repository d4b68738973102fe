"""What other services are told of moderators' decisions."""

from moderation.services.remote import budget, feedback
from workers.app import app
from workers.base import ServiceTask, utc_now


@app.task(bind=True)
def tell(self: ServiceTask) -> None:
    """Tell what is due, some at a time."""
    now = utc_now()
    feedback.collect(now, self.settings.undo_window)
    for pair in feedback.due(now):
        feedback.tell(self.services, *pair, utc_now())


@app.task
def forget() -> None:
    """Drop counts of days long past."""
    budget.forget_old(utc_now())
