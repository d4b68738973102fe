"""What the JSON API reads and answers, as its description tells it.

The views put their answers together by themselves; the tests hold every one of them against these.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from moderation.domain.page import MAX_URL_LENGTH
from moderation.domain.submission import (
    MAX_COMMENT,
    MAX_EMAIL,
    MAX_NAME,
    MAX_TITLE,
    MAX_WEBSITE,
    Submission,
)
from moderation.web.openapi.parts import EXAMPLE_PAGE

_EXAMPLE_LINK = "https://comments.example/api/v1/status/41.Rk2vT"

PublicStatus = Literal["pending", "published", "held", "not_accepted"]
Cursor = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$")]


class Told(BaseModel):
    """What is answered: each member is told by the words under it."""

    model_config = ConfigDict(use_attribute_docstrings=True)


_NUMBER: dict[str, Any] = {
    "anyOf": [
        {"type": "integer", "minimum": 0, "maximum": 2**63 - 1},
        {"type": "string", "pattern": "^[0-9]{0,18}$"},
        {"type": "null"},
    ]
}
# The schema's validators are functions, of which pydantic cannot tell what they take.
_FIELDS: dict[str, dict[str, Any]] = {
    "comment": {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_COMMENT,
        "description": f"The text, up to {MAX_COMMENT:,} bytes of UTF-8: Markdown without headings "
        "and pictures, and the HTML tags that WordPress leaves to guests.",
        "examples": ["What a *drive*!"],
    },
    "name": {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_NAME,
        "description": "Who writes it, as readers will see it.",
        "examples": ["Mira"],
    },
    "email": {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_EMAIL,
        "description": "Never published, never answered by this API.",
        "examples": ["mira@example.com"],
    },
    "website": {
        "type": ["string", "null"],
        "maxLength": MAX_WEBSITE,
        "description": "Of who writes it, http or https.",
    },
    "url": {
        "type": ["string", "null"],
        "maxLength": MAX_URL_LENGTH,
        "description": "The page, of one of the site's origins. Required without `post_id`.",
        "examples": [EXAMPLE_PAGE],
    },
    "post_id": {**_NUMBER, "description": "WordPress's number of the page; 0 for none."},
    "title": {
        "type": ["string", "null"],
        "description": "Of the page. Kept when the comment is published and the thread has none; "
        f"cut after {MAX_TITLE} characters.",
        "examples": ["The first drive"],
    },
    "parent": {
        **_NUMBER,
        "description": "The published comment of the same page that it replies to; 0 for none. A "
        "reply deeper than the site allows is attached higher up.",
    },
    "form_token": {
        "type": ["string", "null"],
        "description": "The stamp of a form that was rendered or asked for here: tells people from "
        "programs by how long they typed.",
    },
}


def _tell_fields(schema: dict[str, Any]) -> None:
    schema["properties"] = {name: _FIELDS[name] for name in schema["properties"]}


class CommentRequest(Submission):
    """A comment to be posted. Faults of all fields are told at once."""

    form_token: str | None = None

    model_config = ConfigDict(json_schema_extra=_tell_fields)


class PostedComment(Told):
    """A comment that was taken in."""

    id: int = Field(examples=[41])
    """Its number."""
    status: PublicStatus
    """`pending` until it is judged, which takes a moment."""
    status_url: str = Field(examples=[_EXAMPLE_LINK])
    """The author's private link. Whoever has it can see the comment."""


class Comment(Told):
    """A comment as readers see it."""

    id: int = Field(examples=[41])
    """Its number."""
    parent: int | None = Field(examples=[None])
    """The comment that it replies to."""
    depth: int = Field(examples=[1])
    """How deep it stands: 1 at the top."""
    name: str | None = Field(examples=["Mira"])
    """Who wrote it; null of a removed one."""
    website: str | None = Field(examples=["https://mira.example/"])
    """Of who wrote it, http or https."""
    html: str | None = Field(examples=["<p>What a drive!</p>"])
    """What it says, sanitised; null of a removed one."""
    created_at: datetime = Field(examples=["2026-05-04T12:00:00+00:00"])
    """When it was posted."""
    edited_at: datetime | None = Field(examples=[None])
    """When its text was last changed."""
    by_site: bool
    """Whether the site itself says it."""
    removed: bool
    """Whether it only keeps its place, since replies below it are published."""
    replies: list["Comment"] = Field(examples=[[]])
    """Oldest first."""


class CommentPage(Told):
    """Some of the comments of a page."""

    url: str = Field(examples=[EXAMPLE_PAGE])
    """The page, as it is kept."""
    title: str = Field(examples=["The first drive"])
    """Of the page; empty where no published comment has told it."""
    count: int = Field(examples=[1])
    """How many comments of the page are published."""
    closed: bool
    """Whether it takes no more comments."""
    comments: list[Comment]
    """Those at the top, oldest first, each with all its replies."""
    next_cursor: Cursor | None = Field(examples=[None])
    """What asks for the next page as `cursor`; null at the end."""


class OwnStatus(Told):
    """What an author may know of their comment."""

    id: int = Field(examples=[41])
    """Its number."""
    status: PublicStatus
    """What became of it."""
    url: str = Field(examples=[f"{EXAMPLE_PAGE}#comment-41"])
    """Where it stands, or will."""
