"""The keys: made once, readable by their owner alone, refused when malformed."""

import base64
import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE

import pytest

from moderation.config import Settings, load_settings
from moderation.errors import ConfigError
from moderation.privacy import keys as keys_module
from moderation.privacy.keys import load_keys, make_missing_secrets

ONE = base64.b64encode(b"1" * 32).decode()
TWO = base64.b64encode(b"2" * 32).decode()
INDEX = base64.b64encode(b"i" * 32).decode()
GOOD = {
    "MODERATION_SECRET_KEY": "s" * 32,
    "MODERATION_EMAIL_KEYS": f"k1:{ONE}",
    "MODERATION_EMAIL_INDEX_KEY": INDEX,
}


def settings(**changes: str) -> Settings:
    """Settings with good keys and these changes, and no files."""
    return load_settings({"MODERATION_INSTANCE": "/nowhere"} | GOOD | changes)


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of an instance that is new, under the most open umask."""
    before = os.umask(0)
    yield {"MODERATION_INSTANCE": str(tmp_path / "new" / "instance")}
    os.umask(before)


def test_keys_are_read_from_the_settings() -> None:
    keys = load_keys(settings())

    assert keys.secret_key == "s" * 32
    assert keys.email_keys == {"k1": b"1" * 32}
    assert keys.email_index_key == b"i" * 32


@pytest.mark.parametrize(
    "ring", [f"k2:{TWO},k1:{ONE}", f"k2:{TWO}\nk1:{ONE}\n", f" k2:{TWO}  k1:{ONE} ,"]
)
def test_the_newest_of_several_keys_comes_first(ring: str) -> None:
    keys = load_keys(settings(MODERATION_EMAIL_KEYS=ring))

    assert list(keys.email_keys.items()) == [("k2", b"2" * 32), ("k1", b"1" * 32)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MODERATION_SECRET_KEY", "hush" * 7 + "hus"),
        ("MODERATION_EMAIL_KEYS", ONE),
        ("MODERATION_EMAIL_KEYS", "k1:hush"),
        ("MODERATION_EMAIL_KEYS", "k1:hush-hush-not-base64!"),
        ("MODERATION_EMAIL_KEYS", "k1:ü"),
        ("MODERATION_EMAIL_KEYS", f"k1:{ONE[:-4]}"),
        ("MODERATION_EMAIL_KEYS", f"k1:{base64.b64encode(b'3' * 33).decode()}"),
        ("MODERATION_EMAIL_KEYS", f"k2:{TWO},k1:hush"),
        ("MODERATION_EMAIL_KEYS", f"{'k' * 17}:{ONE}"),
        ("MODERATION_EMAIL_KEYS", f"k1: {ONE}"),
        ("MODERATION_EMAIL_KEYS", f":{ONE}"),
        ("MODERATION_EMAIL_KEYS", f"k2:{TWO},k1{ONE}"),
        ("MODERATION_EMAIL_KEYS", f"k2:{TWO} hush"),
        ("MODERATION_EMAIL_KEYS", f"k1:{ONE},k1:{TWO}"),
        ("MODERATION_EMAIL_KEYS", f"k1:{ONE},k1:{ONE}"),
        ("MODERATION_EMAIL_INDEX_KEY", "hush"),
        ("MODERATION_EMAIL_INDEX_KEY", base64.b64encode(b"i" * 31).decode()),
    ],
)
def test_a_malformed_key_names_the_setting_and_not_the_value(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"^{name} must ") as raised:
        load_keys(settings(**{name: value}))

    assert "hush" not in str(raised.value)
    assert ONE[:8] not in str(raised.value)


@pytest.mark.parametrize("name", GOOD)
def test_a_key_that_is_nowhere_is_told_with_where_it_was_looked_for(name: str) -> None:
    with pytest.raises(ConfigError, match=f"^{name} is not set, and nothing is in /nowhere/"):
        load_keys(settings(**{name: ""}))


def test_a_secret_of_32_characters_and_a_key_id_of_16_will_do() -> None:
    keys = load_keys(settings(MODERATION_EMAIL_KEYS=f"{'k' * 16}:{ONE}"))

    assert list(keys.email_keys) == ["k" * 16]


def test_no_key_is_in_the_repr() -> None:
    assert repr(load_keys(settings())) == "Keys()"


def test_what_is_missing_is_made_and_can_be_used(instance: dict[str, str]) -> None:
    made = make_missing_secrets(load_settings(instance))

    keys = load_keys(load_settings(instance))
    assert [path.name for path in made] == ["secret_key", "email_keys", "email_index_key"]
    assert list(keys.email_keys) == ["k1"]
    assert len({keys.secret_key, keys.email_keys["k1"], keys.email_index_key}) == 3


def test_only_their_owner_can_read_them(instance: dict[str, str]) -> None:
    made = make_missing_secrets(load_settings(instance))

    assert [S_IMODE(path.stat().st_mode) for path in made] == [0o600] * 3
    assert S_IMODE(made[0].parent.stat().st_mode) == 0o700


def test_what_is_there_is_left_as_it_is(instance: dict[str, str]) -> None:
    made = make_missing_secrets(load_settings(instance))
    before = [path.read_text() for path in made]

    assert make_missing_secrets(load_settings(instance)) == []
    assert before == [path.read_text() for path in made]
    assert sorted(made) == sorted(made[0].parent.iterdir())


def test_of_two_that_start_at_once_the_first_wins(instance: dict[str, str]) -> None:
    one, other = load_settings(instance), load_settings(instance)
    made = make_missing_secrets(one)
    before = [path.read_text() for path in made]

    assert make_missing_secrets(other) == []
    assert before == [path.read_text() for path in made]
    assert sorted(made) == sorted(made[0].parent.iterdir())


def test_what_a_setting_gives_is_not_made(instance: dict[str, str]) -> None:
    environ = instance | {"MODERATION_SECRET_KEY": "s" * 32}

    made = make_missing_secrets(load_settings(environ))

    assert [path.name for path in made] == ["email_keys", "email_index_key"]


def test_two_installations_share_no_secret(tmp_path: Path) -> None:
    texts = []
    for name in ("one", "two"):
        environ = {"MODERATION_INSTANCE": str(tmp_path / name)}
        texts += [path.read_text() for path in make_missing_secrets(load_settings(environ))]

    assert len(set(texts)) == 6


def test_no_draft_is_left_behind_when_writing_fails(
    instance: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise PermissionError

    monkeypatch.setattr(keys_module.os, "link", refuse)

    with pytest.raises(PermissionError):
        make_missing_secrets(load_settings(instance))
    assert list(load_settings(instance).secrets_dir.iterdir()) == []
