"""The settings: their defaults, their bounds, and how they complain."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from moderation.config import load_settings, private_redis_url
from moderation.errors import ConfigError

SECRETS = {
    "MODERATION_SECRET_KEY": "secret_key",
    "MODERATION_EMAIL_KEYS": "email_keys",
    "MODERATION_EMAIL_INDEX_KEY": "email_index_key",
}
NUMBERS = (
    ("PORT", "port", 1, 65_535),
    ("MODERATION_TRUSTED_PROXIES", "trusted_proxies", 0, 10),
    ("MODERATION_WEB_WORKERS", "web_workers", 1, 64),
    ("MODERATION_WEB_THREADS", "web_threads", 1, 64),
    ("MODERATION_SNAPSHOT_MEMORY", "snapshot_memory", 1, 65_536),
    ("MODERATION_WORKER_PROCESSES", "worker_processes", 1, 64),
    ("MODERATION_SWEEP_AFTER", "sweep_after", 1, 86_400),
    ("MODERATION_SWEEP_ATTEMPTS", "sweep_attempts", 1, 20),
    ("MODERATION_AKISMET_WAIT", "akismet_wait", 1, 14),
    ("MODERATION_DEMO_PORT", "demo_port", 1, 65_535),
)
CHOICES = (
    ("MODERATION_SQLITE_SYNCHRONOUS", "sqlite_synchronous", ("off", "normal", "full", "extra")),
    ("MODERATION_LOG_LEVEL", "log_level", ("debug", "info", "warning", "error")),
)


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("host", "127.0.0.1"),
        ("port", 8000),
        ("public_url", None),
        ("trusted_proxies", 0),
        ("web_workers", 1),
        ("web_threads", 16),
        ("web_pinned", True),
        ("worker_processes", 1),
        ("sqlite_synchronous", "full"),
        ("sweep_after", 30),
        ("sweep_attempts", 6),
        ("undo_window", 10.0),
        ("private_services", frozenset()),
        ("dns_servers", ()),
        ("log_level", "info"),
        ("smtp_url", ""),
        ("mail_from", "moderation@localhost"),
        ("demo", True),
        ("demo_port", 8001),
        ("secret_key", ""),
        ("email_keys", ""),
        ("email_index_key", ""),
    ],
)
def test_every_setting_has_its_default(name: str, default: object) -> None:
    settings = load_settings({"MODERATION_INSTANCE": "/nowhere"})

    assert default == getattr(settings, name)


def test_what_is_kept_is_kept_in_the_instance() -> None:
    settings = load_settings({"MODERATION_INSTANCE": "/srv/comments"})

    assert settings.instance == Path("/srv/comments")
    assert settings.secrets_dir == Path("/srv/comments/secrets")
    assert settings.database_url == "sqlite:////srv/comments/moderation.db"
    assert settings.redis_url == "unix:///srv/comments/redis.sock"


def test_an_instances_path_has_no_question_mark() -> None:
    with pytest.raises(ConfigError, match=r"^MODERATION_INSTANCE must be a path without"):
        load_settings({"MODERATION_INSTANCE": "/srv/what?"})


def test_the_instance_is_beside_us_by_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    assert load_settings({}).instance == tmp_path / "instance"


def test_the_processs_environment_is_read_where_none_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PORT", "4711")

    assert load_settings().port == 4711
    assert load_settings({}).port == 8000


@pytest.mark.parametrize(("name", "attribute", "low", "high"), NUMBERS)
def test_a_number_is_taken_within_its_bounds(
    name: str, attribute: str, low: int, high: int
) -> None:
    assert [low, high] == [
        getattr(load_settings({name: f" {value} "}), attribute) for value in (low, high)
    ]


@pytest.mark.parametrize(("name", "attribute", "low", "high"), NUMBERS)
def test_a_number_out_of_bounds_names_itself(
    name: str, attribute: str, low: int, high: int
) -> None:
    for value in (
        str(low - 1),
        str(high + 1),
        "x",
        "1.5",
        "1 0",
        "+1",
        "-0",
        "٣",
        "²",
        "1_0",
        "0x1",
        "9" * 5_000,
    ):
        with pytest.raises(
            ConfigError, match=rf"^{name} must be a whole number from {low} to {high}"
        ):
            load_settings({name: value})
    assert attribute


@pytest.mark.parametrize(("name", "attribute", "choices"), CHOICES)
def test_a_choice_is_taken_in_any_case(name: str, attribute: str, choices: tuple[str, ...]) -> None:
    for choice in choices:
        assert choice == getattr(load_settings({name: choice.upper()}), attribute)


@pytest.mark.parametrize(
    "name", [*(name for name, *_ in CHOICES), "MODERATION_DEMO", "MODERATION_WEB_PINNED"]
)
def test_another_choice_names_itself(name: str) -> None:
    with pytest.raises(ConfigError, match=rf"^{name} must be one of .*, not 'maybe'"):
        load_settings({name: "maybe"})


def test_the_web_process_need_not_be_pinned() -> None:
    assert load_settings({"MODERATION_WEB_PINNED": "off"}).web_pinned is False


def test_the_demo_can_be_off() -> None:
    assert load_settings({"MODERATION_DEMO": "off"}).demo is False
    assert load_settings({"MODERATION_DEMO": "On"}).demo is True


def test_the_demo_listens_beside_the_service() -> None:
    assert load_settings({"PORT": "9000"}).demo_port == 9001
    assert load_settings({"PORT": "65535"}).demo_port == 65_534
    assert load_settings({"PORT": "9000", "MODERATION_DEMO_PORT": "7"}).demo_port == 7


@pytest.mark.parametrize("value", ["", "   "])
def test_an_empty_variable_is_as_good_as_none(value: str) -> None:
    names = [name for name, *_ in (*NUMBERS, *CHOICES)]
    names += ["DATABASE_URL", "REDIS_URL", "MODERATION_PUBLIC_URL", "PORT_FILE"]

    assert load_settings({}) == load_settings(dict.fromkeys(names, value))


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("postgres://a@h/d", "postgresql+psycopg://a@h/d"),
        ("postgresql://a@h/d", "postgresql+psycopg://a@h/d"),
        ("postgresql+psycopg://a@h/d", "postgresql+psycopg://a@h/d"),
        ("postgres://a@h/d?x=postgres://", "postgresql+psycopg://a@h/d?x=postgres://"),
        ("sqlite:////srv/a.db", "sqlite:////srv/a.db"),
        ("sqlite:///a.db?timeout=5", f"sqlite:///{Path('a.db').absolute()}?timeout=5"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
    ],
)
def test_postgresql_has_three_spellings(url: str, kept: str) -> None:
    settings = load_settings({"DATABASE_URL": url})

    assert kept == settings.database_url
    assert settings.uses_sqlite == url.startswith("sqlite")


@pytest.mark.parametrize(
    "url",
    [
        "mysql://me:secret@h/d",
        "postgresql+asyncpg://me:secret@h/d",
        "postgresql:me:secret@h/d",
        "me:secret@h/d",
        "sqlite://",
        "sqlite",
    ],
)
def test_another_database_names_the_setting_and_not_the_password(url: str) -> None:
    with pytest.raises(ConfigError, match=r"^DATABASE_URL must start with") as raised:
        load_settings({"DATABASE_URL": url})

    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("redis://h:6379/0", "redis://h:6379/0"),
        ("rediss://h:6379/0", "rediss://h:6379/0"),
        ("unix:///srv/redis.sock", "redis+socket:///srv/redis.sock"),
    ],
)
def test_redis_is_reached_by_network_or_socket(url: str, broker: str) -> None:
    settings = load_settings({"REDIS_URL": url})

    assert (url, broker) == (settings.redis_url, settings.broker_url)


@pytest.mark.parametrize("url", ["amqp://me:secret@h/", ":secret@h:6379", "redis:secret@h"])
def test_another_broker_names_the_setting_and_not_the_password(url: str) -> None:
    with pytest.raises(ConfigError, match=r"^REDIS_URL must start with") as raised:
        load_settings({"REDIS_URL": url})

    assert "secret" not in str(raised.value)


def instance_of(socket_length: int) -> Path:
    """An instance whose socket's path has so many bytes."""
    return Path("/" + "i" * (socket_length - len("//redis.sock")))


