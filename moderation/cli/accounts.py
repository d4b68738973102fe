"""`moderation moderator`."""

import secrets as random_secrets
import sys

import click

from moderation.cli.support import Group, application, hashed

_SHORTEST_PASSWORD = 8  # characters


@click.group(cls=Group)
def moderator() -> None:
    """Moderators' accounts."""


@moderator.command("add")
@click.argument("email")
@click.option("--site", "sites", multiple=True, required=True, help="A site to work on.")
@click.option("--role", type=click.Choice(["moderator", "admin", "owner"]), default="moderator")
@click.option("--name", default="", help="What colleagues see.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def moderator_add(
    email: str, sites: tuple[str, ...], role: str, name: str, *, password_stdin: bool
) -> None:
    """Add a moderator; asks for a password, or makes one where nobody can be asked."""
    from moderation.domain.roles import SiteRole
    from moderation.services.accounts import add_moderator
    from moderation.web.app import utc_now

    given = _ask_password(from_stdin=password_stdin)
    password = given or random_secrets.token_urlsafe(12)
    with application():
        add_moderator(email, name, hashed(password), sites, SiteRole(role), utc_now())
    click.echo(f"{email} can sign in at /queue.")
    if not given:
        click.echo(f"Password, shown only now: {password}")


def _ask_password(*, from_stdin: bool) -> str:
    if from_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        given = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        return ""
    if len(given) < _SHORTEST_PASSWORD:
        raise click.ClickException(f"A password needs {_SHORTEST_PASSWORD} characters or more.")
    return str(given)


@moderator.command("list")
def moderator_list() -> None:
    """List the moderators and their sites."""
    from moderation.services.accounts import list_moderators

    with application():
        for account in list_moderators():
            sites = ", ".join(f"{slug} ({role})" for slug, role in account.sites.items())
            click.echo(f"{account.moderator.email}\t{account.moderator.name}\t{sites}")
