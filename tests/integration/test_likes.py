"""Readers like comments and take it back, on both databases."""

from datetime import UTC, datetime

import pytest

from moderation.models import Like, Thread, db
from moderation.services.readers import forget_readers
from tests.factories import House
from tests.integration.queueing import decide, moderator
from tests.integration.reader_actions import (
    AT_HOME,
    FOREIGN,
    assert_all_counts_hold,
    edit,
    like,
    line,
    report,
    unlike,
)


def version(house: House) -> int:
    with house.rows():
        return db.session.query(Thread).one().version


def test_a_like_counts_once_and_is_taken_back_with_its_receipt(house: House) -> None:
    comment = house.publish()
    before = version(house)

    first = like(house, comment)
    second = like(house, comment)

    assert (first.status_code, first.get_json()["likes"]) == (200, 1)
    assert first.headers["Cache-Control"] == "no-store"
    assert second.get_json()["likes"] == 2
    assert version(house) == before + 2
    taken_back = unlike(house, comment, first.get_json()["receipt"])
    assert (taken_back.status_code, taken_back.get_json()) == (200, {"likes": 1})
    assert unlike(house, comment, first.get_json()["receipt"]).get_json() == {"likes": 1}
    assert version(house) == before + 3
    assert_all_counts_hold(house)


def test_one_reader_likes_a_comment_once_a_day(house: House) -> None:
    comment, other = house.publish(), house.publish()
    who = line()

    answers = [like(house, comment, who).get_json() for _ in range(2)]

    assert answers[0] == answers[1]
    assert answers[0]["likes"] == 1
    assert like(house, other, who).get_json()["likes"] == 1
    unlike(house, comment, answers[0]["receipt"])
    assert like(house, comment, who).get_json()["likes"] == 1
    assert_all_counts_hold(house)


def test_one_ipv6_line_is_one_reader(house: House) -> None:
    comment = house.publish()
    lines = ("2001:db8:0:1::1", "2001:db8:0:1:2::3", "2001:db8:0:2::1")

    counts = [like(house, comment, {"X-Forwarded-For": one}).get_json()["likes"] for one in lines]

    assert counts == [1, 1, 2]


def test_after_the_day_nobody_knows_who_it_was_and_the_receipt_still_holds(house: House) -> None:
    comment = house.publish()
    receipt = like(house, comment).get_json()["receipt"]
    with house.rows():
        assert forget_readers(house.clock()) == 0
        assert len(db.session.query(Like).one().reader) == 32
    house.clock.now = datetime(2026, 5, 5, 0, 0, 1, tzinfo=UTC)

    with house.rows():
        assert [forget_readers(house.clock()) for _ in range(2)] == [1, 0]
        assert db.session.query(Like).one().reader is None

    assert_all_counts_hold(house)
    assert unlike(house, comment, receipt).get_json() == {"likes": 0}
    assert_all_counts_hold(house)


def test_a_reader_s_hash_is_another_at_each_comment_and_on_each_day(house: House) -> None:
    ids, who = [house.publish(), house.publish()], line()
    for comment in ids:
        like(house, comment, who)
    house.clock.move(days=1)
    like(house, ids[0], who)

    with house.rows():
        assert len({row.reader for row in db.session.query(Like)}) == 3


@pytest.mark.parametrize("receipt", [None, "", "1:1:1", "1:1:1.AAAA", "é", "other comment"])
def test_a_forged_receipt_takes_nothing_back(house: House, receipt: str | None) -> None:
    comment, other = house.publish(), house.publish()
    like(house, comment)
    if receipt == "other comment":
        receipt = like(house, other).get_json()["receipt"]

    answer = unlike(house, comment, receipt)

    assert (answer.status_code, answer.get_json()["code"]) == (403, "invalid_receipt")
    assert "in the header Like-Receipt" in answer.get_json()["detail"]
    assert like(house, comment).get_json()["likes"] == 2


def test_an_old_receipt_does_not_take_back_another_s_like(house: House) -> None:
    comment = house.publish()
    old = like(house, comment).get_json()["receipt"]
    unlike(house, comment, old)
    house.clock.move(seconds=1)
    like(house, comment)  # may get the number that is free again

    assert unlike(house, comment, old).get_json() == {"likes": 1}


@pytest.mark.parametrize("kind", ["held", "pending", "none", "another site's"])
def test_what_readers_do_not_see_can_be_neither_liked_nor_reported(house: House, kind: str) -> None:
    with house.rows():
        house.add_site("other")
    comment = {
        "held": house.hold,
        "pending": lambda: house.post().get_json()["id"],
        "none": lambda: 999,
        "another site's": lambda: house.publish(_site="other"),
    }[kind]()

    for answer in (like(house, comment), report(house, comment)):
        assert (answer.status_code, answer.get_json()["code"]) == (404, "unknown_comment")
        assert answer.get_json()["detail"] == (
            "This comment is not here any more. Please reload the page."
        )


def test_a_number_that_no_comment_can_have_is_no_address(house: House) -> None:
    for answer in (like(house, 2**63 - 1), report(house, 2**63 - 1)):
        assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")


def test_another_site_s_like_is_not_taken_back_here(house: House) -> None:
    with house.rows():
        house.add_site("other")
    comment = house.publish(_site="other")
    receipt = like(house, comment, site="other").get_json()["receipt"]

    assert unlike(house, comment, receipt).status_code == 404
    assert unlike(house, comment, receipt, site="other").get_json() == {"likes": 0}


def test_likes_outlast_an_edit_and_a_decision(house: House) -> None:
    who = moderator(house)
    comment = house.publish()
    receipt = like(house, comment).get_json()["receipt"]
    edit(house, comment, "https://a.example https://b.example")
    house.work()
    assert unlike(house, comment, "x").status_code == 403
    decide(house, who, comment, "approve")

    assert like(house, comment).get_json()["likes"] == 2
    assert unlike(house, comment, receipt).get_json() == {"likes": 1}
    assert_all_counts_hold(house)


def test_a_site_may_do_without_likes(house: House) -> None:
    comment = house.publish()
    house.change_settings(likes=False)

    for answer in (like(house, comment), unlike(house, comment, "x")):
        assert (answer.status_code, answer.get_json()["code"]) == (403, "not_offered")
        assert answer.get_json()["detail"] == "This site does not offer likes."


def test_a_network_that_likes_too_quickly_is_told_to_wait(house: House) -> None:
    comment = house.publish()
    who = line()
    assert {like(house, comment, who).status_code for _ in range(60)} == {200}

    answer = like(house, comment, who)

    assert (answer.status_code, answer.get_json()["code"]) == (429, "too_many_requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.get_json()["detail"].startswith("Too much is sent from your network at once.")
    assert like(house, comment).status_code == 200


def test_only_the_site_s_own_pages_may_like(house: House) -> None:
    comment = house.publish()
    path = f"/api/v1/sites/blog/comments/{comment}/like"

    asked = house.client.options(path, headers=AT_HOME)
    allowed = house.client.post(path, headers=AT_HOME)
    refused = house.client.post(path, headers=FOREIGN)

    assert "Like-Receipt" in asked.headers["Access-Control-Allow-Headers"]
    assert "DELETE" in asked.headers["Access-Control-Allow-Methods"]
    assert allowed.headers["Access-Control-Allow-Origin"] == AT_HOME["Origin"]
    assert refused.status_code == 403
    assert "Access-Control-Allow-Origin" not in refused.headers
