"""The hosted thread page, without JavaScript."""

import html
import re

import pytest
from werkzeug.test import TestResponse

from moderation.models import Comment, db
from moderation.services.threads import set_page_closed
from moderation.web.threads import HONEYPOT
from tests.factories import ORIGIN, PAGE, House, address, form_token

TYPED = {
    "comment": "First line\n  <b>second</b> & “third”",
    "name": 'O\'Neil & "Sons"',
    "email": "typed@example.com",
    "website": "https://typed.example/?a=1&b=2",
}


def page(house: House, **query: str) -> str:
    answer = house.client.get("/t/blog", query_string={"url": PAGE} | query)
    assert answer.status_code == 200
    return answer.text


def send(house: House, **fields: str) -> TestResponse:
    fields = {"url": PAGE, "form_token": form_token(page(house))} | TYPED | fields
    house.clock.move(seconds=30)
    return house.client.post("/t/blog", data=fields, headers={"X-Forwarded-For": address()})


def own_view(house: House, answer: TestResponse) -> str:
    assert answer.status_code == 303, answer.text
    return house.client.get(answer.location).text


def heading(text: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", text, re.DOTALL)
    assert found
    return html.unescape(re.sub(r"</?bdi>", "", found[1]).strip())


def test_the_heading_counts_thoughts(house: House) -> None:
    assert heading(page(house, title="The first drive")) == "No thoughts on “The first drive” yet"
    house.publish()
    assert heading(page(house)) == "One thought on “The first drive”"
    house.publish()
    assert heading(page(house)) == "2 thoughts on “The first drive”"


def test_the_form_says_what_wordpress_says(house: House) -> None:
    text = re.sub(r"<[^>]+>", "", page(house))

    for words in (
        "Leave a Reply",
        "Your email address will not be published.",
        "Required fields are marked *",
        "Save my name, email, and website in this browser for the next time I comment.",
        "Post Comment",
        "Cancel reply",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("field", "autocomplete"), [("name", "name"), ("email", "email"), ("website", "url")]
)
def test_each_field_has_its_label_and_autocomplete(
    house: House, field: str, autocomplete: str
) -> None:
    text = page(house)

    assert f'<label for="{field}">' in text
    assert re.search(rf'<input id="{field}"[^>]*autocomplete="{autocomplete}"', text)


def test_the_author_and_nobody_else_sees_the_comment_awaiting(house: House) -> None:
    mine = own_view(house, send(house))

    assert "Your comment is awaiting moderation." in mine
    assert "&lt;b&gt;second&lt;/b&gt;" in mine
    assert "awaiting moderation" not in page(house)
    assert "second" not in page(house)


def test_after_publication_everybody_sees_it(house: House) -> None:
    answer = send(house)
    house.work()

    assert "Your comment is published." in own_view(house, answer)
    assert "<b>second</b>" in page(house)


def test_a_refused_comment_is_told_to_its_author_alone(house: House) -> None:
    answer = send(house, **{HONEYPOT: "I am a program"})
    house.work()

    assert "Your comment was not accepted." in own_view(house, answer)
    assert "second" not in page(house)


def test_a_form_sent_twice_makes_one_comment(house: House) -> None:
    token = form_token(page(house))
    first, second = (send(house, form_token=token) for _ in range(2))

    assert first.location == second.location
    with house.rows():
        assert db.session.query(Comment).count() == 1


def test_another_comment_from_the_same_form_is_another_comment(house: House) -> None:
    token = form_token(page(house))
    first = send(house, form_token=token)
    second = send(house, form_token=token, comment="Something else")

    assert first.location != second.location
    assert second.status_code == 303


def test_the_form_comes_back_with_faults_and_everything_typed(house: House) -> None:
    answer = send(house, name="", email="not an address")

    text = answer.text
    assert answer.status_code == 422
    assert "<title>" in text
    assert html.escape(TYPED["comment"], quote=True).replace("&#x27;", "&#39;") in text
    assert 'value="not an address"' in text
    assert html.escape(TYPED["website"]) in text
    assert re.search(r'id="name"[^>]*aria-invalid="true"[^>]*aria-describedby="name-fault"', text)
    assert re.search(r'aria-describedby="email-note email-fault"', text)
    assert "Please tell us your name." in text
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_email_address_as_name_is_told_beside_it_and_published_nowhere(house: House) -> None:
    answer = send(house, name="joe@example.org")

    assert answer.status_code == 422
    assert "Your name is shown to everybody" in answer.text
    assert re.search(r'id="name"[^>]*value="joe@example.org"[^>]*aria-invalid="true"', answer.text)
    assert "second" in answer.text
    with house.rows():
        assert db.session.query(Comment).count() == 0


def test_the_form_that_came_back_can_be_sent(house: House) -> None:
    again = form_token(send(house, name="").text)

    assert send(house, form_token=again).status_code == 303


def action(text: str) -> str:
    found = re.search(r'<form method="post" action="([^"]*)"', text)
    assert found
    return html.unescape(found[1])


def test_the_address_of_a_refused_form_is_the_pages_own(house: House) -> None:
    there = action(page(house, title="The terns"))
    fields = {"url": PAGE, "title": "The terns"} | TYPED | {"name": ""}

    refused = house.client.post(there, data=fields, headers={"X-Forwarded-For": address()})
    again = house.client.get(there)

    assert refused.status_code == 422
    assert action(refused.text) == there
    assert again.status_code == 200
    assert heading(again.text) == heading(refused.text) == "No thoughts on “The terns” yet"


def test_a_refused_reply_loaded_again_is_still_a_reply(house: House) -> None:
    parent = house.publish(name="Anna")
    there = action(page(house, replytocom=str(parent)))
    fields = {"url": PAGE, "parent": str(parent)} | TYPED | {"name": ""}

    refused = house.client.post(there, data=fields, headers={"X-Forwarded-For": address()})
    again = house.client.get(there)

    assert refused.status_code == 422
    assert action(refused.text) == there
    assert "Leave a Reply to <bdi>Anna</bdi>" in again.text
    assert f'name="parent" value="{parent}"' in again.text
    assert "replytocom" not in action(page(house))


def test_the_field_and_not_the_address_names_the_page(house: House) -> None:
    there = action(page(house))
    other = f"{ORIGIN}/another"
    fields = {"url": other, "form_token": form_token(page(house))} | TYPED

    sent = house.client.post(there, data=fields, headers={"X-Forwarded-For": address()})

    assert sent.status_code == 303
    assert "another" in sent.location


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"parent": "999"}, 403),
        ({"url": "https://evil.example/"}, 422),
        ({"url": ""}, 422),
        ({"unheard": "of"}, 422),
        ({"title": "a\x07bell"}, 422),
    ],
)
def test_a_fault_outside_the_fields_loses_nothing_typed(
    house: House, change: dict[str, str], status: int
) -> None:
    answer = send(house, **change)

    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert html.escape(TYPED["website"]) in answer.text
    assert "&lt;b&gt;second&lt;/b&gt;" in answer.text


