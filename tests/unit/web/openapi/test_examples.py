"""Examples, made of schemas."""

import pytest

from moderation.web.openapi.examples import example_of

NODE = {
    "type": "object",
    "properties": {
        "id": {"type": "integer", "minimum": 1},
        "replies": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
    },
    "required": ["id", "replies"],
}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "examples": ["told"]}, "told"),
        ({"type": "string"}, ""),
        ({"type": "integer", "minimum": 3}, 3),
        ({"type": "number"}, 0),
        ({"type": "boolean"}, False),
        ({"const": "only"}, "only"),
        ({"enum": ["first", "second"]}, "first"),
        ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, None),
        ({"type": "array", "items": {"const": 1}}, [1]),
    ],
)
def test_an_example_is_of_its_schema(schema: dict[str, object], expected: object) -> None:
    assert example_of(schema, {}) == expected


def test_members_that_may_be_missing_are_shown_where_they_have_an_example() -> None:
    schema = {
        "type": "object",
        "properties": {
            "needed": {"const": 1},
            "shown": {"type": "string", "examples": ["so"]},
            "left out": {"type": "string"},
        },
        "required": ["needed"],
    }

    assert example_of(schema, {}) == {"needed": 1, "shown": "so"}


def test_a_tree_ends() -> None:
    example = example_of({"$ref": "#/components/schemas/Node"}, {"Node": NODE})

    assert example["replies"][0]["id"] == 1
