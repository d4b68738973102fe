"""Markup that is made once and filled in many times."""

from jinja2 import Environment

from moderation.web.stencils import Stencils

ENVIRONMENT = Environment(autoescape=True)


def macro(source: str):
    return ENVIRONMENT.from_string(source).module.part


ROW = "{% macro part(word, id, more) %}<p id='c-{{ id }}' data-n={{ more }}>{{ word }} {{ id }}</p>"
PART = macro(ROW + "{% endmacro %}")


def test_it_is_what_the_macro_says_of_each() -> None:
    stencil = Stencils()
    for word in ("a", "<b>", "a"):
        for number in (1, 22, 2**62):
            made = stencil(PART, word, id=number, more=number + 1)
            assert made == PART(word, id=number, more=number + 1)
            assert made.__html__() == made


def test_it_is_made_once_for_each_kind() -> None:
    said = []
    stencil = Stencils()
    part = macro("{% macro part(say, kind, id) %}{{ say(kind) }}{{ id }}{% endmacro %}")

    def say(kind: str) -> str:
        said.append(kind)
        return kind

    made = [stencil(part, say, kind, id=n) for n in range(3) for kind in ("x", "y")]
    assert made == ["x0", "y0", "x1", "y1", "x2", "y2"]
    assert said == ["x", "y"]


def test_what_is_typed_is_never_taken_for_a_place() -> None:
    for word in ("{id}", "id.", "\x00id.", "id"):
        assert Stencils()(PART, word, id=7, more=8).count("7") == 2
