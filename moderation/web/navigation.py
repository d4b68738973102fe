"""The way around the moderators' pages, in one place."""

from dataclasses import dataclass

from flask import Flask, current_app, request


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
)


def install(app: Flask) -> None:
    """Let the app's templates ask for `places()`."""
    app.jinja_env.globals["places"] = lambda: [
        place for place in PLACES if place.endpoint in current_app.view_functions
    ]
