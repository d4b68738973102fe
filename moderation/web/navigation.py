"""The way around the moderators' pages, in one place."""

from dataclasses import dataclass

from flask import Flask, current_app, request

from moderation.domain.roles import Permission
from moderation.services.permissions import permissions_on
from moderation.web.auth import me
from moderation.words import N_

_SITES = "sites.show_all"


@dataclass(frozen=True, slots=True)
class Place:
    """A page in the navigation: its endpoint, its words, and what else lights it up."""

    endpoint: str
    words: str
    also: tuple[str, ...] = ()

    @property
    def here(self) -> bool:
        """Whether the page shown belongs to it. A site's own pages all belong to the sites."""
        if _is_of_a_site():
            return self.endpoint == _SITES
        return request.blueprint in (_blueprint(self), *self.also)


PLACES = (
    Place("queue.show", N_("Queue"), also=("bulk",)),
    Place("figures.show", N_("Figures")),
    Place("audit.show", N_("Audit log")),
    Place("rules.choose", N_("Rules")),
    Place("team.choose", N_("Team")),
    Place(_SITES, N_("Sites")),
)


@dataclass(frozen=True, slots=True)
class SitePage:
    """One of a site's own pages: its endpoint, its words, and what one needs to open it."""

    endpoint: str
    words: str
    permission: Permission


SITE_PAGES = (
    SitePage("sites.show", N_("Overview"), Permission.DECIDE),
    SitePage("site_settings.show", N_("Settings"), Permission.MANAGE_SITE),
    SitePage("site_threads.show", N_("Threads"), Permission.CLOSE_THREAD),
    SitePage("site_snippet.show", N_("Snippet"), Permission.MANAGE_SITE),
    SitePage("embed_doctor.show", N_("Embed doctor"), Permission.MANAGE_SITE),
    SitePage("site_services.show", N_("Other services"), Permission.MANAGE_SITE),
    SitePage("site_keys.show", N_("API keys"), Permission.MANAGE_KEYS),
    SitePage("rules.show", N_("Rules"), Permission.EDIT_RULES),
    SitePage("rules.policy", N_("Policy"), Permission.EDIT_POLICY),
    SitePage("site_learned.show", N_("Learned"), Permission.DECIDE),
)


def install(app: Flask) -> None:
    """Let the app's templates ask for `places()` and `site_pages(slug)`."""
    app.jinja_env.globals.update(
        places=lambda: [place for place in PLACES if place.endpoint in current_app.view_functions],
        site_pages=_site_pages,
    )


def _site_pages(slug: str) -> list[SitePage]:
    mine = permissions_on(me(), slug)
    return [page for page in SITE_PAGES if page.permission in mine]


def _blueprint(page: Place | SitePage) -> str:
    return page.endpoint.partition(".")[0]


def _is_of_a_site() -> bool:
    blueprints = [_blueprint(page) for page in SITE_PAGES]
    return "slug" in (request.view_args or {}) and request.blueprint in blueprints
