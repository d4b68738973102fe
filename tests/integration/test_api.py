"""The JSON API, on both databases."""

import json

import pytest
from werkzeug.test import TestResponse

from moderation.domain.status import Status
from moderation.models import Comment, Commenter, Thread, db
from moderation.services.sites import change_policy
from moderation.services.threads import set_page_closed
from tests.factories import ORIGIN, PAGE, House, submission

COMMENTS = "/api/v1/sites/blog/comments"


def problem(answer: TestResponse) -> tuple[int, str]:
    assert answer.content_type == "application/problem+json"
    body = answer.get_json()
    assert body["status"] == answer.status_code
    assert body["detail"]
    return answer.status_code, body["code"]


def faults(answer: TestResponse) -> dict[str, str]:
    return {fault["field"]: fault["code"] for fault in answer.get_json()["errors"]}


def listed(house: House, **query: str) -> dict:
    answer = house.client.get(COMMENTS, query_string={"url": PAGE} | query)
    assert answer.status_code == 200
    return answer.get_json()


def test_a_comment_is_accepted_judged_and_published(house: House) -> None:
    answer = house.post(comment="Hello *there*", website="anna.example")

    assert answer.status_code == 202
    assert answer.get_json()["status"] == "pending"
    assert listed(house)["comments"] == []

    house.work()

    status = house.client.get(answer.get_json()["status_url"]).get_json()
    assert status["status"] == "published"
    (comment,) = listed(house)["comments"]
    assert comment["html"] == "<p>Hello <em>there</em></p>"
    assert (comment["name"], comment["website"]) == ("Anna", "https://anna.example")


def test_the_status_link_tells_held_and_not_accepted(house: House) -> None:
    held = house.post(comment="See https://a.example and https://b.example")
    spam = house.post(comment=" ".join(f"https://s{n}.example" for n in range(12)))
    house.work()

    statuses = [
        house.client.get(a.get_json()["status_url"]).get_json()["status"] for a in (held, spam)
    ]

    assert statuses == ["held", "not_accepted"]


def test_a_status_link_that_is_not_whole_tells_nothing(house: House) -> None:
    link = house.post().get_json()["status_url"]

    assert problem(house.client.get(link[:-1])) == (404, "unknown_comment")
    assert problem(house.client.get("/api/v1/status/1")) == (404, "unknown_comment")


def test_a_person_is_led_from_the_status_link_to_the_page(house: House) -> None:
    link = house.post().get_json()["status_url"]

    answer = house.client.get(link, headers={"Accept": "text/html"})

    assert answer.status_code == 303
    assert "awaiting moderation" in house.client.get(answer.location).text


def test_a_repeated_key_makes_one_comment(house: House) -> None:
    fields = submission()
    headers = {"Idempotency-Key": "key-1"}

    first = house.post(_headers=headers, **fields)
    second = house.post(_headers=headers, **fields)

    assert (first.status_code, first.get_json()) == (second.status_code, second.get_json())
    assert len(house.nudges) == 1


def test_a_repeated_key_with_another_comment_is_refused(house: House) -> None:
    headers = {"Idempotency-Key": "key-1"}
    house.post(_headers=headers)

    assert problem(house.post(_headers=headers)) == (422, "idempotency_key_reused")


def test_the_same_words_without_a_key_are_a_duplicate_whatever_the_address(house: House) -> None:
    fields = submission()
    house.post(**fields)

    assert problem(house.post(**fields)) == (409, "comment_duplicate")
    assert problem(house.post(**fields | {"email": "other@example.com"})) == (
        409,
        "comment_duplicate",
    )


def test_a_repeated_key_for_another_page_is_refused(house: House) -> None:
    fields, headers = submission(), {"Idempotency-Key": "key-1"}
    house.post(_headers=headers, **fields)

    answer = house.post(_headers=headers, **fields | {"url": f"{ORIGIN}/other/"})
    assert problem(answer) == (422, "idempotency_key_reused")


