"""A reader's hash: the same today at one comment, another everywhere and ever after."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from moderation.domain.network import customer, parse_address
from moderation.privacy.keys import Keys
from moderation.privacy.readers import ReaderHasher

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HASHER = ReaderHasher(Keys("k" * 32, {"k1": bytes(32)}, bytes(32)))


def hash_of(
    comment: int = 1,
    address: str = "192.0.2.7",
    now: datetime = NOON,
    hasher: ReaderHasher = HASHER,
) -> bytes:
    return hasher.hash(comment, customer(parse_address(address)), now)


@pytest.mark.parametrize(
    "same",
    [
        {"now": NOON.replace(hour=0)},
        {"now": NOON.replace(hour=23, minute=59)},
        {"now": datetime(2026, 5, 5, 1, tzinfo=timezone(timedelta(hours=2)))},
        {"address": "::ffff:192.0.2.7"},
    ],
)
def test_it_is_the_same_all_day(same: dict[str, Any]) -> None:
    assert hash_of(**same) == hash_of()
    assert len(hash_of()) == 32


@pytest.mark.parametrize(
    "other",
    [
        {"comment": 2},
        {"address": "192.0.2.8"},
        {"now": NOON + timedelta(days=1)},
        {"hasher": ReaderHasher(Keys("m" * 32, {"k1": bytes(32)}, bytes(32)))},
    ],
)
def test_it_is_another_elsewhere(other: dict[str, Any]) -> None:
    assert hash_of(**other) != hash_of()


def test_a_line_of_ipv6_is_its_64() -> None:
    one, two, other = (hash_of(address=f"2001:db8::{a}") for a in ("1", "2:3:4:5", "1:0:0:0:0"))

    assert one == two != other
