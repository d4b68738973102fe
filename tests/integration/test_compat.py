"""WordPress's form, on both databases."""

import html

import pytest
from werkzeug.test import TestResponse

from moderation.models import Comment, Thread, db
from moderation.services.sites import add_site
from moderation.services.threads import set_page_closed
from tests.factories import ORIGIN, PAGE, House, address

DOOR = "/s/blog/wp-comments-post.php"


def send(
    house: House, _door: str = DOOR, _headers: dict[str, str] | None = None, **fields: str | None
) -> TestResponse:
    form = {
        "comment": "From an exported page",
        "author": "Wanda",
        "email": "wanda@example.com",
        "url": "",
        "submit": "Post Comment",
        "comment_post_ID": "7",
        "comment_parent": "0",
        "redirect_to": PAGE,
    } | fields
    return house.client.post(
        _door,
        data={name: value for name, value in form.items() if value is not None},
        headers={"X-Forwarded-For": address(), **(_headers or {})},
    )


def thread() -> Thread:
    return db.session.query(Thread).one()


def test_a_comment_is_taken_and_its_author_led_to_it(house: House) -> None:
    answer = send(house)

    assert answer.status_code == 302
    assert answer.headers.getlist("Set-Cookie") == []
    assert "wanda" not in answer.location
    assert "Your comment is awaiting moderation." in house.client.get(answer.location).text
    with house.rows():
        assert thread().url == PAGE


def test_a_published_comment_binds_its_number_to_its_page(house: House) -> None:
    send(house)
    house.work()
    send(house, redirect_to=None, comment="The number alone")

    with house.rows():
        assert (thread().post_id, thread().url) == (7, PAGE)
        assert db.session.query(Comment).count() == 2


def test_an_unpublished_comment_binds_no_number_and_no_title(house: House) -> None:
    send(house, redirect_to=f"{ORIGIN}/elsewhere/", comment="https://a.example https://b.example")
    house.work()
    send(house, comment="An honest one")
    house.work()

    with house.rows():
        bound = db.session.query(Thread).filter_by(post_id=7).one()
        assert bound.url == PAGE


def test_a_form_that_tells_no_page_gets_wordpress_short_link(house: House) -> None:
    send(house, redirect_to=None, _headers={"Referer": f"{ORIGIN}/"})
    send(house, redirect_to=None, comment="Again")

    with house.rows():
        assert thread().url == f"{ORIGIN}/?p=7"


def test_the_referer_tells_the_page_where_it_is_told_whole(house: House) -> None:
    send(house, redirect_to=None, _headers={"Referer": PAGE})

    with house.rows():
        assert thread().url == PAGE


def test_a_form_sent_twice_shows_its_author_the_first(house: House) -> None:
    near = {"X-Forwarded-For": "192.0.2.1"}
    send(house, _headers=near)
    again = send(house, _headers=near)
    stranger = send(house, _headers={"X-Forwarded-For": "198.51.100.1"})

    assert (again.status_code, stranger.status_code) == (409, 409)
    assert "Your comment is awaiting moderation." in again.text
    assert "Your comment is awaiting moderation." not in stranger.text
    with house.rows():
        assert db.session.query(Comment).count() == 1


def test_without_a_name_in_the_address_the_site_is_told_by_its_origin(house: House) -> None:
    with house.rows():
        add_site("other", "Other", ["https://other.example"], {}, house.clock())

    assert send(house, _door="/wp-comments-post.php").status_code == 302
    assert send(house, _door="/wp-comments-post.php", redirect_to=None).status_code == 404
    with house.rows():
        assert db.session.query(Comment).count() == 1


# What WordPress's form holds beside what a reader is to fill in, with its Akismet plugin at work.
_PLUGINS = {
    "wp-comment-cookies-consent": "yes",
    "akismet_comment_nonce": "0a1b2c3d4e",
    "ak_hp_textarea": "",
    "ak_js": "66",
}


def test_plugins_fields_are_passed_over(house: House) -> None:
    assert send(house, **_PLUGINS).status_code == 302
    with house.rows():
        assert db.session.query(Comment).one().honeypot is False


def test_the_trap_of_wordpress_akismet_plugin_is_one_here_too(house: House) -> None:
    assert send(house, **_PLUGINS | {"ak_hp_textarea": "x"}).status_code == 302
    with house.rows():
        assert db.session.query(Comment).one().honeypot is True


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_anything_but_post_is_refused_as_wordpress_does(house: House, method: str) -> None:
    for door in (DOOR, "/wp-comments-post.php"):
        answer = getattr(house.client, method)(door)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
        assert answer.mimetype == "text/plain"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"author": ""}, 422),
        ({"email": "nobody"}, 422),
        ({"comment": "  "}, 422),
        ({"author": "a" * 246}, 422),
        ({"author": "wanda@example.org"}, 422),
        ({"url": "https://w.example/" + "p" * 200}, 422),
        ({"comment_parent": "999"}, 403),
        ({"comment_post_ID": "x"}, 422),
        ({"redirect_to": "https://evil.example/"}, 422),
        ({"comment_post_ID": "", "redirect_to": None}, 422),
    ],
)
def test_a_fault_brings_the_form_back_with_what_was_typed(
    house: House, change: dict[str, str | None], status: int
) -> None:
    answer = send(house, **change)

    assert answer.status_code == status
    typed = change.get("comment", "From an exported page")
    assert html.escape(str(typed)).strip() in answer.text
    assert 'role="alert"' in answer.text
    with house.rows():
        assert db.session.query(Thread).count() == 0


def test_a_duplicate_a_closed_thread_and_a_flood_have_wordpress_statuses(house: House) -> None:
    near = {"X-Forwarded-For": "192.0.2.1"}
    send(house, _headers=near)
    assert send(house, _headers=near).status_code == 409

    for number in range(4):
        send(house, _headers=near, comment=f"Number {number}")
    flood = send(house, _headers=near, comment="One too many")
    assert (flood.status_code, flood.headers["Retry-After"]) == (429, "60")

    with house.rows():
        set_page_closed(None, "blog", PAGE, house.clock(), closed=True)
    assert send(house, comment="Too late").status_code == 403


def test_a_page_on_a_foreign_origin_may_not_post(house: House) -> None:
    assert send(house, _headers={"Origin": "https://evil.example"}).status_code == 403
    assert send(house, _headers={"Origin": "null"}).status_code == 302
    assert send(house, _headers={"Origin": ORIGIN}, comment="Own").status_code == 302


def test_a_reply_goes_below_its_parent(house: House) -> None:
    parent = house.publish(url=PAGE)
    send(house, comment_parent=str(parent))

    with house.rows():
        reply = db.session.query(Comment).order_by(Comment.id.desc()).first()
        assert reply is not None
        assert reply.parent_id == parent


@pytest.mark.parametrize(
    ("field", "wished"),
    [
        ({"subscribe_comments": "subscribe"}, True),
        ({"notify": "on"}, True),
        ({"notify": ""}, False),
        ({}, False),
    ],
)
def test_a_form_may_have_a_box_for_mail_of_replies(
    house: House, field: dict[str, str], *, wished: bool
) -> None:
    send(house, **field)

    with house.rows():
        assert db.session.query(Comment).one().notify is wished
