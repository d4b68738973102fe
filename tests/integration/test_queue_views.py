"""What each view of the queue shows, in which order, page by page, on both databases."""

import re
from collections.abc import Iterable
from datetime import date
from itertools import product
from typing import Any

import pytest

from moderation.domain.queue_view import Order, QueueView, Tab
from moderation.domain.signals import Symbol
from moderation.domain.status import Status
from moderation.errors import InvalidInputError
from moderation.models import SecondOpinion, SignalRow, db
from moderation.services import moderating, queue
from moderation.services.queue_query import count_matching, find_page
from tests.factories import ORIGIN, House
from tests.integration.queueing import (
    assert_counts_hold,
    decide,
    in_view,
    listed,
    moderator,
    post,
    shown,
    undo,
)

GERMAN = "Heute habe ich mit meiner Familie eine lange Wanderung durch den Wald gemacht."


def scored(house: House, comment: int, score: float) -> int:
    with house.rows():
        house.comment(comment).score = score
        db.session.commit()
    return comment


def test_each_tab_shows_its_status_and_its_count(house: House) -> None:
    who = moderator(house)
    held, spam, rejected, approved = (house.hold() for _ in range(4))
    published = house.publish()
    for comment, decision in ((spam, "spam"), (rejected, "reject"), (approved, "approve")):
        decide(house, who, comment, decision)
    pending = house.post().get_json()["id"]

    expected = {
        "held": [held],
        "spam": [spam],
        "published": [published, approved],
        "rejected": [rejected],
        "all": [published, approved, rejected, spam, held],
    }
    browser = house.sign_in("ada@example.com")
    for tab, comments in expected.items():
        assert listed(house, who, tab=tab) == comments
        page = browser.get("/queue/", query_string={"tab": tab}).text
        assert shown(page) == comments
        assert re.search(rf'data-tab="{tab}"[^>]*>\w+ <span class="count">{len(comments)}<', page)
    assert pending not in listed(house, who, tab="all")
    assert_counts_hold(house)


def test_every_filter_narrows(house: House) -> None:
    who = moderator(house, sites=("blog",))
    plain = house.hold(email="anna@example.com")
    other_page = house.hold(url=f"{ORIGIN}/second/")
    same_commenter = house.hold(email="anna@example.com")
    german = house.hold(comment=f"{GERMAN} https://a.example https://b.example")
    house.clock.move(days=1)
    tomorrow = house.hold()
    with house.rows():
        thread = house.comment(other_page).thread_id
        anna = house.comment(plain).commenter_id
        assert house.comment(german).language == "de"
        moderating.ask_second_opinion(who, plain, "?", now=house.clock())

    assert listed(house, who, thread=thread) == [other_page]
    assert listed(house, who, commenter=anna) == [plain, same_commenter]
    assert listed(house, who, language="de") == [german]
    assert listed(house, who, since="2026-05-05") == [tomorrow]
    assert listed(house, who, until="2026-05-04") == [plain, other_page, same_commenter, german]
    assert listed(house, who, since="2026-05-05", until="2026-05-05") == [tomorrow]
    assert listed(house, who, since="2026-05-06") == []
    assert listed(house, who, opinion=1) == [plain]
    assert listed(house, who, commenter=anna, opinion=1, until="2026-05-04") == [plain]
    assert listed(house, who, commenter=anna, language="de") == []


def test_a_day_is_the_whole_of_it_in_utc(house: House) -> None:
    who = moderator(house)
    house.clock.now = house.clock.now.replace(hour=0, minute=0)
    first = house.hold()
    house.clock.move(hours=23, minutes=59, seconds=59.999999)
    last = house.hold()
    house.clock.move(microseconds=1)
    house.hold()

    day = house.clock.now.date().replace(day=4).isoformat()
    assert listed(house, who, since=day, until=day) == [first, last]


def test_a_signal_is_found_in_every_order(house: House) -> None:
    who = moderator(house)
    low, high, middle = (scored(house, house.hold(), score) for score in (3, 9, 6))
    house.publish()
    with house.rows():
        thread = house.comment(low).thread_id

    for order, expected in {
        None: [low, high, middle],
        Order.OLDEST: [low, high, middle],
        Order.NEWEST: [middle, high, low],
        Order.RISKIEST: [high, middle, low],
    }.items():
        view = {"order": order} if order else {}
        assert listed(house, who, limit=1, signal="LINK_FLOOD", **view) == expected
        assert listed(house, who, signal="LINK_FLOOD", thread=thread, **view) == expected
        assert listed(house, who, signal="HONEYPOT", **view) == []
    decide(house, who, high, "spam")
    for order in Order:
        assert listed(house, who, signal="LINK_FLOOD", tab="spam", order=order) == [high]


