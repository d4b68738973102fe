"""Makes the widget's words: `moderation/static/widget/words/<tag>.json`, one file a language.

What the script in the browser relies on:

- The file is one JSON array in UTF-8: `[tag, direction, categories, words, …]`. The direction is
  `ltr` or `rtl`.
- A message has its number in every language, also in English, and for ever, since a script that a
  browser kept asks for it after the next version came: `messages.json` lists them in their order. A
  new message is put at its end; the place of one that nobody says any more stays, and is empty in
  the words. The built script has the numbers instead of the English texts.
- Words are a text; of a plural message an array of forms, in the order of `categories`, which names
  for each one of CLDR as `new Intl.PluralRules(tag).select(n)` gives it. A category that is not
  named (fractions, or whole millions in some languages) has the last form, so this finds it:
  `forms.at(categories.indexOf(rules.select(n)))`.
- Placeholders are `{name}`. A form for one number alone may leave out `{n}`.
"""

import json
from pathlib import Path

from babel import Locale
from babel.messages import Catalog, Message

from moderation.domain.site_settings import RIGHT_TO_LEFT
from moderation.translations import ROOT, SOURCE, locale_of
from moderation.translations.catalogues import forms_of, numbers_of_forms

_FOLDER = ROOT / "moderation" / "static" / "widget"
WORDS = _FOLDER / "words"
_MESSAGES = _FOLDER / "messages.json"


def words_file(tag: str) -> Path:
    """Where a language's words are."""
    return WORDS / f"{tag}.json"


def messages() -> list[str]:
    """The English text of every message that has a number (of a plural one, the text for one)."""
    return list(json.loads(_MESSAGES.read_text("utf-8")))


def add_new(template: Catalog) -> None:
    """Give a number to each of the template's messages that has none yet."""
    known = messages()
    new = [text for text in map(_text, template) if text and text not in known]
    body = json.dumps(known + new, ensure_ascii=False, indent=0)
    _MESSAGES.write_text(body + "\n", "utf-8")


def words_of(tag: str, catalogue: Catalog, order: list[str]) -> str:
    """A language's words as its file has them; of English, where the catalogue is the template."""
    found: dict[str, str | tuple[str, ...]] = {}
    for message in catalogue:
        said = _english(message) if tag == SOURCE else forms_of(message)
        if message.id and all(said):
            found[_text(message)] = said[0] if isinstance(message.id, str) else said
    direction = "rtl" if tag in RIGHT_TO_LEFT else "ltr"
    body = [tag, direction, categories(tag), *(found.get(text, "") for text in order)]
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n"


def categories(tag: str) -> list[str]:
    """CLDR's category of each plural form, in the order of the forms."""
    rule = Locale.parse(locale_of(tag)).plural_form
    return [rule(numbers[-1]) for numbers in numbers_of_forms(tag)]


def _english(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _text(message: Message) -> str:
    return _english(message)[0]
