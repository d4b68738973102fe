"""Readers, and those who get mails, are spoken to in their own language."""

import html
import re

import pytest
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.test import TestResponse

from moderation.domain.roles import SiteRole
from moderation.domain.site_settings import INTERFACE_LANGUAGES
from moderation.models import Site, db
from moderation.web.languages import nearest, say
from moderation.words import Message
from tests.accounts import mails
from tests.factories import PAGE, House, csrf_token, form_token

LEAVE = {
    "en": "Leave a Reply",
    "de": "Schreibe einen Kommentar",
    "fr": "Laisser un commentaire",
    "es": "Deja una respuesta",
    "pt": "Deixe um comentário",
    "it": "Lascia un commento",
    "nl": "Geef een reactie",
    "pl": "Dodaj komentarz",
    "ru": "Оставить комментарий",
    "uk": "Залишити коментар",
    "tr": "Bir yanıt yazın",
    "ar": "اترك تعليقًا",
    "he": "כתיבת תגובה",
    "hi": "टिप्पणी करें",
    "zh-Hans": "发表评论",
    "zh-Hant": "發佈留言",
    "ja": "コメントを残す",
    "ko": "댓글 남기기",
}


def speak(house: House, language: str | None) -> None:
    """Set the site's language, before anything asks for the site, which is remembered."""
    with house.rows():
        site = db.session.scalars(select(Site)).one()
        site.settings_data = {"language": language}
        db.session.commit()


def show(house: House, accept: str = "", **arguments: str) -> TestResponse:
    """The thread page, as a browser with this Accept-Language gets it."""
    return house.client.get(
        "/t/blog", query_string={"url": PAGE, **arguments}, headers={"Accept-Language": accept}
    )


def language_of(answer: TestResponse) -> str:
    found = re.search(r'<html lang="([\w-]+)" dir="(ltr|rtl)">', answer.text)
    assert found
    assert answer.headers["Content-Language"] == found[1]
    assert (found[2] == "rtl") is (found[1] in {"ar", "he"})
    return found[1]


def test_every_language_has_its_words_here() -> None:
    assert set(LEAVE) == set(INTERFACE_LANGUAGES)


@pytest.mark.parametrize("language", LEAVE)
def test_the_thread_page_speaks_it(home: House, language: str) -> None:
    house = home
    speak(house, language)
    house.publish(name="Ängström & Söhne")

    answer = show(house)

    assert language_of(answer) == language
    assert f'<h2 id="reply-title" data-leave="{LEAVE[language]}"' in answer.text
    assert "{" not in re.sub(r'data-leave-to="[^"]*"', "", answer.text)
    assert "<bdi>Ängström &amp; Söhne</bdi>" in answer.text
    assert ("Your email address" in answer.text) is (language == "en")


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("de", ["Ein Gedanke zu „<bdi>T</bdi>“", "2 Gedanken zu „<bdi>T</bdi>“"]),
        ("ru", ["1 мысль о «<bdi>T</bdi>»", "2 мысли о «<bdi>T</bdi>»"]),
        ("ar", ["رأي واحد حول «<bdi>T</bdi>»", "رأيان حول «<bdi>T</bdi>»"]),
    ],
)
def test_the_heading_counts_in_its_plural_form(
    home: House, language: str, heading: list[str]
) -> None:
    for words in heading:
        home.publish(title="T")
        assert f"<h1>{words}</h1>" in show(home, language).text


@pytest.mark.parametrize(
    ("language", "time"),
    [
        ("en", "4 May 2026, 12:00 UTC"),
        ("de", "4. Mai 2026, 12:00 UTC"),
        ("zh-Hans", "2026年5月4日 12:00 UTC"),
        ("ar", "4 مايو 2026، 12:00 م UTC"),
    ],
)
def test_times_are_said_as_its_speakers_do(home: House, language: str, time: str) -> None:
    home.publish()

    answer = show(home, lang=language)

    assert f'<time datetime="2026-05-04T12:00:00+00:00">{time}</time>' in answer.text


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,en;q=0.5", "de"),
        ("eo,tlh;q=0.9,fr;q=0.1", "fr"),
        ("en;q=0.4,uk;q=0.8", "uk"),
        ("de;q=0,it;q=0.3", "it"),
        ("zh-TW", "zh-Hant"),
        ("zh-CN,zh;q=0.9", "zh-Hans"),
        ("*", "en"),
        ("!,;=q", "en"),
        ("iw", "he"),
    ],
)
def test_a_browser_is_answered_in_the_language_it_accepts(
    home: House, accept: str, language: str
) -> None:
    answer = show(home, accept)

    assert language_of(answer) == language
    assert "Accept-Language" in answer.headers["Vary"]


