"""`moderation db`."""

from pathlib import Path

import click

from moderation.cli.support import (
    Group,
    application,
    know_migrations,
    settings_with_secrets,
    upgrade_database,
)
from moderation.config import load_settings


@click.group(cls=Group)
def db() -> None:
    """The database: its migrations, and copies of it."""


@db.command()
def upgrade() -> None:
    """Bring the database up to date."""
    with application(settings_with_secrets()):
        upgrade_database()
    click.echo("The database is up to date.")


@db.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write a copy of the SQLite database to FILE, also while the service runs.

    FILE must not be there yet. The secrets are not in it, and are to be kept apart from it.
    """
    from moderation.sqlite_file import back_up

    settings = load_settings()
    back_up(settings, file)
    click.echo(
        f"The database is in {file}. To open its addresses, keep {settings.secrets_dir}, too."
    )


@db.command()
def check() -> None:
    """Fail if the migrations do not make the tables that the models describe."""
    from flask_migrate import check as compare

    with application():
        know_migrations()
        compare()


@db.command()
@click.option("-m", "--message", required=True, help="What the migration does.")
def revision(message: str) -> None:
    """Write a migration for what has changed in the models."""
    from flask_migrate import revision as write

    with application():
        know_migrations()
        write(message=message, autogenerate=True)
