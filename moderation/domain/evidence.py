"""All that the checks may know of one revision of a comment, gathered before they run."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from moderation.domain.rules import Rule


class FormToken(StrEnum):
    """What became of the signed time stamp that our forms carry."""

    VALID = "valid"
    MISSING = "missing"
    FORGED = "forged"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Standing:
    """A commenter's history on the site. The address is a claim, not a proof.

    Attributes:
        published: comments published under this address.
        published_same_name: whether one of them bore this name too.
        refused: comments under this address from this network marked spam or rejected.
    """

    published: int = 0
    published_same_name: bool = False
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Repeat:
    """A recent comment with the same or nearly the same text.

    Attributes:
        comment_id: which one.
        same_thread: whether it stands in the same thread.
        same_line: whether it came from the same line.
        similarity: of the texts, 0 to 1.
    """

    comment_id: int
    same_thread: bool
    same_line: bool
    similarity: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """One revision and its circumstances.

    Attributes:
        now: when it is judged.
        text: as typed.
        rendered: its sanitised HTML.
        name: as typed.
        website: its URL, or None.
        form_token: what became of the form's time stamp.
        form_seconds: how long the form was open; None where that is not known.
        honeypot: whether the invisible field was filled in.
        network: the truncated network it came from.
        network_index: keyed index of the customer's line it came from.
        email_index: keyed index of the address.
        email_domain_index: keyed index of the address's domain.
        rules: the site's lists.
        max_links: how many links hold a comment on this site.
        repeats: recent comments like it, most similar first.
        network_recent: comments from this network in the last ten minutes, this one included.
        commenter_recent: those of them under this address.
        standing: the commenter's history.
    """

    now: datetime
    text: str
    rendered: str
    name: str
    website: str | None
    form_token: FormToken
    form_seconds: float | None
    honeypot: bool
    network: str
    network_index: bytes
    email_index: bytes
    email_domain_index: bytes
    rules: tuple[Rule, ...]
    max_links: int
    repeats: tuple[Repeat, ...]
    network_recent: int
    commenter_recent: int
    standing: Standing
