"""Examples, made of JSON schemas."""

from collections.abc import Mapping
from typing import Any

_PREFIX = "#/components/schemas/"
_DEEPEST = 8  # schemas in one another: what a tree of replies is cut at


def resolved(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema itself, or what it refers to."""
    name = schema.get("$ref", "").removeprefix(_PREFIX)
    return components[name] if name else schema


def example_of(schema: Mapping[str, Any], components: Mapping[str, Any], depth: int = 0) -> Any:
    """A value of a schema, made of its members' first examples; what may be left out and has no
    example is.
    """
    schema = resolved(schema, components)
    if schema.get("examples"):
        return schema["examples"][0]
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], components, depth)
    return _of_kind(schema, components, depth)


def _of_kind(schema: Mapping[str, Any], components: Mapping[str, Any], depth: int) -> Any:
    match schema.get("type"):
        case "object":
            required = schema.get("required", ())
            return {
                name: example_of(member, components, depth + 1)
                for name, member in schema.get("properties", {}).items()
                if name in required or member.get("examples")
            }
        case "array":
            return [] if depth > _DEEPEST else [example_of(schema["items"], components, depth + 1)]
        case "boolean":
            return False
        case "integer" | "number":
            return schema.get("minimum", 0)
        case "null":
            return None
        case _:
            return ""
