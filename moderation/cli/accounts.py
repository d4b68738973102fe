"""`moderation moderator`."""

import secrets as random_secrets
import sys

import click

from moderation.cli.support import Group, application, at_the_queue, hashed

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
        add_moderator(email, name, hashed(password), utc_now(), sites=sites, role=SiteRole(role))
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


@moderator.command("invite")
@click.argument("email")
@click.option("--site", required=True, help="The site to work on.")
@click.option("--role", type=click.Choice(["moderator", "admin", "owner"]), default="moderator")
def moderator_invite(email: str, site: str, role: str) -> None:
    """Invite a moderator: prints the link, for one person, once, for seven days; mails it too."""
    from moderation.domain.roles import SiteRole
    from moderation.services.invitations import invite
    from moderation.web.app import utc_now
    from moderation.web.languages import of_letter
    from moderation.web.letters import invitation, outside_url
    from moderation.web.runtime import runtime

    given = SiteRole(role)
    with application(), at_the_queue():
        language = of_letter(email, runtime().sites.find(site))
        made = invite(
            runtime().vault,
            None,
            site,
            email,
            utc_now(),
            role=given,
            compose=lambda token, name: invitation(token, name, given, None, language),
        )
        click.echo(outside_url("invitations.show", token=made.token))


@moderator.command("reset")
@click.argument("email")
@click.option("--drop-app", is_flag=True, help="Also switch off an authenticator app that is lost.")
def moderator_reset(email: str, *, drop_app: bool) -> None:
    """Print a link with which a moderator chooses a new password, once, within four hours."""
    from flask_security.recoverable import generate_reset_password_token

    from moderation.services.accounts import clean_address
    from moderation.web.letters import outside_url

    with application(), at_the_queue() as queue:
        datastore = queue.extensions["security"].datastore
        user = datastore.find_user(email=clean_address(email))
        if user is None:
            raise click.ClickException("There is no moderator with this email address.")
        if drop_app:
            datastore.tf_reset(user)
            datastore.commit()
        token = generate_reset_password_token(user)  # type: ignore[no-untyped-call]
        click.echo(outside_url("security.reset_password", token=token))


@moderator.command("list")
def moderator_list() -> None:
    """List the moderators and their sites."""
    from moderation.services.accounts import list_moderators

    with application():
        for account in list_moderators():
            sites = ", ".join(f"{slug} ({role})" for slug, role in account.sites.items())
            click.echo(f"{account.moderator.email}\t{account.moderator.name}\t{sites}")
