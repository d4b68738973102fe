"""Parameters and headers that several views have."""

from typing import Annotated

from pydantic import Field

from moderation.domain.page import MAX_URL_LENGTH
from moderation.errors import UnknownCommentError, UnknownSiteError, UnknownThreadError
from moderation.web.openapi.operations import Header, Parameter

EXAMPLE_PAGE = "https://blog.example/first-drive/"

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
    )
}

PAGE_URL = Parameter(
    "url",
    Annotated[str, Field(max_length=MAX_URL_LENGTH)],
    "The page, of one of the site's origins. Fragment and parameters that only name a visit "
    "(`utm_source` and the like) make no difference.",
    required=True,
    example=EXAMPLE_PAGE,
    faults=(UnknownThreadError,),
)
CURSOR = Parameter(
    "cursor", str, "`next_cursor` of the page before; without it, the first page is answered."
)
ETAG = Header(
    "ETag",
    Annotated[str, Field(pattern=r'^(W/)?"[^"]+"$')],
    "Names this state of the content. A request with it in `If-None-Match` is answered 304 for as "
    "long as nothing has changed.",
)
RETRY_AFTER = Header(
    "Retry-After",
    Annotated[int, Field(ge=1)],
    "In how many seconds the request may be tried again.",
)
