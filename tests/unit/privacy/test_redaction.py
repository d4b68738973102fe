"""Nothing shaped like an email address reaches a log."""

import logging
from collections.abc import Iterator

import pytest

from moderation.privacy.redaction import RedactingFormatter, configure_logging, redact

CANARY = "canary.bird@example.com"


def record(message: str, *args: object, error: Exception | None = None) -> logging.LogRecord:
    """A record as a library makes it."""
    exc_info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("lib", logging.ERROR, "lib.py", 1, message, args, exc_info)


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("canary@example.com", "[address]"),
        ("from canary@example.com to ben+x@sub.example.co.uk.", "from [address] to [address]"),
        ("<canary@example.com>", "<[address]>"),
        ('{"email": "canary@example.com"}', '{"email": "[address]"}'),
        ("canary%2540example.com", "[address]"),
        ("canary" + "x" * 200 + "@example.com", "[address]"),
        ("%D0%BA" * 40 + "%40example.com", "[address]"),
        ("(canary@example.com)", "([address])"),
        ("mailto:canary@example.com?subject=x", "mailto:[address]?subject=x"),
        ("канарейка@пример.рф", "[address]"),
        ("%D0%B0%40%D0%BF.%D1%80%D1%84", "[address]"),
        ("canary@localhost", "[address]"),
        ("one\ncanary@example.com\ntwo", "one\n[address]\ntwo"),
        ("a@b,c@d;e@f", "[address],[address];[address]"),
        ("x" * 64 + "@" + "y" * 189, "[address]"),
        ("canary＠example.com", "[address]"),
        ("canary\ufe6bexample.com", "[address]"),
        ("canary%EF%BC%A0example.com", "[address]"),
        ("canary%25ef%25bc%25a0example.com", "[address]"),
        ("canary&#64;example.com canary&#x40;example.com", "[address] [address]"),
        ("canary&commat;example.com", "[address]"),
        ('to "canary bird"@example.com', "to [address]"),
        ("canary\\@example.com", "[address]"),
    ],
)
def test_what_is_shaped_like_an_address_is_replaced(text: str, redacted: str) -> None:
    assert redacted == redact(text)


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("postgresql://me:secret@db/x", "postgresql://[password]@db/x"),
        ("redis://:secret@redis:6379/0", "redis://[password]@redis:6379/0"),
        ("to redis://:**@redis:6379//: refused", "to redis://[password]@redis:6379//: refused"),
        (
            "<Connection: rediss://:secret@cache:6380// at 0x7f>",
            "<Connection: rediss://[password]@cache:6380// at 0x7f>",
        ),
        ("rediss://canary%40example.com:secret@cache", "rediss://[password]@cache"),
    ],
)
def test_of_a_services_address_the_place_is_told_and_the_password_is_not(
    text: str, redacted: str
) -> None:
    assert redacted == redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "redis://:secret@canary.example.com/0",
        "redis://:secret@canary@example.com",
        "redis://canary@example.com:secret@redis:6379",
        "redis://:secret@redis,canary@example.com",
        "redis://:secret@redis:canary@example.com",
        "redis://:secret@redis%40example.com",
        "canary@redis://:secret@redis:6379",
        "canary%40redis://:secret@redis:6379",
        "redis://:sec@ret@redis:6379",
        "redis://:secret@redis/canary@example.com",
    ],
)
def test_near_a_services_address_no_email_address_and_no_password_passes(text: str) -> None:
    redacted = redact(text)

    assert "[address]" in redacted
    assert "canary" not in redacted
    assert "secret" not in redacted
    assert "@ret" not in redacted


@pytest.mark.parametrize(
    "text",
    [
        "b'canary@example.com'",
        "o'canary@example.com",
        "canary/x=y@example.com",
        "email=canary%40example.com&name=x",
        "email=canary%2Btag%40example.com",
        "https://blog.example/?email=canary@example.com",
    ],
)
def test_what_stands_right_before_an_address_may_go_with_it(text: str) -> None:
    redacted = redact(f"Far before: {text} – far after.")

    assert redacted.startswith("Far before: ")
    assert redacted.endswith(" – far after.")
    assert "[address]" in redacted
    assert "canary" not in redacted
    assert "example.com" not in redacted


@pytest.mark.parametrize(
    "text", ["", "Nothing to hide.", "a @ b", "@decorator", "100%", "40% of 4%"]
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert text == redact(text)


@pytest.mark.parametrize(
    "text",
    [
        *("a" * 1_000_000, "a" * 100_000 + " @", "a@" * 50_000, "%40" * 50_000, "@" * 20_000),
        *("redis://" * 50_000, "redis://a@b " * 50_000, "redis://" + "a" * 500_000),
    ],
)
def test_long_text_is_redacted_in_time(text: str) -> None:
    assert "a@a" not in redact(text)


def test_the_arguments_of_a_message_are_redacted() -> None:
    formatter = RedactingFormatter("%(levelname)s %(message)s")

    assert formatter.format(record("sent to %s", CANARY)) == "ERROR sent to [address]"


def failed_look_up() -> LookupError:
    """An error with a cause, both of which quote an address."""
    try:
        try:
            int(CANARY)
        except ValueError as cause:
            raise LookupError(f"no row for {CANARY!r}") from cause
    except LookupError as error:
        return error


def test_a_traceback_is_redacted() -> None:
    text = RedactingFormatter("%(message)s").format(record("failed", error=failed_look_up()))

    assert "canary" not in text
    assert "example" not in text
    assert "with base 10: " in text
    assert "LookupError: no row for " in text


def test_the_name_of_a_logger_is_redacted() -> None:
    made = record("x")
    made.name = f"smtp.{CANARY}"

    assert "canary" not in RedactingFormatter("%(name)s").format(made)


@pytest.fixture
def _own_logging() -> Iterator[None]:
    """Takes away afterwards what `configure_logging` set up."""
    root, warned = logging.getLogger(), logging.getLogger("py.warnings")
    level, level_warned = root.level, warned.level
    yield
    root.setLevel(level)
    warned.setLevel(level_warned)
    for handler in root.handlers[:]:
        if isinstance(handler.formatter, RedactingFormatter):
            root.removeHandler(handler)


@pytest.mark.usefixtures("_own_logging")
def test_all_logging_of_the_process_is_redacted(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("debug")

    logging.getLogger("any.library").debug("to %s", CANARY)

    assert capsys.readouterr().err.endswith("DEBUG   any.library: to [address]\n")


@pytest.mark.usefixtures("_own_logging")
def test_logging_starts_at_its_level(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("warning")

    logging.getLogger("any.library").info("quiet")
    logging.getLogger("any.library").warning("loud")

    told = capsys.readouterr().err
    assert "quiet" not in told
    assert "loud" in told


@pytest.mark.usefixtures("_own_logging")
@pytest.mark.parametrize(("level", "times"), [("debug", 1), ("info", 0), ("warning", 0)])
def test_warnings_for_developers_are_shown_to_developers(
    level: str, times: int, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging(level)

    logging.getLogger("py.warnings").warning("will change in version 6")

    assert capsys.readouterr().err.count("version 6") == times


@pytest.mark.usefixtures("_own_logging")
def test_configuring_twice_does_not_write_twice(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info")
    configure_logging("info")

    logging.getLogger("any.library").info("once")

    assert capsys.readouterr().err.count("once") == 1
