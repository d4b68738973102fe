"""What all tasks share: the app context, and which errors are worth another try."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from celery import Task
from flask import Flask
from sqlalchemy.exc import InterfaceError, OperationalError

from moderation.config import Settings
from moderation.models import db
from moderation.privacy.sealing import EmailVault
from moderation.services.remote.asking import RemoteChecks


class ServiceTask(Task):  # type: ignore[misc]
    """Runs in an app context of its own, whose session ends with it.

    A database that is busy or gone for a moment is worth another try after some seconds; anything
    else is a fault, which the log names and the sweeper's attempts count.
    """

    autoretry_for = (OperationalError, InterfaceError)
    max_retries = 3
    retry_backoff = 1
    retry_backoff_max = 8
    retry_jitter = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task's body."""
        with session_in(self.app.flask_app):
            return self.run(*args, **kwargs)

    @property
    def settings(self) -> Settings:
        """The settings of this process."""
        settings: Settings = self.app.settings
        return settings

    @property
    def sweep_after(self) -> timedelta:
        """How long a comment may stay pending before the sweeper looks after it."""
        return timedelta(seconds=self.settings.sweep_after)

    @property
    def services(self) -> RemoteChecks:
        """What asks other services."""
        services: RemoteChecks = self.app.services
        return services

    @property
    def vault(self) -> EmailVault:
        """What seals and indexes."""
        vault: EmailVault = self.app.vault
        return vault


@contextmanager
def session_in(flask_app: Flask) -> Iterator[None]:
    """An app context of its own, whose session ends with it."""
    with flask_app.app_context():
        try:
            yield
        finally:
            db.session.remove()


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)
