"""What all doors share: reading a body strictly, and the circumstances of a request."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from flask import request

from moderation.domain.network import Address, parse_address
from moderation.domain.site import SiteProfile
from moderation.domain.submission import Required
from moderation.domain.whole_number import whole_number
from moderation.errors import (
    InvalidInputError,
    MalformedRequestError,
    OriginNotAllowedError,
    UnsupportedMediaTypeError,
)
from moderation.privacy.tokens import FormStamp
from moderation.services.submission import Circumstances
from moderation.web.runtime import runtime
from moderation.words import N_

MAX_BODY = 256 * 1024  # bytes
_MOST_FIELDS = 100

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def read_form() -> dict[str, str]:
    """The fields of an HTML form; of one sent twice, the last, as PHP reads it.

    Raises:
        UnsupportedMediaTypeError: it is not URL-encoded, or not in UTF-8.
        MalformedRequestError: it cannot be read as that.
    """
    _require_type(FORM)
    try:
        body = request.get_data().decode("utf-8")
        pairs = parse_qsl(
            body, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:  # also a UnicodeDecodeError
        raise MalformedRequestError(
            "The form cannot be read: it is not UTF-8, or has too many fields."
        ) from None
    return dict(pairs)


def read_json() -> dict[str, Any]:
    """The members of a JSON object.

    Raises:
        UnsupportedMediaTypeError: it is not JSON in UTF-8.
        MalformedRequestError: it cannot be read as that.
    """
    _require_type(JSON)
    try:
        body = json.loads(request.get_data().decode("utf-8"))
    except (ValueError, RecursionError):
        raise MalformedRequestError("The body is not JSON in UTF-8.") from None
    if not isinstance(body, dict):
        raise MalformedRequestError("The body must be a JSON object.")
    return body


def read_limit(default: int, most: int) -> int:
    """How many a page of a list may hold, as the address says by `limit`.

    Raises:
        InvalidInputError: it is not a whole number from 1 to `most`.
    """
    limit = whole_number(request.args.get("limit", str(default)), most)
    if not limit:
        raise InvalidInputError(f"limit must be a whole number from 1 to {most}.")
    return limit


def _require_type(wanted: str) -> None:
    charset = request.mimetype_params.get("charset", "utf-8").strip("\"'").lower()
    if request.mimetype != wanted or charset not in {"utf-8", "utf8"}:
        raise UnsupportedMediaTypeError(f"Please send {wanted} in UTF-8.")


def circumstances(
    door: str,
    stamp: FormStamp,
    *,
    honeypot: bool = False,
    idempotency_key: str | None = None,
    address: Address | None = None,
) -> Circumstances:
    """How the current request came; from `address`, where a server that we trust tells it."""
    return Circumstances(
        door=door,
        address=address or parse_address(request.remote_addr),
        user_agent=_printable(request.headers.get("User-Agent", "")),
        form_token=stamp.token,
        form_seconds=stamp.seconds,
        honeypot=honeypot,
        idempotency_key=idempotency_key,
    )


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable() and not "\ud800" <= c <= "\udfff")


def refuse_foreign_origin(site: SiteProfile, *, allow_null: bool) -> None:
    """Refuse a browser on a page that is neither the site's nor ours.

    Args:
        site: whose origins may ask.
        allow_null: whether a page that hides its origin may, as a plain form may.

    Raises:
        OriginNotAllowedError: it may not; the message says which origin to add.
    """
    origin = request.headers.get("Origin")
    if origin is None or (origin == "null" and allow_null):
        return
    ours = {runtime().settings.public_url, request.host_url.rstrip("/")}
    if origin not in site.origins and origin not in ours:
        if origin == "null":
            raise OriginNotAllowedError(
                N_(
                    "This page hides its origin, as a file opened from a disk or a sandboxed frame "
                    "does. Please open it under one of the site’s own addresses."
                )
            )
        named = _printable(origin)[:200]
        raise OriginNotAllowedError(
            N_(
                "Pages of {origin} do not belong to this site. If they should, its owner can add "
                "{origin} to the site’s origins.",
                origin=named,
            )
        )


def required_by(site: SiteProfile) -> Required:
    """What the site's readers must tell."""
    return Required(site.settings.name_required, site.settings.email_required)


def pick(fields: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """The fields that are there, renamed: `names` maps the schema's names to the form's."""
    return {ours: fields[theirs] for ours, theirs in names.items() if theirs in fields}
