"""Reading what an Akismet client sends: its fields, and the key among them.

Strict about size alone. What bytes a comment holds is chosen by whoever posts spam, and a question
that is not answered would be asked again for days.
"""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import request

from moderation.domain.api_keys import SHORT_LENGTH
from moderation.domain.network import parse_address, truncate
from moderation.errors import InvalidKeyError, MalformedRequestError
from moderation.services.api_keys import ActiveKey, find_short_key
from moderation.web.counter import Quota
from moderation.web.doors import FORM
from moderation.web.runtime import runtime

# A comment comes twice, as such and as what the form held, percent-encoded: six times its size.
MAX_QUESTION = 1024 * 1024  # bytes
MOST_FIELDS = 2_000  # WordPress sends the server's variables and the form's fields too
_KEY = re.compile(rf"[0-9a-f]{{{SHORT_LENGTH}}}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OverdrawnError(Exception):
    """A key asked too often: how often it may, in how many seconds it may again."""

    limit: int
    seconds: int


def read_fields() -> dict[str, str]:
    """The fields of a question, of the body and of the address; of one sent twice, the last.

    Raises:
        MalformedRequestError: there are too many.
    """
    fields = dict(request.args.items(multi=True))
    if request.mimetype == FORM:
        return fields | _urlencoded(request.get_data())
    return fields | dict(request.form.items(multi=True))


def _urlencoded(body: bytes) -> dict[str, str]:
    encoding = _encoding(request.mimetype_params.get("charset", ""))
    try:
        pairs = parse_qsl(
            body.decode(encoding, errors="replace"),
            keep_blank_values=True,
            encoding=encoding,
            errors="replace",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise MalformedRequestError(f"A question has {MOST_FIELDS} fields at most.") from None
    return dict(pairs)


# Of the encodings that blogs are kept in, those that percent-encoding leaves readable.
_ENCODINGS = re.compile(
    r"utf-8|iso8859-\d+|cp125\d|koi8-[ru]|euc_(?:jp|kr)|gbk|gb2312|gb18030|big5"
)


def _encoding(label: str) -> str:
    try:
        name = codecs.lookup(label.strip("\"'") or "utf-8").name
    except (LookupError, ValueError):
        return "utf-8"
    return name if _ENCODINGS.fullmatch(name) else "utf-8"


def key_for_look(fields: dict[str, str]) -> ActiveKey:
    """The key that a client shows when it asks about the key itself. It may send two: the one it
    has beside the one that its owner has just typed, under `key`, which counts.

    Raises:
        InvalidKeyError, TooManyRequestsError, OverdrawnError: as `required_key`.
    """
    return _counted(fields, ("key", "api_key"), runtime().key_limits.count_look)


def required_key(fields: dict[str, str]) -> ActiveKey:
    """The key that the client shows, counted: among its fields, or in the old form as the first
    part of the host that it asks.

    Args:
        fields: as `read_fields`.

    Raises:
        InvalidKeyError: there is none, or it is good for nothing.
        TooManyRequestsError: too much was shown that is no key.
        OverdrawnError: it asks too often.
    """
    return _counted(fields, ("api_key", "key"), runtime().key_limits.count_request)


def _counted(
    fields: dict[str, str], names: tuple[str, str], count: Callable[[int], tuple[bool, Quota]]
) -> ActiveKey:
    rt = runtime()
    host = request.host.partition(".")[0]
    shown = next(filter(None, (fields.get(name, "").strip() for name in names)), host)
    try:
        key = _known_key(shown)
    except InvalidKeyError:
        rt.key_limits.count_guess(truncate(parse_address(request.remote_addr)))
        raise
    allowed, quota = count(key.key_id)
    if not allowed:
        raise OverdrawnError(quota.limit, quota.reset)
    return key


def _known_key(shown: str) -> ActiveKey:
    if not _KEY.fullmatch(shown):
        raise InvalidKeyError("This is no key for Akismet clients, which has 12 characters.")
    return find_short_key(shown, runtime().vault.short_key_index, runtime().clock())
