"""The `moderation` command. Each command loads only what it needs."""

import secrets as random_secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from moderation import __version__
from moderation.config import Settings, load_settings
from moderation.errors import ModerationError

if TYPE_CHECKING:
    from flask import Flask

_SHORTEST_PASSWORD = 8  # characters


class _Group(click.Group):
    """A group whose commands tell a known fault in one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ModerationError as error:
            raise click.ClickException(error.message) from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
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


@main.command(hidden=True)
def prepare() -> None:
    """Bring the database up to date, and make the demo where there is no site yet."""
    settings = _settings_with_secrets()
    with _app(settings) as app:
        _upgrade()
        if settings.demo:
            _make_demo(app, settings)


def _make_demo(app: "Flask", settings: Settings) -> None:
    from moderation.services.demo import make_demo_replies, make_demo_site
    from moderation.web.app import utc_now
    from moderation.web.runtime import Runtime

    rt: Runtime = app.extensions["moderation"]
    password = random_secrets.token_urlsafe(12)
    email = make_demo_site(settings.demo_port, _hash(password), utc_now())
    if email:
        # First of all: it is shown only once, whatever happens after.
        click.echo(
            f"\n  A moderator for the demo site, shown only now:\n    {email}\n    {password}\n"
        )
        make_demo_replies(rt.vault, settings.demo_port, utc_now())


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


@main.group(cls=_Group)
def db() -> None:
    """The database's migrations."""


@db.command()
def upgrade() -> None:
    """Bring the database up to date."""
    with _app(_settings_with_secrets()):
        _upgrade()
    click.echo("The database is up to date.")


@db.command()
def check() -> None:
    """Fail if the migrations do not make the tables that the models describe."""
    from flask_migrate import check as compare

    with _app():
        compare()


@db.command()
@click.option("-m", "--message", required=True, help="What the migration does.")
def revision(message: str) -> None:
    """Write a migration for what has changed in the models."""
    from flask_migrate import revision as write

    with _app():
        write(message=message, autogenerate=True)


@main.group(cls=_Group)
def site() -> None:
    """Sites: whose comments this installation takes."""


@site.command("add")
@click.argument("slug")
@click.option("--origin", "origins", multiple=True, required=True, help="https://blog.example")
@click.option("--name", default="", help="For people.  [default: the slug]")
@click.argument("policy", nargs=-1, metavar="[SETTING=VALUE]...")
def site_add(slug: str, origins: tuple[str, ...], name: str, policy: tuple[str, ...]) -> None:
    """Add a site named SLUG; settings as in `site set`."""
    from moderation.services.sites import add_site
    from moderation.web.app import utc_now

    with _app():
        made = add_site(slug, name, origins, _assignments(policy), utc_now())
        click.echo(f"Site {made.slug} takes comments on pages of {', '.join(made.origins)}.")


@site.command("list")
def site_list() -> None:
    """List the sites."""
    from moderation.services.sites import list_sites

    with _app():
        for found in list_sites():
            click.echo(
                f"{found.slug}\t{found.name}\t{found.policy.mode}\t{' '.join(found.origins)}"
            )


@site.command("set")
@click.argument("slug")
@click.argument("policy", nargs=-1, required=True, metavar="SETTING=VALUE...")
def site_set(slug: str, policy: tuple[str, ...]) -> None:
    """Change a site's policy, such as mode=premoderate hold_at=4 weights.LINK_FLOOD=2.

    Settings: mode (premoderate, hold_first_timers, publish_low_score), hold_at, spam_at,
    weights.SIGNAL, max_links, max_depth, close_after_days, flood_network.count,
    flood_network.seconds, flood_commenter.count, flood_commenter.seconds. An empty value brings
    the default back.
    """
    from moderation.services.sites import change_policy, find_site

    with _app():
        before = dict(find_site(slug).policy.model_dump(mode="json"))
        click.echo(change_policy(slug, _assignments(policy, before)).model_dump_json(indent=2))


@main.group(cls=_Group)
def rule() -> None:
    """A site's blocklist and allowlist."""


@rule.command("add")
@click.argument("slug")
@click.argument("effect", type=click.Choice(["allow", "hold", "spam", "reject"]))
@click.argument("kind", type=click.Choice(["word", "email", "domain", "ip_range"]))
@click.argument("value")
@click.option("--note", default="", help="Why, or for an address, whose.")
def rule_add(slug: str, effect: str, kind: str, value: str, note: str) -> None:
    """Let VALUE have an EFFECT on site SLUG. An address is kept as a keyed index alone."""
    from moderation.domain.rules import RuleEffect, RuleKind
    from moderation.services.sites import add_rule
    from moderation.web.app import utc_now
    from moderation.web.runtime import Runtime

    with _app() as app:
        rt: Runtime = app.extensions["moderation"]
        made = add_rule(rt.vault, slug, RuleKind(kind), RuleEffect(effect), value, note, utc_now())
        click.echo(f"Rule {made.id} added.")


