"""`moderation key`."""

import click

from moderation.cli.support import Group, application


@click.group(cls=Group)
def key() -> None:
    """API keys: what programs show to act for a site."""


@key.command("add")
@click.argument("slug")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(["read", "moderate", "submit", "akismet"]),
    help="What it may do; can be given again.",
)
@click.option("--for", "owner", required=True, help="The address of the owner it acts for.")
def key_add(slug: str, name: str, scopes: tuple[str, ...], owner: str) -> None:
    """Make a key for site SLUG, and print it: only now, since only its hash is kept.

    What it does is done in its owner's name, and it stops when they own the site no more.
    """
    from moderation.services.api_keys import add_key
    from moderation.web.app import utc_now
    from moderation.web.runtime import runtime

    with application():
        index = runtime().vault.short_key_index
        made = add_key(None, slug, name, scopes, utc_now(), index=index, acts_for=owner)
        click.echo(f"Key {made.key_id}, shown only now:", err=True)
        click.echo(made.key)


@key.command("list")
@click.argument("slug")
def key_list(slug: str) -> None:
    """List a site's keys, without their secrets."""
    from moderation.services.api_keys import list_keys

    with application():
        for found in list_keys(None, slug):
            used = f"used {found.used_at:%Y-%m-%d %H:%M}" if found.used_at else "never used"
            state = "revoked" if found.revoked_at else "stopped" if found.stopped else used
            click.echo(
                f"{found.key_id}\t{found.shown}…\t{','.join(found.scopes)}\t{state}\t"
                f"{found.name}\tfor {found.member}"
            )


@key.command("revoke")
@click.argument("slug")
@click.argument("key_id", type=int)
def key_revoke(slug: str, key_id: int) -> None:
    """Let a key be good for nothing, by its number."""
    from moderation.services.api_keys import revoke_key
    from moderation.web.app import utc_now

    with application():
        revoke_key(None, slug, key_id, utc_now())
        click.echo(f"Key {key_id} is revoked.")
