"""What Akismet clients are answered, on both databases."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from moderation.domain.actions import Action
from moderation.domain.akismet_door import DOOR
from moderation.domain.audit_words import BY_KEY
from moderation.domain.policy import VerdictRule
from moderation.domain.roles import SiteRole
from moderation.domain.status import Actor, Status
from moderation.models import ApiKey, AuditEntry, Comment, Commenter, Thread, db
from moderation.privacy.sealing import SealedEmail
from moderation.services import api_keys, review
from moderation.web.akismet_form import MAX_QUESTION
from tests.factories import ORIGIN, House, address
from tests.integration.akismet_client import (
    SPAM,
    ask,
    check,
    key_for,
    only_comment,
    put_to_work,
    question,
    short_key,
    stop_work,
)
from tests.integration.queueing import assert_counts_hold, moderator

THANKS = "Thanks for making the web a better place."


@pytest.fixture
def key(house: House) -> str:
    """A key of the house's site; its workers judge at once."""
    put_to_work(house)
    return short_key(house)


@pytest.fixture
def home_key(home: House) -> str:
    """The same on SQLite alone, for what is no matter of the database."""
    put_to_work(home)
    return short_key(home)


def test_a_key_is_twelve_hexadecimal_digits_and_kept_as_a_keyed_index(house: House) -> None:
    key = short_key(house)

    assert re.fullmatch("[0-9a-f]{12}", key)
    with house.rows():
        row = db.session.query(ApiKey).one()
        assert row.key_hash == house.parts.vault.short_key_index(key)
        assert row.key_hash != api_keys._hash(key)
        assert row.prefix == key[:2]


def test_such_a_key_opens_nothing_else_and_no_other_key_this_door(home: House) -> None:
    who = moderator(home, "Ora", role=SiteRole.OWNER)
    short = key_for(home, who)
    index = home.parts.vault.short_key_index
    with home.rows():
        long = api_keys.add_key(who, "blog", "Bot", ["read"], home.clock(), index=index).key
        with pytest.raises(api_keys.InvalidInputError, match="nothing else"):
            api_keys.add_key(who, "blog", "x", ["akismet", "read"], home.clock(), index=index)

    headers = {"Authorization": f"Bearer {short}"}
    path = "/api/v1/sites/blog/moderation/comments"
    assert home.client.get(path, headers=headers).status_code == 401
    assert ask(home, long, "comment-check").text == "invalid"


@pytest.mark.parametrize("field", ["key", "api_key"])
def test_a_key_is_verified(home: House, home_key: str, field: str) -> None:
    good = ask(home, None, "verify-key", data={field: home_key, "blog": ORIGIN})
    wrong = ask(home, None, "verify-key", data={field: "0" * 12, "blog": ORIGIN})

    assert (good.status_code, good.text) == (200, "valid")
    assert (wrong.status_code, wrong.text) == (200, "invalid")
    assert wrong.headers["X-akismet-debug-help"]


def test_the_key_just_typed_counts_and_not_the_one_in_use(home: House, home_key: str) -> None:
    data = {"key": home_key, "api_key": "0" * 12, "blog": ORIGIN}

    assert ask(home, None, "verify-key", data=data).text == "valid"


@pytest.mark.parametrize("blog", ["", "no address", "https://elsewhere.example/"])
def test_a_key_is_good_for_its_own_site_alone(home: House, home_key: str, blog: str) -> None:
    assert ask(home, None, "verify-key", data={"key": home_key, "blog": blog}).text == "invalid"
    if blog:
        answer = ask(home, home_key, "comment-check", blog=blog)
        assert answer.text == "invalid"
        assert "origins" in answer.headers["X-akismet-debug-help"]


@pytest.mark.parametrize(
    "blog", ["http://blog.example", "https://BLOG.example/", "https://blog.example:443/x"]
)
def test_a_blog_may_be_written_in_many_ways(home: House, home_key: str, blog: str) -> None:
    assert check(home, home_key, blog=blog) == "false"


def test_the_old_form_has_the_key_in_the_host(home: House, home_key: str) -> None:
    base = f"http://{home_key.upper()}.rest.spam.example"
    answer = home.client.post("/1.1/comment-check", data=question(), base_url=base)

    assert answer.text == "false"


