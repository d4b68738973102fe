"""Many changes of status at once, and the audit log that takes none back, on both databases."""

from collections import Counter

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from moderation.domain.actions import Action
from moderation.domain.status import Actor, Status
from moderation.errors import InvalidInputError, StaleDecisionError
from moderation.models import AuditEntry, Comment, Commenter, SignalRow, Thread, db
from moderation.models.base import writing
from moderation.services.transitions import Change, change_statuses
from tests.factories import ORIGIN, House
from tests.integration.queueing import assert_counts_hold, moderator


def change(after: Status, who: int) -> Change:
    action = {Status.PUBLISHED: Action.APPROVE, Status.SPAM: Action.SPAM}.get(after, Action.REJECT)
    return Change(after, Actor.MODERATOR, action, "Why", moderator_id=who)


def assert_counters_hold() -> None:
    """Threads, roots and commenters count what is there."""
    comments = db.session.scalars(select(Comment)).all()
    published = [c for c in comments if c.status is Status.PUBLISHED]
    refused = [c for c in comments if c.status in {Status.SPAM, Status.REJECTED}]
    for thread in db.session.scalars(select(Thread)):
        assert thread.published_count == sum(c.thread_id == thread.id for c in published)
    for comment in comments:
        assert comment.published_replies == sum(c.root_id == comment.id for c in published)
    for who in db.session.scalars(select(Commenter)):
        assert who.published_count == sum(c.commenter_id == who.id for c in published)
        assert who.refused_count == sum(c.commenter_id == who.id for c in refused)


def test_many_at_once_leave_every_counter_right(house: House) -> None:
    who = moderator(house)
    root = house.publish(email="anna@example.com")
    ids = [
        house.hold(email="anna@example.com"),
        house.hold(email="otto@example.com", parent=root),
        house.hold(email="anna@example.com", parent=root),
        house.hold(url=f"{ORIGIN}/second/", title="The second"),
        root,
    ]
    afters = [Status.PUBLISHED, Status.PUBLISHED, Status.SPAM, Status.PUBLISHED, Status.REJECTED]
    with house.rows():
        with writing():
            comments = [house.comment(comment) for comment in ids]
            changes = [(c, change(a, who)) for c, a in zip(comments, afters, strict=True)]
            change_statuses(changes, house.clock())

        assert [house.comment(comment).status for comment in ids] == afters
        assert_counters_hold()
        latest = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(len(changes))
        rows = reversed(db.session.scalars(latest).all())
        assert [(row.comment_id, row.after) for row in rows] == list(zip(ids, afters, strict=True))
        signals = db.session.scalars(select(SignalRow)).all()
        assert signals
        assert all(s.status is house.comment(s.comment_id).status for s in signals)
    assert_counts_hold(house)


def test_one_that_is_stale_keeps_all_from_changing(house: House) -> None:
    who = moderator(house)
    ids = [house.hold() for _ in range(3)]
    with house.rows():
        with pytest.raises(StaleDecisionError), writing():  # noqa: PT012 -- one transaction
            comments = [house.comment(comment) for comment in ids]
            # As if a colleague had been faster, on a database that did not lock the row.
            db.session.execute(
                update(Comment).where(Comment.id == ids[1]).values(status=Status.SPAM),
                execution_options={"synchronize_session": False},
            )
            change_statuses([(c, change(Status.PUBLISHED, who)) for c in comments], house.clock())

        assert Counter(house.comment(c).status for c in ids) == {Status.HELD: 3}
        assert db.session.query(AuditEntry).filter_by(action=Action.APPROVE).count() == 0
        assert_counters_hold()
    assert_counts_hold(house)


def test_a_change_that_the_table_does_not_know_is_none(house: House) -> None:
    who = moderator(house)
    held, pending = house.hold(), house.post().get_json()["id"]
    with house.rows():
        for comment, after in ((held, Status.HELD), (held, Status.DELETED), (pending, Status.SPAM)):
            with pytest.raises(InvalidInputError, match="cannot become"), writing():
                change_statuses([(house.comment(comment), change(after, who))], house.clock())
        with writing():
            change_statuses([], house.clock())


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entries SET why = 'another'", "DELETE FROM audit_entries"]
)
def test_the_audit_log_is_never_changed(house: House, statement: str) -> None:
    house.hold()
    with house.rows():
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()
        entry = db.session.query(AuditEntry).one()
        assert entry.why == "HOLD_SCORE"
