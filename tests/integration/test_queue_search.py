"""What words find in the queue, on both databases."""

import html
import re

from moderation.domain.queue_view import Order
from tests.factories import House
from tests.integration.queueing import decide, listed, moderator, shown

WORDS = {
    "Café olé": "naïve résumé",
    "Zoë": "STRASSE und ÜBERMUT",
    "Otto": "see https://shop.example/cheap-boots?x=1 now",
    "Quoter": "“Quoted” isn't snake_case, nor AND or NEAR",
    "Дарья": "ПРИВЕТ всем",
    "李": "我喜欢这篇文章",
}


FOUND: dict[str, set[str]] = {
    "cafe": {"Café olé"},
    "CAFÉ": {"Café olé"},
    "cafe\u0301": {"Café olé"},
    "resume naive": {"Café olé"},
    "résu": {"Café olé"},
    "ubermut": {"Zoë"},
    "übermut zoe": {"Zoë"},
    "shop": {"Otto"},
    "cheap boots": {"Otto"},
    "boots example": {"Otto"},
    "oots": set(),
    "quoted": {"Quoter"},
    "snake case": {"Quoter"},
    "snake_case": {"Quoter"},
    "isn't": {"Quoter"},
    "привет": {"Дарья"},
    "дарья ПРИ": {"Дарья"},
    "我喜欢": {"李"},
    "quoted shop": set(),
    "AND": {"Quoter"},
    "NEAR": {"Quoter"},
    "quoted AND nor": {"Quoter"},
    "NOT": set(),
    '"quoted"': {"Quoter"},
    "(quoted)": {"Quoter"},
    "quoted*": {"Quoter"},
    "-quoted": {"Quoter"},
    "^quoted": {"Quoter"},
    "name:quoted": set(),
    "NEAR(quoted nor)": {"Quoter"},
    "quoted:*": {"Quoter"},
    "quoted | shop": set(),
    "!quoted & '": {"Quoter"},
    "\\": set(),
    '"': set(),
    "*": set(),
    "... --- !?": set(),
    "_": set(),
    "\x00": set(),
    "quo\x00ted": set(),
    "w" * 200: set(),
    " ".join(["quoted"] * 28): {"Quoter"},
}


def test_words_are_found(house: House) -> None:
    who = moderator(house)
    held = {
        house.hold(name=name, comment=f"{text} https://a.example https://b.example"): name
        for name, text in WORDS.items()
    }

    for typed, names in FOUND.items():
        found = listed(house, who, limit=1, q=typed)
        assert {held[comment] for comment in found} == names, typed


def test_whatever_is_typed_gives_a_page(house: House) -> None:
    comment = house.hold(name="Findable")
    browser = house.sign_in()
    for typed in ('find "', "!find", "findable", "... ---", "\x00", "NEAR(", "\\"):
        page = browser.get("/queue/", query_string={"q": typed})
        assert page.status_code == 200
        assert shown(page.text) == ([comment] if "find" in typed else [])
        assert ("Nothing matches this view" in page.text) is ("find" not in typed)


def test_what_words_find_is_paged_and_narrowed(house: House) -> None:
    who = moderator(house)
    held = [house.hold(name="Findable") for _ in range(5)]
    spam = house.hold(name="Findable")
    decide(house, who, spam, "spam")
    house.hold(name="Other")
    for order in (None, *Order):
        view = {"q": "find", **({"order": order} if order else {})}
        ordered = held[::-1] if order is Order.NEWEST else held
        assert listed(house, who, limit=2, **view) == ordered
        assert listed(house, who, tab="spam", **view) == [spam]
        assert listed(house, who, signal="LINK_FLOOD", **view) == ordered
        assert listed(house, who, signal="HONEYPOT", **view) == []
        assert listed(house, who, since="2026-05-05", **view) == []


def test_how_many_words_find_is_told_at_the_beginning(home: House) -> None:
    house = home
    for _ in range(26):
        house.hold(name="Findable")
    browser = house.sign_in()
    first = browser.get("/queue/?q=find").text
    following = browser.get(html.unescape(re.findall(r'href="([^"]*after=[^"]*)"', first)[0])).text

    assert "26 in this view" in first
    assert "All 26 in this view" in first
    assert len(shown(following)) == 1
    assert "All in this view" in following


def test_a_long_word_and_a_long_text_are_entered(house: House) -> None:
    who = moderator(house)
    comment = house.hold(
        comment=f"{'w' * 3000} {'é' * 2500} tail https://a.example https://b.example"
    )

    assert listed(house, who, q="tail") == [comment]
    assert listed(house, who, q="w" * 50) == [comment]


def test_what_is_pending_cannot_be_found(house: House) -> None:
    who = moderator(house)
    house.post(name="Waiting")

    assert listed(house, who, q="waiting", tab="all") == []
