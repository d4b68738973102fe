"""Signing in, passwords, and sessions that can be ended; what the answers do not tell."""

import re
from http import HTTPStatus
from typing import Any

import pytest
from argon2 import low_level
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy import create_engine, select, update
from werkzeug.http import parse_cookie

from moderation.models import Moderator, SignInSession, Site, db
from moderation.services.accounts import renew_hash
from tests.accounts import CHROME, is_in, link_in, mails, post, session_of, sign_in
from tests.factories import PASSWORD, House, csrf_token

BEN, NOBODY = "ben@example.com", "nobody@example.com"
NEW = "another fine password"
REMEMBER = "remember_token"


def plain(page: str) -> str:
    """A page without what differs from request to request."""
    return re.sub(r'value="[^"]*"', "", page)


def ask_for_reset(house: House, email: str, **headers: str) -> tuple[FlaskClient, int, str]:
    browser = house.app.test_client()
    token = csrf_token(browser.get("/queue/reset").text)
    data = {"csrf_token": token, "email": email}
    answer = browser.post("/queue/reset", data=data, headers=headers)
    return browser, answer.status_code, answer.text


def lose_session(browser: FlaskClient) -> None:
    """As a browser does that is closed."""
    browser.delete_cookie("moderation_session", path="/queue")


# Throttling.


def test_sign_in_is_throttled_alike_for_every_address(house: House) -> None:
    house.sign_in()
    told = []
    for email in (BEN, NOBODY):
        for _ in range(10):
            _, answer = sign_in(house, email, "wrong password")
            assert answer.status_code == 200
        # Another spelling is the same account; the right password helps no more.
        _, answer = sign_in(house, email.upper(), PASSWORD)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 900
        assert f'value="{email.upper()}"' in answer.text
        assert PASSWORD not in answer.text
        told.append(plain(answer.text))

    assert told[0] == told[1]
    assert "tried too often" in told[0]
    _, answer = sign_in(house, "somebody@example.com", "wrong password")
    assert answer.status_code == 200


def test_a_network_is_throttled_over_all_addresses(house: House) -> None:
    seen = []
    for number in range(41):
        browser = house.app.test_client()
        token = csrf_token(browser.get("/queue/sign-in").text)
        fields = {"csrf_token": token, "email": f"a{number}@b.example", "password": "guess"}
        address = {"X-Forwarded-For": f"198.51.100.{number}"}
        seen.append(browser.post("/queue/sign-in", data=fields, headers=address).status_code)

    assert seen == [200] * 40 + [429]


def test_signing_in_again_and_again_is_no_attack(house: House) -> None:
    house.sign_in()
    assert {sign_in(house, BEN)[1].status_code for _ in range(12)} == {302}


def test_reset_requests_are_throttled_alike(house: House) -> None:
    house.sign_in()
    for email in (BEN, NOBODY):
        codes = [ask_for_reset(house, email)[1] for _ in range(4)]
        assert codes == [200, 200, 200, 429]


def test_spellings_of_one_address_are_counted_as_one(house: House) -> None:
    spellings = ("nobody@bücher.example", "nobody@xn--bcher-kva.example", " Nobody@BÜCHER.example")
    answers = [sign_in(house, spellings[n % 3], "wrong")[1].status_code for n in range(11)]

    assert answers == [200] * 10 + [429]


