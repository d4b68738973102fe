"""What stands above the queue's comments: the filters that are applied, and the latest decisions."""

import re
from html import unescape

import pytest

from moderation.domain.signals import Symbol
from moderation.services import bulk
from moderation.translations import TAGS
from moderation.web.latest import FRESH
from tests.factories import House
from tests.integration.queueing import decide, id_of, moderator, post

_CHIP = re.compile(r'<a class="chip" href="([^"]+)"><span>(.*?)</span> <span aria-hidden="true">×')


def ben(house: House) -> int:
    with house.rows():
        return id_of("Ben")


def recent(page: str) -> tuple[list[str], list[str]]:
    """Whose comments the latest decisions are on: those shown, and those folded away."""
    found = re.search(r'<section class="recent.*?</section>', page, re.DOTALL)
    if found is None:
        return [], []
    shown, _, folded = found[0].partition("<details>")
    names = r'aria-label="Undo: [^,]+, ([^"]+)"'
    return re.findall(names, shown), re.findall(names, folded)


def chips(page: str) -> dict[str, str]:
    """What each chip says, and where it leads."""
    return {
        re.sub(r"<[^>]+>", "", unescape(words)): unescape(url) for url, words in _CHIP.findall(page)
    }


def test_the_newest_decision_is_shown_and_the_others_are_folded(house: House) -> None:
    browser = house.sign_in()
    who = ben(house)
    for n in range(1, 8):
        decide(house, who, house.hold(name=f"Reader {n}"), "spam")
        house.clock.move(seconds=5)
    page = browser.get("/queue/").text

    assert recent(page) == (["Reader 7"], ["Reader 6", "Reader 5", "Reader 4", "Reader 3"])
    assert "<summary>4 more</summary>" in page


def test_decisions_that_are_no_longer_fresh_are_folded_all(house: House) -> None:
    browser = house.sign_in()
    who = ben(house)
    decide(house, who, house.hold(name="Ann"), "spam")
    house.clock.move(seconds=FRESH.total_seconds() - 1)
    assert recent(browser.get("/queue/").text) == (["Ann"], [])
    house.clock.move(seconds=1)
    page = browser.get("/queue/").text

    assert recent(page) == ([], ["Ann"])
    assert "<summary>Your latest decisions</summary>" in page
    decide(house, who, house.hold(name="Bob"), "approve")
    assert recent(browser.get("/queue/").text) == (["Bob"], ["Ann"])


def test_an_order_on_many_stands_by_its_time_and_in_full_while_it_is_at_work(house: House) -> None:
    browser = house.sign_in()
    held = house.hold(name="Ann")
    newest = re.search(r'name="newest" value="(\d+)"', browser.get("/queue/").text)
    assert newest is not None
    form = {"which": "ids", "ids": str(held), "decision": "reject", "newest": newest[1]}
    ordered = post(browser, "/queue/bulk/", **form)
    house.clock.move(seconds=FRESH.total_seconds())
    page = browser.get("/queue/").text
    assert "still at work" in page
    assert "<summary>Your latest decisions" not in page

    job_id = int(ordered.location.rpartition("/")[2])
    with house.rows():
        while bulk.step(job_id, house.clock()):
            pass
    page = browser.get("/queue/").text
    assert "still at work" not in page
    assert "<summary>Your latest decisions" in page
    assert f'action="{ordered.location}/undo"' in page
    post(browser, f"{ordered.location}/undo")
    assert f'action="{ordered.location}/undo"' not in browser.get("/queue/").text
    decide(house, ben(house), house.hold(name="Bob"), "spam")
    page = browser.get("/queue/").text
    assert recent(page) == (["Bob"], [])
    assert "<summary>1 more</summary>" in page


def test_who_decided_nothing_is_told_of_nothing(house: House) -> None:
    who = moderator(house)
    decide(house, who, house.hold(), "spam")

    assert 'class="recent' not in house.sign_in("ada@example.com").get("/queue/").text


def test_what_is_applied_is_told_and_each_of_it_can_be_taken_away(house: House) -> None:
    browser = house.sign_in()
    page = browser.get(
        "/queue/?tab=spam&site=blog&signal=LINK_FLOOD&language=de&since=2026-05-01&until=2026-05-04"
        "&opinion=1&reported=1&order=oldest"
    ).text
    told = chips(page)

    assert list(told) == [
        "Signal: It holds as many links as this site holds comments for, or more",
        "Site: The blog",
        "Language: German",
        "From: 1 May 2026",
        "To: 4 May 2026",
        "Only where a second opinion is asked for",
        "Only what readers have reported",
        "Order: Oldest first",
    ]
    names = ("signal", "site", "language", "since", "until", "opinion", "reported", "order")
    for name, url in zip(names, told.values(), strict=True):
        left = set(re.findall(r"(\w+)=", url))
        assert left == {"tab", *names} - {name}
        assert len(chips(browser.get(url).text)) == len(told) - 1
    assert '<a class="chips__clear" href="/queue/?tab=spam">' in page


@pytest.mark.parametrize(
    ("query", "told", "clears"),
    [
        ("", [], False),
        ("?order=oldest", [], False),  # as a form sends it whose order nobody touched
        ("?tab=spam&order=newest", [], False),
        ("?order=newest", ["Order: Newest first"], False),
        ("?signal=WAVE", ["Signal: It is one of many near-identical comments"], False),
        ("?signal=WAVE&q=sofa", ["Signal: It is one of many near-identical comments"], True),
        ("?q=sofa&order=riskiest", [], True),
        ("?language=tlh", ["Language: tlh"], False),
    ],
)
def test_only_what_changes_the_view_is_told(
    house: House, query: str, told: list[str], *, clears: bool
) -> None:
    page = house.sign_in().get(f"/queue/{query}").text

    assert list(chips(page)) == told
    assert ("Clear all" in page) is clears
    assert '<details class="filters__more">' in page  # folded


@pytest.mark.parametrize("tag", ["en", *TAGS])
def test_a_signal_is_chosen_by_words_that_no_other_has(house: House, tag: str) -> None:
    page = house.sign_in().get(f"/queue/?lang={tag}").text
    select = re.search(r'<select id="signal".*?</select>', page, re.DOTALL)
    assert select is not None
    options = dict(re.findall(r'<option value="(\w+)">([^<]+)</option>', select[0]))

    assert list(options) == [symbol.value for symbol in Symbol]
    assert len(set(options.values())) == len(options)
    assert not [words for words in options.values() if re.search(r"[A-Z]+_[A-Z]", words)]
