import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.domain.whole_number import MOST_STORED, whole_number


@given(number=st.integers(0, MOST_STORED))
def test_digits_are_their_number(number: int) -> None:
    assert whole_number(str(number)) == number


@pytest.mark.parametrize("text", ["", " 1", "+1", "-1", "1.0", "1e3", "٣", "²", "0x1", "9" * 5_000])
def test_what_is_no_such_number_is_none(text: str) -> None:
    assert whole_number(text) is None


@pytest.mark.parametrize(
    ("text", "found"), [("99", 99), ("100", 100), ("101", None), ("0100", None), ("007", 7)]
)
def test_no_number_is_greater_than_the_most(text: str, found: int | None) -> None:
    assert whole_number(text, 100) == found


def test_what_no_database_holds_is_none() -> None:
    assert whole_number(str(MOST_STORED + 1)) is None
