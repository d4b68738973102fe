"""Parameters and headers that several views have."""

from typing import Annotated

from pydantic import Field

from moderation.domain.page import MAX_URL_LENGTH
from moderation.errors import UnknownCommentError, UnknownSiteError, UnknownThreadError
from moderation.web.openapi.operations import Answer, Header, Parameter

EXAMPLE_PAGE = "https://blog.example/first-drive/"
EXAMPLE_KEY = "lar_4kQ2mZx8_…"
_ID = Annotated[int, Field(ge=1, lt=10**18)]

# By the names that routes give them.
PATH_PARAMETERS: dict[str, Parameter] = {
    parameter.name: parameter
    for parameter in (
        Parameter(
            "slug",
            str,
            "The site's name in addresses, such as `blog`.",
            place="path",
            required=True,
            example="blog",
            faults=(UnknownSiteError,),
        ),
        Parameter(
            "token",
            str,
            "The last part of the comment's private link (`status_url`).",
            place="path",
            required=True,
            example="41.Rk2vT",
            faults=(UnknownCommentError,),
        ),
        Parameter(
            "comment_id",
            _ID,
            "The comment's number.",
            place="path",
            required=True,
            example=41,
            faults=(UnknownCommentError,),
        ),
        Parameter(
            "entry_id",
            _ID,
            "The number of the decision in the audit log, as `entry` tells it.",
            place="path",
            required=True,
            example=7,
            faults=(UnknownCommentError,),
        ),
    )
}

PAGE_URL = Parameter(
    "url",
    str,
    f"The page, of one of the site's origins, up to {MAX_URL_LENGTH:,} characters. "
    "Fragment and parameters that only name a visit (such as `utm_source`) make no difference.",
    required=True,
    example=EXAMPLE_PAGE,
    faults=(UnknownThreadError,),
)
CURSOR = Parameter(
    "cursor", str, "`next_cursor` of the page before; without it, the first page is answered."
)
_COUNT = Annotated[int, Field(ge=0)]
ETAG = Header(
    "ETag",
    Annotated[str, Field(pattern=r'^(W/)?"[^"]+"$')],
    "Names this state of the content. A request with it in `If-None-Match` is answered 304 for as "
    "long as nothing has changed.",
)
UNCHANGED = Answer("Nothing has changed since.", headers=(ETAG,))
RATE_LIMIT = (
    Header("RateLimit-Limit", _COUNT, "How many requests the key may make in a window."),
    Header("RateLimit-Remaining", _COUNT, "How many of them are left."),
    Header("RateLimit-Reset", _COUNT, "In how many seconds all of them are there again."),
    Header("RateLimit-Policy", str, "The same as a policy: `600;w=60`, 600 in 60 seconds."),
)
WWW_AUTHENTICATE = Header(
    "WWW-Authenticate", str, "Asks for a key, or says what is wrong with it (RFC 6750)."
)
SECURITY = {
    "apiKey": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "lar_<prefix>_<secret>",
        "description": "An API key of the site, which an owner makes in the site's pages: shown "
        "once, limited to the scopes that they chose.",
    }
}
RETRY_AFTER = Header(
    "Retry-After",
    Annotated[int, Field(ge=1)],
    "In how many seconds the request may be tried again.",
)