def test_a_socket_path_may_have_100_bytes() -> None:
    instance = instance_of(100)

    assert private_redis_url(instance) == f"unix://{instance}/redis.sock"


@pytest.mark.parametrize("instance", [instance_of(101), Path("/" + "ü" * 50)])
def test_a_longer_socket_path_moves_to_tmp(instance: Path) -> None:
    url = private_redis_url(instance)

    assert url.startswith("unix:///tmp/moderation-")
    assert len(url) < 60
    assert url == private_redis_url(instance) != private_redis_url(instance / "other")


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://comments.example", "https://comments.example"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_a_public_address_is_kept_without_its_last_slash(url: str, kept: str) -> None:
    assert kept == load_settings({"MODERATION_PUBLIC_URL": url}).public_url


@pytest.mark.parametrize(
    "url",
    [
        "comments.example",
        "ftp://me:secret@a.example",
        "https://",
        "https://a.example?x",
        "https://a.example/#x",
        "https://me:secret@a.example",
        "https://a.example:0",
        "https://a.example/under/here",
        "https://bücher.example",
        "http://[",
        "https://a b",
        "https://a;b",
        "https://*.example",
        "https://<b>",
        "https://a.example\\x",
        "https://a.example/?",
    ],
)
def test_another_public_address_names_the_setting_and_not_the_password(url: str) -> None:
    with pytest.raises(ConfigError, match=r"^MODERATION_PUBLIC_URL must be like") as raised:
        load_settings({"MODERATION_PUBLIC_URL": url})

    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(("name", "attribute"), SECRETS.items())
