"""Decisions on many comments."""

import time

from moderation.services import bulk
from workers.app import app
from workers.base import ServiceTask, utc_now

_TURN = 1.0  # seconds; then readers' comments get theirs


@app.task(bind=True)
def carry_out(self: ServiceTask, job_id: int) -> None:
    """Do some steps of a job, and ask for the next turn where there is more."""
    end = time.monotonic() + _TURN
    while bulk.step(job_id, utc_now()):
        if time.monotonic() > end:
            self.delay(job_id)
            return


@app.task
def resume() -> None:
    """Go on with jobs whose worker died or whose message was lost."""
    for job_id in bulk.abandoned(utc_now()):
        carry_out.delay(job_id)
