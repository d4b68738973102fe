"""Spam check, approval check and sweeper as services, on both databases."""

from datetime import timedelta
from typing import NoReturn

import pytest
from sqlalchemy import func, select

from moderation.domain.policy import VerdictRule
from moderation.domain.rules import RuleEffect, RuleKind
from moderation.domain.signals import Symbol
from moderation.domain.status import Status
from moderation.models import AuditEntry, Comment, SignalRow, Thread, db
from moderation.services import screening, sweeping
from moderation.services.approval import approval_check
from moderation.services.authoring import edit_own
from moderation.services.receipts import load_signals
from moderation.services.rules import RuleDraft, add_rule
from moderation.services.sites import change_policy
from tests.factories import ORIGIN, House

MINUTE = timedelta(minutes=1)


def symbols(house: House, comment_id: int) -> set[Symbol]:
    with house.rows():
        return {signal.symbol for signal in load_signals(comment_id, 1)}


def rule(house: House, effect: RuleEffect, kind: RuleKind, value: str) -> None:
    with house.rows():
        add_rule(house.parts.vault, "blog", RuleDraft(kind, effect, value), None, house.clock())


def test_every_step_may_be_repeated(house: House) -> None:
    pair = (house.post().get_json()["id"], 1)
    with house.rows():
        assert approval_check(*pair, house.clock()) is None  # not screened yet
        for _ in range(2):
            assert screening.spam_check(house.parts.vault, *pair, house.clock())
        verdicts = [approval_check(*pair, house.clock()) for _ in range(2)]
        assert not screening.spam_check(house.parts.vault, *pair, house.clock())

        assert [v is not None for v in verdicts] == [True, False]
        assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 1
        assert db.session.query(Thread).one().published_count == 1
        rows = db.session.query(SignalRow).filter_by(comment_id=pair[0]).all()
        assert len({row.symbol for row in rows}) == len(rows)


def test_a_reference_of_an_endless_number_is_screened(house: House) -> None:
    pair = (house.post(comment=f"Thanks &#{'9' * 5_000};").get_json()["id"], 1)
    with house.rows():
        assert screening.spam_check(house.parts.vault, *pair, house.clock())
        assert approval_check(*pair, house.clock()) is not None


def test_another_revision_is_left_alone(house: House) -> None:
    comment = house.post().get_json()["id"]
    with house.rows():
        assert not screening.spam_check(house.parts.vault, comment, 2, house.clock())
        assert approval_check(comment, 2, house.clock()) is None
    assert house.status(comment) is Status.PENDING


def test_each_signal_is_kept_with_its_evidence(house: House) -> None:
    comment = house.hold()
    with house.rows():
        row = (
            db.session.query(SignalRow)
            .filter_by(comment_id=comment, symbol=Symbol.LINK_FLOOD)
            .one()
        )
        assert (row.check_name, row.version, row.score) == ("links", 1, 4.0)
        assert row.evidence == {"links": 3, "limit": 2}
        assert row.duration_us >= 0


def test_an_address_in_the_text_is_told_and_holds_nothing(house: House) -> None:
    comment = house.publish(comment="Write to joe@example.org, or to ann@example.org.")

    assert house.status(comment) is Status.PUBLISHED
    with house.rows():
        row = (
            db.session.query(SignalRow)
            .filter_by(comment_id=comment, symbol=Symbol.EMAIL_IN_TEXT)
            .one()
        )
        assert (row.check_name, row.score, row.evidence) == ("addresses", 0, {})


def test_a_failing_check_holds_and_never_publishes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from moderation import checks

    def fail(_: object) -> NoReturn:
        raise RuntimeError("text of the comment")

    broken = (checks.Check("broken", 1, fail), *checks.CHECKS)
    monkeypatch.setattr(screening, "run_all", lambda e, t: checks.run_all(e, t, broken))
    comment = house.publish()

    assert house.status(comment) is Status.HELD
    with house.rows():
        assert house.comment(comment).verdict_rule is VerdictRule.CHECK_ERROR
        row = db.session.query(SignalRow).filter_by(symbol=Symbol.CHECK_ERROR).one()
        assert row.evidence == {"check": "broken", "error": "RuntimeError"}


@pytest.mark.parametrize(
    ("mode", "first", "second"),
    [
        ("premoderate", Status.HELD, Status.HELD),
        ("hold_first_timers", Status.HELD, Status.PUBLISHED),
        ("publish_low_score", Status.PUBLISHED, Status.PUBLISHED),
    ],
)
def test_the_sites_mode_decides_what_nothing_speaks_against(
    house: House, mode: str, first: Status, second: Status
) -> None:
    from tests.integration.test_queue import decide

    with house.rows():
        change_policy("blog", {"mode": mode}, None, house.clock())
    house.clock.move(seconds=2)
    one = house.publish(email="anna@example.com")
    assert house.status(one) is first
    if first is Status.HELD:
        decide(house.sign_in(), one, "approve")

    assert house.status(house.publish(email="anna@example.com")) is second
    other_name = house.publish(email="anna@example.com", name="Not Anna")
    assert house.status(other_name) is (
        Status.PUBLISHED if mode == "publish_low_score" else Status.HELD
    )


def test_good_standing_never_outvotes_a_spam_signal(house: House) -> None:
    for _ in range(3):
        house.publish(email="anna@example.com")
        house.clock.move(hours=1)

    assert house.status(house.hold(email="anna@example.com")) is Status.HELD