def test_a_revoked_key_is_invalid(home: House, home_key: str) -> None:
    with home.rows():
        number = db.session.query(ApiKey.id).scalar()
        api_keys.revoke_key(None, "blog", number, home.clock())

    for path in ("comment-check", "submit-spam", "submit-ham", "key-sites", "usage-limit"):
        assert ask(home, home_key, path).text == "invalid"


def test_what_is_good_and_what_is_spam(home: House, home_key: str) -> None:
    good = ask(home, home_key, "comment-check")
    spam = ask(home, home_key, "comment-check", comment_content=SPAM, comment_author="Pills")

    assert (good.status_code, good.text, good.mimetype) == (200, "false", "text/plain")
    assert spam.text == "true"
    assert re.fullmatch("[0-9a-f]{32}", good.headers["X-akismet-guid"])
    for answer in (good, spam):
        assert "X-akismet-debug-help" not in answer.headers
        assert "X-akismet-error" not in answer.headers
        assert "Set-Cookie" not in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_site_that_holds_everything_here_publishes_there_by_its_own_rules(house: House) -> None:
    with house.rows():
        house.add_site("strict", mode="premoderate")
    put_to_work(house)
    key = short_key(house, "strict")

    assert check(house, key) == "false"


def test_blatant_spam_may_be_discarded(home: House, home_key: str) -> None:
    trapped = {"honeypot_field_name": "website2", "website2": "x"}
    answer = ask(home, home_key, "comment-check", **trapped)
    by_form = {"honeypot_field_name": "ak_hp", "POST_ak_hp": "x"}

    assert (answer.text, answer.headers["X-akismet-pro-tip"]) == ("true", "discard")
    assert check(home, home_key, **by_form) == "true"
    assert check(home, home_key, honeypot_field_name="website2", website2="") == "false"


def test_what_is_held_is_answered_as_spam_but_not_discarded(home: House, home_key: str) -> None:
    links = "See http://a.example and http://b.example and http://c.example."
    answer = ask(home, home_key, "comment-check", comment_content=links)

    assert only_comment(home).status is Status.HELD
    assert answer.text == "true"
    assert "X-akismet-pro-tip" not in answer.headers


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"comment_author": "viagra-test-123"}, "true"),
        ({"comment_author_email": "akismet-guaranteed-spam@example.com"}, "true"),
        ({"user_role": "administrator", "comment_content": SPAM}, "false"),
        ({"user_role": "editor,administrator", "comment_author": "viagra-test-123"}, "false"),
    ],
)
def test_some_answers_are_certain_and_nothing_is_kept(
    home: House, home_key: str, fields: dict[str, str], expected: str
) -> None:
    assert check(home, home_key, **fields) == expected
    with home.rows():
        assert db.session.query(Comment).count() == 0


def test_a_trial_leaves_nothing(house: House, key: str) -> None:
    fields = question(is_test="true", comment_content=SPAM) | {"api_key": key}

    assert ask(house, key, "comment-check", data=fields).text == "true"
    assert ask(house, key, "submit-ham", data=fields).text == THANKS
    comment = only_comment(house)
    assert (comment.status, comment.text) == (Status.DELETED, "")
    assert usage(house, key) == 0


def usage(house: House, key: str) -> int:
    return int(ask(house, key, "usage-limit").get_json()["usage"])


def test_asked_again_the_same_is_answered_and_stored_once(house: House, key: str) -> None:
    fields = question(comment_content='It\\\'s \\"fine\\"\r\nhere', comment_author="O\\'Neil")
    first = ask(house, key, "comment-check", data=fields | {"api_key": key})
    # As WordPress keeps it, and with the reason for which it asks again.
    later = fields | {
        "comment_content": 'It\'s "fine"\nhere',
        "comment_author": "O'Neil",
        "recheck_reason": "recheck_queue",
        "user_ip": address(),
        "user_agent": "",
    }
    again = ask(house, key, "comment-check", data=later | {"api_key": key})

    assert (first.text, again.text) == ("false", "false")
    assert only_comment(house).text == 'It\'s "fine"\nhere'
    assert first.headers["X-akismet-guid"] == again.headers["X-akismet-guid"]
    only_comment(house)


