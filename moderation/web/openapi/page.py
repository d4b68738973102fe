"""The OpenAPI document as the page for people shows it: looked through once, in the words of the
page.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from moderation.web.openapi.examples import example_of

_PREFIX = "#/components/schemas/"
_Schema = Mapping[str, Any]


class Kind(NamedTuple):
    """A type in words, and the models that it is made of."""

    words: str
    models: tuple[str, ...]


class Member(NamedTuple):
    """A parameter, a header, or a member of a model."""

    name: str
    kind: Kind
    is_required: bool
    description: str


class Reply(NamedTuple):
    """An answer with its status."""

    status: str
    phrase: str
    description: str
    kind: Kind | None
    headers: tuple[Member, ...]
    example: str


class Described(NamedTuple):
    """An operation."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    key: str
    parameters: tuple[tuple[str, tuple[Member, ...]], ...]
    body: tuple[Member, ...]
    good: tuple[Reply, ...]
    problems: tuple[Reply, ...]
    curl: str


class Chapter(NamedTuple):
    """A tag with its operations."""

    name: str
    description: str
    operations: tuple[Described, ...]


class Model(NamedTuple):
    """A component with its members, or with the values that it can have."""

    name: str
    description: str
    members: tuple[Member, ...]
    values: tuple[str, ...]


def introduction(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The sections of the introduction: heading, which the first has not, and text."""
    first, *rest = document["info"]["description"].split("\n## ")
    sections = [tuple(section.split("\n", 1)) for section in rest]
    return [("", first), *((heading, text) for heading, text in sections)]


def chapters(document: Mapping[str, Any]) -> list[Chapter]:
    """The operations by their tags."""
    reader = _Reader(document)
    return [
        Chapter(
            tag["name"],
            tag["description"],
            tuple(
                reader.operation(method, path, told)
                for path, methods in document["paths"].items()
                for method, told in methods.items()
                if tag["name"] in told["tags"]
            ),
        )
        for tag in document["tags"]
    ]


def models(document: Mapping[str, Any]) -> list[Model]:
    """The components."""
    reader = _Reader(document)
    return [
        Model(
            name,
            schema.get("description", ""),
            reader.members(schema),
            tuple(schema.get("enum", ())),
        )
        for name, schema in document["components"]["schemas"].items()
    ]


class _Reader:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self._components: Mapping[str, Any] = document["components"]["schemas"]

    def operation(self, method: str, path: str, told: Mapping[str, Any]) -> Described:
        replies = [self._reply(status, one) for status, one in told["responses"].items()]
        body = told.get("requestBody", {}).get("content", {}).get("application/json")
        name = body["schema"]["$ref"].removeprefix(_PREFIX) if body else ""
        parameters = [
            (place, tuple(map(self._parameter, self._at(place, told))))
            for place in ("path", "query", "header")
            if any(True for _ in self._at(place, told))
        ]
        return Described(
            told["operationId"],
            method.upper(),
            path,
            told["summary"],
            told.get("description", ""),
            _key_words(told.get("security", [])),
            tuple(parameters),
            self.members(self._components[name]) if name else (),
            tuple(reply for reply in replies if reply.status < "4"),
            tuple(reply for reply in replies if reply.status >= "4"),
            told["x-codeSamples"][0]["source"],
        )

    def members(self, schema: _Schema) -> tuple[Member, ...]:
        """The members of a model."""
        required = schema.get("required", ())
        return tuple(
            Member(name, self._kind(one), name in required, one.get("description", ""))
            for name, one in schema.get("properties", {}).items()
        )

    def _at(self, place: str, told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        return [one for one in told.get("parameters", ()) if one["in"] == place]

    def _parameter(self, one: Mapping[str, Any]) -> Member:
        return Member(one["name"], self._kind(one["schema"]), one["required"], one["description"])

    def _reply(self, status: str, told: Mapping[str, Any]) -> Reply:
        media_type, content = next(iter(told.get("content", {}).items()), ("", None))
        headers = tuple(
            Member(name, self._kind(one["schema"]), one["required"], one["description"])
            for name, one in told.get("headers", {}).items()
        )
        kind = self._kind(content["schema"]) if content else None
        is_shown = media_type == "application/json" and kind is not None and kind.models
        example = example_of(content["schema"], self._components) if content and is_shown else None
        return Reply(
            status,
            HTTPStatus(int(status)).phrase,
            told["description"],
            kind,
            headers,
            json.dumps(example, ensure_ascii=False, indent=2) if is_shown else "",
        )

    def _kind(self, schema: _Schema) -> Kind:
        if "$ref" in schema:
            name = schema["$ref"].removeprefix(_PREFIX)
            return Kind("", (name,))
        if "anyOf" in schema:
            kinds = [self._kind(one) for one in schema["anyOf"]]
            words = " or ".join(kind.words for kind in kinds if kind.words)
            return Kind(words, tuple(name for kind in kinds for name in kind.models))
        if "enum" in schema or "const" in schema:
            values = schema.get("enum", [schema.get("const")])
            return Kind(", ".join(json.dumps(value) for value in values), ())
        if schema.get("type") == "array":
            inner = self._kind(schema["items"])
            return Kind(f"list of {inner.words}".strip(), inner.models)
        return Kind(_words(schema), ())


def _key_words(security: list[Mapping[str, Any]]) -> str:
    """What a key must be good for, in words; nothing where none is asked for."""
    scopes = [scope for one in security for scopes in one.values() for scope in scopes]
    if not scopes:
        return ""
    verb = "May come with" if {} in security else "Takes"
    return f"{verb} an API key with the scope `{scopes[0]}`."


def _words(schema: _Schema) -> str:
    kinds = schema.get("type", "anything")
    words = kinds if isinstance(kinds, str) else " or ".join(kinds)
    if schema.get("format") == "date-time":
        words = "time"
    limits = [
        text.format(f"{schema[key]:,}")
        for key, text in (
            ("minimum", "at least {}"),
            ("maximum", "at most {}"),
            ("maxLength", "at most {} characters"),
        )
        if schema.get(key, 2**53) < 2**53
    ]
    return ", ".join([words, *limits])
