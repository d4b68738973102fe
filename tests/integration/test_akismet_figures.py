"""What Akismet's API tells of a key, on both databases."""

import csv

import pytest
from werkzeug.test import TestResponse

from moderation.models import Site, db
from tests.factories import House
from tests.integration.akismet_client import SPAM, ask, check, put_to_work, short_key

BLOGS = ("https://blog.example/", "https://shop.example", "https://news.example:8443/")


@pytest.fixture
def key(house: House) -> str:
    """The key of a site with three blogs, of which two have asked."""
    with house.rows():
        site = db.session.query(Site).one()
        site.origins = ["https://blog.example", "https://shop.example", "https://news.example:8443"]
        db.session.commit()
    put_to_work(house)
    key = short_key(house)
    for _ in range(3):
        check(house, key, blog=BLOGS[0])
    check(house, key, blog=BLOGS[2], comment_content=SPAM)
    ask(house, key, "submit-spam", blog=BLOGS[0])
    ask(house, key, "submit-ham", blog=BLOGS[2])
    return key


def get(house: House, key: str, path: str, **words: str) -> TestResponse:
    return house.client.get(path, query_string={"api_key": key, **words})


def rows(answer: TestResponse, month: str = "2026-05") -> list[list[str]]:
    names = ("site", "api_calls", "spam", "ham", "missed_spam", "false_positives")
    return [[row[name] for name in names] for row in answer.get_json()[month]]


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_usage_is_what_was_asked_this_month(house: House, key: str, version: str) -> None:
    first = get(house, key, f"/{version}/usage-limit").json
    house.clock.move(days=40)

    assert first == {"limit": "none", "usage": 6, "percentage": "0.00", "throttled": False}
    assert get(house, key, "/1.2/usage-limit").get_json()["usage"] == 0


def test_a_key_that_has_come_to_its_limit_is_throttled(house: House, key: str) -> None:
    while house.parts.key_limits.count_request(1)[1].remaining:
        pass

    assert get(house, key, "/1.2/usage-limit").get_json()["throttled"] is True


def test_the_sites_of_a_key(house: House, key: str) -> None:
    answer = get(house, key, "/1.2/key-sites")

    assert rows(answer) == [
        ["blog.example", "4", "0", "3", "1", "0"],
        ["news.example:8443", "2", "1", "0", "0", "1"],
    ]
    assert [row["is_revoked"] for row in answer.get_json()["2026-05"]] == [False, False]
    told = {name: answer.get_json()[name] for name in ("limit", "offset", "total")}
    assert told == {"limit": 500, "offset": 0, "total": 2}


def test_they_are_chosen_and_ordered(house: House, key: str) -> None:
    def sites(**words: str) -> list[str]:
        return [row[0] for row in rows(get(house, key, "/1.2/key-sites", **words))]

    assert sites(order="spam") == ["news.example:8443", "blog.example"]
    assert sites(order="missed_spam", limit="1") == ["blog.example"]
    assert sites(offset="1") == ["news.example:8443"]
    assert sites(filter="https://NEWS") == ["news.example:8443"]
    assert sites(filter="%") == []
    assert sites(filter="https://NE\0WS") == ["news.example:8443"]
    assert sites(filter="\0") == sites()
    assert sites(limit="0") == []


def test_another_month_has_its_own(house: House, key: str) -> None:
    answer = get(house, key, "/1.2/key-sites", month="2026-04")

    assert (answer.get_json()["2026-04"], answer.get_json()["total"]) == ([], 0)


def test_what_cannot_be_asked_is_told(house: House, key: str) -> None:
    for words in (
        {"month": "2026-13"},
        {"month": "May"},
        {"limit": "501"},
        {"limit": "-1"},
        {"limit": "²"},
        {"offset": "99999999999999"},
        {"order": "site"},
        {"format": "xml"},
    ):
        answer = get(house, key, "/1.2/key-sites", **words)

        assert answer.status_code == 400, words
        assert answer.headers["X-akismet-debug-help"] == answer.text, words


def test_the_same_as_csv(house: House, key: str) -> None:
    with house.rows():
        db.session.query(Site).one().origins = ["https://blog.example"]
        db.session.commit()
    house._know_no_site()
    answer = get(house, key, "/1.2/key-sites", format="csv")
    head, *lines = answer.text.splitlines()

    assert answer.mimetype == "text/csv"
    assert head.startswith(
        "Active sites for the key during 2026-05 (limit:500, offset: 0, total: 2"
    )
    assert key not in answer.text
    assert list(csv.reader(lines)) == [
        ["Site", "Total API Calls", "Spam", "Ham", "Missed Spam", "False Positives", "Is Revoked"],
        ["blog.example", "4", "0", "3", "1", "0", "false"],
        ["news.example:8443", "2", "1", "0", "0", "1", "true"],
    ]


def test_the_plugins_page_is_told_its_figures(house: House, key: str) -> None:
    data = {"key": key, "blog": BLOGS[0], "from": "6-months"}
    stats = ask(house, None, "get-stats", data=data).json
    assert stats is not None

    assert (stats["ham"], stats["missed_spam"], stats["accuracy"]) == ("3", "1", 66.667)
    assert list(stats["breakdown"]) == ["2026-05"]
    subscribed = ask(house, None, "get-subscription", data=data).json
    assert subscribed is not None
    assert (subscribed["status"], subscribed["account_name"]) == ("active", "The blog")
