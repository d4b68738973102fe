"""What WordPress's Akismet plugin asks and tells, on both databases."""

import re

import pytest

from moderation.domain.policy import VerdictRule
from moderation.domain.status import Status
from moderation.models import Comment, db
from moderation.web.akismet_form import MAX_QUESTION, MOST_FIELDS
from tests.factories import ORIGIN, House
from tests.integration.akismet_client import only_comment, put_to_work, short_key
from tests.integration.wordpress_fields import decided, decided_on_foreign, kept, posted, send

THANKS = "Thanks for making the web a better place."
GOOD = 'The dining car wasn\'t what I expected:\r\n"small", but good. C:\\temp, too.'
LINKS = 'See <a href="http://a.example/x?a=1&b=2">here</a>, http://b.example and http://c.example'
# What WordPress makes of a reader's links before it keeps them.
LINKS_KEPT = (
    'See <a href="http://a.example/x?a=1&amp;b=2" rel="nofollow ugc">here</a>, '
    "http://b.example and http://c.example"
)


@pytest.fixture
def key(house: House) -> str:
    """A key of the house's site; its workers judge at once."""
    put_to_work(house)
    return short_key(house)


@pytest.fixture
def home_key(home: House) -> str:
    """The same on SQLite alone."""
    put_to_work(home)
    return short_key(home)


def count(house: House) -> int:
    with house.rows():
        return db.session.query(Comment).count()


def test_a_readers_form_is_asked_about_again_and_decided_on_as_one_comment(
    house: House, key: str
) -> None:
    asked = posted(GOOD, "Anna O'Neil")
    told = [send(house, key, "comment-check", fields) for fields in (asked, kept(asked))]
    thanks = send(house, key, "submit-spam", decided(asked, "false"))

    assert [answer.text for answer in told] == ["false", "false"]
    assert thanks.text == THANKS
    comment = only_comment(house)
    assert (comment.status, comment.name) == (Status.SPAM, "Anna O'Neil")
    assert comment.text == GOOD.replace("\r\n", "\n")


def test_what_was_typed_into_its_trap_is_blatant_spam(house: House, key: str) -> None:
    answer = send(house, key, "comment-check", posted("A nice text.", trap="x"))

    assert (answer.text, answer.headers["X-akismet-pro-tip"]) == ("true", "discard")
    assert only_comment(house).verdict_rule is VerdictRule.HONEYPOT


def test_a_decision_stands_when_it_asks_again_in_the_words_it_keeps(house: House, key: str) -> None:
    asked = posted(LINKS, "Maria")
    assert send(house, key, "comment-check", asked).text == "true"
    send(house, key, "submit-ham", decided(asked, "true"))
    again = send(house, key, "comment-check", kept(asked, LINKS_KEPT))

    assert again.text == "false"
    assert only_comment(house).status is Status.PUBLISHED


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("comment_content", LINKS_KEPT.replace("a.example", "pills.example")),
        ("comment_author", "Mario"),
        ("comment_author_email", "mario@example.com"),
        ("comment_author_url", "https://pills.example"),
        ("permalink", "https://blog.example/?p=2"),
        ("recheck_reason", ""),
    ],
)
def test_what_is_another_comment_is_judged_though_it_is_asked_about_again(
    home: House, home_key: str, field: str, value: str
) -> None:
    asked = posted(LINKS, "Maria")
    send(home, home_key, "comment-check", asked)
    send(home, home_key, "submit-ham", decided(asked, "true"))
    again = kept(asked, LINKS_KEPT) | {field: value}

    assert send(home, home_key, "comment-check", again).text == "true"
    assert count(home) == 2


def test_of_two_alike_the_last_is_the_one_asked_about_again(home: House, home_key: str) -> None:
    asked = posted(LINKS, "Maria")
    other = posted(LINKS.replace("<a ", "<a title='x' "), "Maria")
    for fields in (asked, other):
        send(home, home_key, "comment-check", fields)
    send(home, home_key, "submit-ham", decided(asked, "true"))

    assert send(home, home_key, "comment-check", kept(other, LINKS_KEPT)).text == "true"
    assert count(home) == 2


