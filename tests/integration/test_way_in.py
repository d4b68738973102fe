"""The pages on the way into the queue speak the language of whoever comes; the queue does not."""

import html
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from moderation.domain.roles import SiteRole
from moderation.domain.site_settings import INTERFACE_LANGUAGES
from tests.accounts import link_in, mails, post
from tests.factories import House, csrf_token

GERMAN, ARABIC = {"Accept-Language": "de-AT,de;q=0.9"}, {"Accept-Language": "ar"}


def read(answer: TestResponse) -> tuple[str, str]:
    """A page's language as it names it, and its text."""
    found = re.search(r'<html lang="([\w-]+)" dir="(ltr|rtl)">', answer.text)
    assert found
    assert (found[2] == "rtl") is (found[1] in {"ar", "he"})
    return found[1], html.unescape(answer.text)


def send(browser: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Send a form of a page, as a German browser does."""
    token = csrf_token(browser.get(path).text)
    return browser.post(path, data={"csrf_token": token, **fields}, headers=GERMAN)


def invited(house: House) -> str:
    """The path of an invitation."""
    owner = house.sign_in("olga@example.com", role=SiteRole.OWNER)
    team = "/queue/team/blog"
    post(owner, f"{team}/invite", team, email="anna@example.org", role="admin")
    return link_in(mails(house)[0].letter.text)


@pytest.mark.parametrize("tag", INTERFACE_LANGUAGES)
def test_the_way_in_is_in_the_browsers_language(home: House, tag: str) -> None:
    for path in ("/queue/sign-in", "/queue/reset", "/queue/nowhere"):
        answer = home.app.test_client().get(path, headers={"Accept-Language": tag})
        assert read(answer)[0] == tag
        assert answer.headers["Content-Language"] == tag
        assert "Accept-Language" in answer.headers["Vary"]


def test_what_does_not_match_is_told_in_german_and_arabic(home: House) -> None:
    browser = home.app.test_client()
    _, german = read(send(browser, "/queue/sign-in", email="a@b.example", password="guess"))
    assert "<h1>Anmelden</h1>" in german
    assert "Diese Angaben passen zu keinem Konto hier." in german

    _, arabic = read(browser.get("/queue/sign-in", headers=ARABIC))
    assert "<h1>تسجيل الدخول</h1>" in arabic
    assert "هل نسيت كلمة مرورك؟" in arabic


def test_what_is_told_in_passing_is_in_the_language_of_the_page_that_shows_it(home: House) -> None:
    browser = home.app.test_client()
    answer = send(browser, "/queue/reset", email="nobody@example.com")
    assert answer.status_code == 200
    assert "Falls es zu dieser Adresse ein Konto gibt" in read(answer)[1]

    browser.get("/queue/reset/not-a-link", headers=GERMAN)
    assert "استُخدم هذا الرابط من قبل" in read(browser.get("/queue/reset", headers=ARABIC))[1]


def test_a_wait_is_told_in_the_language_too(home: House) -> None:
    browser = home.app.test_client()
    for _ in range(11):
        answer = send(browser, "/queue/sign-in", email="a@b.example", password="guess")

    assert answer.status_code == 429
    assert re.search(r"Bitte warte (eine Minute|\d+ Minuten) und versuche", read(answer)[1])


def test_an_invitation_and_its_faults_are_told_in_german(home: House) -> None:
    link = invited(home)
    browser = home.app.test_client()
    language, text = read(browser.get(link, headers=GERMAN))
    assert language == "de"
    assert "Deine Rolle dort: <strong>Administration</strong>." in text

    token = csrf_token(browser.get(link).text)
    fields = {"csrf_token": token, "name": "", "password": "short"}
    _, text = read(browser.post(f"{link}/new", data=fields, headers=GERMAN))
    assert "Ein Name hat 1 bis 100 Zeichen" in text
    assert "Ein Passwort braucht mindestens 8 Zeichen." in text

    language, text = read(browser.get("/queue/invitation/none", headers=GERMAN))
    assert (language, "Keine offene Einladung" in text) == ("de", True)


def test_a_form_of_another_session_is_refused_in_words(home: House) -> None:
    answer = home.app.test_client().post("/queue/sign-in", data={}, headers=GERMAN)

    assert answer.status_code == 400
    assert "Diese Seite war zu lange offen" in read(answer)[1]


def test_the_queue_and_its_faults_speak_the_same_language(home: House) -> None:
    moderator = home.sign_in()
    for path in ("/queue/", "/queue/account", "/queue/team/nowhere"):
        answer = moderator.get(path, headers=GERMAN)
        assert read(answer)[0] == "de"
        assert answer.headers["Content-Language"] == "de"
