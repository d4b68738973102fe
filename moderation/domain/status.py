"""A comment's statuses and the one table of what may follow what."""

from enum import StrEnum

from moderation.words import N_


class Status(StrEnum):
    """Where a comment stands. Stored by value."""

    PENDING = "pending"
    PUBLISHED = "published"
    HELD = "held"
    SPAM = "spam"
    REJECTED = "rejected"
    DELETED = "deleted"


STATUS_WORDS: dict[Status, str] = {
    Status.PENDING: N_("Pending"),
    Status.PUBLISHED: N_("Published"),
    Status.HELD: N_("Held"),
    Status.SPAM: N_("Spam"),
    Status.REJECTED: N_("Rejected"),
    Status.DELETED: N_("Deleted"),
}
# The same within a sentence, such as “held → spam”.
STATUSES_WITHIN: dict[Status, str] = {
    Status.PENDING: N_("pending"),
    Status.PUBLISHED: N_("published"),
    Status.HELD: N_("held"),
    Status.SPAM: N_("spam"),
    Status.REJECTED: N_("rejected"),
    Status.DELETED: N_("deleted"),
}


class Actor(StrEnum):
    """Who acts: the policy and the sweeper, a person, whoever wrote the comment, the site that
    replies in its own name, or the operator at the command line.
    """

    MACHINE = "machine"
    MODERATOR = "moderator"
    AUTHOR = "author"
    SITE = "site"
    OPERATOR = "operator"


_DECIDED = frozenset({Status.PUBLISHED, Status.HELD, Status.SPAM, Status.REJECTED})

TRANSITIONS: dict[Actor, dict[Status, frozenset[Status]]] = {
    # What readers report is held, and what is held because a service failed is judged when that
    # answers; all else that was decided is a person's to change. What was kept for long enough
    # goes.
    Actor.MACHINE: {status: frozenset({Status.DELETED}) for status in _DECIDED}
    | {
        Status.PENDING: _DECIDED | {Status.DELETED},
        Status.HELD: _DECIDED - {Status.HELD} | {Status.DELETED},
        Status.PUBLISHED: frozenset({Status.HELD, Status.DELETED}),
    },
    Actor.MODERATOR: {status: _DECIDED - {status} for status in _DECIDED},
    # What its author edits is judged again before anybody sees it.
    Actor.AUTHOR: {status: frozenset({Status.DELETED}) for status in Status}
    | {Status.PUBLISHED: frozenset({Status.DELETED, Status.PENDING}), Status.DELETED: frozenset()},
    # What the site says itself needs no verdict, and can be taken back.
    Actor.SITE: {
        Status.PENDING: frozenset({Status.PUBLISHED}),
        Status.PUBLISHED: frozenset({Status.DELETED}),
    },
    Actor.OPERATOR: {},
}


def may_follow(actor: Actor, before: Status, after: Status) -> bool:
    """Whether `actor` may change a comment from `before` to `after`."""
    return after in TRANSITIONS[actor].get(before, frozenset())
