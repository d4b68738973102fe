"""The addresses of the widget's files, as pages of other origins ask for them."""

import gzip
import html

import pytest

from moderation.web.widget import widget_files
from tests.factories import House

SCRIPT = "/widget.js"


def lasting(language: str | None = None) -> str:
    return widget_files().address(language)


@pytest.mark.parametrize("name", ["today's", "of a version"])
def test_any_page_may_use_the_script(house: House, name: str) -> None:
    answer = house.client.get(SCRIPT if name == "today's" else lasting("en"))

    assert answer.status_code == 200
    assert answer.data == widget_files().script("en").body
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("query", "browser", "spoken"),
    [
        ("", "de-AT,de;q=0.9,en;q=0.8", "de"),
        ("", "tlh, uk;q=0.8", "uk"),
        ("", "", "en"),
        ("?lang=zh-TW", "de", "zh-Hant"),
        ("?lang=xx", "de", "de"),
        ("?lang=%22%3E", "", "en"),
    ],
)
def test_the_script_brings_the_words_that_its_address_or_the_browser_asks_for(
    home: House, query: str, browser: str, spoken: str
) -> None:
    answer = home.client.get(SCRIPT + query, headers={"Accept-Language": browser})

    assert answer.data == widget_files().script(spoken).body
    assert ("Accept-Language" in answer.headers["Vary"]) == (spoken != "zh-Hant")
    again = home.client.get(
        SCRIPT, headers={"Accept-Language": "fr", "If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 200


@pytest.mark.parametrize(
    ("query", "spoken"), [("", None), ("?lang=de", "de"), ("?lang=de-AT", "de"), ("?lang=xx", None)]
)
def test_the_script_of_a_version_is_the_same_whatever_the_browser_asks_for(
    home: House, query: str, spoken: str | None
) -> None:
    answers = [
        home.client.get(lasting() + query, headers={"Accept-Language": browser})
        for browser in ("", "fr", "ja")
    ]

    assert {answer.data for answer in answers} == {widget_files().script(spoken).body}
    for answer in answers:
        assert "Accept-Language" not in answer.headers["Vary"]
        assert "immutable" in answer.headers["Cache-Control"]


def test_what_has_a_version_is_kept_for_ever_and_the_rest_is_asked_for_again(house: House) -> None:
    assert "immutable" in house.client.get(lasting()).headers["Cache-Control"]
    today = house.client.get(SCRIPT)
    assert today.headers["Cache-Control"] == "public, max-age=300"

    again = house.client.get(SCRIPT, headers={"If-None-Match": today.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_it_is_sent_small_to_whoever_reads_gzip(house: House) -> None:
    answer = house.client.get(SCRIPT, headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert gzip.decompress(answer.data) == widget_files().script("en").body


def test_each_language_has_its_words_and_an_old_script_gets_those_of_today(house: House) -> None:
    today = house.client.get(f"/widget/{widget_files().version}/ar.json")
    for_old = house.client.get("/widget/0123456789abcdef/ar.json")

    assert today.json == for_old.json
    assert today.json[:2] == ["ar", "rtl"]
    assert "Accept-Language" not in today.headers["Vary"]
    assert "immutable" in today.headers["Cache-Control"]
    assert "immutable" not in for_old.headers["Cache-Control"]


def test_another_version_than_todays_is_not_here(house: House) -> None:
    answer = house.client.get("/widget/0123456789abcdef/widget.js")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("tag", "browser", "answered"),
    [
        ("de-AT", "fr", "de"),
        ("zh-TW", "", "zh-Hant"),
        ("auto", "tlh, uk;q=0.8, de;q=0.7", "uk"),
        ("auto", "", "en"),
        ("xx/..", "nl", "nl"),
    ],
)
def test_words_are_of_the_tags_language_else_of_the_browsers(
    house: House, tag: str, browser: str, answered: str
) -> None:
    address = f"/widget/{widget_files().version}/{tag}.json"
    answer = house.client.get(address, headers={"Accept-Language": browser})

    assert answer.json[0] == answered
    assert "immutable" in answer.headers["Cache-Control"]
    assert ("Accept-Language" in answer.headers["Vary"]) == (tag in {"auto", "xx/.."})


def test_the_themes_page_shows_a_site_or_says_how_to_name_one(house: House) -> None:
    shown = house.client.get("/widget/themes?site=blog&url=https://blog.example/a").text
    missing = house.client.get("/widget/themes?site=nowhere").text

    assert '<leave-a-reply url="https://blog.example/a">' in shown
    integrity = widget_files().script(None).integrity
    assert f'{lasting()}" integrity="{integrity}" crossorigin="anonymous"' in html.unescape(shown)
    assert "There is no site “nowhere” here." in missing
    assert "<leave-a-reply" not in missing