def test_a_title_is_shown_once_a_comment_that_tells_it_is_published(house: House) -> None:
    house.post(title="BUY PILLS", comment=" ".join(f"https://s{n}.example" for n in range(9)))
    house.work()
    assert listed(house)["title"] == ""

    house.publish(title="The first drive")
    assert listed(house)["title"] == "The first drive"


@pytest.mark.parametrize("address", ["anna@example.com", "other@example.com"])
def test_the_verdict_tells_nothing_of_whether_an_address_is_known(
    house: House, address: str
) -> None:
    text = "I have driven this car for nine months now, through two winters."
    house.publish(comment=text, email="anna@example.com")
    for number in range(3):
        links = " ".join(f"https://s{n}.example" for n in range(9))
        house.publish(email="anna@example.com", comment=f"{number} {links}")
        house.clock.move(minutes=1)

    near_copy = house.publish(comment=f"{text} Yes.", name="Somebody", email=address)
    plain = house.publish(name="Somebody", email=address)

    assert house.status(near_copy) is Status.HELD
    assert house.status(plain) is Status.PUBLISHED


def test_replies_are_threaded_and_deeper_ones_flattened(house: House) -> None:
    chain = [house.publish()]
    for _ in range(6):
        chain.append(house.publish(parent=chain[-1]))

    node, depth = listed(house)["comments"][0], 1
    while node["replies"]:
        node, depth = node["replies"][-1], depth + 1
    with house.rows():
        depths = [house.comment(c).depth for c in chain]

    assert depth == 5
    assert depths == [1, 2, 3, 4, 5, 5, 5]
    assert listed(house)["count"] == 7


def test_pages_follow_each_other_without_gap_or_repeat(house: House) -> None:
    posted = []
    for _ in range(7):
        posted.append(house.publish())
        house.clock.move(minutes=1)

    seen: list[int] = []
    cursor = ""
    while True:
        page = listed(house, limit="3", cursor=cursor)
        seen += [comment["id"] for comment in page["comments"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == posted


def test_a_removed_comment_keeps_its_place_while_replies_are_published(house: House) -> None:
    top = house.publish()
    middle = house.publish(parent=top)
    low = house.publish(parent=middle)
    browser = house.sign_in()
    from tests.integration.test_queue import decide

    decide(browser, middle, "reject", seen="published")
    (node,) = listed(house)["comments"]
    assert [reply["id"] for reply in node["replies"]] == [low]

    decide(browser, top, "spam", seen="published")
    (node,) = listed(house)["comments"]
    assert (node["removed"], node["name"], node["html"]) == (True, None, None)

    decide(browser, low, "spam", seen="published")
    assert listed(house)["comments"] == []
    assert listed(house)["count"] == 0


def test_an_unchanged_list_is_answered_not_modified(house: House) -> None:
    house.publish()
    etag = house.client.get(COMMENTS, query_string={"url": PAGE}).headers["ETag"]

    again = house.client.get(COMMENTS, query_string={"url": PAGE}, headers={"If-None-Match": etag})

    assert again.status_code == 304


def test_one_page_has_one_thread_however_it_is_spelt(house: House) -> None:
    for url in (PAGE, f"{ORIGIN}/first-drive", f"{ORIGIN}/first-drive/index.html?utm_source=x#top"):
        house.publish(url=url)

    assert listed(house)["count"] == 3


def test_all_faults_are_told_at_once(house: House) -> None:
    answer = house.post(comment=" ", name="", email="nobody", website="ftp://x.example", extra=1)

    assert problem(answer) == (422, "invalid_submission")
    assert faults(answer) == {
        "comment": "required",
        "name": "required",
        "email": "invalid_email",
        "website": "invalid_website",
        "extra": "unknown_field",
    }


@pytest.mark.parametrize("name", ["joe@example.org", "Joe <joe＠example.org>"])
def test_an_email_address_as_name_is_refused_without_quoting_it(house: House, name: str) -> None:
    answer = house.post(name=name)

    assert (answer.status_code, faults(answer)) == (422, {"name": "email_as_name"})
    assert "example.org" not in answer.text
    with house.rows():
        assert db.session.query(Comment).count() == 0


@pytest.mark.parametrize(
    ("field", "fits", "too_long"),
    [
        ("name", "n" * 245, "n" * 246),
        (
            "email",
            f"{'e' * 64}@{'d' * 63}.{'d' * 63}.{'d' * 57}.cc",
            f"{'e' * 64}@{'d' * 63}.{'d' * 63}.{'d' * 59}.cc",
        ),
        ("website", "https://w.example/" + "p" * 182, "https://w.example/" + "p" * 183),
        ("comment", "ä" * 32_762 + "c", "ä" * 32_763),
    ],
)
def test_limits_hold_to_the_character(house: House, field: str, fits: str, too_long: str) -> None:
    assert house.post(**{field: fits}).status_code == 202
    assert list(faults(house.post(**{field: too_long}))) == [field]


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"{", "application/json", (400, "malformed_request")),
        (b"[]", "application/json", (400, "malformed_request")),
        (b"[" * 100_000, "application/json", (400, "malformed_request")),
        (b'{"comment": "\xe4"}', "application/json", (400, "malformed_request")),
        (b"{}", "application/json; charset=latin-1", (415, "unsupported_media_type")),
        (b"{}", "text/plain", (415, "unsupported_media_type")),
        (b"{}", "application/json", (422, "invalid_submission")),
        (
            b'{"comment": "\\ud800", "name": "\\u0000"}',
            "application/json",
            (422, "invalid_submission"),
        ),
        (b" " * (256 * 1024 + 1), "application/json", (413, "request_entity_too_large")),
    ],
)
def test_a_body_that_cannot_be_read_has_a_defined_answer(
    house: House, body: bytes, content_type: str, expected: tuple[int, str]
) -> None:
    answer = house.client.post(COMMENTS, data=body, content_type=content_type)

    assert problem(answer) == expected


