"""API keys at the door: `Authorization: Bearer lar_…` (RFC 6750)."""

from flask import after_this_request, request

from moderation.domain.api_keys import Scope
from moderation.domain.network import Address, parse_address, truncate
from moderation.errors import (
    InvalidInputError,
    InvalidKeyError,
    MissingScopeError,
    TooManyRequestsError,
    WrongSiteError,
)
from moderation.services.api_keys import ActiveKey, find_key
from moderation.web.key_limits import tell_quota
from moderation.web.runtime import runtime

_LONGEST = 200  # characters of what can be a key


def shown_key(slug: str, scope: Scope) -> ActiveKey | None:
    """The key that the request shows; None where it shows none, or something for a proxy before us.

    Raises: as `required_key`.
    """
    return required_key(slug, scope) if _bearer() is not None else None


def required_key(slug: str, scope: Scope) -> ActiveKey:
    """The key that the request must show, counted; the answer tells how much is left.

    Args:
        slug: for which site it must be.
        scope: what it must allow.

    Raises:
        InvalidKeyError: there is none, or it is good for nothing.
        WrongSiteError: it is another site's; whether there is such a site is not told.
        MissingScopeError: it does not allow this.
        TooManyRequestsError: it asks too often, or too much was shown that is no key.
    """
    key = _known_key()
    allowed, quota = runtime().key_limits.count_request(key.key_id)
    after_this_request(lambda response: tell_quota(quota, response))
    if not allowed:
        raise TooManyRequestsError(
            f"This key asks more than {quota.limit} times a minute. "
            f"Please wait {quota.reset} seconds.",
            quota.reset,
        )
    if key.slug != slug:
        raise WrongSiteError(f"This API key is good for the site “{key.slug}” alone.")
    if scope not in key.scopes:
        raise MissingScopeError(
            f"This API key lacks the scope “{scope}”. An owner can make one that has it.",
            scope,
        )
    return key


def _known_key() -> ActiveKey:
    rt = runtime()
    network = truncate(parse_address(request.remote_addr))
    presented = _bearer()
    if presented is None:
        raise InvalidKeyError("This takes an API key, in a header: Authorization: Bearer lar_….")
    try:
        return find_key(presented[:_LONGEST], rt.clock())
    except InvalidKeyError:
        # Never before it was looked up: who shows a key must not wait for what a neighbour guesses.
        rt.key_limits.count_guess(network)
        raise


def _bearer() -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def reader_address() -> Address | None:
    """The address of the reader for whom a server posts: of the header `X-Reader-Address`.

    Raises:
        InvalidInputError: what it holds is no address.
    """
    told = request.headers.get("X-Reader-Address")
    if told is None:
        return None
    address = parse_address(told)
    if address.is_unspecified:
        raise InvalidInputError("X-Reader-Address must hold one IP address, such as 192.0.2.7.")
    return address
