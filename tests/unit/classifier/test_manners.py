import pytest

from moderation.classifier.facts import great_facts
from moderation.classifier.reading import read
from moderation.domain.evidence import Subject


def facts(text: str, website: str = "") -> set[str]:
    subject = Subject(text, "Ann", website)
    return set(great_facts(subject, read(subject)))


@pytest.mark.parametrize(
    ("words", "length"), [(7, 0), (8, 1), (19, 1), (20, 2), (49, 2), (50, 3), (119, 3), (120, 4)]
)
def test_a_link_counts_by_how_long_a_text_it_stands_in(words: int, length: int) -> None:
    assert f"linked:0|words:{length}" in facts("word " * words)
    # The address is two words.
    assert f"linked:1|words:{length}" in facts("word " * (words - 2) + "bit.ly")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("no link here", "none"),
        ("bit.ly/x shows it", "10"),
        ("https rocks, see bit.ly/x again", "00"),
        ("https://videos.example/a", "11"),
        ("see https://videos.example/a", "01"),
        ("https://videos.example/a shows it", "10"),
        ("see https://videos.example/a again", "00"),
    ],
)
def test_it_tells_where_a_link_stands(text: str, where: str) -> None:
    assert f"linked at:{where}|words:0" in facts(text)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Why?", "?"),
        ("Now!", "!"),
        ("So.", "."),
        ("So", "letter"),
        ("So 👍", "other"),
        ("", "other"),
    ],
)
def test_it_tells_what_a_text_ends_with(text: str, sign: str) -> None:
    assert f"manner ends:{sign}|words:0" in facts(text)


@pytest.mark.parametrize(
    ("text", "capitals"),
    [
        ("all small", 0),
        ("Only one at the beginning", 1),
        ("Every Word Has One", 2),
        ("SUBSCRIBE now", 3),
        ("   ", 0),
        ("日本語", 0),
    ],
)
def test_it_tells_how_many_capitals_there_are(text: str, capitals: int) -> None:
    assert f"manner capitals:{capitals}|words:0" in facts(text)


def test_it_tells_whether_somebody_is_called() -> None:
    assert "manner calls:True|linked:0" in facts("@Ben you are right")
    assert "manner calls:False|linked:0" in facts("Ben, you are right")


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("Nice Hdjdkdkkdlxmxnbdn", 1),
        ("dfghj kjhgf sdfgh lkjhg", 3),  # as many as three
        ("grrrrrr hmmmmmm", 0),  # said in earnest
        ("Kindly strengthen", 0),
        ("", 0),
    ],
)
def test_it_tells_of_letters_as_a_hand_on_the_keyboard_makes(text: str, runs: int) -> None:
    assert f"manner mashed:{runs}" in facts(text)


@pytest.mark.parametrize(
    ("letters", "step"), [(7, 0), (8, 1), (11, 1), (12, 2), (16, 3), (24, 4), (40, 5)]
)
def test_it_tells_how_long_the_longest_word_is(letters: int, step: int) -> None:
    assert f"manner longest:{step}|words:0" in facts(f"it is {'a' * letters} so")


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("one two three four five", 4),
        ("one two one two three", 1),
        ("one two three four five six one", 3),
        ("buy buy buy buy buy", 0),
        ("buy buy buy buy", None),  # too few to tell
        ("", None),
    ],
)
def test_it_tells_how_many_of_the_words_differ(text: str, step: int | None) -> None:
    assert f"manner own:{step}|words:0" in facts(text)


def test_of_whoever_gives_a_website_it_tells_nothing() -> None:
    told = facts("@Ben SEE https://videos.example/a", "https://ann.example")
    assert not [fact for fact in told if fact.startswith(("manner", "linked"))]
