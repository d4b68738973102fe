"""What an Akismet client asks, and what it is answered: the protocol without HTTP.

Whoever posts a comment chooses what is in it, so nothing in a comment makes a question faulty: what
could not be kept is taken out, and the rest is judged. Only what the client itself must say (key,
site, reader's network address) can be missing.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from email_validator import EmailNotValidError, validate_email

from moderation.domain.addresses import link_without_addresses, name_without_addresses
from moderation.domain.network import Address, parse_address
from moderation.domain.page import canonical_link, origin_of, page_of
from moderation.domain.policy import SitePolicy, VerdictRule
from moderation.domain.references import unescape
from moderation.domain.status import Status
from moderation.domain.submission import (
    ANONYMOUS,
    MAX_COMMENT,
    MAX_EMAIL,
    MAX_NAME,
    MAX_WEBSITE,
    Submission,
)
from moderation.domain.text import without_stacks
from moderation.errors import InvalidInputError, UnknownThreadError, WrongSiteError

DOOR = "akismet"
# Comments by which a client only tries out whether it is set up right: erased once answered.
TEST_DOOR = "akismet-test"

# Characters of a name that are read: enough for no address to be cut in two that is kept in part.
_MOST_OF_NAME = 4 * MAX_NAME
_YES = frozenset({"1", "true", "yes"})
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SLASHED = re.compile(r"\\(['\"\\])")
_BARE_QUOTE = re.compile(r"(?<!\\)['\"]")
# Akismet's documentation names these to try a client out.
_SPAM_AUTHOR = "viagra-test-123"
_SPAM_EMAIL = "akismet-guaranteed-spam@example.com"
_GOOD_ROLE = "administrator"
# The field that WordPress's plugin hides in its forms. It sends what was typed there, but never
# says that this is a trap.
_TRAP = "POST_ak_hp_textarea"
# From so many times the spam threshold nobody need look at it any more.
_BLATANT = 2
_BLATANT_RULES = frozenset({VerdictRule.BLOCKLIST, VerdictRule.HONEYPOT})


@dataclass(frozen=True, slots=True)
class Question:
    """A comment as a client tells of it.

    Attributes:
        blog: the asking site's host, with its port where it has one.
        said: what is kept of it, with the page it was written on.
        address: the reader's.
        user_agent: the reader's.
        honeypot: whether the field that people cannot see was filled in.
        is_test: the client is only tried out.
        is_again: it asks about a comment that it keeps already.
        certain: what the answer is whatever the comment says: True for spam; None: to be judged.
        guid: by which a former answer named the comment, or nothing.
    """

    blog: str
    said: Submission
    address: Address
    user_agent: str
    honeypot: bool
    is_test: bool
    certain: bool | None
    is_again: bool = field(default=False)
    guid: str = field(default="")


def read_question(
    fields: Mapping[str, str], origins: Collection[str], *, is_decided: bool = False
) -> Question:
    """What a client asks.

    Args:
        fields: by Akismet's names; what is not known is passed over.
        origins: of the site whose key it is.
        is_decided: it tells what people decided.

    Raises:
        InvalidInputError: what the client must say is missing.
        WrongSiteError: it asks for a blog that is not the site's.
    """
    is_again = bool(fields.get("recheck_reason", "").strip())
    # What a client keeps may have come to it from elsewhere, by an import, of nobody's address.
    required = ("blog",) if is_again or is_decided else ("blog", "user_ip")
    for name in required:
        if not fields.get(name, "").strip():
            raise InvalidInputError(f"Missing required field: {name}.")
    blog = blog_of(fields["blog"], origins)
    email = _email(fields.get("comment_author_email", ""))
    name = _name(fields.get("comment_author", ""))
    return Question(
        blog=blog,
        said=Submission.model_construct(
            comment=_text(fields.get("comment_content", "")),
            name=name or ANONYMOUS,
            email=email,
            website=_website(fields.get("comment_author_url", "")),
            url=_page(fields, origins),
        ),
        address=parse_address(fields.get("user_ip", "")),
        user_agent=_clean(fields.get("user_agent", ""), lines=False),
        honeypot=_is_trapped(fields),
        is_test=fields.get("is_test", "").strip().lower() in _YES,
        certain=_certain(fields, name, email),
        is_again=is_again,
        guid=_clean(fields.get("guid", ""), lines=False)[:_GUID_DIGITS],
    )


def blog_of(url: str, origins: Collection[str]) -> str:
    """The host of a blog's address, which must be one of the site's. Whether it is asked for by
    http or https makes no difference, since the same pages answer to both.

    Raises:
        WrongSiteError: it is none of them.
    """
    host = _host(url)
    if host not in {_host(origin) for origin in origins}:
        raise WrongSiteError(
            "The blog is not one of this key's site. Its owner can add it to the site's origins."
        )
    return host


def _host(url: str) -> str:
    """The host of an address, with its port if it has one of its own; nothing of what is none."""
    try:
        return origin_of(url.strip()).partition("://")[2]
    except InvalidInputError:
        return ""


def _page(fields: Mapping[str, str], origins: Collection[str]) -> str:
    """The page the comment was written on; the blog's first one where that is not told."""
    schemes = {f"{scheme}://{_host(o)}" for o in origins for scheme in ("http", "https")}
    for url in (fields.get("permalink", ""), fields["blog"]):
        try:
            return page_of(url, frozenset({*origins, *schemes}))
        except UnknownThreadError:
            continue
    return f"{next(iter(origins))}/"


