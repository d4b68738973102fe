"""Where the service is found."""

import pytest

from moderation.addresses import local_address, local_host, public_address
from moderation.config import load_settings


@pytest.mark.parametrize(
    ("host", "local", "address"),
    [
        ("127.0.0.1", "127.0.0.1", "http://127.0.0.1:9000"),
        ("0.0.0.0", "127.0.0.1", "http://127.0.0.1:9000"),
        ("::", "::1", "http://[::1]:9000"),
        ("::1", "::1", "http://[::1]:9000"),
        ("comments.test", "comments.test", "http://comments.test:9000"),
    ],
)
def test_the_service_is_reached_where_it_listens(host: str, local: str, address: str) -> None:
    settings = load_settings({"MODERATION_HOST": host, "PORT": "9000"})

    assert (local, address) == (local_host(settings), local_address(settings))
    assert address == public_address(settings)


def test_a_public_address_wins_for_browsers_alone() -> None:
    settings = load_settings({"MODERATION_PUBLIC_URL": "https://comments.example/"})

    assert public_address(settings) == "https://comments.example"
    assert local_address(settings) == "http://127.0.0.1:8000"
