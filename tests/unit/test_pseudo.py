"""The language that is none finds what it is for."""

import pytest

from tests.pseudo import PSEUDO, unsaid


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<p>⟦Approve⟧</p>", []),
        ("<p>Approve</p>", ["Approve"]),
        ("<p>⟦by ⟪Άννα⟫⟧ and</p>", ["and"]),
        ("<p>⟦by ⟪held⟫⟧</p>", ["held"]),
        ("<p>⟦is ⟪<b>⟦held⟧</b>⟫ now⟧</p>", []),
        ("<p>⟦by ⟪<b>Άννα</b></p><p>held⟫⟧</p>", ["held"]),
        ('<a title="See ⟦it⟧">⟦Go⟧</a>', ["a title: See"]),
        ("<kbd>g</kbd><code>x</code><span translate=no>en<b>de</b></span>", []),
        ("<p>Άννα, https://a.example/b?c x@a.example LINK_FLOOD Deutsch</p>", []),
        ("<input title=x><p>y</p>", ["input title: x", "y"]),
    ],
)
def test_english_past_the_catalogues_is_found(page: str, found: list[str]) -> None:
    assert unsaid(page) == found


def test_it_says_messages_between_brackets() -> None:
    assert PSEUDO.text("by {name}").format(name="Άννα") == "⟦by ⟪Άννα⟫⟧"
    assert PSEUDO.plural("{n} day", "{n} days", 2).format(n=2) == "⟦⟪2⟫ days⟧"
    assert PSEUDO.text("Nobody has marked this.") == "Nobody has marked this."