def test_the_address_wins_over_the_site_and_the_site_over_the_browser(house: House) -> None:
    speak(house, "fr")

    assert language_of(show(house, "de")) == "fr"
    assert language_of(show(house, "de", lang="ar")) == "ar"
    assert language_of(show(house, "de", lang="xx")) == "fr"


def test_a_language_asked_for_is_kept_to(house: House) -> None:
    house.publish()
    page = show(house, lang="nl").text
    links, actions = (
        [html.unescape(found) for found in re.findall(rf'{name}="(/t/blog[^"]*)"', page)]
        for name in ("href", "action")
    )
    assert links
    assert all("lang=nl" in there for there in [*links, *actions])

    answer = house.client.post(
        *actions,
        data={
            "url": PAGE,
            "name": "Piet",
            "email": "piet@example.com",
            "comment": "Mooi!",
            "form_token": form_token(page),
        },
    )

    assert answer.status_code == 303
    assert "lang=nl" in answer.location
    assert "Je reactie wacht op moderatie." in house.client.get(answer.location).text


def test_faults_of_the_form_are_told_in_the_readers_language(house: House) -> None:
    answer = house.client.post(
        "/t/blog",
        data={"url": PAGE, "comment": "Salut", "name": "Zoé", "email": "zoé"},
        headers={"Accept-Language": "fr"},
    )

    assert answer.status_code == 422
    assert "Ce n’est pas une adresse e-mail complète" in answer.text
    assert '<a href="#email">E-mail</a> : Ce n’est pas' in answer.text


@pytest.mark.parametrize(
    ("language", "detail", "name", "size"),
    [
        (
            "de",
            "Dein Kommentar wurde noch nicht abgeschickt.",
            "Bitte gib deinen Namen an.",
            "Ein Kommentar darf höchstens 65.525 Bytes groß sein; dieser hat 70.000.",
        ),
        (
            "ar",
            "لم يُرسَل تعليقك بعد.",
            "يُرجى كتابة اسمك.",
            "الحد الأقصى لحجم التعليق بالبايت هو 65,525، وحجم هذا التعليق 70,000.",
        ),
    ],
)
def test_a_program_is_told_faults_in_the_language_it_asks_for(
    house: House, language: str, detail: str, name: str, size: str
) -> None:
    answer = house.post(
        name="", comment="x" * 70_000, _headers={"Accept-Language": f"{language}-X, en;q=0.5"}
    )

    assert answer.status_code == 422
    assert answer.headers["Content-Language"] == language
    assert answer.json is not None
    assert answer.json["detail"].startswith(detail)
    messages = {fault["field"]: fault["message"] for fault in answer.json["errors"]}
    assert messages == {"name": name, "comment": size}
    assert [fault["code"] for fault in answer.json["errors"]] == ["too_long", "required"]


def test_a_flood_is_told_in_the_sites_language(house: House) -> None:
    speak(house, "ja")
    for _ in range(20):
        answer = house.post(_headers={"X-Forwarded-For": "198.51.100.7"})

    assert answer.status_code == 429
    assert answer.json is not None
    assert "コメントの投稿が速すぎます。" in answer.json["detail"]


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/t/nobody", 404)])
def test_a_page_of_a_fault_speaks_too(house: House, path: str, status: int) -> None:
    answer = house.client.get(path, headers={"Accept-Language": "he"})

    assert answer.status_code == status
    assert language_of(answer) == "he"
    assert re.search(r"<h1>[\u0590-\u05ff ]+</h1>", answer.text)


def test_wordpress_form_speaks_the_language_of_the_site_whose_it_is(house: House) -> None:
    speak(house, "tr")

    answer = house.client.post(
        "/wp-comments-post.php", data={"redirect_to": PAGE, "comment": "", "author": "A"}
    )

    assert "Lütfen yorumunuzu yazın." in answer.text
    assert language_of(answer) == "tr"


