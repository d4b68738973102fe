"""Counts, previews, the wish for mails, and readers who tell nothing of themselves."""

from typing import Any

import pytest
from sqlalchemy import select

from moderation.domain.roles import SiteRole
from moderation.domain.status import Status
from moderation.models import Comment, Commenter, db
from tests.factories import ORIGIN, PAGE, House, form_token, submission
from tests.integration.queueing import decide, moderator, post, read, signed_in
from tests.integration.reader_actions import AT_HOME, FOREIGN, assert_all_counts_hold
from tests.work import statements

SECOND = f"{ORIGIN}/second/"


def counts(house: House, *urls: str, site: str = "blog") -> Any:
    return house.client.get(f"/api/v1/sites/{site}/counts", query_string={"url": list(urls)})


def preview(house: House, comment: object, **headers: str) -> Any:
    path = "/api/v1/sites/blog/preview"
    return house.client.post(path, json={"comment": comment}, headers=headers)


def test_counts_of_many_pages_are_one_query(house: House) -> None:
    house.publish()
    house.publish()
    house.hold(url=SECOND)
    counts(house, PAGE)  # the site is known now
    with statements(house.app) as said:
        answer = counts(house, PAGE, f"{PAGE}?utm_source=x#top", SECOND, f"{ORIGIN}/none/")

    assert answer.get_json() == {
        "counts": {PAGE: 2, f"{PAGE}?utm_source=x#top": 2, SECOND: 0, f"{ORIGIN}/none/": 0}
    }
    assert len([s for s in said if "published_count" in s]) == 1
    assert len(said) <= 2, said


def test_counts_are_not_sent_twice(house: House) -> None:
    house.publish()
    first = counts(house, PAGE)

    second = house.client.get(
        "/api/v1/sites/blog/counts",
        query_string={"url": PAGE},
        headers={"If-None-Match": first.headers["ETag"]},
    )

    assert (second.status_code, second.data) == (304, b"")
    assert first.headers["Cache-Control"] == "no-cache"


def test_a_page_that_cannot_be_counted_does_not_keep_others_from_it(house: House) -> None:
    house.publish()

    answer = counts(house, PAGE, "https://other.example/", "javascript:alert(1)")

    body = answer.get_json()
    assert body["counts"] == {PAGE: 1}
    assert (
        "can add https://other.example to the site’s origins"
        in body["faults"]["https://other.example/"]
    )
    assert "must start with http" in body["faults"]["javascript:alert(1)"]


@pytest.mark.parametrize("urls", [[], [f"{ORIGIN}/{n}/" for n in range(101)]])
def test_none_and_too_many_pages_are_refused(house: House, urls: list[str]) -> None:
    answer = counts(house, *urls)

    assert (answer.status_code, answer.get_json()["code"]) == (400, "invalid_input")
    assert "1 to 100 times" in answer.get_json()["detail"]


def test_each_site_counts_its_own(house: House) -> None:
    with house.rows():
        house.add_site("other")
    house.publish()

    assert counts(house, PAGE, site="other").get_json() == {"counts": {PAGE: 0}}
    assert counts(house, PAGE, site="none").status_code == 404


