"""The transition table, every cell."""

from itertools import product

import pytest

from moderation.domain.status import Actor, Status, may_follow

DECIDED = ("published", "held", "spam", "rejected")

# Written out by hand: what the table in the code is compared with.
ALLOWED = {
    ("machine", "pending", "published"),
    ("machine", "pending", "held"),
    ("machine", "pending", "spam"),
    ("machine", "pending", "rejected"),
    ("machine", "published", "held"),
    ("machine", "held", "published"),
    ("machine", "held", "spam"),
    ("machine", "held", "rejected"),
    ("machine", "pending", "deleted"),
    ("machine", "published", "deleted"),
    ("machine", "held", "deleted"),
    ("machine", "spam", "deleted"),
    ("machine", "rejected", "deleted"),
    ("moderator", "published", "held"),
    ("moderator", "published", "spam"),
    ("moderator", "published", "rejected"),
    ("moderator", "held", "published"),
    ("moderator", "held", "spam"),
    ("moderator", "held", "rejected"),
    ("moderator", "spam", "published"),
    ("moderator", "spam", "held"),
    ("moderator", "spam", "rejected"),
    ("moderator", "rejected", "published"),
    ("moderator", "rejected", "held"),
    ("moderator", "rejected", "spam"),
    ("author", "pending", "deleted"),
    ("author", "published", "deleted"),
    ("author", "published", "pending"),
    ("author", "held", "deleted"),
    ("author", "spam", "deleted"),
    ("author", "rejected", "deleted"),
    ("site", "pending", "published"),
    ("site", "published", "deleted"),
}


@pytest.mark.parametrize(("actor", "before", "after"), list(product(Actor, Status, Status)))
def test_every_cell_of_the_table(actor: Actor, before: Status, after: Status) -> None:
    expected = (actor.value, before.value, after.value) in ALLOWED

    assert expected == may_follow(actor, before, after)


@pytest.mark.parametrize("actor", Actor)
def test_a_status_never_follows_itself(actor: Actor) -> None:
    repeated = [status for status in Status if may_follow(actor, status, status)]

    assert repeated == []


@pytest.mark.parametrize("actor", Actor)
def test_nothing_follows_deletion_and_only_an_author_s_edit_returns_to_pending(
    actor: Actor,
) -> None:
    returning = [before for before in Status if may_follow(actor, before, Status.PENDING)]

    assert not any(may_follow(actor, Status.DELETED, after) for after in Status)
    assert returning == ([Status.PUBLISHED] if actor is Actor.AUTHOR else [])


def test_values_are_the_words_that_are_stored() -> None:
    assert ["pending", *DECIDED, "deleted"] == [status.value for status in Status]