def test_a_flood_loses_nothing_typed(house: House) -> None:
    for _ in range(10):
        house.post(_headers={"X-Forwarded-For": "192.0.2.1"})
    fields = {"url": PAGE} | TYPED
    answer = house.client.post("/t/blog", data=fields, headers={"X-Forwarded-For": "192.0.2.1"})

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "&lt;b&gt;second&lt;/b&gt;" in answer.text


def test_a_thread_closed_meanwhile_loses_nothing_typed(house: House) -> None:
    token = form_token(page(house))
    house.publish()
    with house.rows():
        set_page_closed(None, "blog", PAGE, house.clock(), closed=True)
    answer = house.client.post("/t/blog", data={"url": PAGE, "form_token": token} | TYPED)

    assert answer.status_code == 403
    assert "Comments are closed on this page." in answer.text
    assert "&lt;b&gt;second&lt;/b&gt;" in answer.text


def test_a_closed_thread_shows_no_form_and_no_reply_links(house: House) -> None:
    house.publish()
    with house.rows():
        set_page_closed(None, "blog", PAGE, house.clock(), closed=True)

    text = page(house)
    assert "Comments are closed." in text
    assert "<form" not in text
    assert ">Reply<" not in text


def test_a_reply_link_leads_to_a_form_for_that_reply(house: House) -> None:
    parent = house.publish(name="Anna")
    text = page(house, replytocom=str(parent))

    assert "Leave a Reply to <bdi>Anna</bdi>" in text
    assert f'name="parent" value="{parent}"' in text

    reply = send(house, parent=str(parent))
    house.work()
    with house.rows():
        number = db.session.query(Comment).order_by(Comment.id.desc()).first()
        assert number is not None
        assert number.parent_id == parent
    assert reply.status_code == 303


