"""All that the checks may know of one revision of a comment, gathered before they run."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from moderation.domain.judgement import Judgement, Thresholds
from moderation.domain.rules import Rule
from moderation.domain.waves import Tension


class FormToken(StrEnum):
    """What became of the signed time stamp that our forms carry."""

    VALID = "valid"
    MISSING = "missing"
    FORGED = "forged"
    EXPIRED = "expired"


class EmailClass(StrEnum):
    """What kind of domain an address is at: all that is known of it once it is sealed."""

    NONE = "none"
    FREE = "free"
    DISPOSABLE = "disposable"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Subject:
    """What the classifier judges: one revision as it was typed, and where. All of it can be had
    again later from what is stored, so that a decision teaches what was judged.

    Attributes:
        text: as typed.
        name: as typed.
        website: as typed, or "".
        email_class: of the address.
        language: ISO 639-1 of the text, "" where it does not show.
        site_language: ISO 639-1 of what is mostly written on the site, "" where not known.
        page_title: of the page it is about.
        parent_text: what it replies to, "" for a top comment.
        form_token: what became of the form's time stamp; None where it came from no form.
        form_seconds: how long the form was open; None where that is not known.
        has_user_agent: whether it came with a User-Agent header; None where that is not known.
    """

    text: str
    name: str = ""
    website: str = ""
    email_class: EmailClass = EmailClass.NONE
    language: str = ""
    site_language: str = ""
    page_title: str = ""
    parent_text: str = ""
    form_token: FormToken | None = None
    form_seconds: float | None = None
    has_user_agent: bool | None = None


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
        judgement: what was learned says of it; None where that cannot be had.
        thresholds: what the site holds its probabilities against.
        tension: how much stricter the site judges for now.
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
    judgement: Judgement | None
    thresholds: Thresholds
    tension: Tension | None = None
