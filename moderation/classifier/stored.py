"""Models and numbers as they are read from a file or from the database."""

import zlib

# What bytes that are no model come to; numbers that no float holds and nests without end, too.
UNREADABLE = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    OverflowError,
    RecursionError,
    zlib.error,
)
_GREATEST = 1e30  # sums of such are still numbers


def finite(number: float) -> float:
    """A number that can be calculated with.

    Raises:
        ValueError: it is none.
    """
    if not abs(number) <= _GREATEST:
        raise ValueError("a number that is none, or too great")
    return float(number)


def at_least(least: float, number: float) -> float:
    """The same, and no less than this.

    Raises:
        ValueError: it is none, or less.
    """
    if finite(number) < least:
        raise ValueError("a number that is too small")
    return float(number)
