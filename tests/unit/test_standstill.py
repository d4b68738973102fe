from workers.standstill import Standstill


def test_it_stands_still_when_something_has_waited_for_too_long_and_nothing_was_begun() -> None:
    standstill = Standstill(patience=30)

    assert not standstill.seen(5, waiting=True, now=100)
    assert not standstill.seen(5, waiting=True, now=129)
    assert standstill.seen(5, waiting=True, now=130)


def test_whatever_is_begun_shows_that_it_works() -> None:
    standstill = Standstill(patience=30)
    standstill.seen(5, waiting=True, now=100)

    assert not standstill.seen(6, waiting=True, now=130)
    assert not standstill.seen(6, waiting=True, now=159)
    assert standstill.seen(6, waiting=True, now=160)


def test_where_nothing_waits_there_is_nothing_to_begin() -> None:
    standstill = Standstill(patience=30)
    standstill.seen(5, waiting=True, now=100)

    assert not standstill.seen(5, waiting=False, now=1000)
    assert not standstill.seen(5, waiting=True, now=1029)