def test_an_unknown_address_is_as_much_work_as_a_known_one(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work enough to be told by a clock is what hashing does."""
    house = home
    house.hash_at_real_cost()
    house.sign_in()
    with house.app.extensions["queue"].app_context():
        ben = db.session.scalars(select(Moderator)).one()
        ben.password = hash_password(PASSWORD)
        db.session.commit()
    hashed = costs_of_hashes(monkeypatch)
    for path, fields in (("/queue/sign-in", {"password": "wrong"}), ("/queue/reset", {})):
        taken = []
        for email in (BEN, NOBODY):
            browser = house.app.test_client()
            data = {"csrf_token": csrf_token(browser.get(path).text), "email": email} | fields
            hashed.clear()
            assert browser.post(path, data=data).status_code == 200
            taken.append(tuple(hashed))
        assert taken[0] == taken[1] != (), path


def costs_of_hashes(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What each Argon2 hash costs that is made or compared from now on: memory, rounds, lanes."""
    costs: list[bytes] = []

    def note(encoded: bytes) -> None:
        found = re.search(rb"m=\d+,t=\d+,p=\d+", encoded)
        assert found
        costs.append(found[0])

    make, compare = low_level.hash_secret, low_level.verify_secret

    def make_one(*words: Any, **named: Any) -> bytes:
        encoded = make(*words, **named)
        note(encoded)
        return encoded

    def compare_one(encoded: bytes, *words: Any) -> bool:
        note(encoded)
        return compare(encoded, *words)

    monkeypatch.setattr(low_level, "hash_secret", make_one)
    monkeypatch.setattr(low_level, "verify_secret", compare_one)
    return costs


# Passwords.


def test_a_reset_request_tells_nothing_and_does_the_same(house: House) -> None:
    house.sign_in()
    told = []
    for email in (BEN, NOBODY):
        browser, status, page = ask_for_reset(house, email)
        cookie = browser.get_cookie("moderation_session", path="/queue")
        assert cookie is None or email not in cookie.value
        told.append((status, plain(page)))

    assert told[0] == told[1]
    assert [mail.recipient for mail in mails(house)] == [BEN, ""]
    assert [task for task, _ in house.errands] == ["workers.tasks.mail.send"] * 2


def test_a_password_is_reset_by_mail_once_and_ends_every_session(house: House) -> None:
    first = house.sign_in()
    ask_for_reset(house, BEN)
    link = link_in(mails(house)[0].letter.text)
    browser = house.app.test_client()
    answer = post(browser, link, password=NEW, password_confirm=NEW)
    assert answer.location == "/queue/sign-in"

    assert not is_in(first)
    assert not is_in(browser)
    assert sign_in(house, BEN)[1].status_code == 200
    assert sign_in(house, BEN, NEW)[1].status_code == 302
    assert mails(house)[1].letter.subject == "Your password was changed"
    assert browser.get(link).location == "/queue/reset"
    assert "used already" in browser.get("/queue/reset").text


def test_a_link_in_a_mail_leads_to_no_host_of_the_asker(house: House) -> None:
    house.sign_in()
    _, status, _ = ask_for_reset(house, BEN, **{"X-Forwarded-Host": "evil.example"})
    assert status == 200

    assert "evil" not in mails(house)[0].letter.text


def test_a_weaker_hash_is_renewed_though_somebody_else_writes_meanwhile(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.sign_in()
    house.hash_at_real_cost()
    context = house.app.extensions["queue"].extensions["security"].pwd_context
    verify = context.verify
    elsewhere = create_engine(house.settings.database_url)

    def verify_as_somebody_writes(*words: str) -> bool:
        with elsewhere.begin() as other:
            other.execute(update(Site).values(name="Renamed"))
        return bool(verify(*words))

    with monkeypatch.context() as patch:
        patch.setattr(context, "verify", verify_as_somebody_writes)
        browser, answer = sign_in(house, BEN)
    elsewhere.dispose()
    assert answer.status_code == 302
    assert is_in(browser)
    with house.rows():
        renewed = db.session.scalars(select(Moderator.password)).one()
    assert not context.needs_update(renewed)
    assert is_in(sign_in(house, BEN)[0])
    with house.rows():
        assert db.session.scalars(select(Moderator.password)).one() == renewed


def test_a_hash_is_not_renewed_over_another_password(house: House) -> None:
    house.sign_in()
    with house.rows():
        moderator = db.session.scalars(select(Moderator)).one()
        kept = moderator.password
        renew_hash(moderator.id, f"former {kept}", "a former password's, renewed")

        assert db.session.scalars(select(Moderator.password)).one() == kept


def test_changing_the_password_signs_out_every_other_device(house: House) -> None:
    browser = house.sign_in()
    other, _ = sign_in(house, BEN, remember="y")
    fields = {"new_password": NEW, "new_password_confirm": NEW}
    wrong = post(browser, "/queue/account/password", password="not this", **fields)
    assert "This is not your password." in wrong.text
    answer = post(browser, "/queue/account/password", password=PASSWORD, **fields)
    assert answer.location == "/queue/account"

    assert is_in(browser)
    assert not is_in(other)
    with house.rows():
        assert len(db.session.scalars(select(SignInSession)).all()) == 1


# Sessions.


def test_nothing_of_before_outlives_a_sign_in(house: House) -> None:
    house.sign_in()
    browser = house.app.test_client()
    with session_of(house, browser) as session:
        session["planted"] = "by somebody"
    token = csrf_token(browser.get("/queue/sign-in").text)
    with session_of(house, browser) as session:
        before = session["csrf_token"]
    fields = {"email": BEN, "password": PASSWORD, "csrf_token": token}
    browser.post("/queue/sign-in", data=fields)

    with session_of(house, browser) as session:
        assert "planted" not in session
        assert session.get("csrf_token") != before
        secret = session["_user_id"].partition(".")[2]
    with house.rows():
        hashes = db.session.scalars(select(SignInSession.token_hash)).all()
    assert len(secret) >= 40
    assert len(set(hashes)) == 2
    assert all(secret.encode() not in one for one in hashes)


def test_a_session_is_listed_and_ended_from_another(house: House) -> None:
    browser = house.sign_in()
    other = house.app.test_client()
    token = csrf_token(other.get("/queue/sign-in").text)
    fields = {"email": BEN, "password": PASSWORD, "csrf_token": token, "remember": "y"}
    head = {"User-Agent": CHROME, "X-Forwarded-For": "198.51.100.77"}
    other.post("/queue/sign-in", data=fields, headers=head)
    page = browser.get("/queue/account").text
    assert "Chrome on Windows" in page
    assert "198.51.100.0/24" in page
    assert "198.51.100.77" not in page
    assert page.count("this one") == 1

    assert other.get_cookie(REMEMBER, path="/queue")
    (path,) = set(re.findall(r'"(/queue/account/sessions/\d+/end)"', page))
    assert post(browser, path, "/queue/account").status_code == 303
    assert is_in(browser)
    assert not is_in(other)
    assert other.get_cookie(REMEMBER, path="/queue") is None
    assert not is_in(other)


def test_all_others_are_ended_at_once_and_nobody_elses(house: House) -> None:
    browser = house.sign_in()
    others = [sign_in(house, BEN)[0] for _ in range(2)]
    stranger = house.sign_in("eve@example.com")
    page = stranger.get("/queue/account").text
    with house.rows():
        ids = db.session.scalars(select(SignInSession.id).order_by(SignInSession.id)).all()
    for number in ids[:3]:
        post(stranger, f"/queue/account/sessions/{number}/end", "/queue/account")
    assert is_in(browser)
    assert "this one" in page

    post(browser, "/queue/account/sessions/end-others", "/queue/account")
    assert [is_in(one) for one in (browser, *others, stranger)] == [True, False, False, True]


def test_remembering_outlives_the_browser_and_is_the_same_session(house: House) -> None:
    house.sign_in()
    browser, answer = sign_in(house, BEN, remember="y")
    cookies = [parse_cookie(c) for c in answer.headers.getlist("Set-Cookie")]
    assert any(REMEMBER in cookie for cookie in cookies)
    lose_session(browser)
    house.clock.move(days=60)
    assert is_in(browser)
    with house.rows():
        assert len(db.session.scalars(select(SignInSession)).all()) == 2

    lose_session(browser)
    house.clock.move(days=91)
    assert not is_in(browser)


def test_a_session_unseen_for_two_weeks_has_expired(house: House) -> None:
    browser = house.sign_in()
    house.clock.move(days=13)
    assert is_in(browser)
    house.clock.move(days=13)
    assert is_in(browser)
    house.clock.move(days=14, seconds=1)
    assert not is_in(browser)

    sign_in(house, BEN)
    with house.rows():  # the expired row went with the next sign-in
        assert len(db.session.scalars(select(SignInSession)).all()) == 1


def test_being_seen_is_noted_once_a_minute(house: House) -> None:
    browser = house.sign_in()

    def seen() -> object:
        with house.rows():
            return db.session.scalars(select(SignInSession.seen_at)).one()

    begun = house.clock()
    house.clock.move(seconds=59)
    browser.get("/queue/")
    assert seen() == begun
    house.clock.move(seconds=1)
    browser.get("/queue/")
    assert seen() == house.clock()


def test_signing_out_ends_the_session_itself(house: House) -> None:
    browser = house.sign_in()
    stolen = browser.get_cookie("moderation_session", path="/queue")
    assert stolen is not None
    post(browser, "/queue/sign-out", "/queue/account")
    thief = house.app.test_client()
    thief.set_cookie("moderation_session", stolen.value, path="/queue")

    assert not is_in(thief)


# Other doors that stay shut.


def test_these_pages_take_forms_alone(house: House) -> None:
    house.sign_in()
    browser = house.app.test_client()
    token = csrf_token(browser.get("/queue/sign-in").text)
    answer = browser.post(
        "/queue/sign-in?include_auth_token=1",
        json={"email": BEN, "password": PASSWORD},
        headers={"X-CSRFToken": token},
    )

    assert answer.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    assert not is_in(browser)


def test_a_token_in_a_header_signs_nobody_in(house: House) -> None:
    house.sign_in()
    queue = house.app.extensions["queue"]
    with queue.test_request_context(base_url="http://localhost/queue"):
        user = queue.extensions["security"].datastore.find_user(email=BEN)
        token = user.get_auth_token()
    browser = house.app.test_client()
    answer = browser.get("/queue/account", headers={"Authentication-Token": token})

    assert answer.status_code == 302


@pytest.mark.parametrize("path", ["/queue/code/rescue", "/queue/code/choose"])
def test_what_is_not_offered_is_not_there(house: House, path: str) -> None:
    assert house.app.test_client().get(path).status_code == 404


# The account page.


def test_name_and_shortcuts_are_ones_own_to_change(house: House) -> None:
    browser = house.sign_in()
    account = "/queue/account"
    assert post(browser, f"{account}/name", account, name="  Benno  B ").status_code == 303
    refused = post(browser, f"{account}/name", account, name="ben@example.com")
    assert (refused.status_code, "not an email address" in refused.text) == (422, True)
    post(browser, f"{account}/single-keys", account)
    assert "Single-key shortcuts: off" in browser.get(account).text
    with house.rows():
        ben = db.session.scalars(select(Moderator)).one()
        assert (ben.name, ben.single_keys) == ("Benno B", False)

    post(browser, f"{account}/single-keys", account, on="y")
    assert "Single-key shortcuts: on" in browser.get(account).text


def test_the_account_is_nobody_elses_to_see(house: House) -> None:
    answer = house.app.test_client().get("/queue/account")

    assert "/queue/sign-in" in answer.location
