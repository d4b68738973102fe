"""The one schema of a submission: every door fills it, all faults are told at once."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Annotated, Any

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from moderation.domain.addresses import holds_address, link_holds_address
from moderation.domain.page import canonical_link, page_of
from moderation.domain.text import fold, without_stacks
from moderation.domain.whole_number import MOST_STORED, whole_number
from moderation.errors import FieldFault, InvalidSubmissionError, UnknownThreadError
from moderation.words import N_, Message

# WordPress 6.8's column lengths, with the 254 characters of RFC 5321 for an address.
MAX_NAME = 245  # characters
MAX_EMAIL = 254  # characters
MAX_WEBSITE = 200  # characters
MAX_COMMENT = 65_525  # bytes of UTF-8
ANONYMOUS = "Anonymous"  # who gave no name, where none is required
MAX_TITLE = 500  # characters; a longer title is cut

_REQUIRED = {
    "comment": N_("Please type your comment."),
    "name": N_("Please tell us your name."),
    "email": N_("Please give your email address."),
}
_MOST_UNKNOWN = 20  # fields that are told one by one
_SURROGATE = re.compile("[\ud800-\udfff]")
# Unicode's category Cc, with and without what makes lines.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_CONTROL_OR_LINE = re.compile("[\x00-\x1f\x7f-\x9f]")
# What turns the direction of writing, and so shows an address as another: RFC 3987, section 4.1,
# forbids it in one.
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_YES = frozenset({True, "true", "1", "yes", "on"})
_NO = frozenset({False, None, "", "false", "0", "no", "off"})
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)


def _fault(code: str, message: Message) -> PydanticCustomError:
    # The message is handed over as a value: a brace in it is not a template.
    return PydanticCustomError("fault", "{message}", {"code": code, "message": message})


def _clean(value: object, *, lines: bool) -> str:
    r"""`value` as text in NFC with `\n` line ends, trimmed; no control character passes."""
    if not isinstance(value, str):
        raise _fault("not_text", N_("This must be text."))
    if _SURROGATE.search(value):
        raise _fault("bad_unicode", N_("This holds half of a character (a lone surrogate)."))
    text = value.replace("\r\n", "\n").replace("\r", "\n") if lines else value
    if not text.isascii():
        _refuse_stacks(text)
        text = unicodedata.normalize("NFC", text)
    text = text.strip()
    if (_CONTROL if lines else _CONTROL_OR_LINE).search(text):
        raise _fault(
            "control_character", N_("This holds a control character, which cannot be shown.")
        )
    return text


def _refuse_stacks(text: str) -> None:
    """Refuse letters under a pile of marks, which nobody could read."""
    if without_stacks(text) != text:
        raise _fault("too_many_marks", N_("This piles more marks on a letter than can be shown."))


def _required(value: object, message: Message, *, lines: bool = False) -> str:
    text = _clean(value, lines=lines)
    if not fold(text).strip():
        raise _fault("required", message)
    return text


def _is_needed(info: ValidationInfo, field: str) -> bool:
    return bool((info.context or {}).get(field, True))


def _name(value: object, info: ValidationInfo) -> str:
    if not _is_needed(info, "name_required") and _is_nothing(value):
        return ANONYMOUS
    name = _required(value, _REQUIRED["name"])
    if len(name) > MAX_NAME:
        raise _fault("too_long", N_("A name may have {most} characters at most.", most=MAX_NAME))
    if holds_address(name):
        raise _fault(
            "email_as_name",
            N_("Your name is shown to everybody, so please give one without an email address."),
        )
    return name


def _is_nothing(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _email(value: object, info: ValidationInfo) -> str | None:
    if not _is_needed(info, "email_required") and _is_nothing(value):
        return None
    text = _required(value, _REQUIRED["email"])
    if len(text) > MAX_EMAIL:
        raise _fault(
            "too_long", N_("An email address may have {most} characters at most.", most=MAX_EMAIL)
        )
    try:
        # `test_environment` admits .test, which RFC 6761 keeps for people who try things out.
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        # The library's words quote the address, so they are not passed on.
        raise _fault(
            "invalid_email", N_("This is not a whole email address, such as name@example.com.")
        ) from None


def _website(value: object) -> str | None:
    text = "" if value is None else _clean(value, lines=False)
    if not text:
        return None
    website = text if _SCHEME.match(text) else f"https://{text}"
    broken = any(c.isspace() for c in website) or _TURNS.search(website)
    link = None if broken else canonical_link(website)
    # A host beyond ASCII is longer as it is kept than as it was typed.
    if max(len(website), len(link or "")) > MAX_WEBSITE:
        raise _fault(
            "too_long",
            N_("A website’s address may have {most} characters at most.", most=MAX_WEBSITE),
        )
    if link is None:
        raise _fault(
            "invalid_website",
            N_(
                "This is not a website’s address, such as https://example.com. "
                "It may be left empty."
            ),
        )
    if link_holds_address(link):
        raise _fault(
            "email_in_website",
            N_("Your website is shown to everybody, so please give it without an email address."),
        )
    return link


def _comment(value: object) -> str:
    text = _required(value, _REQUIRED["comment"], lines=True)
    if (size := len(text.encode())) > MAX_COMMENT:
        raise _fault(
            "too_long",
            N_(
                "A comment may have {most} bytes at most; this has {size}.",
                most=MAX_COMMENT,
                size=size,
            ),
        )
    return text


def _is_no_number(value: object) -> bool:
    return value is None or value in ("", "0") or (type(value) is int and value == 0)


def _number(value: object) -> int | None:
    """A positive 64-bit id; WordPress's forms send 0 for none."""
    if _is_no_number(value):
        return None
    number = whole_number(value) if isinstance(value, str) else value
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number <= MOST_STORED:
        raise _fault("invalid_number", N_("This must be the number of a comment or a page."))
    return number


