"""The API's description: whole, valid, true, and readable."""

import json
import re
from typing import Any

import pytest
import schemathesis

from moderation.web.openapi.document import routes
from moderation.web.openapi.operations import described_views
from tests.factories import House

DOCUMENT = "/api/v1/openapi.json"


@pytest.fixture
def document(house: House) -> dict[str, Any]:
    return house.client.get(DOCUMENT).json  # type: ignore[return-value]


def test_every_route_is_described_and_every_description_has_a_route(house: House) -> None:
    silent = [f"{r.method} {r.path}" for r in routes(house.app) if r.operation is None]
    lost = described_views() - set(house.app.view_functions.values())

    assert silent == []
    assert lost == frozenset()


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    schemathesis.openapi.from_dict(document).validate()

    assert document["openapi"].startswith("3.1.")


def test_names_of_operations_are_unique(house: House) -> None:
    names = [route.operation.name for route in routes(house.app) if route.operation]

    assert len(names) == len(set(names))


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    wanted = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))

    assert wanted == set(document["components"]["schemas"])
