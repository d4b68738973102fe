"""Which API key acts for a moderator just now: every audit entry written meanwhile names it.

Kept beside the calls and not handed through them, so that no use case can forget to.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from moderation.domain.audit_words import BY_KEY

_key: ContextVar[str | None] = ContextVar("acting_key", default=None)


@contextmanager
def acting_by_key(name: str) -> Iterator[None]:
    """Let what this thread writes into the audit log name the key."""
    before = _key.set(name)
    try:
        yield
    finally:
        _key.reset(before)


def signed(details: Mapping[str, Any]) -> dict[str, Any]:
    """An audit entry's details, with the key that acts."""
    name = _key.get()
    return dict(details) if name is None else {**details, BY_KEY: name}
