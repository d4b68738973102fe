"""What leaves the house for a service is said exactly."""

import pytest

from moderation.domain.remote import (
    KEYED,
    SETTINGS,
    AkismetSettings,
    DnsblSettings,
    Service,
    StopForumSpamSettings,
)
from moderation.domain.remote_words import (
    ABOUT,
    FIELD_WORDS,
    KEY_WORDS,
    TITLES,
    leaves,
    tell_service,
)


@pytest.mark.parametrize("service", Service)
def test_every_service_has_its_words_and_is_off(service: Service) -> None:
    settings = SETTINGS[service]()

    assert not settings.on
    assert TITLES[service]
    assert ABOUT[service]
    assert leaves(service, settings).endswith(".")
    assert SETTINGS[service].model_fields.keys() <= FIELD_WORDS.keys()
    assert (service in KEYED) == (service in KEY_WORDS)


def test_an_address_leaves_by_opt_in_alone() -> None:
    def told(**opted: bool) -> str:
        return leaves(Service.AKISMET, AkismetSettings(**opted))

    assert "No email address; no network: 0.0.0.0" in told()
    assert "Their email address, opened for this; no network" in told(send_email=True)
    assert "No email address; of the IP address the network" in told(send_network=True)
    hashed = StopForumSpamSettings(send_email_hash=True)
    assert "No email address, nor anything made of it." in leaves(
        Service.STOPFORUMSPAM, StopForumSpamSettings()
    )
    assert "MD5 hash of their email address" in leaves(Service.STOPFORUMSPAM, hashed)


def test_a_change_is_told_without_its_key() -> None:
    details = {
        "service": "llm",
        "on": [False, True],
        "timeout": [3.0, 0.5],
        "task": ["chat", "moderation"],
        "address": ["", "https://a.example"],
        "zones": [["a.example"], ["b.example", "c.example"]],
        "key": "replaced",
        "other": ["x", "y"],
    }

    assert tell_service(details) == [
        "A language model",
        "Ask it about every new comment: no → yes",
        "Seconds to wait: 3 → 0.5",
        "What it is asked for: spam and abuse, by a chat model → abuse alone, by a moderation model",
        "Address: none → https://a.example",
        "Lists: a.example → b.example, c.example",
        "Key replaced",
    ]
    assert tell_service({}) == []
    assert tell_service({"service": "gone", "key": "secret"}) == []


@pytest.mark.parametrize(
    "zones",
    [(), ("localhost",), ("127.0.0.1",), ("a b.example",), ("a.example",) * 4, ("x" * 200,)],
)
def test_a_list_needs_the_name_of_a_zone(zones: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="zones"):
        DnsblSettings(zones=zones)

    assert DnsblSettings(zones=("DBL.Example.",)).zones == ("dbl.example",)
