"""What a site's owner pastes into their pages, with the widget as it will look."""

from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from flask_security import auth_required
from markupsafe import escape

from moderation.domain.page import PREVIEW_PATH
from moderation.domain.roles import Permission
from moderation.domain.settings_words import THEME_WORDS
from moderation.domain.site_settings import INTERFACE_LANGUAGES, Theme
from moderation.domain.snippet import script_path
from moderation.models import Site
from moderation.services.permissions import site_for
from moderation.web.auth import me
from moderation.web.links import public_root
from moderation.web.widget import widget_files

bp = Blueprint("site_snippet", __name__, url_prefix="/sites/<slug>/snippet")


@bp.before_request
@auth_required("session")
def _sign_in_first() -> None:
    """Sites are for moderators who are signed in."""


@bp.get("")
def show(slug: str) -> str:
    """The snippet in the looks that were chosen, and the widget so."""
    site = site_for(me(), slug, Permission.MANAGE_SITE)
    theme, language = (
        _chosen("theme", tuple(Theme)),
        _chosen("language", tuple(INTERFACE_LANGUAGES)),
    )
    looks = {"theme": theme, "lang": language}
    root = public_root()
    page, widget = f"{site.origins[0]}/this-page/", widget_files()
    spoken = language or site.settings.language
    return render_template(
        "sites/snippet.html",
        site=site,
        looks=looks,
        themes=[(one.value, THEME_WORDS[one]) for one in Theme],
        languages=tuple(INTERFACE_LANGUAGES.items()),
        shown_theme=theme or site.settings.theme.value,
        script=_script(root + script_path(spoken), site),
        pinned=_script(
            root + widget.address(spoken),
            site,
            f' integrity="{widget.script(spoken).integrity}" crossorigin="anonymous"',
        ),
        spoken=spoken,
        element=_element(looks),
        root=root,
        page=page,
        fragment=f"{root}/s/{site.slug}/fragment?{urlencode({'url': page})}",
        preview=f"{site.origins[0]}{PREVIEW_PATH}",
    )


def _chosen(name: str, among: tuple[str, ...]) -> str:
    """What the address chooses; nothing where it is none of these, which is as the settings say."""
    value = request.args.get(name, "")
    return value if value in among else ""


def _script(source: str, site: Site, more: str = "") -> str:
    return f'<script src="{escape(source)}" data-site="{site.slug}"{more} async></script>'


def _element(looks: dict[str, str]) -> str:
    attributes = "".join(f' {name}="{value}"' for name, value in looks.items() if value)
    return f"<leave-a-reply{attributes}></leave-a-reply>"