def _url(value: object, info: ValidationInfo) -> str | None:
    text = "" if value is None else _clean(value, lines=False)
    if not text:
        return None
    try:
        return page_of(text, (info.context or {})["origins"])
    except UnknownThreadError as error:
        raise _fault(error.code, Message.of(error.message)) from None


def _notify(value: object, info: ValidationInfo) -> bool:
    """Whether it is wished for: as JSON says it, or a form's box, which sends nothing unticked."""
    if not isinstance(value, str | bool | None) or value not in _YES | _NO:
        raise _fault("not_a_choice", N_("This must be true or false."))
    wished = value in _YES
    # An address that is at fault itself is told by its own field.
    if wished and info.data.get("email", "?") is None:
        raise _fault(
            "email_needed", N_("Please give your email address too, so that we can write.")
        )
    return wished


def _title(value: object) -> str:
    return ("" if value is None else _clean(value, lines=False))[:MAX_TITLE].strip()


class Submission(BaseModel):
    """A reader's reply, valid in itself.

    Attributes:
        comment: the text.
        name: of the commenter, without an email address in it; `ANONYMOUS` where none was given.
        email: normalised, or None where none was given; kept out of the repr.
        website: http or https, or None.
        url: the page, normalised, of one of the site's origins.
        post_id: the page by WordPress's number, or None.
        title: of the page, or nothing.
        parent: the comment replied to, or None.
        notify: whether the commenter wants a mail when somebody replies.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    comment: Annotated[str, BeforeValidator(_comment)]
    name: Annotated[str, BeforeValidator(_name)] = Field("", validate_default=True)
    email: Annotated[str | None, BeforeValidator(_email)] = Field(
        "", repr=False, validate_default=True
    )
    website: Annotated[str | None, BeforeValidator(_website)] = None
    url: Annotated[str | None, BeforeValidator(_url)] = None
    post_id: Annotated[int | None, BeforeValidator(_number)] = None
    title: Annotated[str, BeforeValidator(_title)] = ""
    parent: Annotated[int | None, BeforeValidator(_number)] = None
    notify: Annotated[bool, BeforeValidator(_notify)] = False


def clean_comment(text: object) -> str:
    """A comment's text as it is kept, by the rules of `Submission`.

    Raises:
        InvalidSubmissionError: it is empty, too long or cannot be shown.
    """
    return _cleaned("comment", _comment, text)


def clean_text(field: str, text: object) -> str:
    """Lines of text that may be empty, as they are kept.

    Raises:
        InvalidSubmissionError: of `field`: it is no text, or cannot be shown.
    """
    return _cleaned(field, partial(_clean, lines=True), text)


def _cleaned(field: str, clean: Callable[[object], str], text: object) -> str:
    try:
        return clean(text)
    except PydanticCustomError as error:
        told = error.context or {}
        fault = FieldFault(field, told["code"], told["message"])
        raise InvalidSubmissionError((fault,)) from None


@dataclass(frozen=True, slots=True)
class Required:
    """What a reader must tell besides the comment."""

    name: bool = True
    email: bool = True


_FIELD_NAME = re.compile(r"[\w\[\]-]*")
_LONGEST_FIELD = 100  # characters of an unknown field's name that are told
_ALL = Required()


def parse_submission(
    fields: Mapping[str, Any], origins: Iterable[str], required: Required = _ALL
) -> Submission:
    """Validate what a door received.

    Args:
        fields: values by the names of `Submission`'s attributes.
        origins: the site's origins, to which `url` must belong.
        required: what the site's readers must tell.

    Raises:
        InvalidSubmissionError: with every fault of every field.
    """
    faults: list[FieldFault] = []
    fields = _with_few_unknown(fields)
    url = fields.get("url")
    no_url = url is None or (isinstance(url, str) and not url.strip())
    if no_url and _is_no_number(fields.get("post_id")):
        faults.append(FieldFault("url", "required", N_("Please give the page’s address (url).")))
    context = {
        "origins": frozenset(origins),
        "name_required": required.name,
        "email_required": required.email,
    }
    try:
        submission = Submission.model_validate(fields, context=context)
    except ValidationError as error:
        faults += map(_fault_of, error.errors(include_url=False, include_input=False))
    if faults:
        raise InvalidSubmissionError(tuple(faults))
    return submission


def _with_few_unknown(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without more fields that are not known than are told."""
    known = Submission.model_fields
    unknown = [name for name in fields if name not in known]
    if len(unknown) <= _MOST_UNKNOWN:
        return fields
    dropped = set(unknown[_MOST_UNKNOWN:])
    return {name: value for name, value in fields.items() if name not in dropped}


def field_name(name: object) -> str:
    """A field's name as it is told: what is no name, such as an address in its place, is not."""
    text = str(name)[:_LONGEST_FIELD]
    return text if _FIELD_NAME.fullmatch(text) else "?"


def unknown_fields(fields: Mapping[str, Any], known: Collection[str]) -> list[FieldFault]:
    """A fault for each field that is not known, of the first twenty."""
    words = N_("There is no such field.")
    unknown = islice((name for name in fields if name not in known), _MOST_UNKNOWN)
    return [FieldFault(field_name(name), "unknown_field", words) for name in unknown]


def _fault_of(detail: ErrorDetails) -> FieldFault:
    # A name that is no text at all leaves pydantic without a place.
    field = field_name(detail["loc"][0]) if detail["loc"] else "?"
    if detail["type"] == "fault":
        return FieldFault(field, detail["ctx"]["code"], detail["ctx"]["message"])
    if detail["type"] == "missing":
        return FieldFault(field, "required", _REQUIRED[field])
    return FieldFault(field, "unknown_field", N_("There is no such field."))
