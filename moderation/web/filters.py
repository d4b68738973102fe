"""What templates need to show values."""

from datetime import datetime
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, url_for
from markupsafe import Markup

from moderation.domain.avatar import avatar_of, initial_of
from moderation.domain.text import plain_html

_OPTION = Markup('<option value="{}">{}</option>')
_BDI = Markup("<bdi>{}</bdi>")
_STRONG = Markup("<strong>{}</strong>")
_LINK = Markup('<a href="{}">')
_CHOSEN = Markup('<option value="{}" selected>{}</option>')


def install(app: Flask) -> None:
    """Give the app's templates these filters and functions."""
    static = Path(app.static_folder or "")

    @cache
    def version_of(name: str) -> str:
        return sha256((static / name).read_bytes()).hexdigest()[:12]

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=version_of(name))

    app.jinja_env.globals.update(
        asset=asset, options=_options, link=_LINK.format, end_link=Markup("</a>")
    )
    app.jinja_env.filters.update(
        iso=datetime.isoformat,
        rendered=rendered,
        avatar=_avatar,
        initial=initial_of,
        bdi=_BDI.format,
        strong=_STRONG.format,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


@lru_cache(maxsize=64)
def _options(choices: tuple[tuple[str, str], ...], chosen: str | None) -> Markup:
    """The options of a `<select>`, made once: a moderator of 200 sites has as many on each page.

    Args:
        choices: value and name of each.
        chosen: the value of the one that is.
    """
    return Markup("").join(
        (_CHOSEN if value == chosen else _OPTION).format(value, name) for value, name in choices
    )


def rendered(comment: object) -> Markup:
    """A comment's HTML: the sanitised one, or before there is one, the text alone."""
    html = getattr(comment, "rendered", None)
    return Markup(html or plain_html(getattr(comment, "text", "")))  # noqa: S704 -- sanitised


def _avatar(name: str, seed: int = 0) -> int:
    """The number of the colour behind a name's initial; a moderator's is made of the name alone."""
    return avatar_of(seed, name)
