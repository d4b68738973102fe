"""What tests of accounts do again and again."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlalchemy import select
from werkzeug.test import TestResponse

from moderation.models import Mail, db
from moderation.services.mail import Addressed, open_mail
from tests.factories import PASSWORD, House, csrf_token

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


def post(browser: FlaskClient, path: str, page: str | None = None, **fields: Any) -> TestResponse:
    """Post a form, with the token of a page that has one."""
    token = csrf_token(browser.get(page or path).text)
    return browser.post(path, data={"csrf_token": token, **fields})


def sign_in(
    house: House, email: str, password: str = PASSWORD, **fields: Any
) -> tuple[FlaskClient, TestResponse]:
    """A new browser, and the answer to its sign-in."""
    browser = house.app.test_client()
    answer = post(browser, "/queue/sign-in", email=email, password=password, **fields)
    return browser, answer


def is_in(browser: FlaskClient) -> bool:
    """Whether the browser is signed in."""
    return browser.get("/queue/account").status_code == 200


@contextmanager
def session_of(house: House, browser: FlaskClient) -> Iterator[dict[str, Any]]:
    """What the browser's session cookie holds, to be looked at and changed."""
    queue = house.app.extensions["queue"]
    serializer = queue.session_interface.get_signing_serializer(queue)
    cookie = browser.get_cookie("moderation_session", path="/queue")
    held = serializer.loads(cookie.value) if cookie else {}
    yield held
    browser.set_cookie("moderation_session", serializer.dumps(held), path="/queue")


def mails(house: House) -> list[Addressed]:
    """The mails that wait, opened, the oldest first."""
    with house.rows():
        rows = db.session.scalars(select(Mail).order_by(Mail.id)).all()
        return [open_mail(house.parts.vault, row.key_id, row.sealed or b"") for row in rows]


def link_in(text: str) -> str:
    """The path of the link in a mail."""
    found = re.search(r"http://[^/\s]+(/queue/\S+)", text)
    assert found, text
    return found[1]


def set_up_app(browser: FlaskClient) -> TOTP:
    """Set up an authenticator app as a moderator does; gives what the app then knows."""
    path = "/queue/account/authenticator"
    page = post(browser, path, setup="authenticator").text
    key = re.search(r"<code>([A-Z2-7-]+)</code>", page)
    assert key, page
    app = TOTP(key=key[1].replace("-", ""), format="base32")
    answer = post(browser, "/queue/code", page=path, code=app.generate().token)
    assert answer.status_code == 302, answer.text
    return app
