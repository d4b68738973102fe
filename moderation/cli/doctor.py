"""`moderation doctor`: the installation, and pages that embed comments."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moderation.cli.support import Group, application
from moderation.config import load_settings
from moderation.errors import InvalidInputError

if TYPE_CHECKING:
    from moderation.domain.embed_page import EmbedPage
    from moderation.domain.embed_report import Report

_MARKS = {"fault": ("bad ", "red"), "warning": ("warn", "yellow"), "hint": ("hint", "cyan")}


@click.group(cls=Group, invoke_without_command=True)
@click.pass_context
def doctor(context: click.Context) -> None:
    """Check database, migrations, Redis, workers and secrets; say what is wrong and the remedy.

    `moderation doctor embed` checks a page that embeds comments instead.
    """
    if context.invoked_subcommand is not None:
        return
    from moderation.doctor import examine

    findings = list(examine(load_settings))
    for finding in findings:
        mark = click.style("ok  ", fg="green") if finding.good else click.style("bad ", fg="red")
        click.echo(f"{mark} {finding.part}: {finding.words}")
    sys.exit(0 if all(finding.good for finding in findings) else 1)


@doctor.command()
@click.argument("page", metavar="ADDRESS|FILE")
@click.option("--site", "slug", help="Whose comments they should be.  [default: as the page says]")
@click.option("--url", default="", help="Of a file: where it is served.")
@click.option("--anywhere", is_flag=True, help="Fetch from private addresses and any port, too.")
def embed(page: str, slug: str | None, url: str, *, anywhere: bool) -> None:
    """Say why a page shows no comments or takes none, with the line to paste.

    PAGE is an address, or an HTML file. Only public addresses on the usual ports are asked, five
    redirects and five seconds at most. Ends with 0 if all is well (hints aside), else with 1.
    """
    from moderation.addresses import public_address
    from moderation.domain.embed_report import Report
    from moderation.services.embed_doctor import diagnose, site_of
    from moderation.services.sites import find_site, list_sites

    settings = load_settings()
    with application(settings):
        site = find_site(slug) if slug else None
        found = _read(page, url, anywhere=anywhere)
        if not isinstance(found, Report):
            site = site or site_of(found, list_sites())
            found = diagnose(found, site, public_address(settings))
    _tell(found)
    sys.exit(0 if found.well else 1)


def _read(page: str, url: str, *, anywhere: bool) -> "EmbedPage | Report":
    from moderation.domain.page import origin_of
    from moderation.services.embed_doctor import read_file, visit
    from moderation.services.fetching import MOST_BYTES, Reach

    if page.lower().startswith(("http://", "https://")):
        return visit(page, Reach(anywhere=anywhere))
    try:
        with Path(page).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InvalidInputError(
            f"{page} is neither an address (http://… or https://…) nor a file that can be read: "
            f"{error.strerror}."
        ) from None
    if len(content) > MOST_BYTES:
        raise InvalidInputError(
            f"{page} is larger than 2 MiB, which is more than the doctor reads."
        )
    if url:
        origin_of(url)
    return read_file(page, content, url)


def _tell(report: "Report") -> None:
    if report.well:
        mark = click.style("ok  ", fg="green")
        click.echo(f"{mark} All is well. {report.all_is_well}")
    for finding in report.findings:
        word, colour = _MARKS[finding.severity]
        click.echo(f"{click.style(word, fg=colour)} {finding.code}: {_harmless(finding.words)}")
        if finding.remedy:
            click.echo(f"     {finding.remedy}")
        for line in finding.paste.splitlines():
            click.echo(f"       {click.style(_harmless(line), bold=True)}")
    click.echo("Looked at:")
    for line in report.looked_at:
        click.echo(f"  {_harmless(line)}")


def _harmless(text: str) -> str:
    """Words that quote a stranger's page, without what a terminal would obey."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