def test_a_preview_is_what_is_published(house: House) -> None:
    text = "*Hi* <script>alert(1)</script> https://a.example/ <b onclick=x>bold</b>"
    house.publish(comment=text)

    answer = preview(house, text, **AT_HOME)

    assert answer.status_code == 200
    assert answer.get_json()["html"] == read(house)[0]["html"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN


def test_a_site_of_plain_text_shows_what_was_typed(house: House) -> None:
    house.change_settings(markup="plain")
    text = "*Hi* <b>there</b>\nhttps://a.example/"
    house.publish(comment=text)

    shown = read(house)[0]["html"]

    assert shown == preview(house, text).get_json()["html"]
    assert shown == (
        "<p>*Hi* &lt;b&gt;there&lt;/b&gt;<br>\n"
        '<a href="https://a.example/" rel="nofollow ugc noopener">https://a.example/</a></p>'
    )


@pytest.mark.parametrize(
    ("comment", "code"),
    [("", "required"), (None, "not_text"), (["x"], "not_text"), ("x" * 65_526, "too_long")],
)
def test_a_preview_has_the_faults_of_a_comment(house: House, comment: object, code: str) -> None:
    answer = preview(house, comment)

    assert answer.status_code == 422
    assert [(e["field"], e["code"]) for e in answer.get_json()["errors"]] == [("comment", code)]


def test_a_preview_takes_the_comment_alone_and_from_the_site_s_pages(house: House) -> None:
    path = "/api/v1/sites/blog/preview"

    unknown = house.client.post(path, json={"comment": "x", "email": "anna@example.com"})
    foreign = preview(house, "x", **FOREIGN)

    assert [e["code"] for e in unknown.get_json()["errors"]] == ["unknown_field"]
    assert "anna@example.com" not in unknown.text
    assert (foreign.status_code, foreign.get_json()["code"]) == (403, "origin_not_allowed")


def test_too_many_previews_are_told_when_to_go_on(house: House) -> None:
    assert {preview(house, "x").status_code for _ in range(120)} == {200}

    answer = preview(house, "x")

    assert answer.status_code == 429
    assert "Too much is sent from your network" in answer.get_json()["detail"]


def test_long_previews_are_too_many_sooner(house: House) -> None:
    long = "word " * 12_400

    assert [preview(house, long).status_code for _ in range(4)] == [200, 200, 200, 429]


@pytest.mark.parametrize(
    ("notify", "kept"), [(True, True), (False, False), (None, False), ("on", True)]
)
def test_the_wish_for_mails_is_kept(house: House, notify: object, *, kept: bool) -> None:
    answer = house.client.post(
        "/api/v1/sites/blog/comments", json=submission() | {"notify": notify}
    )

    assert answer.status_code == 202
    with house.rows():
        assert db.session.query(Comment).one().notify is kept


@pytest.mark.parametrize("notify", ["maybe", 7, [True]])
def test_another_wish_is_none(house: House, notify: object) -> None:
    answer = house.post(notify=notify)

    assert [(e["field"], e["code"]) for e in answer.get_json()["errors"]] == [
        ("notify", "not_a_choice")
    ]


def test_without_an_address_nobody_can_be_written_to(house: House) -> None:
    house.change_settings(email_required=False)

    answer = house.post(notify=True, email=None)

    assert answer.get_json()["errors"] == [
        {
            "field": "notify",
            "code": "email_needed",
            "message": "Please give your email address too, so that we can write.",
        }
    ]


def test_name_and_address_are_asked_for_where_the_site_says_so(house: House) -> None:
    missing = house.post(name=None, email=None)
    house.change_settings(name_required=False)
    unnamed = house.post(name="", email=None)

    assert [e["field"] for e in missing.get_json()["errors"]] == ["name", "email"]
    assert [e["field"] for e in unnamed.get_json()["errors"]] == ["email"]


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_a_comment_needs_neither_name_nor_address(house: House, nothing: str | None) -> None:
    house.change_settings(name_required=False, email_required=False)

    ids = [house.publish(name=nothing, email=nothing) for _ in range(3)]

    assert [c["name"] for c in read(house)] == ["Anonymous"] * 3
    with house.rows():
        commenters = db.session.scalars(select(Commenter)).all()
        assert len({c.email_index for c in commenters}) == len(ids)
        assert {(c.email_sealed, c.has_address) for c in commenters} == {(b"", False)}
    assert_all_counts_hold(house)


def test_an_address_that_is_given_must_still_be_one(house: House) -> None:
    house.change_settings(email_required=False)

    answer = house.post(email="not an address")

    assert [e["code"] for e in answer.get_json()["errors"]] == ["invalid_email"]


def test_who_gives_no_address_has_no_standing(house: House) -> None:
    with house.rows():
        house.add_site("strict", mode="hold_first_timers")
    house.change_settings("strict", email_required=False)
    who = moderator(house, sites=("strict",))
    first = house.publish(_site="strict", name="Anna", email=None)
    decide(house, who, first, "approve")

    second = house.publish(_site="strict", name="Anna", email=None)

    assert (house.status(first), house.status(second)) == (Status.PUBLISHED, Status.HELD)


def test_a_network_s_pace_holds_without_addresses(house: House) -> None:
    house.change_settings(name_required=False, email_required=False)
    same = {"X-Forwarded-For": "192.0.2.7"}

    codes = [house.post(_headers=same, name=None, email=None).status_code for _ in range(11)]

    assert codes == [202] * 10 + [429]


def test_a_moderator_is_offered_no_address_where_there_is_none(house: House) -> None:
    browser = signed_in(house, "Olga", SiteRole.OWNER)
    house.change_settings(email_required=False)
    comment = house.hold(email=None)

    page = browser.get("/queue/").text
    shown = post(browser, f"/queue/{comment}/address")
    blocked = post(browser, f"/queue/{comment}", decision="block", seen="held", revision="1")

    assert "Show address" not in page
    assert "Block commenter" not in page
    assert (shown.status_code, blocked.status_code) == (400, 400)
    assert "This commenter gave no address." in shown.text
    assert "gave no address that could be blocked" in blocked.text
    assert house.status(comment) is Status.HELD


@pytest.mark.parametrize("path", ["/t/blog", "/s/blog/wp-comments-post.php"])
def test_forms_mark_what_is_required(house: House, path: str) -> None:
    empty = {"url": PAGE} if path == "/t/blog" else {"redirect_to": PAGE}
    required = house.client.post(path, data=empty).text
    house.change_settings(name_required=False, email_required=False)
    free = house.client.post(path, data=empty).text

    for name in ("Name", "Email"):
        marked = f'{name} <span class="required" aria-hidden="true">*</span></label>'
        assert marked in required
        assert marked not in free
    assert 'Comment <span class="required" aria-hidden="true">*</span></label>' in free
    assert 'type="email" autocomplete="email" value="" required' not in free


def test_both_forms_take_a_comment_without_name_and_address(house: House) -> None:
    house.change_settings(name_required=False, email_required=False)
    stamp = form_token(house.client.get("/t/blog", query_string={"url": PAGE}).text)
    ours = {"url": PAGE, "name": "", "email": "", "comment": "By form.", "form_token": stamp}
    theirs = {"redirect_to": PAGE, "author": "", "email": "", "comment": "By export."}

    answers = [
        house.client.post("/t/blog", data=ours),
        house.client.post("/s/blog/wp-comments-post.php", data=theirs),
    ]

    assert [answer.status_code for answer in answers] == [303, 302]
    with house.rows():
        assert {c.name for c in db.session.query(Comment)} == {"Anonymous"}
