"""`moderation db`."""

import click

from moderation.cli.support import (
    Group,
    application,
    know_migrations,
    settings_with_secrets,
    upgrade_database,
)


@click.group(cls=Group)
def db() -> None:
    """The database's migrations."""


@db.command()
def upgrade() -> None:
    """Bring the database up to date."""
    with application(settings_with_secrets()):
        upgrade_database()
    click.echo("The database is up to date.")


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
