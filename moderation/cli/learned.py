"""`moderation learned`: what a site has learned from its moderators."""

from pathlib import Path
from typing import IO

import click

from moderation.cli.support import Group, application


@click.group(cls=Group)
def learned() -> None:
    """What a site has learned from its moderators' decisions."""


@learned.command()
@click.argument("slug", metavar="SITE")
def show(slug: str) -> None:
    """Show what SITE has learned, from whom, and how right it was."""
    from moderation.domain.costs import reliability
    from moderation.services.learned import judged_then_decided, look
    from moderation.services.lesson_files import brought_files

    with application():
        found = look(None, slug)
        click.echo(f"Lessons: {found.spam} spam, {found.good} good; they weigh {found.weight:g}")
        if found.first and found.last:
            click.echo(f"Decided: from {found.first:%Y-%m-%d} to {found.last:%Y-%m-%d}")
        if found.began:
            click.echo(f"Begun anew: {found.began:%Y-%m-%d %H:%M} UTC")
        click.echo(
            f"Model: version {found.version}, {found.size} bytes, on {found.shipped or 'none yet'}"
            f"{'; new lessons are waiting' if found.waiting else ''}"
        )
        for teacher in found.teachers:
            click.echo(f"  {teacher.name or '(a file)'}: {teacher.spam} spam, {teacher.good} good")
        for file in brought_files(found.site.id):
            click.echo(f"  imported {file.imported_at:%Y-%m-%d}: {file.lessons}, as {file.origin}")
        for one in reliability(judged_then_decided(found.site.id)):
            click.echo(
                f"  said {one.low:.0%} to {one.high:.0%}: {one.count} comments, "
                f"{one.said:.0%} on average, {one.spam:.0%} were spam"
            )


@learned.command()
@click.argument("slug", metavar="SITE")
@click.option("--undo", is_flag=True, help="Let the former lessons count again.")
def reset(slug: str, *, undo: bool) -> None:
    """Let SITE begin anew. Its lessons are kept, and can be let count again."""
    from moderation.services import learned as service
    from moderation.web.app import utc_now

    with application():
        if not undo:
            service.reset(None, slug, utc_now())
            click.echo(f"{slug} begins anew. `moderation learned reset --undo {slug}` goes back.")
            return
        service.take_back_reset(None, slug, service.look(None, slug).reset_id or 0, utc_now())
        click.echo("The former lessons count again.")


@learned.command()
@click.argument("slug", metavar="SITE")
@click.option("--out", "file", type=click.File("w"), default="-", help="[default: print it]")
def export(slug: str, file: IO[str]) -> None:
    """Write SITE's lessons as a file for `import`: no text, no names, no addresses."""
    from moderation.services.lesson_files import export as lines_of

    with application():
        for line in lines_of(None, slug):
            file.write(line)


@learned.command("import")
@click.argument("slug", metavar="SITE")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(slug: str, file: Path) -> None:
    """Let SITE learn from FILE, which `export` wrote, here or elsewhere."""
    from moderation.services.lesson_files import import_file
    from moderation.web.app import utc_now

    with application():
        count = import_file(None, slug, file.read_bytes(), utc_now())
        click.echo(f"{slug} learns {count} lessons; they count within seconds.")


@learned.command()
@click.argument("slug", metavar="SITE")
@click.argument("name", metavar="NAME")
def forget(slug: str, name: str) -> None:
    """Let SITE forget what the imported file called NAME by `show` has taught it."""
    from moderation.services.lesson_files import forget_file
    from moderation.web.app import utc_now

    with application():
        count = forget_file(None, slug, name, utc_now())
        click.echo(f"{slug} forgets {count} lessons within seconds.")
