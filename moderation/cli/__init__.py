"""The `moderation` command. Each command loads only what it needs."""

import os
import secrets as random_secrets
import sys
from typing import TYPE_CHECKING

import click

from moderation import __version__
from moderation.cli.accounts import moderator
from moderation.cli.classifier import classifier
from moderation.cli.database import db
from moderation.cli.doctor import doctor
from moderation.cli.keys import key
from moderation.cli.learned import learned
from moderation.cli.sites import rule, site, thread
from moderation.cli.support import (
    Group,
    application,
    hashed,
    settings_with_secrets,
    upgrade_database,
)
from moderation.config import Settings, load_settings

if TYPE_CHECKING:
    from flask import Flask


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="moderation")
def main() -> None:
    """Comment moderation: run the service, and look after sites and moderators."""


@main.command()
def run() -> None:
    """Start everything: Redis, web, worker, beat and the demo page; stop with Ctrl-C.

    The first start makes secrets, a demo site and a moderator, whose password it prints once.
    """
    from moderation.supervisor import supervise

    sys.exit(supervise(load_settings()))


@main.command()
def web() -> None:
    """Be the web server alone, for a supervisor of your own."""
    _become("web", needs_secrets=True)


@main.command()
def worker() -> None:
    """Be a task worker alone, for a supervisor of your own, which starts it again when it ends."""
    _become("worker", needs_secrets=True)


@main.command()
def beat() -> None:
    """Be the clock that sends tasks at their time; exactly one may run."""
    _become("beat", needs_secrets=False)


def _become(part: str, *, needs_secrets: bool) -> None:
    from moderation import programs
    from moderation.privacy.keys import load_keys

    settings = load_settings()
    if needs_secrets:
        load_keys(settings)  # what is missing is told here in words
    line = programs.PARTS[part](settings)
    os.execv(line[0], line)  # noqa: S606 -- a program of this project, no shell


@main.command(hidden=True)
def prepare() -> None:
    """Bring the database up to date, and make the demo where there is no site yet."""
    from moderation.prepared import is_prepared

    settings = settings_with_secrets()
    if is_prepared(settings):
        return
    with application(settings) as app:
        upgrade_database()
        if settings.demo:
            _make_demo(app, settings)


def _make_demo(app: "Flask", settings: Settings) -> None:
    from moderation.services.demo import make_demo_replies, make_demo_site, move_demo_site
    from moderation.web.app import utc_now
    from moderation.web.runtime import Runtime

    rt: Runtime = app.extensions["moderation"]
    password = random_secrets.token_urlsafe(12)
    email = make_demo_site(settings.demo_port, hashed(password), utc_now())
    if email:
        # First of all: it is shown only once, whatever happens after.
        click.echo(
            f"\n  A moderator for the demo site, shown only now:\n    {email}\n    {password}\n"
        )
        make_demo_replies(rt.vault, settings.demo_port, utc_now())
    else:
        move_demo_site(settings.demo_port)


@main.command()
def secrets() -> None:
    """Make the secrets that are missing, as files in the instance directory."""
    from moderation.privacy.keys import load_keys, make_missing_secrets

    made = make_missing_secrets(load_settings())
    for path in made:
        click.echo(f"Made {path}")
    load_keys(load_settings())
    if not made:
        click.echo("All secrets are there.")


for _group in (classifier, db, doctor, site, rule, thread, moderator, key, learned):
    main.add_command(_group)
