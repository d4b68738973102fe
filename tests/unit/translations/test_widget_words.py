"""The widget's words: found in its script, and small files of them that a browser finds by key."""

import json

import pytest
from babel.messages import Catalog

from moderation.translations import TAGS
from moderation.translations.catalogues import read
from moderation.translations.extract import UnreadableWordsError, calls
from moderation.translations.widget import SameKeyError, key_of, words_file, words_of


@pytest.mark.parametrize("tag", TAGS)
def test_the_words_are_those_of_the_catalogue(tag: str) -> None:
    assert words_file(tag).read_text("utf-8") == words_of(tag, read(tag, "widget")), (
        "run `make words`"
    )


def test_there_are_words_of_no_other_language() -> None:
    assert {f.stem for f in words_file("de").parent.iterdir()} == set(TAGS)


def test_words_are_found_by_a_key_with_their_forms_by_category() -> None:
    polish = Catalog(locale="pl")
    polish.add("Reply", "Odpowiedz")
    polish.add(
        ("{n} comment", "{n} comments"), ("{n} komentarz", "{n} komentarze", "{n} komentarzy")
    )

    assert json.loads(words_of("pl", polish)) == {
        "plural": ["one", "few", "many"],
        "words": {
            "y022": "Odpowiedz",
            "6jex": ["{n} komentarz", "{n} komentarze", "{n} komentarzy"],
        },
    }


def test_a_language_without_plurals_has_one_form() -> None:
    japanese = Catalog(locale="ja")
    japanese.add(("{n} comment", "{n} comments"), ("{n} 件のコメント",))

    assert json.loads(words_of("ja", japanese)) == {
        "plural": ["other"],
        "words": {"6jex": ["{n} 件のコメント"]},
    }


# Computed by the function in `widget.py`'s docstring, in V8.
@pytest.mark.parametrize(
    ("text", "key"),
    [("Reply", "y022"), ("{n} comment", "6jex"), ("Loading comments…", "cm9a"), ("😀", "1zz7")],
)
def test_a_key_is_made_as_the_browser_makes_it(text: str, key: str) -> None:
    assert key_of(text) == key


def test_two_messages_never_share_a_key() -> None:
    german = Catalog(locale="de")
    german.add("Aa", "Eins")
    german.add("BB", "Zwei")  # the same in this hash, as in Java's

    with pytest.raises(SameKeyError):
        words_of("de", german)


def test_calls_are_found_in_a_script() -> None:
    script = """
      const format = (date) => print(date);
      h("p", null, t("A \\"quoted\\" word"), words.t("Reply to {name}", { name }));
      tn(
        "{n} comment", "{n} comments", count);
      function t(text) {}
    """

    assert list(calls(script, "a.js")) == [
        'A "quoted" word',
        "Reply to {name}",
        ("{n} comment", "{n} comments"),
    ]


@pytest.mark.parametrize("call", ["t(words)", "t(`Reply`)", 't("a" + b)', 'tn("one", many, n)'])
def test_words_that_cannot_be_found_are_told_with_their_place(call: str) -> None:
    with pytest.raises(UnreadableWordsError, match=r"a\.js:2: "):
        list(calls(f"\n{call}", "a.js"))
