"""The beat process: it only sends, so it loads neither tasks nor tables."""

from typing import Any

from celery import Celery
from celery.signals import setup_logging

from moderation.config import load_settings
from moderation.privacy.redaction import configure_logging
from workers.schedule import beat_schedule


@setup_logging.connect
def _log(**_: Any) -> None:
    configure_logging(load_settings().log_level)


app = Celery("beat", broker=load_settings().broker_url)
app.conf.update(
    beat_schedule=beat_schedule(),
    broker_connection_retry_on_startup=True,
    broker_transport_options={"socket_timeout": 10, "socket_connect_timeout": 5},
    task_default_queue="maintenance",
    timezone="UTC",
)