def test_an_invitation_is_mailed_in_the_sites_language(house: House) -> None:
    speak(house, "de")
    owner = house.sign_in("olga@example.com", role=SiteRole.OWNER)
    page = owner.get("/queue/team/blog").text

    owner.post(
        "/queue/team/blog/invite",
        data={"email": "anna@example.org", "role": "admin", "csrf_token": csrf_token(page)},
    )

    (mail,) = mails(house)
    assert mail.letter.subject == "Kommentare auf The blog moderieren"
    assert "Olga lädt dich ein, die Kommentare auf The blog zu betreuen." in mail.letter.text
    assert "Deine Rolle dort: Administration." in mail.letter.text
    assert max(map(len, re.sub(r"http\S+", "", mail.letter.text).splitlines())) <= 72


def test_who_asks_for_a_new_password_is_mailed_in_their_language(house: House) -> None:
    house.sign_in("ben@example.com")
    browser = house.app.test_client()
    page = browser.get("/queue/reset").text

    browser.post(
        "/queue/reset",
        data={"email": "ben@example.com", "csrf_token": csrf_token(page)},
        headers={"Accept-Language": "uk"},
    )

    (mail,) = mails(house)
    assert mail.letter.subject == "Виберіть новий пароль"
    assert mail.letter.text.startswith("Вітаємо, Ben!\n")


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("EN-us", "en"),
        ("pt_BR", "pt"),
        ("zh", "zh-Hans"),
        ("zh-Hant-HK", "zh-Hant"),
        ("zh-Hans-TW", "zh-Hans"),
        ("zh-MO", "zh-Hant"),
        ("deu", None),
        ("", None),
        ("../etc", None),
    ],
)
def test_the_nearest_language_is_found(tag: str, language: str | None) -> None:
    assert nearest(tag) == language


def test_a_counted_message_is_said_in_its_plural_form(home: House) -> None:
    said = Message.counted("One thought on “{title}”", "{n} thoughts on “{title}”", 3, title="T")

    with home.app.test_request_context("/?lang=pl"):
        assert say(said) == "3 myśli o „T”"
    with home.app.test_request_context("/"):
        assert say(said) == "3 thoughts on “T”"


def test_a_number_that_a_template_has_itself_is_said_in_each_readers_language(home: House) -> None:
    template = home.app.jinja_env.from_string(
        "{{ 50|percent }} {{ 12345|number }} {{ 1.5|decimal }}"
    )
    said = {}
    for language in ("de", "en", "tr"):
        with home.app.test_request_context(f"/?lang={language}"):
            said[language] = template.render()

    assert said == {"de": "50\xa0% 12.345 1,5", "en": "50% 12,345 1.5", "tr": "%50 12.345 1,5"}


def test_markup_among_the_values_stays_and_the_rest_is_escaped(home: House) -> None:
    with home.app.test_request_context("/?lang=fr"):
        said = say("{field}: {fault}", field=Markup("<b>Nom</b>"), fault="<i>")

    assert said == "<b>Nom</b> : &lt;i&gt;"


def test_an_author_is_spoken_to_in_the_language_asked_for(house: House) -> None:
    answer = house.post()
    assert answer.json is not None
    link = answer.json["status_url"]
    page = house.client.get(link, query_string={"lang": "pl"}, headers={"Accept": "text/html"})
    assert "lang=pl" in page.location

    shown = house.client.get(page.location).text
    assert "<summary>Edytuj</summary>" in shown
    assert 'action="/t/blog/own/edit?lang=pl"' in shown
    house.clock.move(minutes=16)
    late = house.client.patch(f"{link}?lang=pl", json={"comment": "Nie", "revision": 1})
    assert late.json is not None
    assert "usunąć przez 15 minut od wysłania" in late.json["detail"]


@pytest.mark.parametrize(
    ("query", "title"), [("", "Kommentare auf The blog"), ("?lang=ko", "The blog의 댓글")]
)
def test_a_feed_is_in_one_language_for_all(house: House, query: str, title: str) -> None:
    speak(house, "de")

    answer = house.client.get(f"/s/blog/feed.atom{query}", headers={"Accept-Language": "fr"})

    assert f"<title>{title}</title>" in answer.text
    assert "Accept-Language" not in answer.headers.get("Vary", "")


def test_a_fragment_is_in_one_language_for_all(house: House) -> None:
    speak(house, "de")

    answer = house.client.get(
        "/s/blog/fragment", query_string={"url": PAGE}, headers={"Accept-Language": "fr"}
    )

    assert answer.headers["Content-Language"] == "de"
    assert "Noch keine Kommentare" in answer.text
