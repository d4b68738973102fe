"""The moderators' queue, on both databases."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from moderation.domain.status import Actor, Status
from moderation.models import AuditEntry, Comment, Commenter, Membership, Thread, db
from tests.factories import PAGE, PASSWORD, House, csrf_token


def decide(
    browser: FlaskClient,
    comment_id: int,
    decision: str,
    *,
    seen: str = "held",
    revision: int = 1,
) -> TestResponse:
    return post(
        browser, f"/queue/{comment_id}", decision=decision, seen=seen, revision=str(revision)
    )


def post(browser: FlaskClient, path: str, **fields: str) -> TestResponse:
    token = csrf_token(browser.get("/queue/").text)
    return browser.post(path, data={"csrf_token": token, **fields})


def entries(comment_id: int) -> list[AuditEntry]:
    query = db.session.query(AuditEntry).filter_by(comment_id=comment_id).order_by(AuditEntry.id)
    return list(query)


def test_the_queue_asks_for_sign_in(house: House) -> None:
    answer = house.client.get("/queue", follow_redirects=True)

    assert answer.request.path == "/queue/sign-in"
    assert house.client.post("/queue/1", data={}).status_code in {302, 400}


def test_a_wrong_password_and_an_unknown_account_are_told_alike(house: House) -> None:
    house.sign_in()
    pages = []
    for email in ("ben@example.com", "nobody@example.com"):
        browser = house.app.test_client()
        token = csrf_token(browser.get("/queue/sign-in").text)
        form = {"email": email, "password": "wrong password", "csrf_token": token}
        page = browser.post("/queue/sign-in", data=form).text
        # Tokens tell the time they were made at.
        pages.append(page.replace(email, "").replace(csrf_token(page), ""))

    assert "do not match" in pages[0]
    assert pages[0] == pages[1]


def test_a_held_comment_is_shown_with_its_reasons(house: House) -> None:
    house.hold(name="Zoë")
    page = house.sign_in().get("/queue/").text

    assert "1 held" in page
    assert "Zoë" in page
    assert "as many links as this site holds comments for" in page
    assert "3 links, the limit is 2" in page
    assert "@example.com" not in page


def test_before_a_comment_is_approved_an_address_in_its_text_is_told(house: House) -> None:
    links = " ".join(f"https://a{n}.example/" for n in range(3))
    house.hold(comment=f"{links} or write to joe@example.org.")

    assert "Its text contains an email address" in house.sign_in().get("/queue/").text


def test_a_commenter_has_the_colour_that_readers_see(house: House) -> None:
    comment = house.publish(name="Zoë")
    thread = house.client.get("/api/v1/sites/blog/thread", query_string={"url": PAGE})
    (colour,) = (each["avatar"] for each in thread.get_json()["comments"])

    hosted = house.client.get("/t/blog", query_string={"url": PAGE}).text
    for page in (hosted, house.sign_in().get(f"/queue/comment/{comment}").text):
        assert re.findall(r"avatar--(\d+)", page) == [str(colour)]


@pytest.mark.parametrize(
    ("decision", "status"),
    [("approve", Status.PUBLISHED), ("spam", Status.SPAM), ("reject", Status.REJECTED)],
)
def test_a_decision_changes_the_status_and_is_audited(
    house: House, decision: str, status: Status
) -> None:
    comment = house.hold()
    answer = decide(house.sign_in(), comment, decision)

    assert answer.status_code == 303
    assert house.status(comment) is status
    with house.rows():
        machine, person = entries(comment)
        assert (machine.actor, machine.after, machine.why) == (
            Actor.MACHINE,
            Status.HELD,
            "HOLD_SCORE",
        )
        assert (person.actor, person.before, person.after) == (Actor.MODERATOR, Status.HELD, status)
        assert (person.action, person.revision) == (decision, 1)


def test_an_approved_comment_is_read_and_counted(house: House) -> None:
    comment = house.hold()
    decide(house.sign_in(), comment, "approve")

    listed = house.client.get("/api/v1/sites/blog/comments", query_string={"url": PAGE}).get_json()
    assert [c["id"] for c in listed["comments"]] == [comment]
    with house.rows():
        thread, commenter = db.session.query(Thread).one(), db.session.query(Commenter).one()
        assert (thread.published_count, thread.version) == (1, 1)
        assert (commenter.published_count, commenter.refused_count) == (1, 0)


@pytest.mark.parametrize("decision", ["approve", "spam", "reject"])
def test_every_decision_can_be_taken_back(house: House, decision: str) -> None:
    comment = house.hold()
    browser = house.sign_in()
    decide(browser, comment, decision)
    with house.rows():
        decided = entries(comment)[-1].id

    assert post(browser, f"/queue/undo/{decided}").status_code == 303

    assert house.status(comment) is Status.HELD
    with house.rows():
        thread, commenter = db.session.query(Thread).one(), db.session.query(Commenter).one()
        assert thread.published_count == 0
        assert (commenter.published_count, commenter.refused_count) == (0, 0)
        assert entries(comment)[-1].undoes_id == decided


def test_a_decision_is_taken_back_once(house: House) -> None:
    comment = house.hold()
    browser = house.sign_in()
    decide(browser, comment, "spam")
    with house.rows():
        decided = entries(comment)[-1].id

    answers = [post(browser, f"/queue/undo/{decided}").status_code for _ in range(2)]

    assert answers == [303, 409]


def test_who_was_faster_is_told_and_nothing_is_overwritten(house: House) -> None:
    comment = house.hold()
    ben, ada = house.sign_in("ben@example.com"), house.sign_in("ada@example.com")
    decide(ben, comment, "spam")
    house.clock.move(seconds=4)

    answer = decide(ada, comment, "approve")

    assert answer.status_code == 409
    assert "Ben decided this 4 s ago: spam" in answer.text
    assert house.status(comment) is Status.SPAM


def test_a_decision_on_another_revision_is_refused(house: House) -> None:
    comment = house.hold()

    assert decide(house.sign_in(), comment, "approve", revision=2).status_code == 409
    assert house.status(comment) is Status.HELD


def test_another_sites_comments_are_not_there(house: House) -> None:
    with house.rows():
        house.add_site("other")
    comment = house.hold()
    stranger = house.sign_in("eve@example.com", sites=("other",))

    assert "Nothing is held" in stranger.get("/queue/").text
    assert decide(stranger, comment, "approve").status_code == 404
    decide(house.sign_in(), comment, "spam")
    with house.rows():
        decided = entries(comment)[-1].id
    assert post(stranger, f"/queue/undo/{decided}").status_code == 404
    assert house.status(comment) is Status.SPAM


def test_who_leaves_a_site_sees_no_more_of_it(house: House) -> None:
    comment = house.hold(name="Unforgettable")
    browser = house.sign_in()
    decide(browser, comment, "spam")
    assert "Unforgettable" in browser.get("/queue/").text
    with house.rows():
        db.session.query(Membership).delete()
        db.session.commit()

    assert "Unforgettable" not in browser.get("/queue/").text


def test_a_form_without_its_token_decides_nothing(house: House) -> None:
    comment = house.hold()
    browser = house.sign_in()

    answer = browser.post(
        f"/queue/{comment}", data={"decision": "approve", "seen": "held", "revision": "1"}
    )

    assert answer.status_code == 400
    assert house.status(comment) is Status.HELD


@pytest.mark.parametrize(
    "fields",
    [
        {"decision": "publish", "seen": "held", "revision": "1"},
        {"decision": "approve", "seen": "nowhere", "revision": "1"},
        {"decision": "approve", "seen": "held", "revision": "one"},
        {},
    ],
)
def test_a_form_that_is_not_whole_is_refused_in_words(house: House, fields: dict[str, str]) -> None:
    comment = house.hold()

    assert post(house.sign_in(), f"/queue/{comment}", **fields).status_code == 400
    assert house.status(comment) is Status.HELD


def test_the_queue_is_paged_oldest_first(house: House) -> None:
    held = [house.hold() for _ in range(27)]
    browser = house.sign_in()
    first = browser.get("/queue/").text
    more = re.search(r'href="(/queue/\?after=[^"]+)"[^>]*>More', first)
    assert more is not None
    second = browser.get(more[1]).text

    assert "27 held" in first
    assert f'id="comment-{held[24]}"' in first
    assert f'id="comment-{held[25]}"' not in first
    assert f'id="comment-{held[24]}"' not in second
    assert f'id="comment-{held[25]}"' in second
    assert f'id="comment-{held[26]}"' in second
    assert ">More</a>" not in second


def test_a_moderators_session_is_seen_by_the_queue_alone(house: House) -> None:
    browser = house.app.test_client()
    token = csrf_token(browser.get("/queue/sign-in").text)
    house.sign_in()
    answer = browser.post(
        "/queue/sign-in",
        data={"email": "ben@example.com", "password": PASSWORD, "csrf_token": token},
    )

    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    assert all("Path=/queue" in c and "HttpOnly" in c and "SameSite=Lax" in c for c in cookies)


def test_what_a_sign_in_must_not_do_is_lead_elsewhere(house: House) -> None:
    house.sign_in()
    browser = house.app.test_client()
    token = csrf_token(browser.get("/queue/sign-in").text)
    answer = browser.post(
        "/queue/sign-in?next=https://evil.example/",
        data={"email": "ben@example.com", "password": PASSWORD, "csrf_token": token},
    )

    assert "evil.example" not in (answer.location or "")


def test_a_comment_row_never_holds_more_than_its_site(house: House) -> None:
    house.hold()
    with house.rows():
        comment = db.session.query(Comment).one()
        assert comment.network.endswith("/24")
        assert len(comment.network_index) == 32
