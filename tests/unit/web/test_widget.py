"""The widget's files: built of what is in the tree, small, and the same for ever under a version."""

import gzip
import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from moderation.domain.site_settings import INTERFACE_LANGUAGES
from moderation.web.widget import WidgetFiles, widget_files

FOLDER = Path(__file__).parents[3] / "moderation" / "static" / "widget"
MOST = 10_000  # bytes of script, style and one language together, gzipped


def test_the_built_script_is_of_the_sources_in_the_tree() -> None:
    sources = sorted((FOLDER / "src").iterdir(), key=lambda file: file.name)
    files = [*sources, FOLDER / "messages.json"]
    whole = sha256(b"".join(file.read_bytes() for file in files))

    built_of = (FOLDER / "dist" / "sources.sha256").read_text().strip()
    assert built_of == whole.hexdigest(), "Build it again: make widget"


def test_script_style_and_any_language_in_one_answer_are_small() -> None:
    files = widget_files()
    sizes = {tag: len(files.script(tag).coded or b"") for tag in files.words}
    print(f"widget.js with its style and a language, bytes gzipped: {sizes}")  # noqa: T201

    assert set(sizes) == set(INTERFACE_LANGUAGES)
    assert min(sizes.values()) > 0
    assert max(sizes.values()) < MOST


def test_a_languages_words_and_no_others_come_with_the_script() -> None:
    files = widget_files()
    all_words = {tag: words.body.strip() for tag, words in files.words.items()}

    for tag in (None, *all_words):
        script = files.script(tag)
        assert [other for other, words in all_words.items() if words in script.body] == (
            [tag] if tag else []
        )
        assert not re.search(rb"%[A-Z]", script.body)
        assert script.coded
        assert gzip.decompress(script.coded) == script.body


def test_the_script_has_no_words_but_those_that_tell_that_there_are_none() -> None:
    script = widget_files().script(None).body.decode()
    english = json.loads(widget_files().words["en"].body)[3:]
    sentences = [text for text in english if isinstance(text, str) and " " in text]

    assert [text for text in sentences if text in script] == ["Try again"]


def test_every_version_has_an_address_of_its_own(tmp_path: Path) -> None:
    for name in ("dist", "words"):
        (tmp_path / name).mkdir()
    (tmp_path / "dist" / "widget.js").write_text('"/widget/%VERSION%/";say("%WORDS%")')
    (tmp_path / "words" / "de.json").write_text("[]\n")
    first = WidgetFiles(tmp_path)
    (tmp_path / "words" / "de.json").write_text('["de"]\n')
    second = WidgetFiles(tmp_path)

    assert first.version != second.version
    assert first.script(None).body == f'"/widget/{first.version}/";say(0)'.encode()
    assert second.script("de").body == f'"/widget/{second.version}/";say(["de"])'.encode()
    assert second.address("de") == f"/widget/{second.version}/widget.js?lang=de"
    hashes = {files.script(tag).integrity for files in (first, second) for tag in (None, "de")}
    assert len(hashes) == 4


@pytest.mark.parametrize("file", sorted((FOLDER / "src").iterdir()), ids=lambda file: file.name)
def test_a_source_says_what_it_is_and_stays_small(file: Path) -> None:
    text = file.read_text()

    assert text.startswith(("//", "/*"))
    assert len(text.splitlines()) <= 400
