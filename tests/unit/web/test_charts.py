"""The geometry of charts."""

import pytest

from moderation.web.charts import HEIGHT, WIDTH, Dot, ceiling, dots, stacked


@pytest.mark.parametrize(
    ("value", "top"),
    [
        (0, 1),
        (0.3, 1),
        (1, 1),
        (1.1, 2),
        (3, 5),
        (5, 5),
        (5.1, 10),
        (10, 10),
        (11, 20),
        (99, 100),
        (101, 200),
        (12_345, 20_000),
    ],
)
def test_the_scale_ends_at_a_round_number_no_less(value: float, top: float) -> None:
    assert ceiling(value) == top


def test_bars_stand_on_each_other_within_the_drawing() -> None:
    chart = stacked([[("a", 3), ("b", 2)], [("a", 0), ("b", 10)]])

    assert (chart.top, chart.middle) == (10, 5)
    first, second, third = chart.bars
    assert (first.series, first.y, first.height) == ("a", 140, 60)
    assert (second.series, second.y, second.height) == ("b", 100, 40)
    assert (third.y, third.height) == (0, HEIGHT)
    assert first.x < first.x + first.width < third.x < third.x + third.width < WIDTH


def test_what_is_nothing_is_not_drawn() -> None:
    assert stacked([]).bars == ()
    assert stacked([[("a", 0)]]).bars == ()
    assert stacked([[("a", 0)]]).top == 1


def test_a_scale_counts_in_its_unit() -> None:
    assert stacked([[("a", 9_000)]], 3_600).top == 5 * 3_600


def test_dots_lie_in_their_square_as_large_as_what_they_stand_for() -> None:
    one, many, none = dots([(0.0, 0.0, 1), (1.0, 0.5, 100), (0.5, 1.0, 0)])

    assert one == Dot(0, 1000, 8.0)
    assert many == Dot(1000, 500, 34.0)
    assert (none.y, none.radius) == (0, 8.0)
    assert dots([]) == ()
