"""Whatever readers, authors and moderators do in whatever order, every counter tells what is there."""

import random
from collections.abc import Callable
from contextlib import suppress

import pytest
from sqlalchemy import select

from moderation.domain.status import Status
from moderation.errors import ModerationError, UnknownCommentError
from moderation.models import AuditEntry, Comment, db
from moderation.services import moderating
from tests.factories import House
from tests.integration.queueing import decide, moderator, undo
from tests.integration.reader_actions import (
    assert_all_counts_hold,
    delete,
    edit,
    like,
    report,
    unlike,
)

LINKS = "https://a.example https://b.example"


class Life:
    """What can happen to a site's comments, by chance."""

    def __init__(self, house: House, seed: int) -> None:
        self.house = house
        self.chance = random.Random(seed)
        self.who = moderator(house)
        self.receipts: list[tuple[int, str]] = []
        self.count = 0

    def go_on(self) -> None:
        """Let one thing happen. What is refused changes nothing."""
        deeds: list[Callable[[], object]] = [
            self.post, self.post, self.edit, self.edit, self.edit, self.delete, self.like,
            self.unlike, self.report, self.report, self.report, self.decide, self.decide,
            self.undo, self.moderate, self.dismiss, self.house.work, self.house.work,
        ]  # fmt: skip
        with suppress(ModerationError):
            self.chance.choice(deeds)()

    def _words(self) -> str:
        self.count += 1
        return f"Words number {self.count}. {self.chance.choice(('', LINKS))}"

    def _any(self, *statuses: Status) -> int:
        with self.house.rows():
            ids = select(Comment.id)
            if statuses:
                ids = ids.where(Comment.status.in_(statuses))
            found = db.session.scalars(ids.order_by(Comment.id)).all()
        if not found:
            raise UnknownCommentError("There is none.")
        return self.chance.choice(found)

    def post(self) -> None:
        parent = None
        with suppress(UnknownCommentError):
            parent = self.chance.choice((None, self._any(Status.PUBLISHED)))
        email = self.chance.choice(("anna@example.com", "otto@example.com"))
        self.house.post(parent=parent, email=email, comment=self._words())

    def edit(self) -> None:
        comment = self._any()
        with self.house.rows():
            row = db.session.get(Comment, comment)
            revision = row.revision if row else 1
        edit(self.house, comment, self._words(), revision)

    def delete(self) -> None:
        delete(self.house, self._any())

    def like(self) -> None:
        comment = self._any()
        answer = like(self.house, comment)
        if answer.status_code == 200:
            self.receipts.append((comment, answer.get_json()["receipt"]))

    def unlike(self) -> None:
        if self.receipts:
            unlike(self.house, *self.chance.choice(self.receipts))

    def report(self) -> None:
        report(self.house, self._any(Status.PUBLISHED))

    def decide(self) -> None:
        comment = self._any(Status.HELD, Status.PUBLISHED, Status.SPAM, Status.REJECTED)
        decision = self.chance.choice(("approve", "approve", "spam", "reject"))
        decide(self.house, self.who, comment, decision, seen=self.house.status(comment))

    def undo(self) -> None:
        with self.house.rows():
            own = select(AuditEntry.id).where(AuditEntry.moderator_id == self.who)
            entry = self.chance.choice(db.session.scalars(own.order_by(AuditEntry.id)).all() or [0])
        undo(self.house, self.who, entry)

    def moderate(self) -> None:
        comment = self._any(Status.HELD, Status.PUBLISHED)
        with self.house.rows():
            row = self.house.comment(comment)
            moderating.edit(
                self.who, comment, self._words(), revision=row.revision, now=self.house.clock()
            )

    def dismiss(self) -> None:
        with self.house.rows():
            moderating.dismiss_reports(
                self.who, self._any(Status.PUBLISHED), now=self.house.clock()
            )


@pytest.mark.parametrize("seed", [1, 3])
def test_every_counter_tells_what_is_there(house: House, seed: int) -> None:
    house.change_settings(edit_minutes=1440, hold_at_reports=2)
    life = Life(house, seed)
    for _ in range(6):
        for _ in range(15):
            life.go_on()
            house.clock.move(seconds=10)
        assert_all_counts_hold(house)

    house.work()
    assert_all_counts_hold(house)
    with house.rows():
        happened = set(db.session.scalars(select(AuditEntry.action)))
    assert len(happened) >= 6, "too little happened to tell anything"
