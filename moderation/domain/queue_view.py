"""A view of the queue: a tab, filters and an order, as its address tells them."""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from moderation.domain.signals import Symbol
from moderation.domain.status import Status
from moderation.errors import InvalidInputError
from moderation.words import N_


class Tab(StrEnum):
    """What is shown."""

    HELD = "held"
    SPAM = "spam"
    PUBLISHED = "published"
    REJECTED = "rejected"
    ALL = "all"


TAB_WORDS: dict[Tab, str] = {
    Tab.HELD: N_("Held"),
    Tab.SPAM: N_("Spam"),
    Tab.PUBLISHED: N_("Published"),
    Tab.REJECTED: N_("Rejected"),
    Tab.ALL: N_("All"),
}
TAB_STATUSES: dict[Tab, tuple[Status, ...]] = {
    Tab.HELD: (Status.HELD,),
    Tab.SPAM: (Status.SPAM,),
    Tab.PUBLISHED: (Status.PUBLISHED,),
    Tab.REJECTED: (Status.REJECTED,),
    Tab.ALL: (Status.HELD, Status.SPAM, Status.PUBLISHED, Status.REJECTED),
}


class Order(StrEnum):
    """What comes first."""

    OLDEST = "oldest"
    NEWEST = "newest"
    RISKIEST = "riskiest"


ORDER_WORDS: dict[Order, str] = {
    Order.OLDEST: N_("Oldest first"),
    Order.NEWEST: N_("Newest first"),
    Order.RISKIEST: N_("Riskiest first"),
}
_Id = Annotated[int, Field(gt=0, lt=2**63)]
_Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,63}$")]
_Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _day(value: object) -> object:
    """Only a day as forms send it: pydantic would take a number for seconds since 1970."""
    if isinstance(value, str) and not _DAY.fullmatch(value.strip()):
        raise ValueError("not a day")
    return value.strip() if isinstance(value, str) else value


# The last day that has a day after it.
_Day = Annotated[date, BeforeValidator(_day), Field(lt=date.max)]
_Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class QueueView(BaseModel):
    """What a moderator looks at. Everything but the tab narrows it.

    Attributes:
        tab: by status.
        site: a site's slug.
        thread, commenter, wave: by number.
        signal: comments whose receipt holds this signal.
        since, until: days (UTC) of arrival, both included.
        language: ISO 639-1.
        q: words that the name or text holds.
        opinion: only those for which a second opinion is asked.
        reported: only those with readers' reports that no moderator has decided on.
        order: what comes first; None: the oldest of what is held, the newest of the rest.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    tab: Tab = Tab.HELD
    site: _Slug | None = None
    thread: _Id | None = None
    commenter: _Id | None = None
    wave: _Id | None = None
    signal: Symbol | None = None
    since: _Day | None = None
    until: _Day | None = None
    language: _Language | None = None
    q: _Words = ""
    opinion: bool = False
    reported: bool = False
    order: Order | None = None

    @property
    def statuses(self) -> tuple[Status, ...]:
        """The statuses of its tab."""
        return TAB_STATUSES[self.tab]

    @property
    def usual_order(self) -> Order:
        """The order that holds where none is asked for."""
        return Order.OLDEST if self.tab is Tab.HELD else Order.NEWEST

    @property
    def effective_order(self) -> Order:
        """The order that holds. What words find comes by its time: it has no order by risk."""
        order = self.order or self.usual_order
        return self.usual_order if self.q and order is Order.RISKIEST else order

    @property
    def filtered(self) -> bool:
        """Whether anything but tab, site and order narrows it."""
        return bool(self.model_dump(exclude_defaults=True).keys() - {"tab", "site", "order"})

    @property
    def folds(self) -> bool:
        """Whether each wave's comments may stand in one row: of what is held, while nothing asks
        for particular comments.
        """
        return self.tab is Tab.HELD and not self.filtered

    def arguments(self, **changes: Any) -> dict[str, str]:
        """Its address's arguments, after these changes; None takes one away."""
        values = self.model_dump(mode="json") | changes
        return {
            name: "1" if value is True else str(value)
            for name, value in values.items()
            if value not in {None, "", False} and not (name == "tab" and value == Tab.HELD)
        }


def parse_view(arguments: Mapping[str, str]) -> QueueView:
    """The view of an address.

    Raises:
        InvalidInputError: an argument is not one of its kind; the message names it.
    """
    typed = {name: value for name, value in arguments.items() if value.strip()}
    try:
        return QueueView.model_validate(typed)
    except ValidationError as error:
        names = ", ".join(sorted({str(fault["loc"][0]) for fault in error.errors()}))
        raise InvalidInputError(
            N_(
                "This view of the queue cannot be shown: {names} is not understood. "
                "Please choose it again.",
                names=names,
            )
        ) from None


WRONG_CURSOR = N_("This page of the queue is not one that the page before it gave.")
_CURSOR = re.compile(r"(-?\d{1,20}(?:\.\d{1,6})?)_(\d{1,18})", re.ASCII)


def write_cursor(value: float, comment_id: int) -> str:
    """Where a page ended: by the order's value (microseconds or points) and the comment."""
    number = value if isinstance(value, int) else f"{value:.6f}".rstrip("0").rstrip(".")
    return f"{number}_{comment_id}"


def read_cursor(text: str) -> tuple[float, int] | None:
    """What `write_cursor` wrote; None for nothing.

    Raises:
        InvalidInputError: it is not from there.
    """
    if not text:
        return None
    found = _CURSOR.fullmatch(text)
    if found is None:
        raise InvalidInputError(WRONG_CURSOR)
    value = found[1]
    return (float(value) if "." in value else int(value)), int(found[2])
