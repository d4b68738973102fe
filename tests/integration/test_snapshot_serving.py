"""A thread's public form: who may read it, in which form, and when it changes."""

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from moderation.models import Site, db
from moderation.services.sites import change_policy
from moderation.services.threads import set_page_closed
from moderation.web import snapshots
from moderation.web.app import create_app
from moderation.web.snapshot_cache import SnapshotCache
from tests.factories import ORIGIN, PAGE, House
from tests.integration.snapshots import (
    FRAGMENT,
    THREAD,
    ask,
    change_settings,
    keep_hot,
    like,
    remove,
    thread,
)
from tests.integration.test_api import problem
from tests.work import statements


@pytest.mark.parametrize("hot", [False, True])
@pytest.mark.parametrize("path", [THREAD, FRAGMENT])
def test_every_answer_has_its_headers(house: House, path: str, *, hot: bool) -> None:
    house.publish()
    keep_hot(house)
    if hot:
        ask(house, path)
    answer = ask(house, path)

    assert answer.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert set(answer.headers["Vary"].split(", ")) == {"Origin", "Accept-Encoding"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert len(answer.headers.getlist("Content-Security-Policy")) == 1
    assert len(answer.headers.getlist("Content-Length")) == 1
    assert "Set-Cookie" not in answer.headers
    assert "Strict-Transport-Security" not in answer.headers
    secure = ask(house, path, {"X-Forwarded-Proto": "https"})
    assert "Strict-Transport-Security" in secure.headers


@pytest.mark.parametrize("hot", [False, True])
@pytest.mark.parametrize("path", [THREAD, FRAGMENT])
def test_gzip_is_the_same_document(house: House, path: str, *, hot: bool) -> None:
    house.publish(comment="A thought. " * 200)
    keep_hot(house)
    if hot:
        ask(house, path)
    plain = ask(house, path)
    packed = ask(house, path, {"Accept-Encoding": "br, gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) == int(packed.headers["Content-Length"]) < len(plain.data)
    assert packed.headers["ETag"] == plain.headers["ETag"]


@pytest.mark.parametrize("hot", [False, True])
@pytest.mark.parametrize("path", [THREAD, FRAGMENT])
def test_a_document_that_is_known_is_not_sent_again(house: House, path: str, *, hot: bool) -> None:
    house.publish()
    keep_hot(house, 3600 if hot else 0)
    etag = ask(house, path).headers["ETag"]
    same = ask(house, path, {"If-None-Match": etag, "Origin": ORIGIN})

    assert (same.status_code, same.data) == (304, b"")
    assert same.headers["Vary"] == "Origin, Accept-Encoding"
    assert same.headers["ETag"] == etag
    assert same.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Content-Type" not in same.headers
    assert "Accept-Encoding" in same.headers["Vary"]

    keep_hot(house)
    house.publish()
    other = ask(house, path, {"If-None-Match": etag})
    assert other.status_code == 200
    assert other.headers["ETag"] != etag


@pytest.mark.parametrize("hot", [False, True])
def test_head_has_the_headers_of_get(house: House, *, hot: bool) -> None:
    house.publish()
    keep_hot(house)
    if hot:
        ask(house)
    head = house.client.head(THREAD, query_string={"url": PAGE})
    full = ask(house)

    assert (head.status_code, head.data) == (200, b"")
    names = {"Content-Length", "Content-Type", "ETag", "Vary", "Cache-Control"}
    assert {n: head.headers[n] for n in names} == {n: full.headers[n] for n in names}


@pytest.mark.parametrize("path", [THREAD, FRAGMENT, "/api/v1/sites/blog/form"])
@pytest.mark.parametrize("hot", [False, True])
def test_only_the_sites_own_origins_may_read(house: House, path: str, *, hot: bool) -> None:
    house.publish()
    keep_hot(house)
    if hot:
        ask(house, path)
    own = ask(house, path, {"Origin": ORIGIN})
    ours = ask(house, path, {"Origin": "http://localhost"})
    foreign = ask(house, path, {"Origin": "https://evil.example"})
    hidden = ask(house, path, {"Origin": "null"})

    assert own.headers.getlist("Access-Control-Allow-Origin") == [ORIGIN]
    assert {"ETag", "Date"} <= set(own.headers["Access-Control-Expose-Headers"].split(", "))
    assert "Access-Control-Allow-Credentials" not in own.headers
    assert (ours.status_code, foreign.status_code, hidden.status_code) == (200, 403, 403)
    for answer in (ours, foreign, hidden):
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Origin" in answer.headers["Vary"]
    assert "add https://evil.example to the site" in foreign.text
    assert "hides its origin" in hidden.text


def test_a_fault_can_be_read_by_the_sites_own_pages(house: House) -> None:
    answer = ask(house, headers={"Origin": ORIGIN}, url="https://evil.example/")

    assert problem(answer) == (404, "unknown_page")
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN


@pytest.mark.parametrize("name", ["thread", "form"])
def test_a_preflight_is_answered(house: House, name: str) -> None:
    answer = house.client.options(f"/api/v1/sites/blog/{name}", headers={"Origin": ORIGIN})

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN


def test_a_form_begins_with_a_stamp(house: House) -> None:
    answer = house.client.get("/api/v1/sites/blog/form")
    token = answer.get_json()["form_token"]
    house.clock.move(seconds=30)
    comment = house.publish(form_token=token)

    assert answer.headers["Cache-Control"] == "no-store"
    with house.rows():
        row = house.comment(comment)
        assert (row.form_token.value, row.form_seconds) == ("valid", 30.0)


def test_what_is_hot_asks_the_database_nothing(house: House) -> None:
    house.publish()
    keep_hot(house)
    first = ask(house)
    with statements(house.app) as asked:
        again = ask(house)
        other = ask(house, url=f"{PAGE}?utm_source=letter")

    assert asked == []
    assert again.data == first.data == other.data


def test_a_hot_thread_does_not_answer_what_is_no_get(house: House) -> None:
    keep_hot(house)
    ask(house)

    assert problem(house.client.post(THREAD, query_string={"url": PAGE}))[0] == 405
    assert problem(house.client.delete(THREAD, query_string={"url": PAGE}))[0] == 405
    body = house.client.get(THREAD, query_string={"url": PAGE}, data=b"a body")
    assert body.status_code == 200


def test_all_that_readers_see_changes_the_thread(house: House) -> None:
    top = house.publish()
    seen = [ask(house).headers["ETag"]]

    def changed() -> bool:
        seen.append(ask(house).headers["ETag"])
        return seen[-1] not in seen[:-1]

    like(house, top, 1)
    assert changed()
    change_settings(house, theme="dark")
    assert changed()
    with house.rows():
        change_policy("blog", {"max_depth": 2}, None, house.clock())
    assert changed()
    with house.rows():
        set_page_closed(None, "blog", PAGE, house.clock(), closed=True)
    assert changed()
    assert thread(house)["closed"] is True
    remove(house, top)
    assert changed()
    assert thread(house)["comments"] == []


def test_a_thread_closes_by_its_age(house: House) -> None:
    with house.rows():
        change_policy("blog", {"close_after_days": 14}, None, house.clock())
    house.publish()
    house.clock.move(days=13, hours=23)
    assert thread(house)["closed"] is False
    house.clock.move(hours=1)

    assert thread(house)["closed"] is True


def test_an_origin_that_is_taken_off_is_refused(house: House) -> None:
    ask(house, headers={"Origin": ORIGIN})
    with house.rows():
        row = db.session.query(Site).one()
        row.origins = ["https://new.example"]
        db.session.commit()

    assert ask(house, headers={"Origin": ORIGIN}).status_code in {403, 404}


def test_a_publish_is_seen_through_every_process_within_a_second(house: House) -> None:
    others = [
        create_app(
            house.settings, nudge=lambda *_: None, send_task=lambda *_: None, clock=house.now
        )
        for _ in range(2)
    ]
    seconds = 0.0
    for app in others:
        cache = SnapshotCache(lambda: seconds, 2**24)
        replace(house.parts, snapshots=cache).install(app.extensions)

    def counts() -> set[int]:
        return {
            app.test_client().get(THREAD, query_string={"url": PAGE}).get_json()["count"]
            for app in others
        }

    try:
        house.publish()
        assert counts() == {1}
        house.publish()
        seconds = 1.0
        assert counts() == {2}
    finally:
        for app in others:
            with app.app_context():
                db.engine.dispose()


def test_many_readers_at_once_have_a_thread_built_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = []
    real = snapshots.thread_json
    monkeypatch.setattr(snapshots, "thread_json", lambda *a: built.append(1) or real(*a))
    house.publish()
    keep_hot(house)

    with ThreadPoolExecutor(8) as pool:
        bodies = set(
            pool.map(lambda _: house.app.test_client().get(f"{THREAD}?url={PAGE}").data, range(16))
        )

    assert len(bodies) == 1
    assert built == [1]
    assert json.loads(bodies.pop())["count"] == 1