@pytest.mark.parametrize(
    "other",
    [
        {"comment_author_url": "https://pills.example"},
        {"comment_content": "Nice post <a href='https://pills.example'>here</a>"},
        {"comment_author": "Ben"},
        {"comment_author_email": "ben@example.com"},
        {"permalink": f"{ORIGIN}/second-drive/"},
    ],
)
def test_what_differs_is_judged_by_itself(house: House, key: str, other: dict[str, str]) -> None:
    fields = question(comment_content="Nice post here", comment_author_url="")
    for one in (fields, fields | other):
        ask(house, key, "comment-check", data=one | {"api_key": key})

    with house.rows():
        assert db.session.query(Comment).count() == 2


def test_without_a_verdict_the_client_is_to_ask_again(house: House) -> None:
    key = short_key(house)
    stop_work(house)
    fields = question() | {"api_key": key}
    answer = ask(house, key, "comment-check", data=fields)

    assert answer.status_code == 503
    assert answer.text not in {"true", "false", "invalid"}
    assert answer.headers["X-akismet-error"]
    assert answer.headers["X-akismet-recheck-after"] == answer.headers["Retry-After"] == "60"
    house.work()
    again = ask(house, key, "comment-check", data=fields)
    assert (again.status_code, again.text) == (200, "false")
    assert again.headers["X-akismet-guid"] == answer.headers["X-akismet-guid"]


def test_a_decision_in_the_queue_answers_the_next_question(home: House, home_key: str) -> None:
    fields = question(comment_content="http://a.example http://b.example") | {"api_key": home_key}
    assert ask(home, home_key, "comment-check", data=fields).text == "true"
    comment = only_comment(home)
    who = moderator(home, "Ben")
    with home.rows():
        review.decide(who, comment.id, "approve", revision=1, seen=comment.status, now=home.clock())

    assert ask(home, home_key, "comment-check", data=fields).text == "false"


@pytest.mark.parametrize(
    ("path", "said", "decided"),
    [
        ("submit-spam", "A quiet word.", (Action.SPAM, Status.SPAM)),
        ("submit-ham", "http://a.example http://b.example", (Action.APPROVE, Status.PUBLISHED)),
    ],
)
def test_the_sites_people_decide_in_the_name_of_the_keys_owner(
    house: House, key: str, path: str, said: str, decided: tuple[Action, Status]
) -> None:
    action, after = decided
    fields = question(comment_content=said) | {"api_key": key}
    ask(house, key, "comment-check", data=fields)
    answers = [ask(house, key, path, data=fields) for _ in range(2)]

    assert [(a.status_code, a.text) for a in answers] == [(200, THANKS)] * 2
    assert only_comment(house).status is after
    with house.rows():
        entry = db.session.query(AuditEntry).filter_by(action=action).one()
        assert (entry.actor, entry.details[BY_KEY]) == (Actor.MODERATOR, "WordPress")
    assert_counts_hold(house)


@pytest.mark.parametrize("prepare", [put_to_work, stop_work])
def test_a_decision_on_what_was_never_asked_about_is_kept_with_it(
    house: House, key: str, prepare: Callable[[House], None]
) -> None:
    prepare(house)
    assert ask(house, key, "submit-spam", comment_content="Fresh spam").text == THANKS

    comment = only_comment(house)
    assert (comment.status, comment.text) == (Status.SPAM, "Fresh spam")
    assert comment.verdict_rule is VerdictRule.DECIDED_ELSEWHERE
    with house.rows():
        entries = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert [e for e in entries if e in {Action.VERDICT, Action.SPAM}] == [
            Action.VERDICT,
            Action.SPAM,
        ]


def test_a_decision_before_the_verdict_stands(house: House) -> None:
    key = short_key(house)
    stop_work(house)
    fields = question() | {"api_key": key}
    ask(house, key, "comment-check", data=fields)
    ask(house, key, "submit-spam", data=fields)
    house.work()

    assert only_comment(house).status is Status.SPAM


