"""Sentences that can be said in another language later, in English until then."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from moderation.web.languages import say, voice_of
from moderation.words import Ago, Figure, Message

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "said", "in_german"),
    [
        (timedelta(seconds=-5), "just now", "just now"),
        (timedelta(seconds=59), "just now", "just now"),
        (timedelta(minutes=1), "1 minute ago", "vor 1 Minute"),
        (timedelta(minutes=59), "59 minutes ago", "vor 59 Minuten"),
        (timedelta(hours=1), "1 hour ago", "vor 1 Stunde"),
        (timedelta(days=45, hours=23), "45 days ago", "vor 45 Tagen"),
    ],
)
def test_how_long_ago_is_told_in_one_unit(span: timedelta, said: str, in_german: str) -> None:
    ago = Ago.since(NOW - span, NOW)

    assert ago == said
    assert say("{ago}", ago=ago) == said
    if ago.number:
        assert voice_of("de").ago(ago.number, ago.unit) == in_german


def test_numbers_in_a_message_are_written_as_people_write_them() -> None:
    message = Message(
        "{a} {b} {c} {d}", a=65525, b=2.50, c=Figure.percent(12.5), d=Figure.points(8)
    )

    assert message == say(message) == "65,525 2.5 12.5% +8"


def test_a_message_may_stand_in_another() -> None:
    days = Message.counted("{n} day", "{n} days", 2)
    message = Message("{who} waits {days}", who=Message("The policy"), days=days)

    assert message == say(message) == "The policy waits 2 days"
    assert message.filled(who="Ben", days=1) == "Ben waits 1"


def test_a_message_that_was_kept_is_said_as_it_was() -> None:
    days = Message.counted("{n} day", "{n} days", 12_345)
    message = Message.both(
        "It waits.", Message("For {days}, {who}: {share}", days=days, who="b@c", share=0.5)
    )

    kept = json.loads(json.dumps(message.kept(lambda text: text.replace("@", " at "))))
    again = Message.from_kept(kept)

    assert again == say(again) == "It waits. For 12,345 days, b at c: 0.5"
    assert say(Message.from_kept(days.kept())) == "12,345 days"
    assert Message.from_kept(Message("Plain {text}").kept()) == "Plain {text}"


def test_sentences_come_one_after_the_other() -> None:
    assert Message.all_of([]) == ""
    assert Message.all_of(["One."]) == "One."
    assert Message.all_of(["One.", "Two.", "Three."]) == "One. Two. Three."


@pytest.mark.parametrize(
    ("tag", "percent", "number", "decimal"),
    [
        ("en", "12.5%", "12,345", "1.0"),
        ("de", "12,5\u00a0%", "12.345", "1,0"),
        ("tr", "%12,5", "12.345", "1,0"),
        ("hi", "12.5%", "12,345", "1.0"),
        ("fr", "12,5\u00a0%", "12\u202f345", "1,0"),
    ],
)
def test_each_language_writes_numbers_its_way(
    tag: str, percent: str, number: str, decimal: str
) -> None:
    voice = voice_of(tag)

    assert voice.percent(voice.some_decimal(12.5)) == percent
    assert voice.number(12345) == number
    assert voice.decimal(1.0, 1) == decimal
