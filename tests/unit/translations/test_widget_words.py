"""The widget's words: found in its script, and small files of them by number."""

import json
from pathlib import Path

import pytest
from babel.messages import Catalog

from moderation.translations import SOURCE, TAGS, widget
from moderation.translations.catalogues import read
from moderation.translations.extract import UnreadableWordsError, calls, templates
from moderation.translations.widget import add_new, messages, words_file, words_of


def template() -> Catalog:
    return templates()["widget"]


@pytest.mark.parametrize("tag", [SOURCE, *TAGS])
def test_the_words_are_those_of_the_catalogue(tag: str) -> None:
    catalogue = template() if tag == SOURCE else read(tag, "widget")

    assert words_file(tag).read_text("utf-8") == words_of(tag, catalogue, messages()), (
        "run `make words`"
    )


def test_there_are_words_of_no_other_language() -> None:
    assert {f.stem for f in words_file("de").parent.iterdir()} == {SOURCE, *TAGS}


def test_every_message_has_one_number_in_all_languages() -> None:
    said = {message.id if isinstance(message.id, str) else message.id[0] for message in template()}
    lengths = {len(json.loads(words_file(tag).read_text("utf-8"))) for tag in (SOURCE, *TAGS)}

    assert said - {""} <= set(messages()), "run `make words`"
    assert len(set(messages())) == len(messages())
    assert lengths == {3 + len(messages())}


def test_words_stand_at_their_messages_number_with_their_forms_by_category() -> None:
    polish = Catalog(locale="pl")
    polish.add("Reply", "Odpowiedz")
    polish.add(
        ("{n} comment", "{n} comments"), ("{n} komentarz", "{n} komentarze", "{n} komentarzy")
    )

    assert json.loads(words_of("pl", polish, ["{n} comment", "Nobody says this now", "Reply"])) == [
        "pl",
        "ltr",
        ["one", "few", "many"],
        ["{n} komentarz", "{n} komentarze", "{n} komentarzy"],
        "",
        "Odpowiedz",
    ]


def test_a_language_without_plurals_has_one_form() -> None:
    japanese = Catalog(locale="ja")
    japanese.add(("{n} comment", "{n} comments"), ("{n} 件のコメント",))

    words = json.loads(words_of("ja", japanese, ["{n} comment"]))
    assert words == ["ja", "ltr", ["other"], ["{n} 件のコメント"]]


def test_english_words_are_the_messages_themselves() -> None:
    words = json.loads(words_file("en").read_text("utf-8"))

    assert words[:3] == ["en", "ltr", ["one", "other"]]
    assert ["{n} comment", "{n} comments"] in words


def test_words_say_that_they_run_from_right_to_left() -> None:
    assert json.loads(words_of("he", Catalog(locale="he"), []))[:2] == ["he", "rtl"]


def test_a_new_message_is_numbered_after_all_that_were_ever_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "messages.json"
    kept.write_text('["Gone", "Reply"]')
    monkeypatch.setattr(widget, "_MESSAGES", kept)
    english = Catalog()
    for text in ("Like", "Reply", ("{n} comment", "{n} comments")):
        english.add(text)
    add_new(english)

    assert messages() == ["Gone", "Reply", "Like", "{n} comment"]


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
