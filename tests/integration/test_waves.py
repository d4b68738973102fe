"""Waves of near-identical comments: recognised on all sites, held, grouped; on both databases."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from moderation.domain.policy import VerdictRule, total_score
from moderation.domain.signals import Symbol
from moderation.domain.status import Actor, Status
from moderation.models import AuditEntry, Comment, SignalRow, Site, Wave, WaveSite, db
from moderation.services import screening
from moderation.services.approval import approval_check
from moderation.services.receipts import load_signals
from moderation.services.sites import change_policy
from tests.factories import ORIGIN, House
from tests.integration.queueing import assert_counts_hold, decide, entries, moderator
from tests.integration.reader_actions import delete, edit
from tests.integration.waves import SPAM, say, wave_of


def signals(house: House, comment: int) -> dict[Symbol, dict[str, Any]]:
    with house.rows():
        revision = house.comment(comment).revision
        return {s.symbol: dict(s.evidence) for s in load_signals(comment, revision)}


def statuses(house: House, comments: Iterable[int]) -> list[Status]:
    return [house.status(comment) for comment in comments]


def assert_waves_hold(house: House) -> None:
    """What is kept of each wave is what a recount gives."""
    assert_counts_hold(house)
    with house.rows():
        kept = {
            (row.wave_id, row.site_id): (row.members, row.held)
            for row in db.session.scalars(select(WaveSite))
            if row.members
        }
        held = func.count().filter(Comment.status == Status.HELD)
        recount = db.session.execute(
            select(Comment.wave_id, Comment.site_id, func.count(), held)
            .where(Comment.wave_id.is_not(None))
            .group_by(Comment.wave_id, Comment.site_id)
        )
        assert kept == {(row[0], row[1]): (row[2], row[3]) for row in recount}


def test_copies_across_sites_are_a_wave_and_their_first_are_held_again(house: House) -> None:
    with house.rows():
        house.add_site("other")
    first = [say(house, n, _site=("blog", "other")[n % 2]) for n in range(2)]
    assert statuses(house, first) == [Status.PUBLISHED] * 2
    more = [say(house, n, _site=("blog", "other")[n % 2]) for n in range(2, 7)]

    assert len({wave_of(house, comment) for comment in [*first, *more]} - {None}) == 1
    assert set(statuses(house, [*first, *more])) == {Status.HELD}
    with house.rows():
        assert house.comment(first[0]).verdict_rule is VerdictRule.WAVE
        last = entries(first[0])[-1]
        assert (last.actor, last.before, last.why) == (Actor.MACHINE, Status.PUBLISHED, "WAVE")
        # Of the other site no more is told than that the wave is there too.
        for comment in [*first, *more]:
            found = signals(house, comment)[Symbol.WAVE]
            assert found["elsewhere"] is True
            assert found["similar"] <= 4
    assert_waves_hold(house)


def test_what_a_person_approved_stays_and_what_is_held_joins(house: House) -> None:
    who = moderator(house)
    approved = say(house, 0)
    with house.rows():
        change_policy("blog", {"mode": "premoderate"}, None, house.clock())
    house.clock.move(seconds=2)
    decided, held = say(house, 1), say(house, 2)
    decide(house, who, decided, "approve")
    for number in range(3, 6):
        say(house, number)

    assert house.status(decided) is Status.PUBLISHED
    assert house.status(approved) is Status.HELD  # the machine's own verdict
    assert house.status(held) is Status.HELD
    assert wave_of(house, held) is not None
    assert Symbol.WAVE in signals(house, held)
    decide(house, who, approved, "approve")
    say(house, 6)
    assert house.status(approved) is Status.PUBLISHED
    assert_waves_hold(house)


def test_points_are_those_of_all_signals_of_whatever_joined_a_wave(house: House) -> None:
    with house.rows():
        change_policy("blog", {"weights": {"WAVE": 0.5}}, None, house.clock())
    house.clock.move(seconds=2)
    said = [say(house, n) for n in range(6)]

    with house.rows():
        for comment in said:
            row = house.comment(comment)
            policy = db.session.get_one(Site, row.site_id).policy
            found = load_signals(comment, row.revision)
            assert Symbol.WAVE in {signal.symbol for signal in found}
            assert row.score == pytest.approx(total_score(found, policy))


def test_copies_do_not_take_down_what_somebody_known_said(house: House) -> None:
    known = {"name": "Zoe", "email": "zoe@example.org"}
    house.publish(comment="I have been reading here for years", **known)
    hers = say(house, 0, **known)

    copies = [say(house, number) for number in range(1, 6)]

    assert house.status(hers) == Status.PUBLISHED
    assert {house.status(copy) for copy in copies} == {Status.HELD}


@pytest.mark.parametrize(
    "text", ["Thanks!", "Thank you so much for this!", "ha " * 80, "Great post, I love it."]
)
def test_what_people_say_by_chance_is_no_wave(house: House, text: str) -> None:
    said = [say(house, n, text) for n in range(7)]

    assert {wave_of(house, comment) for comment in said} == {None}
    assert all(Symbol.WAVE not in signals(house, comment) for comment in said)


def test_one_person_in_many_threads_is_no_wave(house: House) -> None:
    line = {"X-Forwarded-For": "192.0.2.7"}
    said = [say(house, n, email="anna@example.com", _headers=line) for n in range(4)]
    house.clock.move(minutes=2)
    said += [say(house, n, email="anna@example.com", _headers=line) for n in range(4, 7)]

    assert {wave_of(house, comment) for comment in said} == {None}


def test_what_comes_over_days_is_no_wave(house: House) -> None:
    said = []
    for number in range(7):
        said.append(say(house, number))
        house.clock.move(minutes=20)

    assert {wave_of(house, comment) for comment in said} == {None}


def test_where_a_wave_has_no_weight_it_is_grouped_and_no_more(house: House) -> None:
    weights = {"WAVE": 0, "REPEATED_TEXT": 0, "TENSION": 0}
    with house.rows():
        change_policy("blog", {"weights": weights}, None, house.clock())
    house.clock.move(seconds=2)
    said = [say(house, n) for n in range(6)]

    assert set(statuses(house, said)) == {Status.PUBLISHED}
    assert len({wave_of(house, comment) for comment in said} - {None}) == 1
    assert_waves_hold(house)


def test_every_step_of_a_wave_may_be_repeated(house: House) -> None:
    said = [
        house.post(comment=SPAM.format(name=n), name=f"Reader {n}").json["id"] for n in range(6)
    ]
    with house.rows():
        for step in (screening.spam_check, screening.spam_check):
            for comment in said:
                assert step(house.parts.vault, comment, 1, house.clock())
        for comment in said * 2:
            approval_check(comment, 1, house.clock())
            screening.spam_check(house.parts.vault, comment, 1, house.clock())

        assert db.session.scalar(select(func.count()).select_from(Wave)) == 1
        rows = db.session.query(SignalRow).filter_by(symbol=Symbol.WAVE).count()
        assert rows == len(said)
    assert_waves_hold(house)


def test_a_worker_that_died_before_it_looked_is_made_up_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [say(house, n) for n in range(4)]
    last = house.post(comment=SPAM.format(name="Zoe")).get_json()["id"]
    with house.rows(), monkeypatch.context() as patched:
        patched.setattr(screening.waves, "gather", lambda *_: None)
        screening.spam_check(house.parts.vault, last, 1, house.clock())
    assert wave_of(house, last) is None
    house.work()

    assert len({wave_of(house, comment) for comment in [*said, last]} - {None}) == 1
    assert_waves_hold(house)


def test_other_words_leave_a_wave_and_the_same_words_join_it(house: House) -> None:
    said = [say(house, n) for n in range(5)]
    assert edit(house, said[4], "Something that I alone have to say about this drive, at length")
    house.work()

    assert wave_of(house, said[4]) is None
    assert wave_of(house, said[3]) is not None
    assert Symbol.WAVE not in signals(house, said[4])
    assert_waves_hold(house)
    edit(house, said[4], SPAM.format(name="me"), revision=2)
    house.work()
    assert wave_of(house, said[4]) == wave_of(house, said[3])
    assert Symbol.WAVE in signals(house, said[4])
    assert_waves_hold(house)


def test_what_becomes_the_same_by_edits_hours_later_is_a_wave_too(house: House) -> None:
    with house.rows():
        house.change_settings(edit_minutes=1440)
    said = [say(house, n, f"What {n} has to say of this, number {n * 7919}") for n in range(6)]
    house.clock.move(hours=3)
    for number, comment in enumerate(said):
        assert edit(house, comment, SPAM.format(name=number)).status_code == 202
        house.work()

    assert wave_of(house, said[0]) is not None
    assert {wave_of(house, comment) for comment in said} == {wave_of(house, said[0])}
    assert statuses(house, said) == [Status.HELD] * 6
    assert_waves_hold(house)


def test_decisions_and_deletions_keep_the_counts(house: House) -> None:
    who = moderator(house)
    said = [say(house, n) for n in range(6)]
    for comment, decision in zip(said, ("approve", "spam", "reject"), strict=False):
        decide(house, who, comment, decision)
        assert_waves_hold(house)
    delete(house, said[5])

    assert_waves_hold(house)


def test_first_timers_are_judged_more_strictly_until_the_wave_is_over(house: House) -> None:
    def verdict() -> Status:
        return house.status(house.publish())

    with house.rows():
        change_policy("blog", {"weights": {"FORM_TOKEN_MISSING": 2}}, None, house.clock())
    house.clock.move(seconds=2)
    known = {"name": "Nora", "email": "nora@example.com"}
    house.publish(**known)
    before = verdict()
    for number in range(5):
        say(house, number)
    during = house.publish()
    told = signals(house, during)[Symbol.TENSION]
    friend = house.publish(**known)
    house.clock.move(minutes=61)

    assert (before, house.status(during), verdict()) == (
        Status.PUBLISHED,
        Status.HELD,
        Status.PUBLISHED,
    )
    assert told == {"factor": 0.5, "hold_at": 3.0, "tightened": 1.5, "since_wave": 0}
    assert Symbol.TENSION not in signals(house, friend)


def test_a_wave_tightens_no_site_that_it_does_not_touch(house: House) -> None:
    with house.rows():
        house.add_site("other")
    for number in range(5):
        say(house, number)

    assert Symbol.TENSION in signals(house, house.publish())
    assert Symbol.TENSION not in signals(house, house.publish(_site="other"))


@pytest.mark.parametrize("rounds", range(3))
def test_workers_at_once_make_one_wave_of_it(house: House, rounds: int) -> None:
    with house.rows():
        for number in range(3):
            house.add_site(f"site-{number}")
    pairs = []
    for number in range(24):
        name = ("Ann", "Bob", "Cyd", "Dan")[number % 4]
        answer = house.post(
            f"site-{number % 3}",
            comment=SPAM.format(name=name),
            name=f"{name} {number}",
            url=f"{ORIGIN}/{rounds}/{number}/",
        )
        pairs.append((answer.get_json()["id"], 1))

    def judge(pair: tuple[int, int]) -> None:
        with house.app.app_context():
            screening.spam_check(house.parts.vault, *pair, house.clock())
            approval_check(*pair, house.clock())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(judge, pairs))

    with house.rows():
        assert db.session.scalar(select(func.count()).select_from(Wave)) == 1
        rows = db.session.scalars(select(Comment)).all()
        assert {row.wave_id is not None for row in rows} == {True}
        assert {row.status for row in rows} == {Status.HELD}
        doubled = db.session.query(SignalRow).filter_by(symbol=Symbol.WAVE).count()
        assert doubled == len(pairs)
        assert db.session.query(AuditEntry).filter_by(after=Status.HELD).count() == len(pairs)
    assert_waves_hold(house)


def test_workers_and_moderators_at_once_lose_no_count(house: House) -> None:
    who = moderator(house)
    said = [say(house, n) for n in range(8)]
    late = [
        (house.post(comment=SPAM.format(name=n), name=f"Late {n}").get_json()["id"], 1)
        for n in range(8)
    ]

    def judge(pair: tuple[int, int]) -> None:
        with house.app.app_context():
            screening.spam_check(house.parts.vault, *pair, house.clock())
            approval_check(*pair, house.clock())

    def refuse(comment: int) -> None:
        decide(house, who, comment, "spam")

    with ThreadPoolExecutor(8) as pool:
        work = [pool.submit(judge, pair) for pair in late]
        work += [pool.submit(refuse, comment) for comment in said]
        for one in work:
            one.result()

    assert set(statuses(house, said)) == {Status.SPAM}
    assert set(statuses(house, (pair[0] for pair in late))) == {Status.HELD}
    assert_waves_hold(house)
