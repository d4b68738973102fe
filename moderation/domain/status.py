"""A comment's statuses and the one table of what may follow what."""

from enum import StrEnum


class Status(StrEnum):
    """Where a comment stands. Stored by value."""

    PENDING = "pending"
    PUBLISHED = "published"
    HELD = "held"
    SPAM = "spam"
    REJECTED = "rejected"
    DELETED = "deleted"


class Actor(StrEnum):
    """Who changes a status: the policy and the sweeper, a person, or who wrote the comment."""

    MACHINE = "machine"
    MODERATOR = "moderator"
    AUTHOR = "author"


_DECIDED = frozenset({Status.PUBLISHED, Status.HELD, Status.SPAM, Status.REJECTED})

TRANSITIONS: dict[Actor, dict[Status, frozenset[Status]]] = {
    Actor.MACHINE: {Status.PENDING: _DECIDED},
    Actor.MODERATOR: {status: _DECIDED - {status} for status in _DECIDED},
    Actor.AUTHOR: {status: frozenset({Status.DELETED}) for status in Status}
    | {Status.DELETED: frozenset()},
}


def may_follow(actor: Actor, before: Status, after: Status) -> bool:
    """Whether `actor` may change a comment from `before` to `after`."""
    return after in TRANSITIONS[actor].get(before, frozenset())