@pytest.mark.parametrize(
    ("kind", "value", "fields", "headers"),
    [
        (RuleKind.WORD, "casino", {"comment": "The best CASINO in town"}, {}),
        (RuleKind.EMAIL, "Spammer@Example.com", {"email": "spammer@example.com"}, {}),
        (RuleKind.DOMAIN, "bad.example", {"website": "https://www.bad.example/x"}, {}),
        (RuleKind.DOMAIN, "throwaway.example", {"email": "a@throwaway.example"}, {}),
        (RuleKind.IP_RANGE, "192.0.2.0/24", {}, {"X-Forwarded-For": "192.0.2.77"}),
        (RuleKind.IP_RANGE, "192.0.2.77", {}, {"X-Forwarded-For": "192.0.2.77"}),
        (RuleKind.IP_RANGE, "2001:db8:1:2::/64", {}, {"X-Forwarded-For": "2001:db8:1:2::9"}),
        (RuleKind.IP_RANGE, "2001:db8::/32", {}, {"X-Forwarded-For": "2001:db8:1:2::9"}),
    ],
)
def test_a_blocklist_rule_rejects_what_it_names_and_nothing_else(
    house: House, kind: RuleKind, value: str, fields: dict[str, str], headers: dict[str, str]
) -> None:
    rule(house, RuleEffect.REJECT, kind, value)
    named = house.publish(_headers=headers, **fields)
    other = house.publish(_headers={"X-Forwarded-For": "192.0.3.78"})

    assert house.status(named) is Status.REJECTED
    assert house.status(other) is Status.PUBLISHED
    with house.rows():
        row = db.session.query(SignalRow).filter_by(symbol=Symbol.BLOCKLIST_REJECT).one()
        assert "spammer" not in str(row.evidence).casefold()
        assert "192.0.2" not in str(row.evidence)


def test_an_allowlisted_first_timer_is_published(house: House) -> None:
    with house.rows():
        change_policy("blog", {"mode": "hold_first_timers"}, None, house.clock())
    rule(house, RuleEffect.ALLOW, RuleKind.EMAIL, "friend@example.com")

    assert house.status(house.publish(email="friend@example.com")) is Status.PUBLISHED
    assert house.status(house.publish()) is Status.HELD


def test_the_same_words_elsewhere_are_held_and_the_first_is_not(house: House) -> None:
    words = "I made nine thousand last month from my sofa, ask me how it is done today"
    first = house.publish(comment=words)
    copy = house.publish(comment=words + "!!", url=f"{ORIGIN}/other/", name="Somebody")

    assert Symbol.REPEATED_TEXT not in symbols(house, first)
    assert Symbol.REPEATED_TEXT in symbols(house, copy)
    assert house.status(copy) is Status.HELD


def test_a_busy_commenter_and_network_are_noticed(house: House) -> None:
    for _ in range(15):
        last = house.publish(email="busy@example.com", _headers={"X-Forwarded-For": "192.0.2.1"})
        house.clock.move(seconds=20)

    assert {Symbol.FAST_COMMENTER, Symbol.FAST_NETWORK} <= symbols(house, last)


def test_the_sweeper_hands_over_what_is_pending_too_long(house: House) -> None:
    old = house.post().get_json()["id"]
    house.clock.move(seconds=29)
    assert sweep(house) == ()
    house.clock.move(seconds=1)

    assert sweep(house) == ((old, 1),)
    assert sweep(house) == ()  # it waits longer each time
    house.clock.move(seconds=59)
    assert sweep(house) == ()
    house.clock.move(seconds=1)
    assert sweep(house) == ((old, 1),)


def test_the_sweeper_gives_up_into_the_queue_with_the_reason(house: House) -> None:
    comment = house.post().get_json()["id"]
    rounds = 0
    while house.status(comment) is Status.PENDING:
        house.clock.move(days=1)
        rounds += len(sweep(house))

    assert rounds == 6
    assert house.status(comment) is Status.HELD
    with house.rows():
        assert house.comment(comment).verdict_rule is VerdictRule.SCREENING_FAILED
    assert "It could not be judged" in house.sign_in().get("/queue/").text


def test_the_sweeper_leaves_the_decided_alone(house: House) -> None:
    house.publish()
    house.hold()
    house.clock.move(days=1)

    assert sweep(house) == ()


def test_the_sweeper_comes_back_to_what_was_edited_while_it_was_held(house: House) -> None:
    comment = house.hold()
    with house.rows():
        edit_own(comment, "Other words.", revision=1, now=house.clock(), sweep_after=MINUTE / 2)
    house.nudges.clear()
    house.clock.move(seconds=29)
    assert sweep(house) == ()
    house.clock.move(seconds=1)
    assert sweep(house) == ((comment, 2),)
    with house.rows():
        assert screening.spam_check(house.parts.vault, comment, 2, house.clock())
    house.clock.move(minutes=5)
    assert sweep(house) == ()

    with house.rows():
        edit_own(comment, "And others.", revision=2, now=house.clock(), sweep_after=MINUTE / 2)
    rounds = 0
    for _ in range(9):
        house.clock.move(days=1)
        rounds += len(sweep(house))
    assert rounds == 6
    assert house.status(comment) is Status.HELD


def sweep(house: House) -> tuple[tuple[int, int], ...]:
    with house.rows():
        return sweeping.sweep(house.clock(), MINUTE / 2, 6)


def test_a_comment_held_without_screening_can_be_approved(house: House) -> None:
    from tests.integration.test_queue import decide

    comment = house.post(comment="Two\nlines & <b>bold</b>").get_json()["id"]
    with house.rows():
        row = db.session.get_one(Comment, comment)
        row.attempts = 6
        db.session.commit()
    house.clock.move(days=1)
    sweep(house)
    decide(house.sign_in(), comment, "approve")

    with house.rows():
        assert house.comment(comment).rendered == (
            "<p>Two<br>\nlines &amp; &lt;b&gt;bold&lt;/b&gt;</p>"
        )
