"""The figures against numbers counted by hand, on both databases."""

from datetime import UTC, datetime, timedelta

from moderation.domain.status import Status
from moderation.models import Moderator, db
from moderation.services import figures, review
from moderation.services.figures import Figures
from tests.factories import ORIGIN, House

MIDNIGHT = datetime(2026, 5, 4, tzinfo=UTC)


def account(email: str) -> int:
    return db.session.query(Moderator.id).filter_by(email=email).scalar()


def decide(house: House, comment_id: int, decision: str, email: str = "ben@example.com") -> int:
    with house.rows():
        comment = house.comment(comment_id)
        return review.decide(
            account(email),
            comment_id,
            decision,
            revision=comment.revision,
            seen=comment.status,
            now=house.clock(),
        )


def read(house: House, slug: str | None = "blog", period: int = 7) -> Figures:
    with house.rows():
        return figures.read_figures(account("ben@example.com"), slug, period, house.clock())


def test_nothing_is_told_as_nothing(house: House) -> None:
    browser = house.sign_in()
    found = read(house)
    page = browser.get("/queue/figures").text

    assert (found.submitted, found.held, found.concluded, found.overturned) == (0, 0, 0, 0)
    assert (found.pace.median, found.oldest, found.moderators, found.signals) == (
        None,
        None,
        [],
        [],
    )
    assert "Nothing was submitted in these days." in page
    assert "Nobody decided anything in these days." in page
    assert "Nothing waits." in page
    assert '<svg class="plot' not in page


def test_the_figures_are_those_counted_by_hand(house: House) -> None:
    browser = house.sign_in()
    house.sign_in("cleo@example.com")
    house.clock.now = MIDNIGHT - timedelta(days=10)
    house.publish()  # before the period
    house.clock.now = MIDNIGHT - timedelta(days=1)
    published = [house.publish() for _ in range(5)]
    held = [house.hold() for _ in range(6)]
    # Waits of 1, 2, 4 and 8 minutes: half within 3, 90% within 8.
    for comment, minutes, decision, who in (
        (held[0], 1, "approve", "ben@example.com"),
        (held[1], 1, "spam", "ben@example.com"),
        (held[2], 2, "reject", "cleo@example.com"),
        (held[3], 4, "approve", "ben@example.com"),
    ):
        house.clock.move(minutes=minutes)
        entry = decide(house, comment, decision, who)
    # The last is taken back by a colleague and decided again, which is no first decision.
    house.clock.move(minutes=1)
    with house.rows():
        review.undo(account("cleo@example.com"), entry, now=house.clock())
    house.clock.move(minutes=1)
    decide(house, held[3], "approve", "cleo@example.com")
    # Of the machine's five publications one is overturned, another only for a moment.
    decide(house, published[0], "spam")
    entry = decide(house, published[1], "spam")
    with house.rows():
        review.undo(account("ben@example.com"), entry, now=house.clock())
    house.clock.now = MIDNIGHT + timedelta(hours=1)
    found = read(house)

    assert (found.submitted, found.held) == (11, 6)
    assert found.total(Status.PUBLISHED) == 4 + 2
    assert (found.total(Status.SPAM), found.total(Status.REJECTED)) == (2, 1)
    assert found.total(Status.HELD) == 2
    assert (found.concluded, found.overturned) == (5, 1)
    assert (found.pace.decisions, found.pace.median, found.pace.ninety) == (4, 180, 480)
    assert found.oldest is not None
    assert found.oldest.id == held[4]
    told = {m.name: (m.decisions, m.undone_by_others, m.median) for m in found.moderators}
    assert told == {"Ben": (5, 1, 120), "Cleo": (2, 0, 240)}
    links = next(s for s in found.signals if s.symbol == "LINK_FLOOD")
    assert (links.comments, links.published) == (6, 2)
    assert [d.decisions for d in found.days] == [0, 0, 0, 0, 0, 7, 0]
    assert found.days[5].median == 180
    page = browser.get("/queue/figures?days=7&site=blog").text
    assert "half of 4; 90% within 8\u00a0min" in page
    assert "1 of 5 verdicts of the machine" in page
    assert "style=" not in page


def test_a_day_changes_at_midnight_utc(house: House) -> None:
    house.sign_in()
    house.clock.now = MIDNIGHT - timedelta(microseconds=1)
    house.publish()
    house.clock.now = MIDNIGHT
    house.publish()
    house.publish()
    found = read(house)

    assert [day.submitted for day in found.days][-2:] == [1, 2]
    assert found.days[-1].day == MIDNIGHT.date()
    house.clock.now = MIDNIGHT + timedelta(days=6, hours=23)
    assert read(house).submitted == 2
    house.clock.move(hours=1)
    assert read(house).submitted == 0


def test_one_site_or_all_of_ones_own(house: House) -> None:
    with house.rows():
        house.add_site("shop")
        house.add_site("others")
    browser = house.sign_in("ben@example.com", ("blog", "shop"))
    house.publish()
    house.publish(_site="shop")
    house.publish(_site="others")

    assert (read(house).submitted, read(house, None).submitted) == (1, 2)
    foreign, unknown = (browser.get(f"/queue/figures?site={s}") for s in ("others", "nothing"))
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.text == unknown.text
    assert browser.get("/queue/figures?days=1000").status_code == 200
    assert house.app.test_client().get("/queue/figures").status_code == 302


def test_what_an_owner_tries_in_the_preview_is_in_no_figure(house: House) -> None:
    house.sign_in()
    house.publish()
    preview = {"url": f"{ORIGIN}/leave-a-reply-preview"}
    decide(house, house.hold(**preview), "approve")
    house.hold(**preview)
    found = read(house)

    assert (found.submitted, found.held, found.pace.decisions) == (1, 0, 0)
    assert (found.oldest, found.moderators) == (None, [])
    assert {signal.comments for signal in found.signals} <= {1}
