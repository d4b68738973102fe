"""The OpenAPI document, put together of routes, operations, models and faults."""

import json
import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Flask
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

import moderation
from moderation.errors import (
    InvalidKeyError,
    MalformedRequestError,
    MissingScopeError,
    TooManyRequestsError,
    UnsupportedMediaTypeError,
    WrongSiteError,
)
from moderation.web.errors import STATUS, TITLES
from moderation.web.openapi.examples import example_of
from moderation.web.openapi.operations import (
    Answer,
    Fault,
    Header,
    Operation,
    Parameter,
    Tag,
    operation_of,
)
from moderation.web.openapi.parts import (
    EXAMPLE_KEY,
    PATH_PARAMETERS,
    RATE_LIMIT,
    RETRY_AFTER,
    SECURITY,
    WWW_AUTHENTICATE,
)
from moderation.web.openapi.problem import Problem
from moderation.web.openapi.words import INTRODUCTION

ROOT = "/api/"

_SCHEMAS = "#/components/schemas/{model}"
_UNTOLD_METHODS = frozenset({"HEAD", "OPTIONS"})  # every GET has the one, every address the other
_VARIABLE = re.compile(r"<(?:[^<>:]+:)?(\w+)>")  # of a route, with its converter
_BODY_FAULTS: tuple[Fault, ...] = (MalformedRequestError, UnsupportedMediaTypeError)
_KEY_FAULTS: tuple[Fault, ...] = (
    InvalidKeyError,
    WrongSiteError,
    MissingScopeError,
    TooManyRequestsError,
)
_TOLD_TO_WAIT = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


class Route(NamedTuple):
    """One method of one address of the API; `operation` is None where the view says nothing."""

    method: str
    path: str
    variables: tuple[str, ...]
    operation: Operation | None


def routes(app: Flask) -> Iterator[Route]:
    """What the app answers under `ROOT`, in the order in which it was registered."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(ROOT):
            path = _VARIABLE.sub(r"{\1}", rule.rule)
            variables = tuple(_VARIABLE.findall(rule.rule))
            operation = operation_of(app.view_functions[rule.endpoint])
            for method in sorted((rule.methods or set()) - _UNTOLD_METHODS):
                yield Route(method, path, variables, operation)


def make_document(app: Flask, root: str) -> dict[str, Any]:
    """The description of what the app answers under `ROOT`.

    Args:
        app: with all its routes.
        root: scheme and host under which it is reached.
    """
    return _Maker(root).make(routes(app))


class _Schemas(GenerateJsonSchema):
    """JSON schemas without the titles that only repeat a member's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        """No."""
        return False