def test_a_decision_finds_the_comment_though_its_markup_was_taken_out(
    home: House, home_key: str
) -> None:
    said = "Read <script>x</script><b>this</b> &amp; that"
    fields = question(comment_content=said) | {"api_key": home_key}
    ask(home, home_key, "comment-check", data=fields)
    kept = fields | {"comment_content": "Read x<b>this</b> & that", "comment_author_email": ""}
    ask(home, home_key, "submit-spam", data=kept)

    assert only_comment(home).status is Status.SPAM


def test_a_decision_finds_the_comment_by_its_guid(home: House, home_key: str) -> None:
    fields = question() | {"api_key": home_key}
    guid = ask(home, home_key, "comment-check", data=fields).headers["X-akismet-guid"]
    other = question(comment_content="Other words altogether", guid=guid) | {"api_key": home_key}
    ask(home, home_key, "submit-spam", data=other)

    assert only_comment(home).status is Status.SPAM


def test_sites_do_not_reach_into_each_other(house: House, key: str) -> None:
    with house.rows():
        house.add_site("other")
    put_to_work(house)
    theirs = short_key(house, "other", "Otto")
    fields = question()
    guid = ask(house, key, "comment-check", data=fields | {"api_key": key}).headers[
        "X-akismet-guid"
    ]
    told = ask(house, theirs, "submit-spam", data=fields | {"api_key": theirs, "guid": guid})

    assert told.text == THANKS
    with house.rows():
        found = {c.site_id: c.status for c in db.session.query(Comment)}
        assert sorted(found.values()) == [Status.PUBLISHED, Status.SPAM]
        assert len({c.email_index for c in db.session.query(Commenter)}) == 2
    mine, others = (
        ask(house, None, "key-sites", data={"api_key": one}).get_json() for one in (key, theirs)
    )
    assert [row["spam"] for row in mine["2026-05"]] == ["0"]
    assert [row["missed_spam"] for row in others["2026-05"]] == ["1"]


def test_the_address_is_sealed_and_nowhere_else(house: House, key: str) -> None:
    canary = "canary.bird@example.org"
    fields = question(
        comment_author_email=canary,
        comment_content=SPAM,
        POST_email=canary,
        HTTP_X_MAIL=canary,
        user_ip="203.0.113.77",
    )
    answer = ask(house, key, "comment-check", data=fields | {"api_key": key})

    assert canary not in answer.text + str(answer.headers)
    with house.rows():
        for table in db.metadata.sorted_tables:
            rows = str(db.session.execute(select(table)).all())
            assert "canary" not in rows.lower(), table.name
            assert "203.0.113.77" not in rows, table.name
        who = db.session.query(Commenter).one()
        sealed = SealedEmail(who.email_key_id, who.email_sealed)
        assert house.parts.vault.open(who.site_id, who.email_index, sealed) == canary
        comment = db.session.query(Comment).one()
        assert (comment.door, comment.network) == (DOOR, "203.0.113.0/24")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"comment_content": "a\x00b\x07c"}, 200),
        ({"comment_content": ""}, 200),
        ({"comment_content": None, "comment_author": None, "comment_author_email": None}, 200),
        ({"comment_author": "x" * 5000, "comment_author_url": "javascript:x"}, 200),
        ({"comment_author_email": "no address\x00", "comment_author_url": "http://[bad"}, 200),
        ({"comment_content": "z" * 100_000}, 200),
        ({"comment_content": "e" + "\u0301" * 50_000}, 200),
        ({"comment_content": "\u202egnihtemos \U0001f600"}, 200),
        ({"permalink": "https://elsewhere.example/x"}, 200),
        ({"permalink": "no address at all"}, 200),
        ({"user_ip": "not an address"}, 200),
        ({"comment_context[]": ["tag", "category"], "callback": "x", "blog_lang": "en, de"}, 200),
        ({"comment_parent": "17", "comment_date_gmt": "x", "comment_type": "made-up"}, 200),
        ({"user_ip": None}, 400),
        ({"blog": None}, 400),
    ],
)
def test_nothing_in_a_comment_makes_a_question_faulty(
    home: House, home_key: str, fields: dict[str, Any], status: int
) -> None:
    answer = ask(home, home_key, "comment-check", **fields)

    assert answer.status_code == status
    if status == 200:
        assert answer.text in {"true", "false"}
    else:
        assert answer.text == f"Missing required field: {next(iter(fields))}."


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"comment_content=%ff%fe%00%80", "", 200),
        (b"comment_content=\xff\xfe", "", 200),
        (b"comment_content=caf%E9", "; charset=ISO-8859-1", 200),
        (b"comment_content=x", "; charset=none-such", 200),
        (b"comment_author_url&user_role&comment_content=x", "", 200),
        (b"comment_content=" + b"x" * MAX_QUESTION, "", 413),
        (b"&".join(b"f%d=1" % n for n in range(3000)), "", 400),
    ],
)
def test_whatever_the_bytes_are_there_is_an_answer(
    house: House, key: str, body: bytes, content_type: str, status: int
) -> None:
    head = f"api_key={key}&blog={ORIGIN}&user_ip=192.0.2.9&comment_author=A&".encode()
    answer = house.client.post(
        "/1.1/comment-check",
        data=head + body,
        content_type=f"application/x-www-form-urlencoded{content_type}",
    )

    assert answer.status_code == status, answer.text
    if b"caf" in body:
        assert only_comment(house).text == "café"


