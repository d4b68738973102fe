"""What a view of the JSON API says of itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal, TypeVar

from moderation.domain.api_keys import Scope
from moderation.errors import ModerationError

View = TypeVar("View", bound=Callable[..., Any])
Fault = type[ModerationError]


class Tag(Enum):
    """A chapter of the description: its name, and what it is about."""

    READ = ("Read comments", "What is published, the same for everybody. No key is needed.")
    WRITE = ("Leave a comment", "What readers do. No key is needed.")
    OWN = (
        "The author's own comment",
        (
            "What is done with its private link (`status_url`), which whoever posts a comment is "
            "given. The last part of the link is the author's credential: keep it as a password."
        ),
    )
    ACT = ("Like, report, preview", "What readers do with comments. No key is needed.")
    MODERATE = (
        "Moderate",
        (
            "The queue for programs. An API key acts for the owner who made it, on one site; what "
            "it does is audited under both names."
        ),
    )
    ABOUT = ("About this API", "The description itself.")


@dataclass(frozen=True, slots=True)
class Header:
    """A header that an answer has; `is_always` if it has it each time."""

    name: str
    schema: Any
    description: str
    is_always: bool = True


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a request has beside its body.

    Attributes:
        name: as it is sent.
        schema: the type, as pydantic reads it. It describes; the view reads for itself.
        description: for people.
        place: where it stands.
        required: whether the request fails without it.
        example: one that is fit for the curl example; a parameter that has none is left out there.
        faults: what is answered when it cannot be used.
    """

    name: str
    schema: Any
    description: str
    place: Literal["path", "query", "header"] = "query"
    required: bool = False
    example: Any = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered with a status when all is well.

    Attributes:
        description: for people.
        body: the type of the body, as pydantic reads it; None where there is none.
        headers: besides those that every answer has.
        media_type: of the body.
    """

    description: str
    body: Any = None
    headers: tuple[Header, ...] = ()
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Operation:
    """What a view does, as a program that calls it needs to know.

    Attributes:
        name: stays the same for as long as the version does: programs are generated with it.
        summary: some words, as a heading.
        tag: the chapter.
        answers: by status.
        faults: what can go wrong, besides what `document` adds by itself: what parameters say, what
            any body can be refused for, and what any request can meet.
        description: whatever else there is to know.
        parameters: of query and headers. Those of the path are known by their names.
        body: the type of the JSON body; None where none is read.
        scope: what an API key must be good for; None where none is asked for.
        is_key_optional: whether the request may come without a key all the same.
    """

    name: str
    summary: str
    tag: Tag
    answers: Mapping[int, Answer]
    faults: tuple[Fault, ...] = ()
    description: str = ""
    parameters: tuple[Parameter, ...] = field(default=())
    body: Any = None
    scope: Scope | None = None
    is_key_optional: bool = False


_OPERATIONS: dict[Callable[..., Any], Operation] = {}


def describes(operation: Operation) -> Callable[[View], View]:
    """Keep with a view what it does. The view itself stays what it is."""

    def keep(view: View) -> View:
        _OPERATIONS[view] = operation
        return view

    return keep


def operation_of(view: Callable[..., Any]) -> Operation | None:
    """What a view does, if it says so."""
    return _OPERATIONS.get(view)


def described_views() -> frozenset[Callable[..., Any]]:
    """All views that say what they do, whether a route leads to them or not."""
    return frozenset(_OPERATIONS)
