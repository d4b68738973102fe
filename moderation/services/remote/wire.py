"""How services are reached: the public internet by https, and what the operator has named."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from moderation import __version__
from moderation.config import Settings
from moderation.domain.embed_page import Answer
from moderation.domain.page import MAX_URL_LENGTH, origin_of
from moderation.errors import InvalidInputError, PageUnreachableError
from moderation.services.fetching import Reach, Request, send
from moderation.services.remote.interface import NoAnswerError
from moderation.words import N_, Message

_MOST_BYTES = 64 * 1024  # of an answer; the longest that means anything has a few hundred
_AGENT = f"leave-a-reply/{__version__}"
_REDIRECT = range(300, 400)
_REMEDY = N_(
    "Whoever runs this installation can allow it: MODERATION_PRIVATE_SERVICES names hosts with "
    "ports."
)


@dataclass(frozen=True, slots=True)
class Wire:
    """What may be asked, and how.

    Attributes:
        reach: which hosts.
        dns_servers: who is asked for names in lists of domains; nobody means the system's.
    """

    reach: Reach
    dns_servers: tuple[tuple[str, int], ...] = ()

    def post_form(self, url: str, fields: Mapping[str, str], seconds: float) -> Answer:
        """The answer to a form.

        Raises:
            NoAnswerError: there is none, or it leads elsewhere.
        """
        kind = "application/x-www-form-urlencoded; charset=UTF-8"
        return self._post(url, urlencode(fields, errors="replace").encode(), kind, seconds)

    def post_json(
        self, url: str, body: bytes, seconds: float, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer to JSON.

        Raises: as `post_form`.
        """
        return self._post(url, body, "application/json", seconds, headers)

    def _post(
        self,
        url: str,
        body: bytes,
        kind: str,
        seconds: float,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        named = {"User-Agent": _AGENT, "Content-Type": kind, **(headers or {})}
        try:
            answer = send(Request(url, named, body, _MOST_BYTES, seconds), self.reach)
        except (PageUnreachableError, InvalidInputError) as error:
            raise NoAnswerError(Message.of(error.message)) from None
        if answer.status in _REDIRECT:
            # What was sent is for the address that was given, and for nobody it points to.
            raise NoAnswerError(N_("It leads on to another address, which is not asked."))
        return answer


def wire_of(settings: Settings) -> Wire:
    """What this installation lets be asked."""
    reach = Reach(
        named=settings.private_services,
        ports_words=Message.both(N_("Only ports 80 and 443 are."), _REMEDY),
        private_words=N_("{host} is on a private network."),
        remedy=_REMEDY,
    )
    return Wire(reach, settings.dns_servers)


def checked_address(text: str, settings: Settings) -> str:
    """A service's address as it is kept.

    Raises:
        InvalidInputError: it is none, or what is sent there could be read on the way.
    """
    url = text.strip().rstrip("/")
    if len(url) > MAX_URL_LENGTH or "?" in url or "#" in url:
        raise InvalidInputError(N_("An address ends with its path: nothing with ? or # in it."))
    origin = origin_of(url)
    parts = urlsplit(origin)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if parts.scheme != "https" and (parts.hostname, port) not in settings.private_services:
        raise InvalidInputError(
            Message.both(
                N_(
                    "It must start with https://, or what is sent could be read on the way. "
                    "Services on your own network may do without."
                ),
                _REMEDY,
            )
        )
    return origin + urlsplit(url).path


def expect_json(answer: Answer) -> Any:
    """What the answer says.

    Raises:
        NoAnswerError: it is no success, or no JSON.
    """
    if answer.status != HTTPStatus.OK:
        raise NoAnswerError(N_("It answered with HTTP status {status}.", status=str(answer.status)))
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise NoAnswerError(N_("It answered, but not in JSON.")) from None
