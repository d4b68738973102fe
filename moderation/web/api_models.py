"""What the JSON API reads and answers, as its description tells it.

The views put their answers together by themselves; the tests hold every one of them against these.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from moderation.domain.page import MAX_URL_LENGTH
from moderation.domain.reports import MAX_NOTE, Reason
from moderation.domain.site_settings import Markup, Sort, Theme
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

    # Next to nothing is read through it: what would read is made when it is first asked for.
    model_config = ConfigDict(use_attribute_docstrings=True, defer_build=True)


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
        "description": f"The text, up to {MAX_COMMENT:,} bytes of UTF-8 once trimmed: Markdown "
        "without headings and pictures, and the HTML tags that WordPress leaves to guests.",
        "examples": ["What a *drive*!"],
    },
    "name": {
        "type": ["string", "null"],
        "description": f"Who writes it, as readers will see it, up to {MAX_NAME} characters. "
        "Required unless the site's settings say otherwise.",
        "examples": ["Mira"],
    },
    "email": {
        "type": ["string", "null"],
        "description": f"Up to {MAX_EMAIL} characters. Never published, never answered. "
        "Required unless the site's settings say otherwise.",
        "examples": ["mira@example.com"],
    },
    "website": {
        "type": ["string", "null"],
        "description": f"Of who writes it, http or https, up to {MAX_WEBSITE} characters.",
    },
    "url": {
        "type": ["string", "null"],
        "description": f"The page, of one of the site's origins, up to {MAX_URL_LENGTH:,} "
        "characters. Required without `post_id`.",
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
    "notify": {
        "enum": [True, False, None, "true", "false", "1", "0", "yes", "no", "on", "off", ""],
        "description": "Whether a mail is wished for when somebody replies.",
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
    likes: int = Field(examples=[3])
    """How many readers like it."""
    avatar: int = Field(ge=0, le=15, examples=[5])
    """The number of the colour behind its initial."""
    initial: str = Field(examples=["M"])
    """A letter in place of a picture; empty of a removed one."""
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
    """Those at the top, each with all its replies."""
    next_cursor: Cursor | None = Field(examples=[None])
    """What asks for the next page as `cursor`; null at the end."""


class OwnComment(Comment):
    """A comment as its author sees it."""

    text: str = Field(examples=["What a *drive*!"])
    """What was typed."""


class OwnStatus(Told):
    """What an author may know of their comment."""

    id: int = Field(examples=[41])
    """Its number."""
    status: PublicStatus
    """What became of it."""
    url: str = Field(examples=[f"{EXAMPLE_PAGE}#comment-41"])
    """Where it stands, or will."""
    comment: OwnComment
    """It as readers see it, or will."""
    editable_until: datetime | None = Field(examples=["2026-05-04T12:15:00+00:00"])
    """Until when its author may edit it; null if not, or not any more."""
    revision: int = Field(examples=[1])
    """What an edit must name."""


class EditRequest(Told):
    """Other words for a comment."""

    model_config = ConfigDict(extra="forbid")

    comment: str = Field(min_length=1, examples=["What a *long* drive!"])
    """The whole text, as when it is posted."""
    revision: int = Field(ge=1, lt=2**31, examples=[1])
    """The revision that was edited, as the private link tells it."""


class EditedComment(PostedComment):
    """A comment that was edited: it is judged again before others see it."""

    revision: int = Field(examples=[2])
    """The new one."""


class Like(Told):
    """A like."""

    likes: int = Field(examples=[4])
    """How many readers like the comment."""
    receipt: str = Field(examples=["eyJhIjo0MX0.c2ln"])
    """What takes this like back, as `Like-Receipt`."""


class Likes(Told):
    """How much a comment is liked."""

    likes: int = Field(examples=[3])
    """How many readers like it."""


class ReportRequest(Told):
    """Why a comment is reported."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason
    """What is wrong with it."""
    note: str | None = Field(default=None, description=f"In words, up to {MAX_NOTE} characters.")


class Reported(BaseModel):
    """Nothing more to tell."""


class PreviewRequest(Told):
    """A comment that is being written."""

    model_config = ConfigDict(extra="forbid")

    comment: str = Field(min_length=1, examples=["What a *drive*!"])
    """Its text so far."""


class Preview(Told):
    """What would be published."""

    html: str = Field(examples=["<p>What a <em>drive</em>!</p>"])
    """Sanitised."""


class Counts(Told):
    """How many comments are published on pages."""

    counts: dict[str, int] = Field(examples=[{EXAMPLE_PAGE: 2}])
    """By the address as it was asked for."""
    faults: dict[str, str] = Field(default={})
    """Why an address is none of the site's, in words; not there where there is none."""


class ThreadSettings(Told):
    """What the site's owner chose."""

    language: str | None = Field(examples=["en"])
    """Of the widget (BCP 47); null: that of the page."""
    theme: Theme
    """How it looks."""
    markup: Markup
    """What a comment may be written in."""
    name_required: bool
    """Whether a comment needs a name."""
    email_required: bool
    """Whether a comment needs an address."""
    edit_minutes: int = Field(examples=[15])
    """For how long authors may edit and delete."""
    likes: bool
    """Whether readers may like comments."""
    reports: bool
    """Whether readers may report comments."""
    page_size: int = Field(examples=[50])
    """How many top comments come at once."""
    max_depth: int = Field(examples=[5])
    """How deep replies may stand."""


class SiteOfThread(Told):
    """The site."""

    slug: str = Field(examples=["blog"])
    """In addresses."""
    name: str = Field(examples=["My blog"])
    """For people."""


class ThreadSnapshot(CommentPage):
    """All that a widget needs to show a page's comments."""

    version: int = Field(examples=[7])
    """Goes up with everything that readers see of the comments."""
    sort: Sort
    """How the top comments stand."""
    settings: ThreadSettings
    """What the site's owner chose."""
    site: SiteOfThread
    """The site."""


class FormToken(Told):
    """The stamp of a form."""

    form_token: str = Field(examples=["WzEsMTc3Nzg5NjAwMDAwMCwiYWJjIl0.c2ln"])
    """To be sent with the comment. It tells how long the reader took to write."""
