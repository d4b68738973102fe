"""What the moderators' part of the JSON API reads and answers, as its description tells it."""

from datetime import datetime
from types import NoneType
from typing import Annotated, Any, get_args

from pydantic import ConfigDict, Field

from moderation.domain.actions import Action
from moderation.domain.policy import VerdictRule
from moderation.domain.queue_view import QueueView
from moderation.domain.signals import Symbol
from moderation.domain.status import Status
from moderation.services.review import DECISIONS, LONGEST_WHY
from moderation.web.api_models import Told
from moderation.web.openapi import Parameter
from moderation.web.openapi.parts import EXAMPLE_PAGE

_VIEW_WORDS = {
    "tab": "By status. `held` if it is left out.",
    "thread": "Only of this thread, by its number.",
    "commenter": "Only of this commenter, by their number.",
    "signal": "Only those whose receipt holds this signal.",
    "since": "Only those that came on this day (UTC) or later.",
    "until": "Only those that came on this day (UTC) or earlier.",
    "language": "Only those in this language (ISO 639-1).",
    "q": "Only those whose name or text holds these words.",
    "opinion": "Only those for which a second opinion is asked.",
    "reported": "Only those with readers' reports that no moderator has decided on.",
    "order": "What comes first. If it is left out: the oldest of what is held, the newest of the "
    "rest.",
}


def _type_of(name: str) -> Any:
    """The type of a view's member where it is told; what is not told is left out of an address."""
    field = QueueView.model_fields[name]
    told = [one for one in get_args(field.annotation) if one is not NoneType]
    kind = told[0] if told else field.annotation
    return Annotated[kind, *field.metadata] if field.metadata else kind


VIEW_PARAMETERS = tuple(Parameter(name, _type_of(name), _VIEW_WORDS[name]) for name in _VIEW_WORDS)


class DecisionRequest(Told):
    """A decision, bound to what was seen: if somebody was faster, nothing is overwritten."""

    model_config = ConfigDict(extra="forbid")

    decision: str = Field(
        examples=["approve"], json_schema_extra={"enum": [action.value for action in DECISIONS]}
    )
    """What to make of it. `block` rejects it, and its commenter from now on. `approve` of what the
    policy published and `spam` of what it marked as spam leave it so, and teach the site."""
    revision: Annotated[int, Field(strict=True, ge=1, lt=2**31, examples=[1])]
    """The comment's `revision` that was seen."""
    seen: Status = Field(examples=["held"])
    """The comment's `status` that was seen."""
    why: Annotated[str, Field(max_length=LONGEST_WHY)] = ""
    """The reason, for the audit log."""


class ThreadOfComment(Told):
    """The thread that a comment is of."""

    id: int = Field(examples=[3])
    """Its number."""
    url: str = Field(examples=[EXAMPLE_PAGE])
    """The page."""
    title: str = Field(examples=["The first drive"])
    """Of the page."""


class ParentOfComment(Told):
    """The comment that is replied to."""

    id: int = Field(examples=[40])
    """Its number."""
    name: str = Field(examples=["Ben"])
    """Who wrote it."""
    text: str = Field(examples=["Where did you go?"])
    """What it says."""


class CommenterInQueue(Told):
    """Whoever wrote a comment, without their address."""

    id: int = Field(examples=[12])
    """Their number on this site."""
    first_seen_at: datetime = Field(examples=["2026-01-07T09:00:00+00:00"])
    """When they first wrote."""
    published: int = Field(examples=[4])
    """How many comments of theirs are published."""
    refused: int = Field(examples=[0])
    """How many were spam or rejected."""


class SignalOfCheck(Told):
    """What a check found."""

    symbol: Symbol
    """Its name."""
    meaning: str = Field(examples=["Many links"])
    """In words."""
    score: float = Field(examples=[2.5])
    """In points; more is more like spam."""
    evidence: dict[str, Any] = Field(examples=[{"links": 3}])
    """What it was found by."""
    check: str = Field(examples=["links"])
    """The check that found it."""
    version: int = Field(examples=[1])
    """Of the check."""


class VerdictOfPolicy(Told):
    """What the policy concluded, and why."""

    rule: VerdictRule | None
    """The rule that decided; null of what has not been judged."""
    score: float | None = Field(examples=[2.5])
    """The sum of the points."""
    of_former_text: bool
    """Whether it was judged before its text was changed."""
    signals: list[SignalOfCheck]
    """What the checks found."""


class LogEntry(Told):
    """An entry of the audit log."""

    entry: int = Field(examples=[7])
    """Its number, by which a decision is taken back."""
    action: Action
    """What was done."""
    by: str = Field(examples=["Ben"])
    """Who did it."""
    before: Status | None
    """The status before."""
    after: Status | None
    """The status after."""
    why: str = Field(examples=[""])
    """The reason that was given."""
    at: datetime = Field(examples=["2026-05-04T12:00:10+00:00"])
    """When."""


class OpinionAsked(Told):
    """A wish for a second opinion."""

    by: str = Field(examples=["Ben"])
    """Who asks."""
    note: str = Field(examples=["Is this the same person again?"])
    """What about."""
    asked_at: datetime = Field(examples=["2026-05-04T12:05:00+00:00"])
    """Since when."""


class ModeratedComment(Told):
    """A comment with all that bears on a decision."""

    id: int = Field(examples=[41])
    """Its number."""
    status: Status = Field(examples=["held"])
    """Where it stands."""
    revision: int = Field(examples=[1])
    """Goes up with each change of its text."""
    thread: ThreadOfComment
    """Where it was left."""
    parent: ParentOfComment | None
    """What it replies to."""
    name: str = Field(examples=["Mira"])
    """Who wrote it."""
    website: str | None = Field(examples=[None])
    """Of who wrote it."""
    text: str = Field(examples=["What a *drive*!"])
    """What was typed."""
    html: str | None = Field(examples=["<p>What a <em>drive</em>!</p>"])
    """The same, sanitised; null before it is judged."""
    language: str | None = Field(examples=["en"])
    """ISO 639-1; null if it cannot be told."""
    by_site: bool
    """Whether the site itself says it."""
    created_at: datetime = Field(examples=["2026-05-04T12:00:00+00:00"])
    """When it was posted."""
    published_at: datetime | None = Field(examples=[None])
    """When it was published."""
    edited_at: datetime | None = Field(examples=[None])
    """When its text was last changed."""
    likes: int = Field(examples=[0])
    """How many readers like it."""
    open_reports: int = Field(examples=[0])
    """How many reports of readers no moderator has decided on."""
    commenter: CommenterInQueue
    """Who wrote it, as far as is known."""
    verdict: VerdictOfPolicy
    """What the policy concluded."""
    last: LogEntry | None
    """The last verdict or decision."""
    claimed_by: str | None = Field(examples=[None])
    """The moderator who is looking at it at this moment."""
    second_opinion: OpinionAsked | None
    """The second opinion that is asked for."""


class ModeratedPage(Told):
    """Some of the comments of a view of the queue."""

    comments: list[ModeratedComment]
    """In the view's order."""
    next_cursor: str | None = Field(examples=[None])
    """What asks for the next page as `cursor`; null at the end."""


class Decided(Told):
    """What a decision came to."""

    entry: int = Field(examples=[7])
    """The entry of the audit log: what takes the decision back."""
    comment: ModeratedComment
    """The comment, as it is now."""
