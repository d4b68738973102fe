"""An author edits and deletes on the hosted page, without JavaScript, on both databases."""

import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from moderation.domain.status import Status
from tests.factories import PAGE, House, submission
from tests.integration.queueing import decide, moderator, read

EDIT, DELETE = "/t/blog/own/edit", "/t/blog/own/delete"


def own_page(house: House, comment: int) -> str:
    token = house.parts.signer.sign_status_link(comment)
    answer = house.client.get("/t/blog", query_string={"url": PAGE, "status": token})
    assert answer.status_code == 200
    return answer.text


def fields(page: str, action: str) -> dict[str, str]:
    """The form's fields, as a browser would send them."""
    found = re.search(rf'<form method="post" action="{action}".*?</form>', page, re.DOTALL)
    assert found is not None, f"no form for {action}"
    inputs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found[0])
    texts = re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n(.*?)</textarea>', found[0], re.DOTALL)
    return {name: unescape(value) for name, value in inputs + texts}


def send(house: House, comment_id: int, action: str, /, **changes: str) -> TestResponse:
    filled = fields(own_page(house, comment_id), action)
    return house.client.post(action, data=filled | changes)


def test_an_author_edits_a_comment(house: House) -> None:
    comment = house.publish(comment="The furst <drive>.")
    assert fields(own_page(house, comment), EDIT)["comment"] == "The furst <drive>."

    answer = send(house, comment, EDIT, comment="The first drive.")

    assert answer.status_code == 303
    assert answer.headers["Cache-Control"] == "no-store"
    there = house.client.get(answer.headers["Location"]).text
    assert "Your comment is awaiting moderation." in there
    assert "The first drive." in there
    assert read(house) == []
    house.work()
    assert "The first drive." in read(house)[0]["html"]


def test_an_author_deletes_a_comment(house: House) -> None:
    comment = house.publish()

    answer = send(house, comment, DELETE)

    assert answer.status_code == 303
    assert house.status(comment) is Status.DELETED
    there = house.client.get(answer.headers["Location"]).text
    assert '<p class="notice" role="status">Your comment is deleted.</p>' in there
    assert "own/delete" not in there


@pytest.mark.parametrize("kind", ["pending", "held"])
def test_what_waits_can_be_edited_and_deleted(house: House, kind: str) -> None:
    comment = house.hold() if kind == "held" else house.post().get_json()["id"]

    assert send(house, comment, EDIT, comment="Better words").status_code == 303
    assert send(house, comment, DELETE).status_code == 303


def test_only_who_has_the_private_link_is_shown_the_forms(house: House) -> None:
    house.publish()

    page = house.client.get("/t/blog", query_string={"url": PAGE}).text

    assert "/own/" not in page


def test_after_its_time_no_form_is_shown(house: House) -> None:
    comment = house.publish()
    house.clock.move(minutes=15)

    assert "/own/" not in own_page(house, comment)


def test_what_was_not_accepted_shows_the_form_that_deletes_alone(house: House) -> None:
    comment = house.hold()
    decide(house, moderator(house), comment, "reject")

    page = own_page(house, comment)

    assert EDIT not in page
    assert DELETE in page


def test_what_was_typed_comes_back_when_it_is_too_late(house: House) -> None:
    comment = house.publish()
    filled = fields(own_page(house, comment), EDIT)
    house.clock.move(minutes=15)

    answer = house.client.post(EDIT, data=filled | {"comment": "<Too> late"})

    assert answer.status_code == 403
    assert "for 15 minutes after it was sent; this one is older" in answer.text
    assert "&lt;Too&gt; late</textarea>" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_stale_form_comes_back_with_the_revision_there_is(house: House) -> None:
    comment = house.publish()
    filled = fields(own_page(house, comment), EDIT)
    send(house, comment, EDIT, comment="From another window")

    answer = house.client.post(EDIT, data=filled | {"comment": "From this one"})

    assert answer.status_code == 409
    assert "changed meanwhile, by a moderator or in another window" in answer.text
    assert fields(answer.text, EDIT) == filled | {"comment": "From this one", "revision": "2"}


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"comment": " "}, 422, "Please type your comment."),
        ({"revision": "one"}, 400, "The form is not whole. Please reload the page."),
        ({"revision": "9" * 30}, 400, "The form is not whole."),
        ({"token": "1.forged"}, 404, "This link is not whole"),
    ],
)
def test_faults_are_told_in_words(
    house: House, changes: dict[str, str], status: int, words: str
) -> None:
    comment = house.publish()

    answer = send(house, comment, EDIT, **changes)

    assert answer.status_code == status
    assert words in answer.text
    assert house.status(comment) is Status.PUBLISHED


def test_too_many_tries_are_told_when_to_go_on(house: House) -> None:
    comment = house.publish()
    answers = [send(house, comment, EDIT, comment="") for _ in range(61)]

    assert answers[-1].status_code == 429
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert "Too much is sent from your network" in answers[-1].text


def test_another_s_page_may_not_send_the_form(house: House) -> None:
    comment = house.publish()
    filled = fields(own_page(house, comment), DELETE)

    answer = house.client.post(DELETE, data=filled, headers={"Origin": "https://other.example"})

    assert answer.status_code == 403
    assert house.status(comment) is Status.PUBLISHED


def test_the_link_of_another_site_s_comment_is_none_here(house: House) -> None:
    with house.rows():
        house.add_site("other")
    comment = house.publish()
    filled = fields(own_page(house, comment), DELETE)

    answer = house.client.post("/t/other/own/delete", data=filled)

    assert answer.status_code == 404
    assert house.status(comment) is Status.PUBLISHED


def test_an_idle_form_says_what_was_not_sent(house: House) -> None:
    house.client.post("/api/v1/sites/blog/comments", json=submission())

    answer = house.client.post(DELETE, data={"revision": "1"})

    assert answer.status_code == 404
    assert "This link is not whole, or the comment is not here any more." in answer.text