def test_a_reply_that_waits_stands_below_its_parent(house: House) -> None:
    parent = house.publish()
    house.publish()
    mine = own_view(house, send(house, parent=str(parent)))

    below = mine.split(f'id="comment-{parent}"')[1].split("comments--replies")[1]
    assert "awaiting moderation" in below.split("</ol>")[0]


def test_a_reply_to_a_removed_comment_can_be_sent_as_one_of_its_own(house: House) -> None:
    answer = send(house, parent="999")

    assert answer.status_code == 403
    assert 'name="parent" value=""' in answer.text
    assert send(house, form_token=form_token(answer.text)).status_code == 303


def test_an_author_sees_their_published_comment_on_whatever_page_it_is(home: House) -> None:
    house = home
    for _ in range(51):
        house.publish()
        house.clock.move(seconds=1)
    answer = send(house)
    house.work()

    assert "Your comment is published." in own_view(house, answer)


def test_an_address_in_a_link_to_the_page_is_not_kept(house: House) -> None:
    house.publish(url=f"{PAGE}?email=reader%40secret.example&id=3")

    text = house.client.get("/t/blog", query_string={"url": f"{PAGE}?id=3"}).text
    assert "One thought" in text
    assert "secret.example" not in text


def test_the_public_address_counts_as_ours_behind_a_proxy(house: House) -> None:
    from dataclasses import replace

    parts = replace(house.parts, settings=replace(house.settings, public_url="https://c.example"))
    parts.install(house.app.extensions)
    fields = {"url": PAGE} | TYPED

    answer = house.client.post("/t/blog", data=fields, headers={"Origin": "https://c.example"})
    assert answer.status_code == 303


def test_markup_in_every_field_is_text(house: House) -> None:
    hostile = '"><script>alert(1)</script>'
    house.publish(name=hostile, title=hostile, comment=hostile)

    text = page(house, title=hostile, replytocom=hostile, cursor="")
    assert "<script>alert" not in text
    assert text.count("<script") == 1  # our own file


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("multipart/form-data; boundary=x", b"--x--", 415),
        ("application/x-www-form-urlencoded; charset=latin-1", b"comment=%E4", 415),
        ("application/x-www-form-urlencoded", b"comment=%E4", 400),
        ("application/x-www-form-urlencoded", b"comment=\xe4", 400),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(101)), 400),
        ("application/x-www-form-urlencoded", b"comment=" + b"a" * (256 * 1024), 413),
        ("", b"comment=a", 415),
    ],
)
def test_a_form_that_cannot_be_read_has_a_defined_answer(
    house: House, content_type: str, body: bytes, status: int
) -> None:
    answer = house.client.post("/t/blog", data=body, content_type=content_type)

    assert answer.status_code == status
    assert "<h1>" in answer.text


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"url": "javascript:alert(1)"},
        {"url": "https://evil.example/"},
        {"url": f"{ORIGIN}/{'x' * 10_000}"},
    ],
)
def test_a_page_that_is_not_the_sites_is_not_found(house: House, query: dict[str, str]) -> None:
    assert house.client.get("/t/blog", query_string=query).status_code == 404


def test_a_stale_private_link_still_shows_the_page(house: House) -> None:
    house.publish()

    assert heading(page(house, status="nonsense")) == "One thought on “The first drive”"


def test_a_long_thread_is_paged(home: House) -> None:
    house = home
    for _ in range(51):
        house.publish()
        house.clock.move(seconds=1)
    first = page(house)
    cursor = re.search(r"cursor=([\w-]+)", first)
    assert cursor

    second = page(house, cursor=cursor[1])
    assert first.count('class="comment"') == 50
    assert second.count('class="comment"') == 1
    assert "First comments" in second


def test_the_wish_for_mail_of_replies_is_kept_with_the_comment_and_in_a_form_with_faults(
    house: House,
) -> None:
    ticked = 'name="notify" type="checkbox" value="yes" checked'
    faulty = send(house, notify="yes", comment="").text
    assert ticked in faulty
    assert ticked not in send(house, comment="").text

    send(house, notify="yes")
    with house.rows():
        assert db.session.query(Comment).one().notify


def test_mail_of_replies_without_an_address_is_told_at_its_box(house: House) -> None:
    house.change_settings(email_required=False)
    answer = send(house, notify="yes", email="")

    assert answer.status_code == 422
    assert "Tell me of replies by email" in answer.text
    assert 'id="notify-fault">Please give your email address too' in answer.text
