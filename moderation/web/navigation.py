"""The way around the moderators' pages, in one place."""

from dataclasses import dataclass

from flask import Flask, current_app, request

from moderation.domain.roles import Permission
from moderation.services.permissions import permissions_on
from moderation.web.auth import me


@dataclass(frozen=True, slots=True)
class Place:
    """A page in the navigation: its endpoint, its words, and what else lights it up."""

    endpoint: str
    words: str
    also: tuple[str, ...] = ()

    @property
    def here(self) -> bool:
        """Whether the page shown belongs to it."""
        return request.blueprint in (self.endpoint.partition(".")[0], *self.also)


PLACES = (
    Place("queue.show", "Queue", also=("bulk",)),
    Place("figures.show", "Figures"),
    Place("audit.show", "Audit log"),
    Place("rules.choose", "Rules"),
    Place("team.choose", "Team"),
    Place(
        "sites.show_all",
        "Sites",
        also=(
            "site_settings",
            "site_threads",
            "site_snippet",
            "site_keys",
            "embed_doctor",
            "site_learned",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class SitePage:
    """One of a site's own pages: its endpoint, its words, and what one needs to open it."""

    endpoint: str
    words: str
    permission: Permission


SITE_PAGES = (
    SitePage("sites.show", "Overview", Permission.DECIDE),
    SitePage("site_settings.show", "Settings", Permission.MANAGE_SITE),
    SitePage("site_threads.show", "Threads", Permission.CLOSE_THREAD),
    SitePage("site_snippet.show", "Snippet", Permission.MANAGE_SITE),
    SitePage("embed_doctor.show", "Embed doctor", Permission.MANAGE_SITE),
    SitePage("site_services.show", "Other services", Permission.MANAGE_SITE),
    SitePage("site_keys.show", "API keys", Permission.MANAGE_KEYS),
    SitePage("rules.show", "Rules", Permission.EDIT_RULES),
    SitePage("rules.policy", "Policy", Permission.EDIT_POLICY),
    SitePage("site_learned.show", "Learned", Permission.DECIDE),
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
