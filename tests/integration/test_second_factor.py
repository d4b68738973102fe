"""The authenticator app and its recovery codes."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from passlib.totp import TOTP
from sqlalchemy import select

from moderation.models import Moderator, db
from tests.accounts import is_in, post, session_of, set_up_app, sign_in
from tests.factories import House, csrf_token

BEN = "ben@example.com"
CODES = "/queue/account/recovery-codes"


def code(app: TOTP, steps: int = 0) -> str:
    """The code of now, or of so many steps later: each is accepted once."""
    return str(app.generate(int(time.time()) + 30 * steps).token)


def test_signing_in_then_asks_for_a_code(house: House) -> None:
    app = set_up_app(house.sign_in())
    browser, answer = sign_in(house, BEN)
    assert answer.location.startswith("/queue/code")
    assert not is_in(browser)
    assert "does not match" in post(browser, "/queue/code", code="000000").text
    assert not is_in(browser)
    assert post(browser, "/queue/code", code=code(app, 1)).status_code == 302
    assert is_in(browser)


def test_a_code_is_accepted_once(house: House) -> None:
    app = set_up_app(house.sign_in())
    used = code(app, 1)
    first, _ = sign_in(house, BEN)
    assert post(first, "/queue/code", code=used).status_code == 302
    second, _ = sign_in(house, BEN)
    assert post(second, "/queue/code", code=used).status_code == 200

    assert is_in(first)
    assert not is_in(second)


def test_two_browsers_at_once_do_not_share_a_code(house: House) -> None:
    browser = house.sign_in()
    app = set_up_app(browser)
    page = post(browser, CODES, generate_new_codes="y").text
    recovery = re.findall(r"<code>([0-9a-f-]{14})</code>", page)[0]
    for path, word in (("/queue/code", code(app, 1)), ("/queue/code/recovery", recovery)):
        pair = [sign_in(house, BEN)[0] for _ in range(2)]
        forms = [{"csrf_token": csrf_token(one.get(path).text), "code": word} for one in pair]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda b, f, p=path: b.post(p, data=f), pair, forms))
        assert sorted(is_in(one) for one in pair) == [False, True]


def test_the_apps_secret_is_kept_encrypted_and_its_picture_nowhere(house: House) -> None:
    browser = house.sign_in()
    assert browser.get("/queue/account/authenticator/code.svg").status_code == 404
    page = post(browser, "/queue/account/authenticator", setup="authenticator").text
    picture = browser.get("/queue/account/authenticator/code.svg")
    assert picture.mimetype == "image/svg+xml"
    assert picture.headers["Cache-Control"] == "no-store"
    assert "data:" not in page
    app = set_up_app(browser)

    with house.rows():
        ben = db.session.scalars(select(Moderator)).one()
        assert ben.tf_totp_secret
        assert app.base32_key not in ben.tf_totp_secret
    assert browser.get("/queue/account/authenticator/code.svg").status_code == 404


def test_guessing_codes_is_throttled(house: House) -> None:
    app = set_up_app(house.sign_in())
    browser, _ = sign_in(house, BEN)
    answers = [post(browser, "/queue/code", code=f"00000{n}") for n in range(6)]
    assert {answer.status_code for answer in answers} == {200}
    # Not by signing in anew, nor with a recovery code instead, nor with the right one.
    again, _ = sign_in(house, BEN)
    assert post(again, "/queue/code", code=code(app, 1)).status_code == 429
    refused = post(again, "/queue/code/recovery", code="0000-0000-0000")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_a_recovery_code_stands_in_once(house: House) -> None:
    browser = house.sign_in()
    set_up_app(browser)
    page = post(browser, CODES, generate_new_codes="y").text
    codes = re.findall(r"<code>([0-9a-f-]{14})</code>", page)
    assert len(set(codes)) == 8
    with house.rows():
        ben = db.session.scalars(select(Moderator)).one()
        assert len(ben.mf_recovery_codes or []) == 8
        assert codes[0] not in str(ben.mf_recovery_codes)

    first, _ = sign_in(house, BEN)
    assert post(first, "/queue/code/recovery", code=codes[0]).status_code == 302
    second, _ = sign_in(house, BEN)
    assert post(second, "/queue/code/recovery", code=codes[0]).status_code == 200
    assert (is_in(first), is_in(second)) == (True, False)
    assert "7 unused" in browser.get("/queue/account").text


def test_without_the_password_there_is_no_place_for_a_code(house: House) -> None:
    set_up_app(house.sign_in())
    browser = house.app.test_client()

    assert browser.get("/queue/code").location == "/queue/sign-in"
    assert browser.get("/queue/code/recovery").location == "/queue/sign-in"


def test_a_link_to_the_place_for_a_code_signs_nobody_out(house: House) -> None:
    browser = house.sign_in()
    assert browser.get("/queue/code").location == "/queue/account"
    assert post(browser, "/queue/code", "/queue/account", code="000000").status_code == 302

    assert is_in(browser)


@pytest.mark.parametrize(
    "path",
    ["/queue/account/authenticator", "/queue/account/passkeys", CODES],
)
def test_what_guards_the_account_asks_again_who_it_is(house: House, path: str) -> None:
    browser = house.sign_in()
    assert browser.get(path).status_code == 200
    with session_of(house, browser) as session:
        session["fs_paa"], session["fs_gexp"] = time.time() - 2 * 3600, 0
    answer = browser.get(path)
    assert answer.location.startswith("/queue/verify")
    assert "This is not your password" in post(browser, answer.location, password="no").text
    confirmed = post(browser, answer.location, password="correct horse battery")
    assert confirmed.location.endswith(path)
    assert browser.get(path).status_code == 200


def test_the_app_can_be_switched_off(house: House) -> None:
    browser = house.sign_in()
    set_up_app(browser)
    answer = post(browser, "/queue/account/authenticator", setup="disable")
    assert answer.location == "/queue/account"

    other, _ = sign_in(house, BEN)
    assert is_in(other)