@pytest.mark.parametrize("value", [0.5, [], {}, True, -1, 2**63, "1e3", "٣"])
def test_a_parent_that_is_no_number_is_a_fault(house: House, value: object) -> None:
    assert faults(house.post(parent=value)) == {"parent": "invalid_number"}


def test_an_unknown_site_page_and_parent_each_have_an_answer(house: House) -> None:
    foreign = house.post(url=PAGE).get_json()["id"]

    assert problem(house.post(_site="none")) == (404, "unknown_site")
    assert faults(house.post(url="https://evil.example/")) == {"url": "unknown_page"}
    assert problem(house.client.get(COMMENTS)) == (404, "unknown_page")
    assert problem(house.post(parent=999_999)) == (403, "parent_not_found")
    assert problem(house.post(parent=foreign)) == (403, "parent_not_found")  # it is not published


def test_a_parent_of_another_thread_is_not_found(house: House) -> None:
    elsewhere = house.publish(url=f"{ORIGIN}/other/")

    assert problem(house.post(parent=elsewhere)) == (403, "parent_not_found")


def test_what_is_refused_leaves_nothing_behind(house: House) -> None:
    house.post(parent=999_999)
    house.post(name="")

    with house.rows():
        rows = [db.session.query(table).count() for table in (Thread, Commenter, Comment)]

    assert rows == [0, 0, 0]


def test_a_closed_thread_takes_no_comments(house: House) -> None:
    house.publish()
    with house.rows():
        set_page_closed(None, "blog", PAGE, house.clock(), closed=True)

    assert problem(house.post()) == (403, "comment_closed")
    assert listed(house)["closed"] is True


def test_a_thread_closes_by_its_age(house: House) -> None:
    with house.rows():
        change_policy("blog", {"close_after_days": 14}, None, house.clock())
    house.publish()
    house.clock.move(days=13, hours=23)
    assert house.post().status_code == 202
    house.clock.move(hours=1)

    assert problem(house.post()) == (403, "comment_closed")


