"""Keeps the catalogues: each has every message, and says nothing that was not translated."""

import gettext
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from moderation.translations import PLURAL_FORMS, po_file

_HEADER = """\
msgid ""
msgstr ""
"Language: {tag}\\n"
"Plural-Forms: {plural_forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_SOME = range(200)
# Babel writes a time into what it compiles; the same words always make the same file.
_NO_TIME = datetime(2026, 1, 1, tzinfo=UTC)


def read(tag: str, domain: str) -> Catalog:
    """A language's catalogue; one that is not there yet is empty."""
    file = po_file(tag, domain)
    text = file.read_bytes() if file.exists() else _header(tag)
    catalogue = read_po(BytesIO(text), charset="utf-8")
    catalogue.creation_date = catalogue.revision_date = _NO_TIME
    return catalogue


def merged(tag: str, before: Catalog, template: Catalog) -> Catalog:
    """A catalogue with the template's messages: translations of those are kept as they are, what is
    new waits for one, and what is gone is dropped. Nothing is guessed.
    """
    after = read_po(BytesIO(_header(tag)), charset="utf-8")
    for message in template:
        if not message.id:
            continue
        known = before.get(message.id)
        kept = known.string if known is not None and known.id == message.id else ""
        flags = known.flags & {"fuzzy"} if known is not None else set()
        after.add(message.id, kept, locations=message.locations, flags=flags)
    return after


def write(tag: str, domain: str, catalogue: Catalog) -> None:
    """Write a catalogue, the same words always as the same text."""
    out = BytesIO()
    write_po(out, catalogue, width=96, sort_output=True, omit_header=True, include_lineno=False)
    file = po_file(tag, domain)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_header(tag) + out.getvalue().strip() + b"\n")


def compile_catalogue(tag: str, domain: str) -> Path:
    """Write the `.mo` of a catalogue, which gettext reads."""
    file = po_file(tag, domain).with_suffix(".mo")
    with file.open("wb") as out:
        write_mo(out, read(tag, domain))
    return file


def is_compiled(tag: str, domain: str) -> bool:
    """Whether the `.mo` beside a catalogue says the same."""
    fresh = BytesIO()
    write_mo(fresh, read(tag, domain))
    fresh.seek(0)
    file = po_file(tag, domain).with_suffix(".mo")
    return file.exists() and _words(file.read_bytes()) == _words(fresh.getvalue())


def _words(compiled: bytes) -> dict[object, str]:
    catalogue = gettext.GNUTranslations(BytesIO(compiled))
    words: dict[object, str] = dict(catalogue._catalog)  # type: ignore[attr-defined]  # noqa: SLF001
    words.pop("", None)  # names the version of Babel
    return words


def faults(tag: str, catalogue: Catalog, template: Catalog) -> Iterator[str]:
    """What keeps a catalogue from being complete and safe to show, in words."""
    for message in template:
        if not message.id:
            continue
        known = catalogue.get(message.id)
        if known is None or known.id != message.id:
            yield f"{message.id!r} is not in it"
        elif known.fuzzy:
            yield f"{message.id!r} is fuzzy"
        else:
            yield from _faults_of(tag, known)
    for message in catalogue:
        if message.id and template.get(message.id) is None:
            yield f"{message.id!r} is said nowhere"


def _faults_of(tag: str, message: Message) -> Iterator[str]:
    forms = forms_of(message)
    if isinstance(message.id, str):
        (text,) = forms
        if not text:
            yield f"{message.id!r} has no translation"
        elif _placeholders(text) != _placeholders(message.id):
            yield f"{message.id!r} has other placeholders in {text!r}"
        return
    covered = numbers_of_forms(tag)
    if len(forms) != len(covered) or not all(forms):
        yield f"{message.id!r} needs {len(covered)} plural forms"
        return
    wanted = {name for text in message.id for name in _placeholders(text)}
    for form, numbers in zip(forms, covered, strict=True):
        # Where a form is for one number only, it may be said in a word.
        optional = {"n"} if len(numbers) == 1 or numbers == [0, 1] else set()
        there = set(_placeholders(form))
        if there - wanted or (wanted - there) - optional:
            yield f"{message.id!r} has other placeholders in {form!r}"


def forms_of(message: Message) -> tuple[str, ...]:
    """A message's translation: one text, or its plural forms."""
    text = message.string or ""
    return (text,) if isinstance(text, str) else tuple(text)


def _placeholders(text: str) -> list[str]:
    return sorted(_PLACEHOLDER.findall(text))


def numbers_of_forms(tag: str) -> list[list[int]]:
    """For each plural form of a language, numbers that it is for."""
    count, expression = _plural_forms(tag)
    which = gettext.c2py(expression)
    return [[n for n in _SOME if which(n) == form] for form in range(count)]


def _plural_forms(tag: str) -> tuple[int, str]:
    ((count, expression),) = re.findall(r"nplurals=(\d); plural=(.+);", PLURAL_FORMS[tag])
    return int(count), expression


def _header(tag: str) -> bytes:
    return _HEADER.format(tag=tag, plural_forms=PLURAL_FORMS[tag]).encode()
