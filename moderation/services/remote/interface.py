"""What every service is asked and may answer; whatever it says is bounded here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from moderation.domain.remote import Service
from moderation.domain.remote_words import TITLES
from moderation.domain.signals import Signal, Symbol
from moderation.privacy.redaction import redact
from moderation.words import Message

MOST_POINTS = 10.0
_LONGEST_WORDS = 200  # characters of what a service says
_LONGEST_HEX = re.compile(r"[0-9A-Fa-f]{24,}")  # a digest of something, where none belongs
_GAPS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Question:
    """A comment as one service may see it. Nothing of it shows in a repr.

    Attributes:
        text, name, website: as typed.
        page, page_title: where.
        site_url, site: whose: the site's first origin, and its short name.
        language: the site's, ISO 639-1; nothing where it is not set.
        user_agent: the browser's name.
        written_at: when.
        is_reply: whether it answers another comment; parent: that one's number.
        honeypot: whether the field that people cannot see was filled in.
        links: the addresses that it links to.
        email: the commenter's address, where the site has opted in; else nothing.
        network: the first address of their truncated network, where the site has opted in.
        again: why it is asked about once more; nothing the first time.
        is_test: whether it is made up.
    """

    text: str = field(repr=False)
    name: str = field(repr=False)
    website: str = field(repr=False)
    page: str = field(repr=False)
    page_title: str = field(repr=False)
    site_url: str
    site: str
    language: str
    user_agent: str = field(repr=False)
    written_at: datetime
    is_reply: bool = False
    parent: str = ""
    honeypot: bool = False
    links: tuple[str, ...] = field(default=(), repr=False)
    email: str = field(default="", repr=False)
    network: str = field(default="", repr=False)
    again: str = ""
    is_test: bool = False


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a service says.

    Attributes:
        spam: points; above 0 it calls the comment spam.
        abusive: whether it calls it abusive.
        good: whether it has looked and finds nothing wrong; else it has no opinion.
        good_points: points for that, 0 or below.
        reason: why, in its words; where they are ours, a `Message`.
        facts: more for the receipt: names of ours, short values.
        ask_again: in so many seconds it will know more.
        alert: what it tells the site's owner.
        breach: where it kept not quite to what was agreed, how, in words; for whoever tries it.
    """

    spam: float = 0.0
    abusive: bool = False
    good: bool = False
    good_points: float = 0.0
    reason: str = ""
    facts: Mapping[str, str | int | float] = field(default_factory=dict)
    ask_again: int | None = None
    alert: str = ""
    breach: str = ""


class RemoteCheck(Protocol):
    """A service, with its settings and its key."""

    @property
    def service(self) -> Service:
        """Which."""
        ...

    @property
    def version(self) -> int:
        """Of the code that asks; changes when its findings do."""
        ...

    def ask(self, question: Question) -> Opinion:
        """Its opinion. Takes no longer than its settings say, and touches no database.

        Raises:
            NoAnswerError: it gave none that can be used.
        """
        ...


@runtime_checkable
class Proving(Protocol):
    """A service that can be asked whether it is what it should be, before any opinion."""

    def verify(self, site_url: str, /) -> None:
        """Ask it, in the name of a site. Takes no longer than its settings say.

        Raises:
            NoAnswerError: it is not, or there is no answer.
        """
        ...


class NoAnswerError(Exception):
    """A service did not answer as it should; `words` say how, and quote nothing of the comment."""

    def __init__(
        self, words: Message, alert: str = "", facts: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(words)
        self.words = words
        self.alert = alert
        self.facts = facts or {}


def said(text: object, most: int = _LONGEST_WORDS, *, never: str = "") -> str:
    """What a service said, as it may be kept: short, on one line, without what could be an address
    or a digest of one, and without signs that show nothing or turn the direction of writing.

    Args:
        text: what it said.
        most: characters that are kept.
        never: an address that it was told; words that hold a half of it are left out altogether.
    """
    plain = "".join(c if c.isprintable() else " " for c in str(text))
    folded = plain.casefold()
    if any(half in folded for half in never.casefold().split("@") if half):
        return "…"
    plain = _GAPS.sub(" ", _LONGEST_HEX.sub("…", redact(plain))).strip()
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def signals_of(check: RemoteCheck, opinion: Opinion, duration_us: int) -> tuple[Signal, ...]:
    """An opinion as signals: none where there is no opinion."""
    found: list[tuple[Symbol, float]] = []
    if opinion.spam > 0:
        found.append((Symbol.REMOTE_SPAM, min(opinion.spam, MOST_POINTS)))
    if opinion.abusive:
        found.append((Symbol.REMOTE_ABUSE, 0.0))
    if opinion.good and not found:
        found.append((Symbol.REMOTE_GOOD, max(min(opinion.good_points, 0.0), -MOST_POINTS)))
    evidence = _evidence(check, opinion.reason, opinion.facts)
    return tuple(
        Signal(symbol, round(points, 2), evidence, check.service.value, check.version, duration_us)
        for symbol, points in found
    )


def failure_of(
    check: RemoteCheck, fault: NoAnswerError, *, holds: bool, duration_us: int = 0
) -> Signal:
    """That a service gave no answer, as a signal.

    Args:
        check: the service.
        fault: how it failed.
        holds: whether the comment is to be held for it.
        duration_us: how long it took to fail.
    """
    evidence = _evidence(check, fault.words, fault.facts) | {"holds": holds}
    name = check.service.value
    return Signal(Symbol.REMOTE_FAILED, 0.0, evidence, name, check.version, duration_us)


def _evidence(
    check: RemoteCheck, reason: str, facts: Mapping[str, str | int | float]
) -> dict[str, Any]:
    kept = {name: said(value) if isinstance(value, str) else value for name, value in facts.items()}
    told: dict[str, Any] = {"service": TITLES[check.service], "says": said(reason), **kept}
    # Words without values are found in the catalogues as they are.
    if isinstance(reason, Message) and reason.values:
        told["message"] = reason.kept(said)
    return told
