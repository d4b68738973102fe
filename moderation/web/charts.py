"""Charts as geometry: what a template draws as SVG. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 1000, 200  # of the drawing, which is stretched to its place
_GAP = 0.25  # of a day's width, between two bars


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle: its series and its place."""

    series: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of days.

    Attributes:
        bars: the rectangles, of the first day first, from the bottom up.
        top: the value at the upper edge.
        middle: the value half-way.
    """

    bars: tuple[Bar, ...]
    top: float
    middle: float


SIDE = 1000  # of a square drawing
_LEAST, _LARGEST = 8.0, 34.0  # a dot's radius


@dataclass(frozen=True, slots=True)
class Dot:
    """A circle: its middle and its radius."""

    x: float
    y: float
    radius: float


def dots(points: Sequence[tuple[float, float, float]]) -> tuple[Dot, ...]:
    """Circles in a square whose sides go from 0 to 1, their areas as large as what they stand for.

    Args:
        points: across, up, and for how much each stands.
    """
    most = max((amount for _, _, amount in points), default=1)
    return tuple(
        Dot(
            round(x * SIDE, 2),
            round((1 - y) * SIDE, 2),
            round(max(_LEAST, _LARGEST * (amount / most) ** 0.5), 2),
        )
        for x, y, amount in points
    )


def ceiling(value: float) -> float:
    """The least of 1, 2, 5, 10, 20, 50 ... that is no less; 1 for nothing, so that there is a
    scale.
    """
    size = 1.0
    while size * 10 < value:
        size *= 10
    return next((size * step for step in (1, 2, 5, 10) if size * step >= value), 1.0)


def stacked(days: Sequence[Sequence[tuple[str, float]]], unit: float = 1) -> Chart:
    """Bars of parts, one bar for each day.

    Args:
        days: each day's parts from the bottom up: series and value.
        unit: what the scale counts in, such as 3600 for seconds shown as hours.
    """
    tallest = max((sum(value for _, value in parts) for parts in days), default=0)
    top = ceiling(tallest / unit) * unit
    step = WIDTH / max(len(days), 1)
    bars: list[Bar] = []
    for place, parts in enumerate(days):
        floor = float(HEIGHT)
        for series, value in parts:
            height = value / top * HEIGHT
            if height > 0:
                floor -= height
                x, width = (place + _GAP / 2) * step, step * (1 - _GAP)
                bars.append(
                    Bar(series, round(x, 2), round(floor, 2), round(width, 2), round(height, 2))
                )
    return Chart(tuple(bars), top, top / 2)
