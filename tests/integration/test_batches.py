"""Comments that come to a worker together."""

from moderation.domain.akismet_door import TEST_DOOR
from moderation.domain.signals import Symbol
from moderation.domain.status import Status
from moderation.models import AuditEntry, Comment, SiteCount, Thread, Wave, db
from moderation.services import screening, waves
from moderation.services.approval import approval_checks
from moderation.services.receipts import load_signals
from tests.factories import House

LINKS = " ".join(f"https://a{n}.example/" for n in range(3))


def screen(house: House, *texts: str) -> list[tuple[int, int]]:
    """Post texts and screen them as one batch."""
    pairs = [
        (house.post(comment=text, name=f"Reader {n}").get_json()["id"], 1)
        for n, text in enumerate(texts)
    ]
    with house.rows():
        batch = screening.Batch(house.parts.vault, pairs)
        assert all(batch.spam_check(*pair, house.clock()) for pair in pairs)
    return pairs


def test_each_is_concluded_on_by_what_was_found_of_it(house: House) -> None:
    pairs = screen(house, "How long does the battery last?", f"Look: {LINKS}", "In rain too?")
    with house.rows():
        verdicts = approval_checks(pairs, house.clock())

        statuses = [verdicts[pair].status for pair in pairs]
        assert statuses == [Status.PUBLISHED, Status.HELD, Status.PUBLISHED]
        assert [house.comment(number).status for number, _ in pairs] == statuses
        assert db.session.query(Thread).one().published_count == 2
        counts = {row.status: row.count for row in db.session.query(SiteCount)}
        assert counts == {Status.PUBLISHED: 2, Status.HELD: 1}
        assert db.session.query(AuditEntry).count() == 3


def test_what_changed_meanwhile_holds_up_no_other(house: House) -> None:
    pairs = screen(house, "Which colours are there?", "What does it weigh?", "Does it fly?")
    with house.rows():
        first = approval_checks(pairs[:1], house.clock())
        others = approval_checks([*pairs, (pairs[1][0], 2), (10**9, 1)], house.clock())

    assert [*first, *others] == pairs


def test_a_copy_is_recognised_beside_its_first(house: House) -> None:
    text = "Is there a version with a steering wheel on the other side of the car?"
    first, copy = screen(house, text, text + "!")
    with house.rows():
        found = [{s.symbol for s in load_signals(*pair)} for pair in (first, copy)]

    assert [Symbol.REPEATED_TEXT in symbols for symbols in found] == [False, True]


def test_what_a_program_only_tries_is_of_no_wave(house: House) -> None:
    text = "Visit the best shop for cheap remedies at https://shop.example/ and save today"
    ids = [house.post(comment=text, name=f"Reader {n}").get_json()["id"] for n in range(6)]
    with house.rows():
        db.session.query(Comment).update({"door": TEST_DOOR})
        db.session.commit()
    house.work()

    with house.rows():
        assert db.session.query(Wave).count() == 0
        assert waves.candidates(ids, house.clock()) == ()


def test_only_what_has_a_like_is_looked_at_for_a_wave(house: House) -> None:
    text = "Visit the best shop for cheap remedies at https://shop.example/ and save today"
    pairs = screen(house, text, "Can I charge it at home, and for how long?", text + " again")
    numbers = [number for number, _ in pairs]
    with house.rows():
        found = waves.candidates(numbers, house.clock())
        assert [one.near.comment_id for one in found] == [numbers[0], numbers[2]]
        house.clock.move(days=2)
        assert waves.candidates(numbers, house.clock()) == ()
        assert waves.candidates([], house.clock()) == ()
