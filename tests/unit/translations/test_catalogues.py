"""The catalogues: complete, safe to show, and with the right form for every number."""

import gettext
import re

import pytest
from babel import Locale
from babel.messages import Catalog

from moderation.domain.site_settings import INTERFACE_LANGUAGES
from moderation.translations import DOMAINS, PLURAL_FORMS, TAGS, locale_of, po_file
from moderation.translations.catalogues import (
    faults,
    is_compiled,
    merged,
    numbers_of_forms,
    read,
)
from moderation.translations.extract import templates
from moderation.translations.widget import categories

SAMPLES = (0, 1, 2, 5, 11, 21, 101)
# What stands with each of SAMPLES in “{n} thoughts on …”.
THOUGHTS = {
    "de": "Gedanken Gedanke Gedanken Gedanken Gedanken Gedanken Gedanken",
    "fr": "réflexion réflexion réflexions réflexions réflexions réflexions réflexions",
    "es": "opiniones opinión opiniones opiniones opiniones opiniones opiniones",
    "pt": "comentário comentário comentários comentários comentários comentários comentários",
    "it": "commenti commento commenti commenti commenti commenti commenti",
    "nl": "reacties reactie reacties reacties reacties reacties reacties",
    "pl": "myśli myśl myśli myśli myśli myśli myśli",
    "ru": "мыслей мысль мысли мыслей мыслей мысль мысль",
    "uk": "думок думка думки думок думок думка думка",
    "tr": "yorum yorum yorum yorum yorum yorum yorum",
    "ar": "آراء رأي رأيان آراء رأيًا رأيًا رأي",
    "he": "תגובות תגובה תגובות תגובות תגובות תגובות תגובות",
    "hi": "विचार विचार विचार विचार विचार विचार विचार",
    "zh-Hans": "评论 评论 评论 评论 评论 评论 评论",
    "zh-Hant": "留言 留言 留言 留言 留言 留言 留言",
    "ja": "コメント コメント コメント コメント コメント コメント コメント",
    "ko": "댓글 댓글 댓글 댓글 댓글 댓글 댓글",
}
ONE, MANY = "One thought on “{title}”", "{n} thoughts on “{title}”"


@pytest.fixture(scope="module")
def found() -> dict[str, Catalog]:
    """What the sources say, by domain."""
    return templates()


def catalogue(**words: object) -> Catalog:
    """A catalogue of German."""
    made = Catalog(locale="de")
    for text, translation in words.items():
        made.add(text, translation)
    return made


def test_there_is_a_catalogue_of_every_language_but_english() -> None:
    assert {"en", *TAGS} == set(INTERFACE_LANGUAGES)
    assert set(PLURAL_FORMS) == {"en", *TAGS}


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("tag", TAGS)
def test_a_catalogue_says_all_that_the_sources_say(
    tag: str, domain: str, found: dict[str, Catalog]
) -> None:
    if domain not in found:
        pytest.skip("the widget's sources are not here")
    assert len(found[domain]) > 40
    assert list(faults(tag, read(tag, domain), found[domain])) == []


@pytest.mark.parametrize("tag", TAGS)
def test_what_is_compiled_is_what_is_written(tag: str) -> None:
    assert is_compiled(tag, "messages"), "run `make words`"


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("tag", TAGS)
def test_a_catalogue_names_its_language_and_its_plural_forms(tag: str, domain: str) -> None:
    header = po_file(tag, domain).read_text("utf-8")

    assert f'"Language: {tag}\\n"' in header
    assert f'"Plural-Forms: {PLURAL_FORMS[tag]}\\n"' in header


@pytest.mark.parametrize("tag", TAGS)
def test_the_plural_forms_are_cldrs_for_whole_numbers(tag: str) -> None:
    rule = Locale.parse(locale_of(tag)).plural_form
    named = categories(tag)

    assert len(set(named)) == len(named)
    for category, numbers in zip(named, numbers_of_forms(tag), strict=True):
        assert {rule(n) for n in numbers} == {category}


@pytest.mark.parametrize("tag", TAGS)
def test_thoughts_are_counted_as_speakers_do(tag: str) -> None:
    with po_file(tag, "messages").with_suffix(".mo").open("rb") as file:
        words = gettext.GNUTranslations(file)
    said = [words.ngettext(ONE, MANY, n) for n in SAMPLES]

    for text, word in zip(said, THOUGHTS[tag].split(), strict=True):
        assert re.search(rf"{word}(?!\w)", text), text


@pytest.mark.parametrize(
    ("translation", "fault"),
    [
        ("", "'Hello {name}' has no translation"),
        ("Hallo", "'Hello {name}' has other placeholders in 'Hallo'"),
        ("Hallo {nmae}", "'Hello {name}' has other placeholders in 'Hallo {nmae}'"),
    ],
)
def test_a_lost_placeholder_is_found(translation: str, fault: str) -> None:
    said = catalogue(**{"Hello {name}": ""})

    assert list(faults("de", catalogue(**{"Hello {name}": translation}), said)) == [fault]


@pytest.mark.parametrize(
    ("forms", "faulty"),
    [
        (("Ein Wort", "{n} Wörter"), False),
        (("{n} Wort", "{n} Wörter"), False),
        (("Ein Wort", "Wörter"), True),
        (("Ein Wort",), True),
        (("Ein Wort", ""), True),
        (("Ein Wort", "{n} Wörter", "{n} Wörter"), True),
    ],
)
def test_a_lost_plural_form_is_found(forms: tuple[str, ...], *, faulty: bool) -> None:
    said, there = Catalog(locale="de"), Catalog(locale="de")
    said.add(("One word", "{n} words"))
    there.add(("One word", "{n} words"), forms)

    assert bool(list(faults("de", there, said))) is faulty


def test_what_is_missing_fuzzy_or_said_no_more_is_found() -> None:
    there = catalogue(Gone="Fort")
    there.add("Guessed", "Geraten", flags=["fuzzy"])

    told = list(faults("de", there, catalogue(New="", Guessed="")))

    assert told == ["'New' is not in it", "'Guessed' is fuzzy", "'Gone' is said nowhere"]


def test_an_update_keeps_translations_guesses_none_and_drops_what_is_gone() -> None:
    before = catalogue(Reply="Antworten", Gone="Fort")

    after = merged("de", before, catalogue(Reply="", Replies=""))

    words = {m.id: (m.string, m.fuzzy) for m in after if m.id}
    assert words == {"Reply": ("Antworten", False), "Replies": ("", False)}
