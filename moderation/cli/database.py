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
from moderation.config import SECRET_NAMES, Settings, load_settings, told_secrets


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

    FILE must not be there yet. The secrets are not in it, and are to be kept apart from it. What
    readers gave as their addresses is sealed in it; moderators' own addresses are plain.
    """
    from moderation.sqlite_file import back_up

    settings = load_settings()
    back_up(settings, file)
    click.echo(
        f"The database is in {file}. To open its readers' addresses, keep "
        f"{_where_secrets_are(settings)}, too. Moderators' addresses are plain in it."
    )


def _where_secrets_are(settings: Settings) -> str:
    told = told_secrets()
    files = [
        name
        for name in SECRET_NAMES
        if name not in told and (settings.secrets_dir / name).is_file()
    ]
    elsewhere = "the secrets that the settings take from elsewhere (the environment, or *_FILE)"
    if not files:
        return elsewhere
    if len(files) == len(SECRET_NAMES):
        return str(settings.secrets_dir)
    return f"{settings.secrets_dir} and {elsewhere}"


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