def test_a_secret_can_come_from_the_environment_or_a_file(
    name: str, attribute: str, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    file.write_text("from the file\n", encoding="utf-8")

    by_value = load_settings({name: " from the environment "})
    by_file = load_settings({f"{name}_FILE": str(file), name: "not this"})

    assert getattr(by_value, attribute) == "from the environment"
    assert getattr(by_file, attribute) == "from the file"


@pytest.mark.parametrize(("name", "attribute"), SECRETS.items())
def test_failing_both_a_secret_comes_from_the_instance(
    name: str, attribute: str, tmp_path: Path
) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / attribute).write_text("kept\n", encoding="utf-8")
    instance = {"MODERATION_INSTANCE": str(tmp_path)}

    assert getattr(load_settings(instance), attribute) == "kept"
    assert getattr(load_settings(instance | {name: "given"}), attribute) == "given"


def test_a_secret_in_the_instance_that_is_no_text_names_its_file(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "secret_key"
    file.parent.mkdir()
    file.write_bytes(b"\xff")

    with pytest.raises(ConfigError, match="secret_key cannot be read"):
        load_settings({"MODERATION_INSTANCE": str(tmp_path)})


def test_any_setting_can_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("\npostgres://me@h/d\n", encoding="utf-8")

    settings = load_settings({"DATABASE_URL_FILE": str(file)})

    assert settings.database_url == "postgresql+psycopg://me@h/d"


@pytest.mark.parametrize("name", [*SECRETS, "DATABASE_URL", "PORT"])
def test_a_file_that_cannot_be_read_names_the_setting(name: str, tmp_path: Path) -> None:
    (tmp_path / "latin1").write_bytes(b"secret \xff")

    for path in (tmp_path / "missing", tmp_path, tmp_path / "latin1"):
        with pytest.raises(ConfigError, match=rf"^{name}_FILE names ") as raised:
            load_settings({f"{name}_FILE": str(path)})
        assert "secret " not in str(raised.value)


def test_no_secret_is_in_the_repr() -> None:
    settings = load_settings(
        dict.fromkeys(SECRETS, "hush-hush")
        | {"DATABASE_URL": "postgres://me:hush-hush@h/d", "REDIS_URL": "redis://:hush-hush@h"}
    )

    assert "hush-hush" not in repr(settings)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        load_settings({}).port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    "url",
    [
        "smtp://mail.example",
        "smtp://user:p%40ss@mail.example:587",
        "smtps://[::1]:465",
        "smtps://mail.example/",
    ],
)
def test_a_mail_server_is_taken(url: str) -> None:
    assert load_settings({"MODERATION_SMTP_URL": url}).smtp_url == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    ["mail.example", "http://mail.example", "smtp://", "smtp://u:s3cret@host:x", "smtp://a b"],
)
def test_a_mail_server_that_is_none_names_the_setting_and_no_password(url: str) -> None:
    with pytest.raises(ConfigError, match=r"^MODERATION_SMTP_URL must be like") as told:
        load_settings({"MODERATION_SMTP_URL": url})

    assert "s3cret" not in str(told.value)


@pytest.mark.parametrize("sender", ["us@blog.example", "The Blog <us@blog.example>"])
def test_a_sender_is_taken(sender: str) -> None:
    assert load_settings({"MODERATION_MAIL_FROM": sender}).mail_from == sender


@pytest.mark.parametrize(
    "sender", ["nobody", "a@b\nBcc: c@d.example", "X <a@b", "a@b>", "a@b, c@d"]
)
def test_a_sender_that_is_none_names_the_setting(sender: str) -> None:
    with pytest.raises(ConfigError, match=r"^MODERATION_MAIL_FROM must be"):
        load_settings({"MODERATION_MAIL_FROM": sender})


@pytest.mark.parametrize("value", ["-1", "ten", "1e3", "3601", ".", "1.2.3", "nan"])
def test_an_undo_window_is_a_number_of_seconds(value: str) -> None:
    with pytest.raises(ConfigError, match="MODERATION_UNDO_WINDOW must be a number from 0 to 3600"):
        load_settings({"MODERATION_UNDO_WINDOW": value})

    assert load_settings({"MODERATION_UNDO_WINDOW": "0.5"}).undo_window == 0.5


def test_services_on_a_private_network_are_named_with_their_ports() -> None:
    named = load_settings(
        {
            "MODERATION_PRIVATE_SERVICES": "LLM.internal:11434, 10.0.0.5:80\n[fd00::1]:8080",
            "MODERATION_DNS_SERVERS": "10.0.0.53 [::1]:5353",
        }
    )

    assert named.private_services == {("llm.internal", 11434), ("10.0.0.5", 80), ("fd00::1", 8080)}
    assert named.dns_servers == (("10.0.0.53", 53), ("::1", 5353))


@pytest.mark.parametrize("value", ["llm.internal", "http://llm:80", "llm:0", "llm:65536", "a:1:2"])
def test_a_private_service_without_its_port_is_refused(value: str) -> None:
    with pytest.raises(ConfigError, match="MODERATION_PRIVATE_SERVICES must be like host:port"):
        load_settings({"MODERATION_PRIVATE_SERVICES": value})


def test_a_dns_server_is_named_by_its_address() -> None:
    with pytest.raises(ConfigError, match="MODERATION_DNS_SERVERS must hold IP addresses"):
        load_settings({"MODERATION_DNS_SERVERS": "10.0.0.53 dns.internal"})
