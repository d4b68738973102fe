"""Makes the widget's words: `moderation/static/widget/words/<tag>.json`, one file a language.

What the loader in the browser relies on:

- `{"plural": [category, …], "words": {key: text | [form, …]}}`, UTF-8, nothing else in it.
- The key of a message is made of its English text (of a plural one, the text for one), so that the
  file need not repeat the English, which is in the script:

      function keyOf(text) {
        let hash = 0;
        for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
        return (hash >>> 0).toString(36).slice(-4);
      }

- The forms of a plural message stand in the order of `plural`, which names for each a category of
  CLDR as `new Intl.PluralRules(tag).select(n)` gives it. A category that is not named (fractions,
  or whole millions in some languages) has the last form, so this finds it:
  `forms.at(catalogue.plural.indexOf(rules.select(n)))`.
- Placeholders are `{name}`. A form for one number alone may leave out `{n}`.
- A key that is not there, or a file that cannot be loaded, means: say it in English, for which
  there is no file.
"""

import json
from pathlib import Path

from babel import Locale
from babel.messages import Catalog

from moderation.translations import ROOT, locale_of
from moderation.translations.catalogues import forms_of, numbers_of_forms

WORDS = ROOT / "moderation" / "static" / "widget" / "words"

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class SameKeyError(Exception):
    """Two messages have the same key: one of them must be worded otherwise."""


def words_file(tag: str) -> Path:
    """Where a language's words are."""
    return WORDS / f"{tag}.json"


def words_of(tag: str, catalogue: Catalog) -> str:
    """A language's words as its file has them.

    Raises:
        SameKeyError: two messages would be found by the same key.
    """
    words: dict[str, str | tuple[str, ...]] = {}
    for message in catalogue:
        forms = forms_of(message)
        if not message.id or not all(forms):
            continue
        key = key_of(message.id if isinstance(message.id, str) else message.id[0])
        if key in words:
            raise SameKeyError(f"{message.id!r} has the key of another message: word it otherwise.")
        words[key] = forms[0] if isinstance(message.id, str) else forms
    body = {"plural": categories(tag), "words": dict(sorted(words.items()))}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n"


def categories(tag: str) -> list[str]:
    """CLDR's category of each plural form, in the order of the forms."""
    rule = Locale.parse(locale_of(tag)).plural_form
    return [rule(numbers[-1]) for numbers in numbers_of_forms(tag)]


def key_of(text: str) -> str:
    """A message's key, made of its English text as the browser makes it."""
    units = text.encode("utf-16-le")
    number = 0
    for low, high in zip(units[::2], units[1::2], strict=True):
        number = (number * 31 + low + 256 * high) % 2**32
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits[-4:]