def test_a_comment_of_no_address_can_be_asked_about_and_decided_on(house: House, key: str) -> None:
    asked = posted("Words from an old blog.", "Ida")
    again = send(house, key, "comment-check", kept(asked, address=""))
    told = send(house, key, "submit-spam", decided_on_foreign(asked))

    assert (again.status_code, again.text) == (200, "false")
    assert (told.status_code, told.text) == (200, THANKS)
    comment = only_comment(house)
    assert (comment.status, comment.network) == (Status.SPAM, "0.0.0.0/24")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "false"),
        ({"comment_author": "viagra-test-123"}, "true"),
        ({"user_role": "administrator"}, "false"),
        ({"is_test": "true"}, "false"),
        ({"api_key": "0" * 12}, "invalid"),
        ({"blog": "https://elsewhere.example"}, "invalid"),
        ({"user_ip": ""}, "Missing required field: user_ip."),
        (
            {"comment_content": "x" * MAX_QUESTION},
            f"A question has {MAX_QUESTION // 1024} KiB and {MOST_FIELDS} fields at most.",
        ),
    ],
)
def test_each_answer_names_the_comment_or_it_would_be_published(
    home: House, home_key: str, changes: dict[str, str], said: str
) -> None:
    asked = posted("Good morning.") | changes
    answers = [send(home, changes.get("api_key", home_key), "comment-check", asked) for _ in "12"]

    assert [answer.text for answer in answers] == [said] * 2
    names = {answer.headers["X-akismet-guid"] for answer in answers}
    assert all(re.fullmatch("[0-9a-f]{32}", name) for name in names)
    assert len(names) == (2 if changes else 1)


# With these it would tell of a plan, a month and a number of questions instead of what is said.
_PLANS = {"10501", "10502", "10504", "10508", "10516"}


def test_a_key_that_asks_too_often_is_told_so_in_our_words(home: House, home_key: str) -> None:
    while home.parts.key_limits.count_request(1)[0]:
        pass
    answer = send(home, home_key, "comment-check", posted("Good morning."))

    assert answer.status_code == 429
    assert answer.headers["X-akismet-guid"]
    assert answer.headers["X-akismet-alert-code"] not in _PLANS
    assert "600 times a minute" in answer.headers["X-akismet-alert-msg"]


def test_such_a_key_is_not_taken_for_one_that_is_good_for_nothing(
    home: House, home_key: str
) -> None:
    while home.parts.key_limits.count_request(1)[0]:
        pass
    mine = {"key": home_key, "blog": ORIGIN}

    assert send(home, home_key, "verify-key", mine).text == "valid"
    assert send(home, home_key, "get-subscription", mine).get_json()["status"] == "active"
    assert send(home, home_key, "get-stats", mine).get_json()["spam"] == "0"
    assert send(home, home_key, "usage-limit", {}).get_json()["throttled"] is True


def test_what_is_asked_beside_comments_has_a_limit_of_its_own(home: House, home_key: str) -> None:
    while home.parts.key_limits.count_look(1)[0]:
        pass

    assert send(home, home_key, "usage-limit", {}).status_code == 429
    assert send(home, home_key, "comment-check", posted("Good morning.")).text == "false"


def test_its_settings_page_finds_the_servers(home: House) -> None:
    for method in (home.client.get, home.client.post):
        answer = method("/1.1/test")
        assert (answer.status_code, answer.text, answer.mimetype) == (
            200,
            "connected",
            "text/plain",
        )


def test_its_settings_page_lists_no_plugins_that_need_no_help(home: House) -> None:
    answer = home.client.get("/1.2/compatible-plugins")

    assert (answer.status_code, answer.json) == (200, [])


@pytest.mark.parametrize("path", ["/1.1/token", "/1.1/verify-wpcom-key", "/1.2/made-up/x"])
def test_what_is_not_offered_is_answered_with_nothing_that_could_be_taken_for_an_answer(
    home: House, home_key: str, path: str
) -> None:
    answer = home.client.post(path, data={"api_key": home_key})

    assert (answer.status_code, answer.text, answer.mimetype) == (404, "", "text/plain")
    assert answer.headers["X-akismet-debug-help"]
