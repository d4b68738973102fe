"""Views of the queue: what an address tells, what it cannot tell, where a page ends."""

from datetime import date

import pytest

from moderation.domain.queue_view import (
    TAB_STATUSES,
    Order,
    QueueView,
    Tab,
    parse_view,
    read_cursor,
    write_cursor,
)
from moderation.domain.signals import Symbol
from moderation.domain.status import Status
from moderation.errors import InvalidInputError

EVERYTHING = {
    "tab": "spam",
    "site": "blog-2",
    "thread": "7",
    "commenter": "9223372036854775807",
    "signal": "LINK_FLOOD",
    "since": "2026-05-04",
    "until": "2026-05-05",
    "language": "de",
    "q": "two words",
    "opinion": "1",
    "order": "newest",
}


def test_nothing_asked_is_what_is_held_oldest_first() -> None:
    view = parse_view({})

    assert (view.tab, view.statuses) == (Tab.HELD, (Status.HELD,))
    assert view.effective_order is Order.OLDEST
    assert not view.filtered
    assert view.arguments() == {}


def test_an_address_is_read_whole() -> None:
    view = parse_view(EVERYTHING)

    assert view == QueueView(
        tab=Tab.SPAM,
        site="blog-2",
        thread=7,
        commenter=2**63 - 1,
        signal=Symbol.LINK_FLOOD,
        since=date(2026, 5, 4),
        until=date(2026, 5, 5),
        language="de",
        q="two words",
        opinion=True,
        order=Order.NEWEST,
    )


@pytest.mark.parametrize("left_out", [None, *EVERYTHING])
def test_a_view_and_its_address_tell_the_same(left_out: str | None) -> None:
    arguments = {name: value for name, value in EVERYTHING.items() if name != left_out}

    assert parse_view(arguments).arguments() == arguments
    assert parse_view(parse_view(arguments).arguments()) == parse_view(arguments)


def test_blank_arguments_and_those_of_others_are_passed_over() -> None:
    view = parse_view({"site": "", "q": "  ", "order": "", "after": "1_2", "csrf_token": "x"})

    assert view == QueueView()


def test_words_lose_the_spaces_around_them() -> None:
    assert parse_view({"q": " two  words "}).q == "two  words"


def test_changes_are_told_and_none_takes_one_away() -> None:
    view = parse_view({"site": "blog", "q": "words"})

    assert view.arguments(q=None, tab="all", after="5_1") == {
        "site": "blog",
        "tab": "all",
        "after": "5_1",
    }
    assert view.arguments(tab="held") == {"site": "blog", "q": "words"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tab", "pending"),
        ("tab", "HELD"),
        ("site", "Not A Slug"),
        ("site", "a" * 64),
        ("site", "blog\n"),
        ("thread", "0"),
        ("thread", "-1"),
        ("thread", "9223372036854775808"),
        ("thread", "seven"),
        ("commenter", "1e3"),
        ("signal", "link_flood"),
        ("since", "yesterday"),
        ("since", "2026-02-30"),
        ("since", "1700000000"),
        ("since", "2026-05-04T12:00"),
        ("until", "9999-12-31"),
        ("until", "0000-00-00"),
        ("language", "DE"),
        ("language", "deutsch"),
        ("q", "w" * 201),
        ("opinion", "perhaps"),
        ("order", "best"),
    ],
)
def test_a_value_that_is_none_of_its_kind_is_named(name: str, value: str) -> None:
    with pytest.raises(InvalidInputError, match=f": {name} is not understood"):
        parse_view({name: value})


def test_all_that_is_wrong_is_named_at_once_but_not_repeated() -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_view({"thread": "<b>", "order": "best", "site": "blog"})

    assert "order, thread is not understood" in caught.value.message
    assert "<b>" not in caught.value.message


@pytest.mark.parametrize(
    ("tab", "order", "q", "expected"),
    [
        (Tab.HELD, None, "", Order.OLDEST),
        (Tab.SPAM, None, "", Order.NEWEST),
        (Tab.ALL, None, "", Order.NEWEST),
        (Tab.HELD, Order.NEWEST, "", Order.NEWEST),
        (Tab.SPAM, Order.OLDEST, "", Order.OLDEST),
        (Tab.HELD, Order.RISKIEST, "", Order.RISKIEST),
        (Tab.HELD, Order.RISKIEST, "word", Order.OLDEST),
        (Tab.SPAM, Order.RISKIEST, "word", Order.NEWEST),
        (Tab.SPAM, Order.OLDEST, "word", Order.OLDEST),
    ],
)
def test_the_order_that_holds(tab: Tab, order: Order | None, q: str, expected: Order) -> None:
    assert QueueView(tab=tab, order=order, q=q).effective_order is expected


@pytest.mark.parametrize("name", EVERYTHING)
def test_what_narrows_a_view(name: str) -> None:
    view = parse_view({name: EVERYTHING[name]})

    assert view.filtered is (name not in {"tab", "site", "order"})


def test_what_is_pending_or_deleted_is_in_no_tab() -> None:
    shown = {status for statuses in TAB_STATUSES.values() for status in statuses}

    assert shown == set(Status) - {Status.PENDING, Status.DELETED}
    assert set(TAB_STATUSES[Tab.ALL]) == shown


@pytest.mark.parametrize(
    "cursor",
    [
        (1_777_896_000_000_000, 1),
        (0, 10**18 - 1),
        (4.5, 3),
        (-2.125, 3),
        (0.001, 3),
        (1e-05, 3),
        (1e16, 3),
        (0.1 + 0.2, 3),
    ],
)
def test_a_cursor_says_where_a_page_ended(cursor: tuple[float, int]) -> None:
    read = read_cursor(write_cursor(*cursor))

    assert read is not None
    assert read == (pytest.approx(cursor[0], abs=1e-6), cursor[1])


def test_no_cursor_is_the_first_page() -> None:
    assert read_cursor("") is None


@pytest.mark.parametrize(
    "text",
    ["5", "_5", "5_", "5_x", "x_5", "5_5_5", "5_-5", " 5_5", "5_5\n", "1e3_5", "nan_1", "٣_٣"],
)
def test_what_no_page_gave_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="not one that the page before it gave"):
        read_cursor(text)
