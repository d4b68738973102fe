"""A thread as a file."""

import json
from functools import partial
from typing import Any

import pytest

from moderation.services import export
from moderation.services.threads import set_page_closed
from moderation.web import streaming
from tests.factories import ORIGIN, PAGE, House
from tests.integration.snapshots import remove


def exported(house: House, url: str = PAGE) -> Any:
    answer = house.client.get("/s/blog/thread.json", query_string={"url": url})
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    return json.loads(answer.data)


def test_a_thread_is_exported_with_all_its_comments(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "_AT_ONCE", 2)
    ids = [house.publish(name="Anna", comment="Hello *there* “you”", website="anna.example")]
    ids += [house.publish(parent=ids[0]) for _ in range(4)]
    house.publish(url=f"{ORIGIN}/elsewhere")
    house.post()
    found = exported(house)
    first = found["comments"][0]

    assert {name: found[name] for name in found if name != "comments"} == {
        "format": "leave-a-reply/thread",
        "version": 1,
        "exported_at": "2026-05-04T12:00:00+00:00",
        "site": {"slug": "blog", "name": "The blog"},
        "thread": {
            "url": PAGE,
            "title": "The first drive",
            "created_at": "2026-05-04T12:00:00+00:00",
            "closed": False,
            "count": 5,
        },
    }
    assert [comment["id"] for comment in found["comments"]] == ids
    assert [comment["parent"] for comment in found["comments"]] == [None, *[ids[0]] * 4]
    assert first == {
        "id": ids[0],
        "parent": None,
        "name": "Anna",
        "website": "https://anna.example",
        "html": "<p>Hello <em>there</em> “you”</p>",
        "text": "Hello *there* “you”",
        "created_at": "2026-05-04T12:00:00+00:00",
        "edited_at": None,
        "by_site": False,
        "likes": 0,
    }


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_it_is_whole_however_many_come_at_once(
    house: House, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(export, "_AT_ONCE", 1)
    for _ in range(count):
        house.publish()

    assert len(exported(house)["comments"]) == count


def test_what_is_removed_is_left_out_and_its_replies_move_up(house: House) -> None:
    top = house.publish(comment="secret text")
    middle = house.publish(parent=top)
    low = house.publish(parent=middle)
    lowest = house.publish(parent=low)
    remove(house, top, middle)

    found = [(comment["id"], comment["parent"]) for comment in exported(house)["comments"]]
    assert found == [(low, None), (lowest, low)]


def test_a_closed_thread_says_so(house: House) -> None:
    with house.rows():
        set_page_closed(None, "blog", PAGE, house.clock(), closed=True)

    assert exported(house)["thread"]["closed"] is True


def test_it_comes_as_a_file(house: House) -> None:
    answer = house.client.get("/s/blog/thread.json", query_string={"url": PAGE})

    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="blog-thread-2026-05-04.json"'
    )
    assert "Content-Length" not in answer.headers


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "https://evil.example/", f"{ORIGIN}/{'x' * 10_000}"]
)
def test_a_foreign_page_is_not_found(house: House, url: str) -> None:
    answer = house.client.get("/s/blog/thread.json", query_string={"url": url})

    assert answer.status_code == 404


def test_slow_readers_are_left_a_part_of_the_threads(house: House) -> None:
    ask = partial(house.client.open, "/s/blog/thread.json", query_string={"url": PAGE})
    threads = house.settings.web_threads
    log = partial(house.sign_in().open, "/queue/audit/export.csv")
    slow = [streaming._begin(threads) for _ in range(threads // 4)]
    for answer in (ask(), log()):
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "10")

    slow[0]()
    for method in ("HEAD", "GET", "GET"):
        assert ask(method=method, buffered=True).status_code == 200
        assert log(method=method, buffered=True).status_code == 200
    for end in slow:
        end()
    assert not streaming._under_way
