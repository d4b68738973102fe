"""Atom feeds: whole, stable, harmless."""

from datetime import datetime
from xml.etree import ElementTree as ET

import pytest
from werkzeug.test import TestResponse

from moderation.models import db
from tests.factories import ORIGIN, PAGE, House
from tests.integration.snapshots import remove

ATOM = "{http://www.w3.org/2005/Atom}"
THR = "{http://purl.org/syndication/thread/1.0}"


def get(house: House, headers: dict[str, str] | None = None, **query: str) -> TestResponse:
    return house.client.get("/s/blog/feed.atom", query_string=query, headers=headers)


def feed(house: House, **query: str) -> ET.Element:
    answer = get(house, **query)
    assert answer.status_code == 200
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    return ET.fromstring(answer.data)


def entries(house: House, **query: str) -> list[ET.Element]:
    return feed(house, **query).findall(f"{ATOM}entry")


def text(element: ET.Element, name: str) -> str:
    found = element.find(f"{ATOM}{name}")
    assert found is not None, name
    return found.text or ""


def link(element: ET.Element, relation: str) -> str:
    (found,) = (e for e in element.findall(f"{ATOM}link") if e.get("rel") == relation)
    return found.get("href") or ""


def test_a_pages_feed_has_its_comments_newest_first(house: House) -> None:
    first = house.publish(name="Anna", comment="Hello *there*", website="anna.example")
    house.clock.move(minutes=1)
    second = house.publish(name="Ben", parent=first)
    house.publish(url=f"{ORIGIN}/elsewhere")
    house.post()
    found = feed(house, url=PAGE)
    newest, oldest = found.findall(f"{ATOM}entry")

    assert text(found, "title") == "Comments on “The first drive”"
    assert text(found, "updated") == text(newest, "updated") == "2026-05-04T12:01:00+00:00"
    assert link(found, "alternate") == PAGE
    assert text(oldest, "id") == f"tag:blog.example,2026-05-04:comment-{first}"
    assert text(oldest, "title") == "By Anna"
    assert text(oldest, "content") == "<p>Hello <em>there</em></p>"
    assert [content.get("type") for content in oldest.findall(f"{ATOM}content")] == ["html"]
    assert text(oldest, f"author/{ATOM}name") == "Anna"
    assert text(oldest, f"author/{ATOM}uri") == "https://anna.example"
    assert link(newest, "alternate") == f"{PAGE}#comment-{second}"
    above = newest.find(f"{THR}in-reply-to")
    assert above is not None
    assert above.get("ref") == text(oldest, "id")


def test_a_sites_feed_has_the_comments_of_all_its_pages(house: House) -> None:
    house.publish(name="Anna")
    house.publish(name="Ben", url=f"{ORIGIN}/elsewhere", title="")
    with house.rows():
        house.add_site("other")
    house.publish(_site="other")
    found = feed(house)

    assert text(found, "title") == "Comments on The blog"
    assert [text(e, "title") for e in found.findall(f"{ATOM}entry")] == [
        "Ben on “blog.example/elsewhere”",
        "Anna on “The first drive”",
    ]


def test_a_feed_links_to_itself(house: House) -> None:
    house.publish()
    for query in ({}, {"url": f"{PAGE}?utm_source=x"}):
        itself = link(feed(house, **query), "self")
        assert itself.startswith("http://localhost/s/blog/feed.atom")
        assert house.client.get(itself).data == get(house, **query).data


@pytest.mark.parametrize("query", [{}, {"url": PAGE}])
def test_an_empty_feed_is_a_feed(house: House, query: dict[str, str]) -> None:
    found = feed(house, **query)

    assert found.findall(f"{ATOM}entry") == []
    assert text(found, "id").startswith("tag:blog.example,2026-05-04:")
    assert datetime.fromisoformat(text(found, "updated")) == house.clock()


def test_no_more_than_the_newest_fifty_are_told(home: House) -> None:
    ids = []
    for _ in range(52):
        ids.append(home.publish())
        home.clock.move(seconds=1)

    told = [text(entry, "id").rpartition("-")[2] for entry in entries(home, url=PAGE)]
    assert told == [str(number) for number in reversed(ids[2:])]


def test_a_feed_that_is_known_is_not_sent_again(house: House) -> None:
    top = house.publish()
    etag = get(house, url=PAGE).headers["ETag"]
    same = get(house, {"If-None-Match": etag}, url=PAGE)
    assert (same.status_code, same.data) == (304, b"")

    remove(house, top)
    assert get(house, {"If-None-Match": etag}, url=PAGE).status_code == 200


def test_a_removed_comment_leaves_the_feed(house: House) -> None:
    top = house.publish(comment="secret text")
    house.publish(parent=top)
    remove(house, top)

    (entry,) = entries(house, url=PAGE)
    assert entry.find(f"{THR}in-reply-to") is None
    assert "secret" not in get(house, url=PAGE).text


def test_what_xml_does_not_know_is_left_out(house: House) -> None:
    comment = house.publish(name="Anna", comment="text")
    with house.rows():
        row = house.comment(comment)
        row.name = "An\x0bna\x1b \ufffe& <Co> ]]>"
        row.rendered = "<p>a\x08b &amp; c\x0c ]]&gt; \U0001f600</p>"
        db.session.commit()

    (entry,) = entries(house, url=PAGE)
    assert text(entry, "title") == "By Anna & <Co> ]]>"
    assert text(entry, "content") == "<p>ab &amp; c ]]&gt; \U0001f600</p>"


def test_hostile_markup_is_sanitised_and_escaped(house: House) -> None:
    hostile = '"><script>alert(1)</script>]]><entry>'
    house.publish(name=hostile, comment=hostile, title=hostile)
    answer = get(house, url=PAGE)

    (entry,) = entries(house, url=PAGE)
    assert text(entry, "title") == f"By {hostile}"
    assert "<script" not in text(entry, "content")
    assert b"<script" not in answer.data


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "https://evil.example/", f"{ORIGIN}/{'x' * 10_000}"]
)
def test_a_feed_of_a_foreign_page_is_not_found(house: House, url: str) -> None:
    assert get(house, url=url).status_code == 404
    assert house.client.get("/s/none/feed.atom").status_code == 404


def test_what_an_owner_tries_in_the_preview_is_in_no_feed_of_the_site(house: House) -> None:
    house.publish(name="Anna")
    house.publish(name="Olive", url=f"{ORIGIN}/leave-a-reply-preview")

    assert [text(e, "title") for e in entries(house)] == ["Anna on “The first drive”"]
