"""What the description begins with, in CommonMark."""

INTRODUCTION = """\
The comments of a site for programs: what the widget on its pages uses, and what your own programs \
may. Requests and answers are JSON in UTF-8; times are ISO 8601 with an offset.

## Versions

The number in the path, `/api/v1`, is the version of the contract. Within it members, parameters, \
headers, codes of problems and addresses are only ever added, so pass over what you do not know. \
Nothing that is described here is renamed, removed, made required or given another meaning. The \
wording of `title`, `detail` and `message` may change: compare `code`. What breaks this rule would \
get an address of its own, `/api/v2`, and stand beside this one.

## Problems

Whatever goes wrong is answered as `application/problem+json` (RFC 9457) with a `code` that stays. \
Besides what stands with each operation, any address can answer 404 (`not_found`), 405 \
(`method_not_allowed`, with `Allow`), 503 (`database_busy`, with `Retry-After`) and 500 \
(`internal_error`). After 429 and 503 wait for as many seconds as `Retry-After` says.

## Caching

Answers with an `ETag` can be asked for again with `If-None-Match`, and are 304 without a body \
while nothing has changed. What is meant for one reader alone says `Cache-Control: no-store`.

## API keys

What moderates takes an API key of the site: `Authorization: Bearer lar_…`. An owner makes it on \
the site's page “API keys”, for the scopes `read`, `moderate` and `submit`; it is shown once, and \
can be revoked at any time. Answers to a key tell in `RateLimit-Limit`, `RateLimit-Remaining` and \
`RateLimit-Reset` how much is left of what it may ask.

## Pages of other origins

A browser may call this from pages of the site's own origins (CORS), without cookies: none is ever \
read or set. Pages of any other origin are refused (`origin_not_allowed`); the site's owner can \
add theirs. Programs that are no browser send no `Origin` and are not concerned.
"""
