"""Messages: English to whoever only shows them, a template and values to who translates."""

from moderation.words import N_, Message


def test_a_message_is_its_english() -> None:
    message = N_("At most {most} characters, {name}.", most=65_525, name="{x}")

    assert message == "At most 65,525 characters, {x}."
    assert message.template == "At most {most} characters, {name}."
    assert message.values == {"most": 65_525, "name": "{x}"}


def test_without_values_braces_are_braces() -> None:
    assert N_("Hello {name}") == "Hello {name}"


def test_a_counted_message_has_both_its_forms() -> None:
    one, many = (Message.counted("One day", "{n} days", n) for n in (1, 2))

    assert (one, many) == ("One day", "2 days")
    assert (one.template, one.many) == (many.template, many.many) == ("One day", "{n} days")
    assert many.values == {"n": 2}


def test_what_is_a_message_already_stays_the_same() -> None:
    message = N_("At most {most}", most=3)

    assert Message.of(message) is message
    assert Message.of("Plain").template == "Plain"
