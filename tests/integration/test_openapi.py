"""The API's description: whole, valid, true, and readable."""

import json
import re
import shlex
from typing import Any

import pytest

from moderation.domain.roles import SiteRole
from moderation.web.openapi.document import routes
from moderation.web.openapi.operations import described_views
from moderation.web.openapi.parts import EXAMPLE_KEY
from tests.factories import House, address
from tests.integration.queueing import decide, moderator
from tests.integration.test_api_keys import key_of

DOCUMENT = "/api/v1/openapi.json"
PAGE_OF_IT = "/api/v1/docs"


@pytest.fixture
def document(house: House) -> dict[str, Any]:
    told: dict[str, Any] = house.client.get(DOCUMENT).get_json()
    return told


def test_every_route_is_described_and_every_description_has_a_route(house: House) -> None:
    silent = [f"{r.method} {r.path}" for r in routes(house.app) if r.operation is None]
    lost = described_views() - set(house.app.view_functions.values())

    assert silent == []
    assert lost == frozenset()


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    import schemathesis  # takes long to load

    schemathesis.openapi.from_dict(document).validate()

    assert document["openapi"].startswith("3.1.")


def test_names_of_operations_are_unique(house: House) -> None:
    names = [route.operation.name for route in routes(house.app) if route.operation]

    assert len(names) == len(set(names))


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    wanted = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))

    assert wanted == set(document["components"]["schemas"])


def test_the_examples_with_curl_work(house: House, document: dict[str, Any]) -> None:
    answers = {
        operation["operationId"]: asked_with_curl(
            house, filled_in(house, operation["x-codeSamples"][0]["source"])
        )
        for methods in document["paths"].values()
        for operation in methods.values()
    }

    assert {name: status for name, status in answers.items() if status >= 400} == {}


def filled_in(house: House, command: str) -> str:
    """An example about a comment and a key that there are: made anew, since some undo others."""
    who = moderator(house, f"O{address()}", role=SiteRole.OWNER)
    if "/moderation/" in command:
        comment = house.hold()
        command = command.replace('"seen": "pending"', '"seen": "held"')
    else:
        comment = house.publish()
    if "/undo" in command:
        command = command.replace("/7/", f"/{decide(house, who, comment, 'spam')}/")
    with house.rows():
        receipt = like(house, comment) if "Like-Receipt" in command else ""
    return (
        command.replace("41.Rk2vT", house.parts.signer.sign_status_link(comment))
        .replace("/41", f"/{comment}")
        .replace(EXAMPLE_KEY, key_of(house, who))
        .replace("eyJhIjo0MX0.c2ln", receipt)
    )


def like(house: House, comment: int) -> str:
    answer = house.client.post(f"/api/v1/sites/blog/comments/{comment}/like")
    return str(answer.get_json()["receipt"])


def test_what_takes_a_key_takes_nothing_without(house: House, document: dict[str, Any]) -> None:
    guarded = [
        (method, path.format(slug="blog", comment_id=1, entry_id=1), operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if "security" in operation and {} not in operation["security"]
    ]

    answers = [house.client.open(path, method=method.upper()) for method, path, _ in guarded]

    assert len(guarded) >= 4
    assert {answer.status_code for answer in answers} == {401}
    assert all("WWW-Authenticate" in answer.headers for answer in answers)


def asked_with_curl(house: House, command: str) -> int:
    """The status that a command of an example is answered with."""
    words = iter(shlex.split(command.replace("\\\n", ""))[1:])
    request: dict[str, Any] = {"method": "GET", "headers": {"X-Forwarded-For": address()}}
    for word in words:
        match word:
            case "-X":
                request["method"] = next(words)
            case "-H":
                name, _, value = next(words).partition(": ")
                request["headers"][name] = value
            case "-d":
                request["data"] = next(words)
            case url:
                request["path"] = url.removeprefix("http://localhost")
    return house.client.open(**request).status_code


@pytest.mark.parametrize("path", [DOCUMENT, PAGE_OF_IT])
def test_what_has_not_changed_is_not_sent_again(house: House, path: str) -> None:
    first = house.client.get(path)

    again = house.client.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert first.status_code == 200
    assert again.status_code == 304
    assert again.data == b""


def test_the_page_shows_every_operation_and_model_with_an_anchor(
    house: House, document: dict[str, Any]
) -> None:
    page = house.client.get(PAGE_OF_IT).text
    anchors = set(re.findall(r' id="([^"]+)"', page))
    links = set(re.findall(r' href="#([^"]+)"', page))
    names = {o["operationId"] for methods in document["paths"].values() for o in methods.values()}

    assert names <= anchors
    assert {f"model-{name}" for name in document["components"]["schemas"]} <= anchors
    assert links <= anchors


def test_the_address_told_is_the_one_it_is_reached_at(house: House) -> None:
    told = [
        house.client.get(DOCUMENT, base_url=base).get_json()["servers"]
        for base in ("http://localhost", "https://comments.example")
    ]

    assert told == [[{"url": "http://localhost"}], [{"url": "https://comments.example"}]]


def test_a_form_token_that_is_no_text_is_refused(house: House) -> None:
    answer = house.post(form_token=5)

    assert answer.status_code == 400
    assert answer.get_json()["detail"] == "form_token must be text."


def test_a_view_that_is_narrowed_by_nothing_is_refused(house: House) -> None:
    key = key_of(house, moderator(house, "Olga", role=SiteRole.OWNER))

    answer = house.client.get(
        "/api/v1/sites/blog/moderation/comments?until=&tab=",
        headers={"Authorization": f"Bearer {key}"},
    )

    assert answer.status_code == 400
    assert answer.get_json()["detail"].startswith("tab, until: nothing is said.")


@pytest.mark.parametrize("note", [0, False, [], {}])
def test_a_report_whose_note_is_no_text_is_refused(house: House, note: object) -> None:
    comment = house.publish()

    answer = house.client.post(
        f"/api/v1/sites/blog/comments/{comment}/report", json={"reason": "spam", "note": note}
    )

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "note"


@pytest.mark.parametrize(
    "path",
    [
        "/sites/%00/comments",
        "/sites/blog%2Fother/comments",
        "/sites/blog/comments/",
        "/status/%00",
        "/status/%ff",
        "/sites/blog/comments/9223372036854775808/like",
        "/nothing",
        "/",
    ],
)
def test_an_address_that_is_none_is_a_problem_too(house: House, path: str) -> None:
    answer = house.client.get(f"/api/v1{path}")

    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


def test_the_page_tells_which_operations_take_a_key_and_what_values_there_are(
    house: House,
) -> None:
    page = house.client.get(PAGE_OF_IT).text

    assert "Takes an API key with the scope <code>moderate</code>." in page
    assert "May come with an API key with the scope <code>submit</code>." in page
    assert "<code>riskiest</code>" in page
    assert "Stored by value" not in page
