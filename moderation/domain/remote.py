"""Other services that a site may ask about its comments: which there are, and their settings."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from moderation.domain.page import ascii_host


class Service(StrEnum):
    """A kind of service. Stored by value, and the name of the check that asks it."""

    AKISMET = "akismet"
    SIGNED_HTTP = "signed_http"
    LLM = "llm"
    STOPFORUMSPAM = "stopforumspam"
    DNSBL = "dnsbl"


class Without(StrEnum):
    """What happens to a comment that a service has said nothing about."""

    HOLD = "hold"
    GO_ON = "go_on"


class LlmTask(StrEnum):
    """Which of the two things that OpenAI-compatible servers offer is asked for."""

    CHAT = "chat"
    MODERATION = "moderation"


LONGEST_WAIT = 5.0  # seconds that a service may take
MOST_ZONES = 3
# Under this name a receipt keeps that a service was not asked, since its budget was used up.
OVER_BUDGET = "over_budget"


def _zone(text: str) -> str:
    host = ascii_host(text.strip().rstrip("."))
    if host is None or "." not in host or host.replace(".", "").isdigit():
        raise ValueError("this is no name of a list")
    return host


_Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
_Model = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]
_Zone = Annotated[str, StringConstraints(max_length=150), AfterValidator(_zone)]


class ServiceSettings(BaseModel):
    """What every service has.

    Attributes:
        on: whether it is asked at all.
        timeout: seconds that it may take.
        daily_budget: how often it is asked in a day (UTC) at most.
        on_failure: what happens to a comment where it does not answer as it should.
        on_budget: the same where the budget is used up, which is the site's own word and no fault:
            by default the comment goes on, judged by everything else.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    on: bool = False
    timeout: Annotated[float, Field(ge=0.2, le=LONGEST_WAIT, allow_inf_nan=False)] = 3.0
    daily_budget: Annotated[int, Field(ge=1, le=1_000_000)] = 1000
    on_failure: Without = Without.HOLD
    on_budget: Without = Without.GO_ON


class AkismetSettings(ServiceSettings):
    """Akismet, or whatever speaks its protocol.

    Attributes:
        address: the server's.
        send_email, send_network: whether it is told the commenter's address, and their truncated
            network.
    """

    address: _Address = "https://rest.akismet.com"
    send_email: bool = False
    send_network: bool = False


class SignedHttpSettings(ServiceSettings):
    """A program of the site's own; `address` is where it listens."""

    address: _Address = ""


class LlmSettings(ServiceSettings):
    """A language model.

    Attributes:
        address: what the API's paths follow, such as `https://api.example/v1`.
        task: what is asked of it.
        model: its name there.
    """

    address: _Address = ""
    task: LlmTask = LlmTask.CHAT
    model: _Model = ""


class StopForumSpamSettings(ServiceSettings):
    """StopForumSpam; `send_email_hash`: whether the address's MD5 hash is asked for, too."""

    address: _Address = "https://api.stopforumspam.org/api"
    send_email_hash: bool = False


class DnsblSettings(ServiceSettings):
    """Lists of domains in the DNS; `zones` are their names."""

    zones: Annotated[tuple[_Zone, ...], Field(min_length=1, max_length=MOST_ZONES)] = (
        "dbl.spamhaus.org",
    )


SETTINGS: dict[Service, type[ServiceSettings]] = {
    Service.AKISMET: AkismetSettings,
    Service.SIGNED_HTTP: SignedHttpSettings,
    Service.LLM: LlmSettings,
    Service.STOPFORUMSPAM: StopForumSpamSettings,
    Service.DNSBL: DnsblSettings,
}
# Which of them have a key, and which cannot do without.
KEYED = frozenset({Service.AKISMET, Service.SIGNED_HTTP, Service.LLM})
NEEDS_KEY = frozenset({Service.AKISMET, Service.SIGNED_HTTP})
