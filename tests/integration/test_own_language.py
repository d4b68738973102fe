"""Moderators read the pages, and get their mails, in the language that they chose."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from moderation.domain.roles import SiteRole
from moderation.domain.site_settings import INTERFACE_LANGUAGES
from moderation.models import Moderator, Site, db
from tests.accounts import mails, post
from tests.factories import House, csrf_token
from tests.work import statements

ACCOUNT = "/queue/account"
PAGES = (
    "/queue/",
    ACCOUNT,
    f"{ACCOUNT}/password",
    "/queue/team/blog",
    "/queue/sites",
    "/queue/sites/blog",
    "/queue/sites/blog/settings",
    "/queue/sites/blog/threads",
    "/queue/sites/blog/snippet",
    "/queue/sites/blog/services",
    "/queue/sites/blog/keys",
    "/queue/sites/blog/learned",
    "/queue/sites/blog/doctor",
    "/queue/sites/nothing",
)


def choose(browser: FlaskClient, language: str) -> TestResponse:
    return post(browser, f"{ACCOUNT}/language", ACCOUNT, language=language)


def language_of(answer: TestResponse) -> tuple[str, str]:
    """A page's language and direction."""
    found = re.search(r'<html lang="([\w-]+)" dir="(ltr|rtl)">', answer.text)
    assert found
    assert answer.headers["Content-Language"] == found[1]
    return found[1], found[2]


def read(browser: FlaskClient, path: str = ACCOUNT, accept: str = "", **query: str) -> str:
    headers = {"Accept-Language": accept}
    answer = browser.get(path, query_string=query, headers=headers)
    return language_of(answer)[0]


def test_a_moderator_is_answered_as_the_browser_says_until_they_choose(house: House) -> None:
    ben = house.sign_in()
    assert read(ben) == "en"
    assert read(ben, accept="de") == "de"

    assert choose(ben, "ar").status_code == 303
    assert read(ben, accept="de") == "ar"
    assert read(ben, accept="de", lang="fr") == "fr"
    assert read(ben, accept="de", lang="tlh") == "ar"
    assert re.search(r'<option value="ar" lang="ar" selected>', ben.get(ACCOUNT).text)
    with house.rows():
        assert db.session.scalars(select(Moderator)).one().language == "ar"

    choose(ben, "")
    assert read(ben, accept="de") == "de"
    assert "selected>" not in ben.get(ACCOUNT).text
    with house.rows():
        assert db.session.scalars(select(Moderator)).one().language is None


@pytest.mark.parametrize(
    ("page", "spoken"),
    [
        ("https://house.example/queue/?tab=spam&lang=fr#12", "fr"),
        ("https://house.example/queue/?lang=tlh", "ar"),
        ("https://house.example/queue/#?lang=fr", "ar"),
        ("http://[::?tab=all", "ar"),
        ("", "ar"),
    ],
)
def test_a_piece_of_a_page_is_in_the_language_of_that_page(
    home: House, page: str, spoken: str
) -> None:
    ben = home.sign_in()
    choose(ben, "ar")
    told = {"HX-Current-URL": page}
    piece = ben.get("/queue/help", headers={"HX-Request": "true", **told})

    assert piece.headers["Content-Language"] == spoken
    assert read(ben, "/queue/help") == "ar"
    # Whoever asks for a whole page is answered by its own address.
    assert language_of(ben.get("/queue/help", headers=told))[0] == "ar"


def test_the_choice_is_that_of_one_account(house: House) -> None:
    ben, olga = house.sign_in(), house.sign_in("olga@example.com")
    choose(ben, "he")

    assert (read(ben), read(olga)) == ("he", "en")
    assert read(house.app.test_client(), "/queue/sign-in") == "en"


def test_the_language_of_a_site_is_its_readers_alone(house: House) -> None:
    with house.rows():
        db.session.execute(update(Site).values(settings_data={"language": "fr"}))
        db.session.commit()
    owner = house.sign_in(role=SiteRole.OWNER)

    assert read(owner, "/queue/sites/blog") == "en"
    assert read(owner, "/queue/sites/blog", accept="it") == "it"


def test_the_confirmation_is_in_the_language_that_was_chosen(house: House) -> None:
    ben = house.sign_in()
    token = csrf_token(ben.get(ACCOUNT).text)

    answer = ben.post(
        f"{ACCOUNT}/language",
        data={"csrf_token": token, "language": "uk"},
        follow_redirects=True,
    )

    assert language_of(answer) == ("uk", "ltr")
    assert 'role="status"' in answer.text


def test_a_language_without_words_is_refused(house: House) -> None:
    ben = house.sign_in()

    answer = choose(ben, "tlh")

    assert answer.status_code == 400
    assert "There are no words in this language here." in answer.text
    assert read(ben) == "en"


def test_a_language_that_is_no_more_is_as_none(house: House) -> None:
    ben = house.sign_in()
    with house.rows():
        db.session.execute(update(Moderator).values(language="tlh"))
        db.session.commit()

    assert read(ben, accept="nl") == "nl"


def test_every_interface_language_can_be_chosen(home: House) -> None:
    page = home.sign_in().get(ACCOUNT).text

    offered = re.findall(r'<option value="([\w-]*)"', page)
    assert offered == ["", *INTERFACE_LANGUAGES]


@pytest.mark.parametrize("path", PAGES)
def test_an_arabic_page_is_written_from_right_to_left(home: House, path: str) -> None:
    owner = home.sign_in(role=SiteRole.OWNER)
    choose(owner, "ar")

    assert language_of(owner.get(path)) == ("ar", "rtl")


def test_the_choice_costs_no_statement(house: House) -> None:
    ben = house.sign_in()
    counts = []
    for language in ("", "de"):
        choose(ben, language)
        ben.get(ACCOUNT)  # which also tells of the choice
        with statements(house.app.extensions["queue"]) as asked:
            ben.get(ACCOUNT)
        counts.append(len(asked))

    assert counts[0] == counts[1]
    assert counts[0] > 0


def test_a_mail_is_in_the_language_that_its_recipient_chose(house: House) -> None:
    choose(house.sign_in("ben@example.com"), "uk")
    stranger = house.app.test_client()
    token = csrf_token(stranger.get("/queue/reset").text)

    stranger.post(
        "/queue/reset",
        data={"email": "ben@example.com", "csrf_token": token},
        headers={"Accept-Language": "de"},
    )

    (mail,) = mails(house)
    assert mail.letter.subject == "Виберіть новий пароль"
    assert mail.letter.text.startswith("Вітаємо, Ben!\n")


def test_who_has_an_account_is_invited_in_its_language(house: House) -> None:
    choose(house.sign_in("anna@example.org", sites=()), "de")
    owner = house.sign_in("olga@example.com", role=SiteRole.OWNER)

    post(
        owner, "/queue/team/blog/invite", "/queue/team/blog", email="Anna@Example.org", role="admin"
    )

    (mail,) = mails(house)
    assert mail.letter.subject == "Kommentare auf The blog moderieren"
