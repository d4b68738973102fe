"""The demo article's address, title and first replies. Light: the supervisor loads it too."""

from typing import NamedTuple

ARTICLE_PATH = "/marlow-tern-first-drive"
ARTICLE_TITLE = "The phone maker’s first car wants you to look at the road"


class Reply(NamedTuple):
    """A reply that the demo starts with."""

    name: str
    email: str
    website: str | None
    text: str


# The second replies to the first.
REPLIES = (
    Reply(
        name="Ines Okafor",
        email="ines.okafor@example.com",
        website="https://example.com/",
        text=(
            "The part about the dial made my week. I drive a van for a living, and every "
            "update of its screen moves the heating somewhere else. If the people who taught "
            "us to swipe can put the warmth back on something that I find with gloves on, "
            "anybody can.\n\n"
            "What I would still like to know: how long will there be **spare parts**? My phone "
            "was beyond repair after four years. A van has to manage twenty."
        ),
    ),
    Reply(
        name="Tomasz Lind",
        email="tomasz.lind@example.com",
        website=None,
        text=(
            "My worry too. A battery that drops onto a trolley in forty minutes sounds as if "
            "somebody had thought about year twelve. But a promise about parts is worth what "
            "is written down, so I am waiting for the warranty booklet."
        ),
    ),
)


DEMO_SLUG = "demo"  # of the site that a first start makes


def demo_origins(port: int) -> list[str]:
    """The origins of the demo site whose article is served on this port; the first is in links."""
    return [f"http://127.0.0.1:{port}", f"http://localhost:{port}"]


def article_url(port: int) -> str:
    """The article's address on this machine, as its thread knows it."""
    return demo_origins(port)[0] + ARTICLE_PATH
