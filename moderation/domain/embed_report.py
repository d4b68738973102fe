"""What the embed doctor says: findings as data, with words and the line to paste."""

from dataclasses import dataclass
from enum import StrEnum

from moderation.domain.snippet import script_path
from moderation.words import N_


class Severity(StrEnum):
    """How much a finding matters."""

    FAULT = "fault"  # readers cannot comment, or not here
    WARNING = "warning"  # it works, or partly, and will surprise somebody
    HINT = "hint"  # good to know


class Code(StrEnum):
    """What was found."""

    UNREACHABLE = "unreachable"
    STATUS = "status"
    WALL = "wall"
    REDIRECT = "redirect"
    CONTENT_TYPE = "content_type"
    CHARSET = "charset"
    REFRESH = "refresh"
    NOT_A_PAGE = "not_a_page"
    NOTHING_EMBEDDED = "nothing_embedded"
    SCRIPT_MISSING = "script_missing"
    SCRIPT_ELSEWHERE = "script_elsewhere"
    SCRIPT_TWICE = "script_twice"
    SCRIPT_IDLE = "script_idle"
    SCRIPT_INTEGRITY = "script_integrity"
    ELEMENT_MISSING = "element_missing"
    ELEMENT_TWICE = "element_twice"
    SITE_MISSING = "site_missing"
    SITE_OTHER = "site_other"
    ORIGIN = "origin"
    THREAD_ORIGIN = "thread_origin"
    CANONICAL_MISSING = "canonical_missing"
    CANONICAL_SEVERAL = "canonical_several"
    CANONICAL_RELATIVE = "canonical_relative"
    CANONICAL_DIFFERENT = "canonical_different"
    CANONICAL_SCHEME = "canonical_scheme"
    CANONICAL_QUERY = "canonical_query"
    CANONICAL_SLASH = "canonical_slash"
    MIXED_CONTENT = "mixed_content"
    CSP_SCRIPT = "csp_script"
    CSP_CONNECT = "csp_connect"
    CSP_STYLE = "csp_style"
    CSP_FORM = "csp_form"
    CSP_SANDBOX = "csp_sandbox"
    CSP_TRUSTED_TYPES = "csp_trusted_types"
    FRAME = "frame"
    RIVAL = "rival"
    FORM_ACTION = "form_action"
    FORM_METHOD = "form_method"
    FORM_FIELDS = "form_fields"
    FORM_PAGE = "form_page"
    FRAGMENT_STALE = "fragment_stale"
    FRAGMENT_LOOSE = "fragment_loose"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found.

    Attributes:
        code: what, for programs.
        severity: how much it matters.
        words: what it is and what comes of it.
        remedy: what to do.
        paste: the line to paste for that, or nothing.
    """

    code: Code
    severity: Severity
    words: str
    remedy: str = ""
    paste: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What the doctor says of a page: what it found, gravest first, and what it looked at.

    `counts_only`: it shows how many comments pages have, and has no place to read or leave any.
    """

    findings: tuple[Finding, ...]
    looked_at: tuple[str, ...]
    counts_only: bool = False

    @property
    def all_is_well(self) -> str:
        """What that means for the page's readers, where it is so."""
        if self.counts_only:
            return N_(
                "This page shows how many comments there are, and has no place to read or leave "
                "any: none can be left on it."
            )
        return N_("Readers of this page can read and leave comments.")

    @property
    def well(self) -> bool:
        """Whether nothing needs mending; hints do not."""
        return all(finding.severity is Severity.HINT for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the doctor must know of the service.

    Attributes:
        server: the service's origin, for browsers.
        slug: the site's.
        origins: the site's.
        required: which fields of the plain form the site asks for, besides the comment.
        versions: of threads, by their key (`domain.page.key_of`).
        language: that the site's settings say, if they do.
    """

    server: str
    slug: str
    origins: tuple[str, ...]
    required: tuple[str, ...]
    versions: dict[str, int]
    language: str | None = None

    @property
    def script(self) -> str:
        """The snippet's first line."""
        source = self.server + script_path(self.language)
        return f'<script src="{source}" data-site="{self.slug}" async></script>'

    @property
    def snippet(self) -> str:
        """What is pasted into a page."""
        return f"{self.script}\n<leave-a-reply></leave-a-reply>"
