"""What beat sends, and how often. Intervals only: beat keeps nothing between starts."""

from typing import Any

_SWEEP_EVERY = 5.0  # seconds
_RESUME_EVERY = 10.0  # seconds
_LEARN_EVERY = 3.0  # seconds: what is decided counts for the next comments
_LOOK_AFTER_EVERY = 600.0  # seconds
_MAILS_EVERY = 20.0  # seconds
_TELL_EVERY = 15.0  # seconds
_HEAR_AGAIN_EVERY = 30.0  # seconds: each comment waits longer than that itself
_FORGET_EVERY = 600.0  # seconds: soon after each day's end, and soon after each comment's time
_HEARTBEAT_EVERY = 10.0  # seconds; `web.health` calls workers silent after three and a half


def beat_schedule() -> dict[str, dict[str, Any]]:
    """Celery's schedule. A message that is not taken in time is dropped: the next one is due."""
    return {
        "sweep": {
            "task": "workers.tasks.maintenance.sweep",
            "schedule": _SWEEP_EVERY,
            "options": {"expires": _SWEEP_EVERY},
        },
        "resume": {
            "task": "workers.tasks.bulk.resume",
            "schedule": _RESUME_EVERY,
            "options": {"expires": _RESUME_EVERY},
        },
        "mails": {
            "task": "workers.tasks.mail.send_due",
            "schedule": _MAILS_EVERY,
            "options": {"expires": _MAILS_EVERY},
        },
        "tell_services": {
            "task": "workers.tasks.services.tell",
            "schedule": _TELL_EVERY,
            "options": {"expires": _TELL_EVERY},
        },
        "hear_again": {
            "task": "workers.tasks.screening.hear_again",
            "schedule": _HEAR_AGAIN_EVERY,
            "options": {"expires": _HEAR_AGAIN_EVERY},
        },
        "forget_calls": {
            "task": "workers.tasks.services.forget",
            "schedule": _FORGET_EVERY,
            "options": {"expires": _FORGET_EVERY},
        },
        "learn": {
            "task": "workers.tasks.learning.learn",
            "schedule": _LEARN_EVERY,
            "options": {"expires": _LEARN_EVERY},
        },
        "look_after_learning": {
            "task": "workers.tasks.learning.look_after",
            "schedule": _LOOK_AFTER_EVERY,
            "options": {"expires": _LOOK_AFTER_EVERY},
        },
        "forget_readers": {
            "task": "workers.tasks.maintenance.forget_readers",
            "schedule": _FORGET_EVERY,
            "options": {"expires": _FORGET_EVERY},
        },
        "forget_akismet": {
            "task": "workers.tasks.maintenance.forget_akismet",
            "schedule": _FORGET_EVERY,
            "options": {"expires": _FORGET_EVERY},
        },
        "heartbeat": {
            "task": "workers.tasks.maintenance.heartbeat",
            "schedule": _HEARTBEAT_EVERY,
            "options": {"expires": _HEARTBEAT_EVERY},
        },
    }