@rule.command("list")
@click.argument("slug")
def rule_list(slug: str) -> None:
    """List a site's rules."""
    from moderation.services.sites import list_rules

    with _app():
        for found in list_rules(slug):
            shown = found.value or "(an address)"
            click.echo(f"{found.id}\t{found.effect}\t{found.kind}\t{shown}\t{found.note}")


@rule.command("remove")
@click.argument("slug")
@click.argument("rule_id", type=int)
def rule_remove(slug: str, rule_id: int) -> None:
    """Remove a rule by its number."""
    from moderation.services.sites import remove_rule

    with _app():
        remove_rule(slug, rule_id)
        click.echo(f"Rule {rule_id} removed.")


@main.group(cls=_Group)
def thread() -> None:
    """A page's thread."""


@thread.command("close")
@click.argument("slug")
@click.argument("url")
def thread_close(slug: str, url: str) -> None:
    """Take no more comments on a page."""
    from moderation.services.sites import set_thread_closed
    from moderation.web.app import utc_now

    with _app():
        set_thread_closed(slug, url, utc_now())
        click.echo("Closed.")


@thread.command("open")
@click.argument("slug")
@click.argument("url")
def thread_open(slug: str, url: str) -> None:
    """Take comments on a page again."""
    from moderation.services.sites import set_thread_closed

    with _app():
        set_thread_closed(slug, url, None)
        click.echo("Open.")


@main.group(cls=_Group)
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
    with _app():
        add_moderator(email, name, _hash(password), sites, SiteRole(role), utc_now())
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

    with _app():
        for account in list_moderators():
            sites = ", ".join(f"{slug} ({role})" for slug, role in account.sites.items())
            click.echo(f"{account.moderator.email}\t{account.moderator.name}\t{sites}")


@main.command()
def doctor() -> None:
    """Check database, migrations, Redis, workers and secrets; say what is wrong and the remedy."""
    from moderation.doctor import examine

    findings = list(examine(load_settings))
    for finding in findings:
        mark = click.style("ok  ", fg="green") if finding.good else click.style("bad ", fg="red")
        click.echo(f"{mark} {finding.part}: {finding.words}")
    sys.exit(0 if all(finding.good for finding in findings) else 1)


def _settings_with_secrets() -> Settings:
    from moderation.privacy.keys import make_missing_secrets

    make_missing_secrets(load_settings())
    return load_settings()


@contextmanager
def _app(settings: Settings | None = None) -> "Iterator[Flask]":
    from sqlalchemy.exc import DataError, OperationalError, ProgrammingError

    from moderation.privacy.redaction import configure_logging
    from moderation.web.app import create_app

    settings = settings or load_settings()
    configure_logging(settings.log_level)
    app = create_app(settings)
    with app.app_context():
        try:
            yield app
        except (DataError, OperationalError, ProgrammingError) as error:
            raise click.ClickException(
                "The database does not answer, lacks tables or refuses a value "
                f"({type(error).__name__}). `moderation doctor` says what is wrong."
            ) from error


def _upgrade() -> None:
    from flask_migrate import upgrade as apply

    apply()


def _hash(password: str) -> str:
    from flask_security import hash_password

    from moderation.privacy.keys import load_keys
    from moderation.web.app import create_queue_app
    from moderation.web.runtime import runtime

    parts = runtime()
    with create_queue_app(parts.settings, load_keys(parts.settings), parts).app_context():
        return str(hash_password(password))


def _assignments(words: tuple[str, ...], before: dict[str, Any] | None = None) -> dict[str, Any]:
    """`a=1 b.c=2` as nested values; an empty value is the setting's default."""
    from moderation.domain.policy import SitePolicy

    defaults = SitePolicy().model_dump(mode="json")
    changes: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise click.ClickException(f"{word!r} is not SETTING=VALUE.")
        outer, dot, inner = name.partition(".")
        if not dot:
            changes[name] = value or defaults.get(name)
            continue
        if outer in changes and not isinstance(changes[outer], dict):
            raise click.ClickException(f"{outer} is set twice.")
        if not isinstance(defaults.get(outer), dict):
            raise click.ClickException(f"{outer!r} is not a setting with parts.")
        nested = changes.setdefault(outer, dict((before or defaults).get(outer) or {}))
        if value:
            nested[inner] = value
        else:
            nested.pop(inner, None)
    return changes


if __name__ == "__main__":
    main()