def test_a_signal_of_two_checks_shows_a_comment_once(house: House) -> None:
    who = moderator(house)
    held = [house.hold() for _ in range(4)]
    with house.rows():
        for row in db.session.query(SignalRow).filter_by(symbol=Symbol.LINK_FLOOD).all():
            values = {c.key: getattr(row, c.key) for c in row.__table__.columns if c.key != "id"}
            db.session.add(SignalRow(**values | {"check_name": "another"}))
        db.session.commit()

    for limit in (1, 2, 3, 4):
        assert listed(house, who, limit=limit, signal="LINK_FLOOD") == held
    view = QueueView(signal=Symbol.LINK_FLOOD)
    with house.rows():
        counts = [count_matching(who, view, most=most) for most in (1, 3, 4, 5, 8, 9, None)]
    assert counts == [1, 3, 4, 4, 4, 4, 4]


def test_pages_show_each_comment_once_in_order(house: House) -> None:
    with house.rows():
        house.add_site("other")
    who = moderator(house, sites=("blog", "other"))
    comments: dict[int, tuple[Status, float]] = {}
    statuses = {"spam": Status.SPAM, "reject": Status.REJECTED, "approve": Status.PUBLISHED}
    for number, decision in enumerate(["", "spam", "reject", "approve"] * 3):
        # Pairs that came at once and have the same points, on two sites.
        comment = house.hold(_site="blog" if number % 3 else "other")
        scored(house, comment, score=4 + number // 4 * 0.125)
        if decision:
            decide(house, who, comment, decision)
        comments[comment] = (statuses.get(decision, Status.HELD), 4 + number // 4 * 0.125)
        if number % 2:
            house.clock.move(seconds=1.000001)

    for tab, order in product(Tab, Order):
        expected = sorted(c for c in comments if comments[c][0] in QueueView(tab=tab).statuses)
        if order is Order.RISKIEST:
            expected.sort(key=lambda c: (-comments[c][1], -c))
        elif order is Order.NEWEST:
            expected.reverse()
        for limit in (2, 100):
            assert listed(house, who, limit=limit, tab=tab, order=order) == expected


@pytest.mark.parametrize("order", list(Order))
def test_a_decision_between_pages_hides_and_repeats_nothing(house: House, order: Order) -> None:
    who = moderator(house)
    held = [scored(house, house.hold(), score) for score in range(6)]
    if order is not Order.OLDEST:
        held.reverse()
    view = QueueView(order=order)
    with house.rows():
        first = find_page(who, view, limit=2)
    decide(house, who, held[1], "spam")  # the last of the page, which its cursor names
    decide(house, who, held[3], "approve")
    with house.rows():
        assert first.next_after is not None
        second = find_page(who, view, limit=2, after=first.next_after)

    assert (first.ids, second.ids) == (held[:2], [held[2], held[4]])


def test_what_the_site_says_has_its_place_by_risk_too(house: House) -> None:
    who = moderator(house)
    comments = [house.publish() for _ in range(3)]
    with house.rows():
        for number, comment in enumerate(comments):
            moderating.reply(
                house.parts.vault,
                who,
                comment,
                f"Answer {number}",
                revision=1,
                seen=Status.PUBLISHED,
                now=house.clock(),
            )

    found = listed(house, who, limit=2, tab="published", order="riskiest")
    assert len(found) == 6
    assert listed(house, who, limit=2, tab="all", order="riskiest") == found
    with house.rows():
        scores = [house.comment(comment).score for comment in found]
    assert None not in scores
    assert scores == sorted(scores, key=lambda score: -(score or 0))


def test_the_page_and_its_more_give_the_same(house: House) -> None:
    held = [house.hold() for _ in range(27)]
    browser = house.sign_in()
    first = browser.get("/queue/").text
    nexts = re.findall(r'(?:href|hx-get)="(/queue/(?:more)?\?after=[^"]+)"', first)

    assert [path.partition("?")[0] for path in nexts] == ["/queue/", "/queue/more"]
    assert shown(first) == held[:25]
    for path in nexts:
        assert shown(browser.get(path).text) == held[25:]


def test_a_page_that_none_gave_is_told_in_words(house: House) -> None:
    house.hold()
    browser = house.sign_in()
    for after in ("1", "x_1", "99999999999999999999_1", "-99999999999999999_1"):
        for path in ("/queue/", "/queue/more"):
            answer = browser.get(path, query_string={"after": after})
            assert answer.status_code == 400
            assert "not one that the page before it gave" in answer.text


def test_a_cursor_of_another_order_is_no_fault(house: House) -> None:
    who = moderator(house)
    house.hold()
    with house.rows():
        for order in Order:
            for after in ("1.5_1", "1777896000000000_1"):
                find_page(who, QueueView(order=order), limit=2, after=after)
        with pytest.raises(InvalidInputError):
            find_page(who, QueueView(), limit=2, after="nonsense")


def test_other_sites_comments_are_in_no_view(house: House) -> None:
    with house.rows():
        house.add_site("other")
    stranger = moderator(house, "Eve", sites=("other",))
    own = house.hold(_site="other", name="Findable")
    foreign = house.hold(name="Findable")
    with house.rows():
        thread, commenter = house.comment(foreign).thread_id, house.comment(foreign).commenter_id
        db.session.add(
            SecondOpinion(
                comment_id=foreign, moderator_id=stranger, note="", created_at=house.clock()
            )
        )
        db.session.commit()

    views: Iterable[dict[str, Any]] = (
        {},
        {"tab": "all"},
        {"q": "findable"},
        {"signal": "LINK_FLOOD"},
        {"signal": "LINK_FLOOD", "order": "riskiest"},
        {"order": "riskiest"},
    )
    for view in views:
        assert listed(house, stranger, **view) == [own]
    nothing: Iterable[dict[str, Any]] = (
        {"site": "blog"},
        {"site": "nowhere"},
        {"thread": thread},
        {"commenter": commenter},
        {"opinion": 1},
        {"site": "blog", "q": "findable"},
        {"site": "blog", "signal": "LINK_FLOOD"},
    )
    for view in nothing:
        assert listed(house, stranger, **view) == []
    with house.rows():
        assert queue.count_tabs(stranger, "blog")[Tab.HELD] == 0
        assert queue.count_new(stranger, QueueView(), 0) == 1
        assert not in_view(stranger, QueueView(), foreign)
    assert_counts_hold(house)


def test_one_of_several_sites(house: House) -> None:
    with house.rows():
        house.add_site("other")
    who = moderator(house, sites=("blog", "other"))
    here, there = house.hold(), house.hold(_site="other")

    assert listed(house, who) == [here, there]
    assert listed(house, who, site="other") == [there]
    with house.rows():
        assert queue.count_tabs(who, "other")[Tab.HELD] == 1
        assert queue.count_tabs(who, None)[Tab.HELD] == 2


def test_counts_hold_after_each_kind_of_change(house: House) -> None:
    who = moderator(house)
    comment, other = house.hold(), house.publish()
    assert_counts_hold(house)
    seen = Status.HELD
    for decision, after in (
        ("approve", Status.PUBLISHED),
        ("spam", Status.SPAM),
        ("block", Status.REJECTED),
    ):
        entry = decide(house, who, comment, decision, seen=seen)
        assert_counts_hold(house)
        seen = after
    undo(house, who, entry)
    assert_counts_hold(house)
    with house.rows():
        said = moderating.reply(
            house.parts.vault,
            who,
            other,
            "Thanks",
            revision=1,
            seen=Status.PUBLISHED,
            now=house.clock(),
        )
    assert_counts_hold(house)
    undo(house, who, said)
    assert_counts_hold(house)


def test_news_are_what_was_judged_since(house: House) -> None:
    who = moderator(house)
    house.hold()
    late = house.post(comment="https://a.example https://b.example").get_json()["id"]
    with house.rows():
        newest = queue.newest_id()
        assert queue.count_new(who, QueueView(), newest) == 0
    house.work()
    assert house.status(late) is Status.HELD
    decide(house, who, house.hold(name="Gone"), "spam")
    arrived = house.hold(name="Findable")

    with house.rows():
        assert queue.count_new(who, QueueView(), newest) == 2
        assert queue.count_new(who, QueueView(q="findable"), newest) == 1
        assert queue.count_new(who, QueueView(q="!"), newest) == 0
        assert queue.count_new(who, QueueView(tab=Tab.PUBLISHED), newest) == 0
    undo(house, who, decide(house, who, arrived, "spam"))
    browser = house.sign_in("ada@example.com")
    page = browser.get("/queue/news", query_string={"newest": newest}).text
    assert "2 new – show" in page
    assert browser.get("/queue/news").status_code == 400


def test_a_filtered_page_says_how_many_match(house: House) -> None:
    for _ in range(27):
        house.hold(name="Findable")
    house.hold()
    page = house.sign_in().get("/queue/", query_string={"q": "findable"}).text

    assert "27 in this view" in page
    assert "All 27 in this view" in page
    assert len(shown(page)) == 25


def test_the_view_is_kept_by_every_form_and_link(house: House) -> None:
    comment = house.hold(name="Findable")
    browser = house.sign_in()
    view = {"q": "findable", "order": "newest", "since": date(2026, 5, 1).isoformat()}
    answer = post(
        browser,
        f"/queue/{comment}?q=findable&order=newest&since=2026-05-01",
        decision="spam",
        seen="held",
        revision="1",
    )

    assert answer.status_code == 303
    for name, value in view.items():
        assert f"{name}={value}" in answer.location
