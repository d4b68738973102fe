"""Letter avatars."""

import pytest

from moderation.domain.avatar import COLOURS, avatar_of, initial_of


def test_a_colour_is_made_of_seed_and_name() -> None:
    assert avatar_of(7, "Anna") == avatar_of(7, "Anna")
    assert {avatar_of(seed, "Anna") for seed in range(500)} == set(range(COLOURS))
    assert len({avatar_of(7, f"Anna {n}") for n in range(500)}) == COLOURS


@pytest.mark.parametrize(
    ("name", "initial"),
    [
        ("anna", "A"),
        ("  “Élodie”", "É"),
        ("42", "4"),
        ("王芳", "王"),
        ("…", "•"),
        ("", "•"),
        ("ßa", "SS"),
    ],
)
def test_an_initial_is_the_first_letter_or_digit(name: str, initial: str) -> None:
    assert initial_of(name) == initial
