"""docker-compose.yml hands on every setting that means something there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Where the containers keep things, what they listen on, the demo, which they have none of, and what
# is of SQLite.
NOT_THERE = {
    "MODERATION_INSTANCE",
    "MODERATION_HOST",
    "MODERATION_DEMO",
    "MODERATION_DEMO_PORT",
    "MODERATION_SQLITE_SYNCHRONOUS",
}


def names_in(file: str) -> set[str]:
    return set(re.findall(r"MODERATION_[A-Z_]*[A-Z]", (ROOT / file).read_text(encoding="utf-8")))


def test_every_setting_is_handed_on_and_told() -> None:
    settings = names_in("moderation/config.py") | names_in("moderation/privacy/keys.py")
    assert settings > NOT_THERE

    assert settings - NOT_THERE == names_in("docker-compose.yml")
    assert settings - NOT_THERE <= names_in("docs/docker.md")
    assert settings <= names_in("README.md")