def test_multipart_is_read_too(home: House, home_key: str) -> None:
    data = question() | {"api_key": home_key}
    answer = home.client.post("/1.1/comment-check", data=data, content_type="multipart/form-data")

    assert answer.text == "false"


@pytest.mark.parametrize(("more", "status"), [(1_500, 200), (2_000, 413)])
def test_a_multipart_question_has_as_many_fields_as_any(
    home: House, home_key: str, more: int, status: int
) -> None:
    data = question() | {"api_key": home_key} | {f"server_{n}": "x" for n in range(more)}
    answer = home.client.post("/1.1/comment-check", data=data, content_type="multipart/form-data")

    assert answer.status_code == status
    assert (status == 200) == (answer.text == "false")
    assert (status == 413) == ("2000 fields at most" in answer.text)


@pytest.mark.parametrize("in_address", [True, False])
def test_of_a_field_sent_twice_the_last_counts(
    home: House, home_key: str, *, in_address: bool
) -> None:
    said = question() | {"comment_content": ["The first.", "The last."], "api_key": home_key}
    told = {"query_string": said} if in_address else {"data": said}
    answer = home.client.post("/1.1/comment-check", **told)

    assert answer.text == "false"
    assert only_comment(home).text == "The last."


def test_a_guid_with_nul_is_none(house: House, key: str) -> None:
    fields = question(guid="\0" * 32) | {"api_key": key}
    assert ask(house, key, "submit-spam", data=fields).text == THANKS

    assert only_comment(house).status is Status.SPAM


def test_guessing_ends(home: House) -> None:
    answers = [ask(home, f"{n:012x}", "comment-check") for n in range(31)]

    assert {a.text for a in answers} == {"invalid"}
    assert [a.status_code for a in answers] == [200] * 30 + [429]
    assert answers[-1].headers["Retry-After"]
    assert ask(home, short_key(home), "deactivate").text == "deactivated"


def test_a_key_that_asks_too_often_is_told_so(home: House, home_key: str) -> None:
    for _ in range(600):
        home.parts.key_limits.count_request(1)
    answer = ask(home, home_key, "comment-check")

    assert answer.status_code == 429
    assert answer.headers["X-akismet-alert-code"] == "429"
    assert answer.headers["X-akismet-alert-msg"]
    assert answer.headers["X-akismet-error"]
    assert answer.headers["X-akismet-recheck-after"] == answer.headers["Retry-After"]


def test_its_thread_is_none_of_the_pages(house: House, key: str) -> None:
    house.publish(comment="Said here.")
    assert check(house, key, comment_content="Said there.") == "false"

    with house.rows():
        threads = {t.elsewhere: t.key for t in db.session.query(Thread)}
        assert threads[True] == f"~{threads[False]}"


@pytest.mark.parametrize("name", ["joe@example.org", "joe＠example.org"])
def test_an_address_as_name_is_kept_up_to_its_at_and_known_again(
    house: House, key: str, name: str
) -> None:
    asked = question(comment_author=name, comment_content=f"{SPAM} once")
    for _ in range(2):
        assert ask(house, key, "comment-check", data=asked | {"api_key": key}).text == "true"

    assert only_comment(house).name == "joe"