def test_a_flood_from_a_network_is_told_to_wait(house: House) -> None:
    for last in range(10):
        house.post(_headers={"X-Forwarded-For": f"192.0.2.{last}"})
        house.clock.move(seconds=1)

    refused = house.post(_headers={"X-Forwarded-For": "192.0.2.200"})
    elsewhere = house.post(_headers={"X-Forwarded-For": "198.51.100.1"})

    assert problem(refused) == (429, "comment_flood")
    assert refused.headers["Retry-After"] == "50"
    assert elsewhere.status_code == 202

    house.clock.move(seconds=50)
    assert house.post(_headers={"X-Forwarded-For": "192.0.2.200"}).status_code == 202


def test_a_commenters_flood_is_not_told_to_another_network(house: House) -> None:
    same = {"email": "anna@example.com"}
    for _ in range(5):
        house.post(_headers={"X-Forwarded-For": "192.0.2.1"}, **same)

    refused = house.post(_headers={"X-Forwarded-For": "192.0.2.1"}, **same)
    elsewhere = house.post(_headers={"X-Forwarded-For": "198.51.100.1"}, **same)

    assert problem(refused) == (429, "comment_flood")
    assert elsewhere.status_code == 202


def test_only_the_sites_own_origins_are_let_in(house: House) -> None:
    own = house.post(_headers={"Origin": ORIGIN})
    foreign = house.post(_headers={"Origin": "https://evil.example"})
    null = house.post(_headers={"Origin": "null"})

    assert own.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert problem(foreign) == (403, "origin_not_allowed")
    assert "https://evil.example" in foreign.get_json()["detail"]
    assert "Access-Control-Allow-Origin" not in foreign.headers
    assert problem(null) == (403, "origin_not_allowed")
    assert "Access-Control-Allow-Credentials" not in own.headers


def test_a_preflight_is_answered_for_the_sites_own_origins(house: House) -> None:
    ask = {"Access-Control-Request-Method": "POST"}
    own = house.client.options(COMMENTS, headers={"Origin": ORIGIN, **ask})
    foreign = house.client.options(COMMENTS, headers={"Origin": "https://evil.example", **ask})

    assert own.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "POST" in own.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Origin" not in foreign.headers


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "x"},
        {"limit": "0000000019"},
        {"limit": "1" * 5_000},
        {"cursor": "x"},
        {"cursor": "4"},
        {"cursor": "MC4tOTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk"},
    ],
)
def test_a_page_that_cannot_be_asked_for_is_refused(house: House, query: dict[str, str]) -> None:
    house.publish()

    answer = house.client.get(COMMENTS, query_string={"url": PAGE} | query)

    assert problem(answer) == (400, "invalid_input")


@pytest.mark.parametrize("key", ["", "k" * 197, "sn\u00f6"])
def test_a_key_that_cannot_be_kept_is_refused(house: House, key: str) -> None:
    assert problem(house.post(_headers={"Idempotency-Key": key})) == (400, "invalid_input")


def test_no_reader_gets_a_cookie(house: House) -> None:
    answers = [house.post(), house.client.get("/t/blog", query_string={"url": PAGE})]

    assert [answer.headers.getlist("Set-Cookie") for answer in answers] == [[], []]
    assert "Cookie" not in answers[1].headers.get("Vary", "")


def test_an_unexpected_fault_is_a_clear_500_without_details(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("moderation.web.api.parse_submission", fail)
    answer = house.post()

    assert problem(answer) == (500, "internal_error")
    assert "secret detail" not in json.dumps(answer.get_json())


def test_a_comment_waits_as_pending_when_nobody_can_be_nudged(house: House) -> None:
    answer = house.post()

    assert house.status(answer.get_json()["id"]) is Status.PENDING
