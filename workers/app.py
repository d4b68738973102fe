"""The Celery application, and the app context that the tables need.

What is lost between broker and worker (Redis wiped, a worker killed with a message in hand) is made
good by the sweeper, which counts its attempts. So a message whose worker died is not sent again by
Celery, which would let one poisonous comment go round for ever.
"""

import time
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_process_init, worker_ready
from flask import Flask

from moderation.config import Settings, load_settings
from moderation.models import db, init_database
from moderation.privacy.keys import load_keys
from moderation.privacy.redaction import configure_logging
from moderation.privacy.sealing import EmailVault
from moderation.services.remote.asking import RemoteChecks
from moderation.services.remote.circuits import Circuits
from moderation.services.remote.wire import wire_of
from workers.base import ServiceTask
from workers.hints import SharedHints
from workers.standstill import watch

QUEUES = ("screening", "maintenance")
_TIME_LIMIT = 60  # seconds for one message: up to 16 comments, each in a fraction of a second


def make_celery(settings: Settings) -> Celery:
    """The Celery application for these settings."""
    celery = Celery("workers", broker=settings.broker_url, task_cls=ServiceTask)
    celery.conf.update(
        accept_content=["json"],
        broker_connection_retry_on_startup=True,
        broker_transport_options={"socket_timeout": 10, "socket_connect_timeout": 5},
        enable_utc=True,
        imports=tuple(
            f"workers.tasks.{name}"
            for name in ("screening", "maintenance", "bulk", "mail", "services", "learning")
        ),
        task_acks_late=True,
        task_default_queue="maintenance",
        task_ignore_result=True,
        task_reject_on_worker_lost=False,
        task_routes={"workers.tasks.screening.*": {"queue": "screening"}},
        task_serializer="json",
        task_soft_time_limit=_TIME_LIMIT - 5,
        task_time_limit=_TIME_LIMIT,
        timezone="UTC",
        worker_hijack_root_logger=False,
        worker_max_tasks_per_child=20_000,
        worker_prefetch_multiplier=1,
    )
    flask_app = Flask("workers")
    init_database(flask_app, settings)
    celery.settings = settings
    celery.vault = EmailVault(load_keys(settings))
    celery.services = RemoteChecks(
        celery.vault, wire_of(settings), Circuits(time.monotonic, SharedHints(settings.redis_url))
    )
    celery.flask_app = flask_app
    return celery


@setup_logging.connect
def _log(**_: Any) -> None:
    configure_logging(load_settings().log_level)


@worker_process_init.connect
def _begin_process(**_: Any) -> None:
    """A connection made before the fork belongs to the parent."""
    with app.flask_app.app_context():
        db.engine.dispose(close=False)


@worker_ready.connect
def _be_heard(**_: Any) -> None:
    """Prove that tasks arrive, at once and not only at beat's next turn, and watch that they do."""
    watch(app.settings.redis_url, QUEUES, app.settings.stuck_after)
    app.send_task("workers.tasks.maintenance.heartbeat", queue="maintenance")


app = make_celery(load_settings())
