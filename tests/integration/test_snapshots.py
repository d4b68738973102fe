"""A thread's public form: what is in it."""

from typing import Any

import pytest

from tests.factories import ORIGIN, PAGE, House
from tests.integration.snapshots import (
    FRAGMENT,
    THREAD,
    ask,
    change_settings,
    like,
    remove,
    thread,
)
from tests.integration.test_api import problem


def test_a_page_without_comments_has_an_empty_thread(house: House) -> None:
    assert thread(house, title="A title nobody told") == {
        "url": PAGE,
        "title": "",
        "count": 0,
        "closed": False,
        "version": 0,
        "sort": "oldest",
        "next_cursor": None,
        "settings": {
            "language": None,
            "theme": "auto",
            "markup": "rich",
            "name_required": True,
            "email_required": True,
            "edit_minutes": 15,
            "likes": True,
            "reports": True,
            "page_size": 50,
            "max_depth": 5,
        },
        "site": {"slug": "blog", "name": "The blog"},
        "comments": [],
    }


def test_a_thread_shows_its_comments_with_their_replies(house: House) -> None:
    top = house.publish(name="anna", comment="Hello *there*", website="anna.example")
    house.clock.move(minutes=1)
    reply = house.publish(parent=top)
    house.post()

    found = thread(house)
    (comment,) = found["comments"]
    assert (found["count"], found["title"]) == (2, "The first drive")
    assert comment | {"avatar": None} == {
        "id": top,
        "parent": None,
        "depth": 1,
        "name": "anna",
        "website": "https://anna.example",
        "html": "<p>Hello <em>there</em></p>",
        "created_at": "2026-05-04T12:00:00+00:00",
        "edited_at": None,
        "by_site": False,
        "removed": False,
        "likes": 0,
        "avatar": None,
        "initial": "A",
        "replies": comment["replies"],
    }
    assert 0 <= comment["avatar"] < 16
    assert [(r["id"], r["parent"], r["depth"]) for r in comment["replies"]] == [(reply, top, 2)]


def test_a_commenter_keeps_their_colour_and_it_tells_nothing_of_the_address(house: House) -> None:
    same = {"email": "anna@example.com"}
    for page in ("a", "b"):
        house.publish(url=f"{ORIGIN}/{page}", **same)
    colours = {thread(house, url=f"{ORIGIN}/{p}")["comments"][0]["avatar"] for p in ("a", "b")}
    assert len(colours) == 1

    for number in range(12):
        with house.rows():
            house.add_site(f"other-{number}")
        house.publish(_site=f"other-{number}", **same)
    answers = (
        house.client.get(f"/api/v1/sites/other-{n}/thread", query_string={"url": PAGE})
        for n in range(12)
    )
    assert len({answer.get_json()["comments"][0]["avatar"] for answer in answers}) > 1


def test_a_removed_parent_keeps_its_place_and_tells_nothing(house: House) -> None:
    top = house.publish(name="Secret Name", comment="secret text", website="secret.example")
    like(house, top, 3)
    reply = house.publish(parent=top)
    remove(house, top)

    answer = ask(house)
    (comment,) = answer.get_json()["comments"]
    assert "ecret" not in answer.text
    assert (comment["removed"], comment["likes"]) == (True, 0)
    assert (comment["name"], comment["website"], comment["html"]) == (None, None, None)
    assert [r["id"] for r in comment["replies"]] == [reply]


def test_a_reply_to_a_removed_reply_moves_up(house: House) -> None:
    top = house.publish()
    middle = house.publish(parent=top)
    low = house.publish(parent=middle)
    remove(house, middle)

    (comment,) = thread(house)["comments"]
    assert [(r["id"], r["parent"]) for r in comment["replies"]] == [(low, top)]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("oldest", [0, 1, 2, 3, 4, 5, 6]),
        ("newest", [6, 5, 4, 3, 2, 1, 0]),
        ("liked", [4, 1, 5, 0, 2, 3, 6]),
    ],
)
def test_a_thread_is_paged_in_each_order(house: House, sort: str, expected: list[int]) -> None:
    ids = []
    for number in range(7):
        ids.append(house.publish())
        house.clock.move(seconds=1 if number % 2 else 0)  # some came at the same moment
    for number, likes in ((4, 5), (1, 2), (5, 2)):
        like(house, ids[number], likes)
    change_settings(house, page_size=3, sort=sort)

    pages: list[dict[str, Any]] = [thread(house)]
    while cursor := pages[-1]["next_cursor"]:
        pages.append(thread(house, sort=sort, cursor=cursor))

    shown = [comment["id"] for page in pages for comment in page["comments"]]
    assert shown == [ids[number] for number in expected]
    assert [len(page["comments"]) for page in pages] == [3, 3, 1]
    assert {page["sort"] for page in pages} == {sort}


def test_replies_are_oldest_first_in_every_order(house: House) -> None:
    top = house.publish()
    replies = []
    for _ in range(3):
        house.clock.move(seconds=1)
        replies.append(house.publish(parent=top))

    for sort in ("oldest", "newest", "liked"):
        (comment,) = thread(house, sort=sort)["comments"]
        assert [reply["id"] for reply in comment["replies"]] == replies


def test_a_cursor_belongs_to_one_order(house: House) -> None:
    change_settings(house, page_size=1)
    house.publish()
    house.publish()
    cursor = thread(house, sort="newest")["next_cursor"]

    assert problem(ask(house, sort="liked", cursor=cursor)) == (400, "invalid_input")
    assert problem(ask(house, cursor="nonsense")) == (400, "invalid_input")
    assert problem(ask(house, sort="newest", cursor=f"!{cursor}")) == (400, "invalid_input")
    assert problem(ask(house, sort="best")) == (400, "invalid_input")
    assert problem(ask(house, url=f"{ORIGIN}/none", cursor="nonsense")) == (400, "invalid_input")


@pytest.mark.parametrize("path", [THREAD, FRAGMENT])
def test_a_page_that_is_not_the_sites_is_told_so(house: House, path: str) -> None:
    for url in (
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://evil.example/",
        "https://blog.example@evil.example/",
        "https://blog.example.evil.example/",
        "//blog.example/",
        f"{ORIGIN}/{'x' * 10_000}",
        f"{ORIGIN}/a\x00b",
        f"{ORIGIN}:99999/",
    ):
        answer = ask(house, path, url=url)

        assert answer.status_code == 404, url
        assert answer.headers["Cache-Control"] == "no-store", url
        assert "javascript:" not in answer.text, url


def test_a_foreign_page_is_told_which_origin_to_add(house: House) -> None:
    answer = ask(house, url="https://other.example/page")

    assert problem(answer) == (404, "unknown_page")
    assert "add https://other.example to" in answer.get_json()["detail"]


def test_no_site_is_no_thread(house: House) -> None:
    answer = house.client.get("/api/v1/sites/none/thread", query_string={"url": PAGE})

    assert problem(answer) == (404, "unknown_site")


def test_spellings_of_a_page_are_one_thread(house: House) -> None:
    house.publish()

    for url in (f"{PAGE}?utm_source=x", f"{PAGE}#comments", PAGE.rstrip("/"), PAGE + "index.html"):
        assert thread(house, url=url)["count"] == 1
