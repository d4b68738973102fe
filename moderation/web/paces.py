"""How often one network may like, report, preview and the like: by its truncated address."""

from enum import Enum

from limits import RateLimitItem, parse

from moderation.domain.network import Address, truncate
from moderation.errors import TooManyRequestsError
from moderation.web.counter import Counter
from moderation.words import N_


class Pace(Enum):
    """What is counted, how often it may be done, and what it is called. A network may be a school
    or an office.
    """

    LIKE = ("like", "60 per minute")
    REPORT = ("report", "20 per 10 minutes")
    PREVIEW = ("preview", "120 per minute")
    OWN = ("own", "60 per minute")

    @property
    def limit(self) -> RateLimitItem:
        """How often."""
        return parse(self.value[1])


class Paces:
    """Counts what networks do."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def count(self, pace: Pace, address: Address, cost: int = 1) -> None:
        """Count that a reader does something once more, or something that costs as much as several.

        Raises:
            TooManyRequestsError: their network does it too often.
        """
        network = truncate(address)
        if not self._counter.hit(pace.limit, pace.name, network, cost=cost):
            seconds = self._counter.quota(pace.limit, pace.name, network).reset
            raise TooManyRequestsError(
                N_(
                    "Too much is sent from your network at once. "
                    "Please wait {seconds} s, then try again.",
                    seconds=seconds,
                ),
                seconds,
            )
