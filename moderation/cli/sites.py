"""`moderation site`, `rule` and `thread`."""

import sys
from typing import Any

import click

from moderation.cli.support import Group, application


@click.group(cls=Group)
def site() -> None:
    """Sites: whose comments this installation takes."""


@site.command("add")
@click.argument("slug")
@click.option("--origin", "origins", multiple=True, required=True, help="https://blog.example")
@click.option("--name", default="", help="For people.  [default: the slug]")
@click.argument("policy", nargs=-1, metavar="[SETTING=VALUE]...")
def site_add(slug: str, origins: tuple[str, ...], name: str, policy: tuple[str, ...]) -> None:
    """Add a site named SLUG; settings as in `site set`."""
    from moderation.services.site_admin import add_site
    from moderation.web.app import utc_now

    with application():
        made = add_site(None, slug, name, origins, utc_now(), policy=_assignments(policy))
        click.echo(f"Site {made.slug} takes comments on pages of {', '.join(made.origins)}.")


@site.command("list")
def site_list() -> None:
    """List the sites."""
    from moderation.services.sites import list_sites

    with application():
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
    weights.SIGNAL, hold_probability, spam_probability, abuse (off, hold, reject),
    abuse_probability, max_links, max_depth, close_after_days, flood_network.count,
    flood_network.seconds, flood_commenter.count, flood_commenter.seconds. An empty value brings
    the default back.
    """
    from moderation.services.sites import change_policy, find_site
    from moderation.web.app import utc_now

    with application():
        before = dict(find_site(slug).policy.model_dump(mode="json"))
        change_policy(slug, _assignments(policy, before), None, utc_now())
        click.echo(find_site(slug).policy.model_dump_json(indent=2))


@click.group(cls=Group)
def rule() -> None:
    """A site's blocklist and allowlist."""


@rule.command("add")
@click.argument("slug")
@click.argument("effect", type=click.Choice(["allow", "hold", "spam", "reject"]))
@click.argument("kind", type=click.Choice(["word", "pattern", "email", "domain", "ip_range"]))
@click.argument("value")
@click.option("--note", default="", help="Why, or for an address, whose.")
def rule_add(slug: str, effect: str, kind: str, value: str, note: str) -> None:
    """Let VALUE have an EFFECT on site SLUG; `-` reads it from standard input.

    An address is kept as a keyed index alone; read from standard input it stays out of the
    shell's history too. A pattern is a regular expression of RE2's.
    """
    from moderation.domain.rules import RuleEffect, RuleKind
    from moderation.services.rules import RuleDraft, add_rule
    from moderation.web.app import utc_now
    from moderation.web.runtime import Runtime

    if value == "-":
        value = sys.stdin.readline().rstrip("\r\n")
    with application() as app:
        rt: Runtime = app.extensions["moderation"]
        draft = RuleDraft(RuleKind(kind), RuleEffect(effect), value, note)
        made = add_rule(rt.vault, slug, draft, None, utc_now())
        click.echo(f"Rule {made.id} added.")


@rule.command("list")
@click.argument("slug")
def rule_list(slug: str) -> None:
    """List a site's rules."""
    from moderation.services.rules import list_rules

    with application():
        for found in list_rules(slug):
            shown = found.value or "(an address)"
            click.echo(f"{found.id}\t{found.effect}\t{found.kind}\t{shown}\t{found.note}")


@rule.command("remove")
@click.argument("slug")
@click.argument("rule_id", type=int)
def rule_remove(slug: str, rule_id: int) -> None:
    """Remove a rule by its number."""
    from moderation.services.rules import remove_rule
    from moderation.web.app import utc_now

    with application():
        remove_rule(slug, rule_id, None, utc_now())
        click.echo(f"Rule {rule_id} removed.")


@click.group(cls=Group)
def thread() -> None:
    """A page's thread."""


@thread.command("close")
@click.argument("slug")
@click.argument("url")
def thread_close(slug: str, url: str) -> None:
    """Take no more comments on a page."""
    from moderation.services.threads import set_page_closed
    from moderation.web.app import utc_now

    with application():
        set_page_closed(None, slug, url, utc_now(), closed=True)
        click.echo("Closed.")


@thread.command("open")
@click.argument("slug")
@click.argument("url")
def thread_open(slug: str, url: str) -> None:
    """Take comments on a page again."""
    from moderation.services.threads import set_page_closed
    from moderation.web.app import utc_now

    with application():
        set_page_closed(None, slug, url, utc_now(), closed=False)
        click.echo("Open.")


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
        value = value or defaults[outer].get(inner, "")
        if value == "":  # a part that has no default, such as a weight
            nested.pop(inner, None)
        else:
            nested[inner] = value
    return changes