class _Maker:
    def __init__(self, root: str) -> None:
        self._root = root
        self._components: dict[str, Any] = {}

    def make(self, all_routes: Iterable[Route]) -> dict[str, Any]:
        paths: dict[str, dict[str, Any]] = {}
        tags: set[Tag] = set()
        for route in all_routes:
            if route.operation is not None:
                tags.add(route.operation.tag)
                method = self._operation(route, route.operation)
                paths.setdefault(route.path, {})[route.method.lower()] = method
        return {
            "openapi": "3.1.1",
            "info": {
                "title": "Comments",
                "version": moderation.__version__,
                "summary": "Read, leave and moderate the comments of a site.",
                "description": INTRODUCTION,
                "license": {"name": "MIT", "identifier": "MIT"},
            },
            "servers": [{"url": self._root}],
            "tags": [
                {"name": tag.value[0], "description": tag.value[1]} for tag in Tag if tag in tags
            ],
            "paths": paths,
            "components": {
                "schemas": self._without_notes(),
                "securitySchemes": SECURITY,
            },
        }

    def _operation(self, route: Route, operation: Operation) -> dict[str, Any]:
        parameters = [PATH_PARAMETERS[name] for name in route.variables]
        parameters += operation.parameters
        faults = [*operation.faults, *(f for p in parameters for f in p.faults)]
        told: dict[str, Any] = {
            "operationId": operation.name,
            "tags": [operation.tag.value[0]],
            "summary": operation.summary,
        }
        if operation.description:
            told["description"] = operation.description
        if parameters:
            told["parameters"] = [self._parameter(parameter) for parameter in parameters]
        if operation.body is not None:
            faults += _BODY_FAULTS
            schema = self._schema(operation.body)
            told["requestBody"] = {
                "required": True,
                "content": {"application/json": {"schema": schema}},
            }
        if operation.scope is not None:
            faults += _KEY_FAULTS
            told["security"] = [{name: [operation.scope.value]} for name in SECURITY]
            told["security"] += [{}] if operation.is_key_optional else []
        told["responses"] = {
            **{
                str(int(code)): self._answer(one, _limits(operation))
                for code, one in operation.answers.items()
            },
            **self._problems(faults, has_body=operation.body is not None),
        }
        told["x-codeSamples"] = [
            {"lang": "Shell", "label": "curl", "source": self._curl(route, parameters, told)}
        ]
        return told

    def _schema(self, kind: Any) -> dict[str, Any]:
        schema = TypeAdapter(kind).json_schema(
            ref_template=_SCHEMAS, schema_generator=_Schemas, mode="validation"
        )
        self._components |= schema.pop("$defs", {})
        name = schema.get("title")
        if name is None:
            return schema
        self._components[name] = schema
        return {"$ref": _SCHEMAS.format(model=name)}

    def _without_notes(self) -> dict[str, Any]:
        """The components. What an enumeration's class says of itself is meant for those who work on
        it: here the values are enough.
        """
        for schema in self._components.values():
            if "enum" in schema:
                schema.pop("description", None)
        return dict(sorted(self._components.items()))

    def _parameter(self, parameter: Parameter) -> dict[str, Any]:
        told: dict[str, Any] = {
            "name": parameter.name,
            "in": parameter.place,
            "required": parameter.required,
            "description": parameter.description,
            "schema": self._schema(parameter.schema),
        }
        if parameter.example is not None:
            told["example"] = parameter.example
        return told

    def _header(self, header: Header) -> dict[str, Any]:
        return {
            "description": header.description,
            "required": header.is_always,
            "schema": self._schema(header.schema),
        }

    def _answer(self, answer: Answer, more: tuple[Header, ...] = ()) -> dict[str, Any]:
        told: dict[str, Any] = {"description": answer.description}
        if headers := answer.headers + more:
            told["headers"] = {header.name: self._header(header) for header in headers}
        if answer.body is not None:
            told["content"] = {answer.media_type: {"schema": self._schema(answer.body)}}
        return told

    def _problems(self, faults: Iterable[Fault], *, has_body: bool) -> dict[str, Any]:
        """The answers for what goes wrong, by status."""
        lines: dict[int, dict[str, str]] = {}
        for fault in faults:
            lines.setdefault(STATUS[fault.code], {})[fault.code] = TITLES[fault.code]
        if has_body:
            lines[HTTPStatus.REQUEST_ENTITY_TOO_LARGE] = {
                "request_entity_too_large": "The body has more than 256 KiB"
            }
        lines[HTTPStatus.SERVICE_UNAVAILABLE] = {"database_busy": "The database does not answer"}
        return {str(int(code)): self._problem(code, lines[code]) for code in sorted(lines)}

    def _problem(self, status: int, lines: dict[str, str]) -> dict[str, Any]:
        words = "\n".join(f"- `{code}`: {title}." for code, title in sorted(lines.items()))
        headers = (RETRY_AFTER,) if status in _TOLD_TO_WAIT else ()
        if status == HTTPStatus.UNAUTHORIZED:
            headers = (WWW_AUTHENTICATE,)
        return self._answer(Answer(words, Problem, headers, media_type="application/problem+json"))

    def _curl(self, route: Route, parameters: list[Parameter], told: dict[str, Any]) -> str:
        shown = [p for p in parameters if p.example is not None]
        path = route.path
        for one in shown:
            if one.place == "path":
                path = path.replace(f"{{{one.name}}}", str(one.example))
        query = urlencode({p.name: p.example for p in shown if p.place == "query"})
        parts = [f"curl {shlex.quote(self._root + path + (f'?{query}' if query else ''))}"]
        if route.method != "GET":
            parts[0] = parts[0].replace("curl ", f"curl -X {route.method} ", 1)
        headers = {p.name: p.example for p in shown if p.place == "header"}
        if "security" in told and {} not in told["security"]:
            headers["Authorization"] = f"Bearer {EXAMPLE_KEY}"
        if "requestBody" in told:
            headers["Content-Type"] = "application/json"
        parts += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items()]
        if "requestBody" in told:
            schema = told["requestBody"]["content"]["application/json"]["schema"]
            body = json.dumps(example_of(schema, self._components), ensure_ascii=False)
            parts.append(f"-d {shlex.quote(body)}")
        return " \\\n  ".join(parts)


def _limits(operation: Operation) -> tuple[Header, ...]:
    if operation.scope is None:
        return ()
    if operation.is_key_optional:
        return tuple(replace(header, is_always=False) for header in RATE_LIMIT)
    return RATE_LIMIT
