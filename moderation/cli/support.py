"""What the commands share: a group that tells faults plainly, the application, its database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from moderation.config import Settings, load_settings
from moderation.errors import ModerationError

if TYPE_CHECKING:
    from flask import Flask


class Group(click.Group):
    """A group whose commands tell a known fault in one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except ModerationError as error:
            raise click.ClickException(error.message) from error


def settings_with_secrets() -> Settings:
    """The settings, once every missing secret is made."""
    from moderation.privacy.keys import make_missing_secrets

    make_missing_secrets(load_settings())
    return load_settings()


@contextmanager
def application(settings: Settings | None = None) -> "Iterator[Flask]":
    """The application in its context; a database that refuses ends the command in one line."""
    from sqlalchemy.exc import DataError, OperationalError, ProgrammingError

    from moderation.privacy.redaction import configure_logging
    from moderation.web.app import create_app

    settings = settings or load_settings()
    configure_logging(settings.log_level)
    app = create_app(settings)
    try:
        with app.app_context():
            yield app
    except (DataError, OperationalError, ProgrammingError) as error:
        raise click.ClickException(
            "The database does not answer, lacks tables or refuses a value "
            f"({type(error).__name__}). `moderation doctor` says what is wrong."
        ) from error
    finally:
        _let_go_of_databases(app)


def _let_go_of_databases(app: "Flask") -> None:
    from moderation.models import db

    queue: Flask = app.extensions["queue"]
    for each in (app, queue):
        with each.app_context():
            db.engine.dispose()


def upgrade_database() -> None:
    """Apply the migrations. Within the application's context."""
    from flask_migrate import upgrade

    know_migrations()
    upgrade()


def know_migrations() -> None:
    """Let Flask-Migrate's commands find the migrations. Within the application's context.

    The application itself goes without: to load what they need takes a tenth of a start.
    """
    from flask import current_app
    from flask_migrate import Migrate

    from moderation.migrations import DIRECTORY
    from moderation.models import db

    Migrate(current_app, db, directory=str(DIRECTORY), render_as_batch=True)


@contextmanager
def at_the_queue() -> "Iterator[Flask]":
    """The moderators' application, as if asked at its public address. Within the application's
    context.
    """
    from flask import current_app

    from moderation.addresses import public_address
    from moderation.web.auth import QUEUE
    from moderation.web.runtime import runtime

    queue: Flask = current_app.extensions["queue"]
    with queue.test_request_context(base_url=public_address(runtime().settings) + QUEUE):
        yield queue


def hashed(password: str) -> str:
    """A password as it is kept (argon2). Within the application's context."""
    from flask_security import hash_password

    with at_the_queue():
        return str(hash_password(password))
