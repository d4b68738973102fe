"""Numbers by place, as they are kept and as they are learned."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.classifier.by_place import ByPlace

SIZE = 16
EVERY = np.arange(SIZE, dtype=np.uint32)
changes = st.dictionaries(st.integers(0, SIZE - 1), st.floats(-4, 4, width=32))


def changed(numbers: dict[int, float]) -> ByPlace:
    """With these in the second column."""
    table = ByPlace(SIZE, 0.0, 0.25)
    for place, number in numbers.items():
        table.spread()[1][place] = number
    return table


def kept(table: ByPlace) -> ByPlace:
    again = ByPlace(SIZE, 0.0, 0.25)
    again.read(BytesIO(b"".join(table.arrays())))
    return again


@given(numbers=changes)
def test_what_is_kept_says_the_same_at_every_place(numbers: dict[int, float]) -> None:
    again = kept(changed(numbers))

    expected = np.array([numbers.get(place, 0.25) for place in range(SIZE)], np.float32)
    first, second = again.at(EVERY, 0, 1)
    assert not first.any()
    assert (second == expected).all()
    count = int.from_bytes(next(again.arrays()), "little")
    assert count == sum(number != 0.25 for number in numbers.values())


@given(first=changes, then=changes)
def test_going_on_from_what_was_kept_is_going_on(
    first: dict[int, float], then: dict[int, float]
) -> None:
    again = kept(changed(first))

    for place, number in then.items():
        again.spread()[1][place] = number

    assert b"".join(again.arrays()) == b"".join(changed(first | then).arrays())


def test_fewer_numbers_than_told_are_refused() -> None:
    _, *rest = changed({3: 1.0, 5: 2.0}).arrays()

    with pytest.raises(ValueError, match="buffer"):
        ByPlace(SIZE, 0.0, 0.25).read(BytesIO(b"".join([b"\3\0\0\0", *rest])))


@pytest.mark.parametrize(
    "damaged",
    [
        ([5, 3], [1.0, 2.0]),
        ([3, 3], [1.0, 2.0]),
        ([3, SIZE], [1.0, 2.0]),
        ([3, 5], [1.0, float("nan")]),
        ([3, 5], [1.0, float("inf")]),
        ([3, 5], [1.0, 0.125]),
    ],
)
def test_places_and_numbers_that_are_none_are_refused(
    damaged: tuple[list[int], list[float]],
) -> None:
    places, numbers = damaged
    body = np.array([2, *places], "<u4").tobytes() + 2 * np.array(numbers, "<f4").tobytes()

    with pytest.raises(ValueError, match="none"):
        ByPlace(SIZE, 0.0, 0.25).read(BytesIO(body), 1)
