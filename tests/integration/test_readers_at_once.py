"""Many readers at the same moment, on both databases."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from werkzeug.test import TestResponse

from moderation.domain.actions import Action
from moderation.domain.status import Status
from moderation.models import AuditEntry, db
from tests.factories import House
from tests.integration.reader_actions import (
    assert_all_counts_hold,
    delete,
    edit,
    like,
    line,
    report,
)


def at_once(act: Callable[[int], TestResponse], times: int = 8) -> list[TestResponse]:
    """Do it in so many threads."""
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(act, range(times)))


def test_likes_at_once_are_all_counted_and_one_reader_s_once(house: House) -> None:
    comment, who = house.publish(), line()

    same = at_once(lambda _: like(house, comment, who))
    others = at_once(lambda _: like(house, comment))

    assert {answer.get_json()["receipt"] for answer in same} == {same[0].get_json()["receipt"]}
    assert sorted(answer.get_json()["likes"] for answer in others) == list(range(2, 10))
    assert_all_counts_hold(house)


def test_reports_at_once_hold_a_comment_once(house: House) -> None:
    comment = house.publish()

    answers = at_once(lambda _: report(house, comment))

    assert Counter(answer.status_code for answer in answers) == {202: 3, 404: 5}
    assert house.status(comment) is Status.HELD
    with house.rows():
        verdicts = db.session.query(AuditEntry).filter_by(action=Action.VERDICT).count()
    assert verdicts == 2
    assert_all_counts_hold(house)


def test_of_edits_at_once_one_holds(house: House) -> None:
    comment = house.publish()

    answers = at_once(lambda n: edit(house, comment, f"Words {n}"))

    assert Counter(answer.status_code for answer in answers) == {202: 1, 409: 7}
    house.work()
    assert_all_counts_hold(house)


def test_of_deletions_at_once_one_deletes(house: House) -> None:
    comment = house.publish()

    answers = at_once(lambda _: delete(house, comment))

    assert Counter(answer.status_code for answer in answers) == {204: 1, 404: 7}
    assert_all_counts_hold(house)