def _certain(fields: Mapping[str, str], name: str, email: str | None) -> bool | None:
    roles = {role.strip().lower() for role in fields.get("user_role", "").split(",")}
    if _GOOD_ROLE in roles:
        return False
    is_named = name == _SPAM_AUTHOR or (email or "").casefold() == _SPAM_EMAIL
    return True if is_named else None


def _is_trapped(fields: Mapping[str, str]) -> bool:
    name = fields.get("honeypot_field_name", "").strip()
    # WordPress's plugin hands on what its form held under names of its own.
    traps = (name, f"POST_{name}", _TRAP) if name else (_TRAP,)
    return any(fields.get(trap, "").strip() for trap in traps)


def _clean(text: str, *, lines: bool) -> str:
    r"""`text` in NFC with `\n` line ends, without what cannot be shown or kept."""
    text = _unslashed(text.replace("\r\n", "\n").replace("\r", "\n"))
    if not lines:
        text = " ".join(text.split())
    text = _UNSHOWN.sub("", text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", without_stacks(text))
    return text.strip()


def _unslashed(text: str) -> str:
    """Without the slashes that WordPress puts before all quotes while it takes a comment in."""
    return text if _BARE_QUOTE.search(text) else _SLASHED.sub(r"\1", text)


def _text(content: str) -> str:
    text = _clean(content, lines=True)
    return text.encode()[:MAX_COMMENT].decode(errors="ignore").strip()


def _name(typed: str) -> str:
    """The name, with what stands before the “@” of each email address in its place: moderators and
    other services see it.
    """
    beginning = _clean(typed, lines=False)[:_MOST_OF_NAME]
    return name_without_addresses(beginning)[:MAX_NAME].strip()


def _email(typed: str) -> str | None:
    """The address, where it is one; what is none is not kept."""
    text = _clean(typed, lines=False)
    if not 0 < len(text) <= MAX_EMAIL:
        return None
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        return None


def _website(typed: str) -> str | None:
    """The website's address, as far as no email address is in it."""
    text = _clean(typed, lines=False)
    if not text or " " in text:
        return None
    link = canonical_link(text if "://" in text else f"http://{text}")
    return link_without_addresses(link) if link and len(link) <= MAX_WEBSITE else None


_GUID_DIGITS = 32
_KEPT_UNDER = "akismet:"
_SPACES = re.compile(r"\s+")
_QUOTES = "\"'"
_TAG = re.compile(r"</?[a-z!][^<>]*>", re.IGNORECASE)
_TARGET = re.compile(r"""\s(?:href|src)\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+)""", re.IGNORECASE)


def identity(said: Submission) -> str:
    """What makes two questions one: a client that asks again sends the comment as it came first, or
    as it keeps it, which differs in WordPress's slashes before quotes and in white space.
    """
    parts = (said.url, said.name, said.email, said.website, said.comment)
    return "\0".join(_SPACES.sub(" ", _SLASHED.sub(r"\1", part or "")) for part in parts)


def loosened(text: str) -> str:
    """A comment's words, without the markup and entities that a client may have taken out or put in
    since it first asked.
    """
    return _without_markup(text, lambda _tag: " ").casefold()


def retold(text: str) -> str:
    """The same, with where its links lead: what must be equal in two comments to take one for the
    other when nobody has looked at them.
    """
    return _without_markup(text, _target)


def _without_markup(text: str, instead: Callable[[re.Match[str]], str]) -> str:
    bare = unescape(_TAG.sub(instead, _SLASHED.sub(r"\1", text)))
    return _SPACES.sub(" ", bare).strip()


def _target(tag: re.Match[str]) -> str:
    found = _TARGET.search(tag[0])
    return f" {found[1].strip(_QUOTES)} " if found else " "


def guid_of(index: bytes) -> str:
    """How an answer names a comment: of its index (`EmailVault.check_index`)."""
    return index.hex()[:_GUID_DIGITS]


def key_of_guid(guid: str) -> str:
    """Under which idempotency key it is kept."""
    return f"{_KEPT_UNDER}{guid}"


def guid_of_key(key: str) -> str:
    """The reverse of `key_of_guid`."""
    return key.removeprefix(_KEPT_UNDER)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a comment that a client asked about."""

    status: Status
    rule: VerdictRule | None
    score: float | None

    @property
    def is_spam(self) -> bool | None:
        """The answer; None while it is being judged.

        What is held is answered as spam. Akismet knows no third answer: one that is neither makes
        WordPress ask again and again, and other clients fail. Of the two, “not spam” would publish
        what nobody is sure of, while what is spam waits in a folder where a person can find it.
        """
        return None if self.status is Status.PENDING else self.status is not Status.PUBLISHED

    def is_blatant(self, policy: SitePolicy) -> bool:
        """Whether nobody need ever look at it."""
        if self.status not in {Status.SPAM, Status.REJECTED}:
            return False
        return self.rule in _BLATANT_RULES or (
            self.rule is VerdictRule.SPAM_SCORE and (self.score or 0.0) >= _BLATANT * policy.spam_at
        )
