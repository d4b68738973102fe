"""The JSON API against its own description: what schemathesis makes of it is sent to the whole
service, in this process, and every answer must be one that is described.
"""

import itertools
from collections import Counter
from collections.abc import Iterable
from copy import deepcopy
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest

from moderation.domain.roles import SiteRole
from tests.factories import PAGE, House
from tests.integration.queueing import moderator
from tests.integration.test_api_keys import key_of

_SEED = 20260504
# What the page cannot be told from outside: whether a page is the site's, a name can be shown, a
# comment is there already.
_REFUSED_FOR_WHAT_IT_MEANS = ["2xx", "3xx", "400", "401", "403", "404", "409", "422", "429"]


class Crowd:
    """The service, asked from another network each time, so that nobody asks too often."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._numbers = itertools.count()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        number = next(self._numbers)
        environ.pop("HTTP_ACCEPT_ENCODING", None)  # schemathesis unpacks nothing in this process
        environ["HTTP_X_FORWARDED_FOR"] = f"10.{number >> 8 & 255}.{number & 255}.1"
        return self._app(environ, start_response)


def strict(document: dict[str, Any]) -> dict[str, Any]:
    """The description without what it leaves open for members to come: today there are none."""
    document = deepcopy(document)
    for schema in document["components"]["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    return document


def faults_of(
    house: House, known: dict[str, Any], examples: int, headers: dict[str, str] | None = None
) -> tuple[Counter[str], list[str]]:
    """How many requests of each operation were answered, and what was wrong with which."""
    import schemathesis  # takes long to load
    from schemathesis.config import SchemathesisConfig
    from schemathesis.engine import from_schema
    from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

    document = house.client.get("/api/v1/openapi.json").json
    assert document is not None
    config = SchemathesisConfig.from_dict(
        {
            "seed": _SEED,
            "suppress-health-check": ["all"],
            "parameters": known,
            "headers": headers or {},
            "generation": {"deterministic": True, "max-examples": examples, "database": "none"},
            "checks": {
                # It cannot ask again in this process; `test_openapi` asks without a key.
                "ignored_auth": {"enabled": False},
                "positive_data_acceptance": {"expected-statuses": _REFUSED_FOR_WHAT_IT_MEANS},
            },
            "phases": {"stateful": {"enabled": False}},
        }
    )
    schema = schemathesis.openapi.from_dict(strict(document), config=config)
    schema.app = Crowd(house.app)
    asked: Counter[str] = Counter()
    faults = []
    for event in from_schema(schema).execute():
        if isinstance(event, FatalError):
            raise event.exception
        if isinstance(event, NonFatalError):
            faults.append(f"{event.label}: {event.value}")
        if isinstance(event, ScenarioFinished):
            asked[event.recorder.label] += len(event.recorder.cases)
            for case_id, checks in event.recorder.checks.items():
                case = event.recorder.cases[case_id].value
                faults += [
                    f"{case.as_curl_command()}\n{check.name}: {check.failure_info.failure}"
                    for check in checks
                    if check.failure_info is not None
                ]
    return asked, faults


def test_whatever_is_asked_of_a_site_is_answered_as_described(home: House) -> None:
    comment, key = home.publish(), key_of(home, moderator(home, "Olga", role=SiteRole.OWNER))
    known = {
        "path.slug": "blog",
        "path.token": home.parts.signer.sign_status_link(comment),
        "path.comment_id": comment,
        "query.url": PAGE,
    }

    asked, faults = faults_of(home, known, 6, {"Authorization": f"Bearer {key}"})

    assert not faults, f"{len(faults)} faults\n" + "\n\n".join(faults[:5])
    assert len(asked) >= 5


def test_whatever_is_asked_of_any_address_is_answered_as_described(home: House) -> None:
    asked, faults = faults_of(home, {}, 4)

    assert not faults, f"{len(faults)} faults\n" + "\n\n".join(faults[:5])
    assert len(asked) >= 5


pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning:schemathesis")
